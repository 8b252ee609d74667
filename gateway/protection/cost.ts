/*
 * What an operation may cost at most, before it runs: each object counts 1 or its @cost, as often as lists may repeat it
 * by @listSize. Compiled once per document to a function of the variables; what does not depend on them is folded. As
 * Apollo Router reckons, but of types that exclude one another only the dearest counts.
 */
import {
  type ArgumentNode,
  type DirectiveNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isAbstractType,
  isCompositeType,
  isListType,
  isNonNullType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
  valueFromASTUntyped,
} from 'graphql';
import { add, type Expression, largest, times, type Values } from './expression.ts';
import { compileInputCost } from './input-cost.ts';
import type { ListSize, Weights } from './weights.ts';

const OBJECT = 1;
/** A list of which nothing is said. */
const LIST_SIZE = 10;
/** A mutation writes, which costs more than any field; as Apollo Router has it. */
const MUTATION = 10;
/** What is asked of the schema itself is answered by the gateway, with little. */
const INTROSPECTION = 5;

export interface CompiledCost {
  /** At most 2^53. @param variables as the client sent them; what is no number where one belongs counts as nothing. */
  of(variables: Values): number;
  /** The root field that costs most, and how much. */
  dearest(variables: Values): { readonly field: string; readonly cost: number };
  /** What @listSize demands and the arguments do not give: a sentence. */
  problem(variables: Values): string | undefined;
}

export interface CostModel {
  readonly schema: GraphQLSchema;
  readonly weights: Weights;
  /**
   * Arguments that say how long a list with @listSize is wherever it has them, though it does not name them: composition
   * lets it name arguments of type Int only, and ours may be scalars of their own.
   */
  readonly slicingArguments?: readonly string[];
}

/** @param definition of a valid document. */
export function compileCost(
  model: CostModel,
  definition: OperationDefinitionNode,
  fragments: Readonly<Record<string, FragmentDefinitionNode>>,
): CompiledCost {
  const defaults = defaultsOf(definition);
  const compiler = new Compiler(model, fragments);
  const root = model.schema.getRootType(definition.operation) as GraphQLObjectType;
  const fields = compiler.fieldsFor(root, definition.selectionSet).map(({ node, when }) => ({
    field: node.name.value,
    cost: times(when, compiler.field(root, node)),
  }));
  const base = definition.operation === 'mutation' ? MUTATION : 0;
  const total = add(base, ...fields.map(({ cost }) => cost));
  const { problems } = compiler;
  const withDefaults = defaults ? (given: Values) => ({ ...defaults, ...given }) : (given: Values) => given;
  return {
    of: typeof total === 'number' ? () => total : (given) => total(withDefaults(given)),
    dearest(given) {
      const values = withDefaults(given);
      const priced = fields.map(({ field, cost }) => ({ field, cost: typeof cost === 'number' ? cost : cost(values) }));
      return priced.reduce((dearest, each) => (each.cost > dearest.cost ? each : dearest), { field: '', cost: 0 });
    },
    problem(given) {
      if (problems.length === 0) return undefined;
      const values = withDefaults(given);
      return problems.map((find) => find(values)).find((problem) => problem !== undefined);
    },
  };
}

interface Included {
  readonly node: FieldNode;
  /** 1 where @include and @skip leave it in, else 0. */
  readonly when: Expression;
}

class Compiler {
  readonly problems: ((values: Values) => string | undefined)[] = [];
  readonly #model: CostModel;
  readonly #fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  /** A fragment that is spread often, or that fits many types, is reckoned once for each. */
  readonly #known = new Map<SelectionSetNode, Map<string, Expression>>();

  constructor(model: CostModel, fragments: Readonly<Record<string, FragmentDefinitionNode>>) {
    this.#model = model;
    this.#fragments = fragments;
  }

  /**
   * An object of the type with what is asked of it: of the dearest type that it may be.
   * @param own its weight, where the field has one of its own.
   * @param sized what @listSize of the field around says of fields of this one: how long they are.
   */
  #object(
    type: GraphQLCompositeType,
    selections: SelectionSetNode,
    own: number | undefined,
    sized: ReadonlyMap<string, Expression> | undefined,
  ): Expression {
    const isPlain = own === undefined && !sized;
    const known = isPlain ? this.#known.get(selections)?.get(type.name) : undefined;
    if (known !== undefined) return known;
    const types = isAbstractType(type) ? this.#model.schema.getPossibleTypes(type) : [type as GraphQLObjectType];
    const cost = largest(
      ...types.map((each) => {
        const fields = this.fieldsFor(each, selections).map(({ node, when }) =>
          times(when, this.field(each, node, sized)),
        );
        return add(own ?? this.#model.weights.costs.get(each.name) ?? OBJECT, ...fields);
      }),
    );
    if (isPlain) {
      const among = this.#known.get(selections) ?? new Map<string, Expression>();
      this.#known.set(selections, among.set(type.name, cost));
    }
    return cost;
  }

  /** The fields of the selections that an object of the type has, fragments looked into. */
  fieldsFor(type: GraphQLObjectType, { selections }: SelectionSetNode, when: Expression = 1): Included[] {
    return selections.flatMap((selection): Included[] => {
      const isIn = times(when, inclusion(selection.directives));
      if (selection.kind === Kind.FIELD) return [{ node: selection, when: isIn }];
      const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? this.#fragments[selection.name.value] : selection;
      if (!fragment || !this.#applies(type, fragment.typeCondition?.name.value)) return [];
      return this.fieldsFor(type, fragment.selectionSet, isIn);
    });
  }

  #applies(type: GraphQLObjectType, condition: string | undefined): boolean {
    if (condition === undefined || condition === type.name) return true;
    const wanted = this.#model.schema.getType(condition);
    return isAbstractType(wanted) && this.#model.schema.isSubType(wanted, type);
  }

  field(parent: GraphQLObjectType, node: FieldNode, sized?: ReadonlyMap<string, Expression>): Expression {
    const { costs, listSizes } = this.#model.weights;
    const name = node.name.value;
    if (name === '__schema' || name === '__type') return INTROSPECTION;
    const field = parent.getFields()[name];
    if (!field) return 0;
    const place = placeOf(this.#model, parent, name);
    const type = getNamedType(field.type);
    const own = costs.get(place);
    const listSize = listSizes.get(place);
    const length = listSize && this.#length(place, field, node, listSize);
    const sizedFields = listSize?.sizedFields ?? [];
    const below =
      sizedFields.length > 0 && length !== undefined ? new Map(sizedFields.map((each) => [each, length])) : undefined;
    const each =
      node.selectionSet && isCompositeType(type)
        ? this.#object(type, node.selectionSet, own, below)
        : (own ?? costs.get(type.name) ?? 0);
    const count = isListType(getNullableType(field.type))
      ? (sized?.get(name) ?? (below ? undefined : length) ?? LIST_SIZE)
      : 1;
    return add(times(count, each), this.#arguments(place, field, node));
  }

  #arguments(place: string, field: GraphQLField<unknown, unknown>, node: FieldNode): Expression {
    return add(
      ...field.args.map((argument) => {
        const given = node.arguments?.find((each) => each.name.value === argument.name);
        return compileInputCost(this.#model.weights, `${place}(${argument.name}:)`, argument.type, given?.value);
      }),
    );
  }

  /** How long the list is at most; undefined where that is not said. */
  #length(
    place: string,
    field: GraphQLField<unknown, unknown>,
    node: FieldNode,
    size: ListSize,
  ): Expression | undefined {
    const named = size.slicingArguments ?? [];
    const further = (this.#model.slicingArguments ?? []).filter(
      (name) => !named.includes(name) && argumentOf(field, name),
    );
    const slicing = [...named, ...further].map((name) => {
      const { defaultValue } = argumentOf(field, name) ?? {};
      return argumentValue(
        node.arguments?.find((each) => each.name.value === name),
        defaultValue,
      );
    });
    if (slicing.length === 0) return size.assumedSize ?? undefined;
    const given = (values: Values, among = slicing) =>
      among.map((read) => read(values)).filter((value) => value != null);
    // Of one that may not be null, there always is one.
    const isSure = named.length === 1 && isNonNullType(argumentOf(field, named[0])?.type);
    if (named.length > 0 && size.requireOneSlicingArgument && !isSure) {
      this.problems.push((values) =>
        given(values, slicing.slice(0, named.length)).length === 1
          ? undefined
          : `${place} needs exactly one of the arguments ${named.join(', ')}.`,
      );
    }
    const length = (values: Values) => {
      const numbers = given(values).map(asCount);
      return numbers.length > 0 ? Math.max(...numbers) : (size.assumedSize ?? LIST_SIZE);
    };
    const isFixed = node.arguments?.every(({ value }) => value.kind !== Kind.VARIABLE) ?? true;
    return isFixed ? length({}) : length;
  }
}

function argumentOf(field: GraphQLField<unknown, unknown>, name: string | undefined): GraphQLArgument | undefined {
  return field.args.find((argument) => argument.name === name);
}

/** Where a field is marked: at the object, or at an interface that it implements. */
function placeOf({ weights }: CostModel, parent: GraphQLObjectType, name: string): string {
  const places = [parent, ...parent.getInterfaces()].map((type) => `${type.name}.${name}`);
  return places.find((place) => weights.costs.has(place) || weights.listSizes.has(place)) ?? `${parent.name}.${name}`;
}

function argumentValue(node: ArgumentNode | undefined, defaultValue: unknown): (values: Values) => unknown {
  if (!node) return () => defaultValue;
  const { value } = node;
  if (value.kind !== Kind.VARIABLE) {
    const literal = valueFromASTUntyped(value);
    return () => literal;
  }
  // A variable that is absent leaves the default in place; null does not.
  return (values) => (values[value.name.value] === undefined ? defaultValue : values[value.name.value]);
}

function asCount(value: unknown): number {
  return typeof value === 'number' && value > 0 ? Math.ceil(value) : 0;
}

function inclusion(directives: readonly DirectiveNode[] = []): Expression {
  let included: Expression = 1;
  for (const { name, arguments: [condition] = [] } of directives) {
    if (name.value !== 'skip' && name.value !== 'include') continue;
    const wanted = name.value === 'include';
    included = times(included, truth(condition?.value, wanted));
  }
  return included;
}

function truth(value: ValueNode | undefined, wanted: boolean): Expression {
  if (value?.kind === Kind.BOOLEAN) return value.value === wanted ? 1 : 0;
  if (value?.kind !== Kind.VARIABLE) return 1;
  return (values) => ((values[value.name.value] === true) === wanted ? 1 : 0);
}

function defaultsOf({ variableDefinitions = [] }: OperationDefinitionNode): Record<string, unknown> | undefined {
  const given = variableDefinitions.filter(({ defaultValue }) => defaultValue);
  if (given.length === 0) return undefined;
  return Object.fromEntries(
    given.map(({ variable, defaultValue }) => [variable.name.value, defaultValue && valueFromASTUntyped(defaultValue)]),
  );
}
