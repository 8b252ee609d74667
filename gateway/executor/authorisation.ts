/*
 * Takes out of an operation what its caller may not read, before it is planned: nobody is asked for a forbidden field.
 * Which selections a requirement forbids depends on the document alone, so what is left is kept for each outcome of the
 * requirements that the document touches. The rules are those of Apollo Router.
 */
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLErrorExtensions,
  type GraphQLSchema,
  getNamedType,
  type InlineFragmentNode,
  isCompositeType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Requirement, Requirements, RequirementsOfSchema } from './requirements.ts';

/** What is known of callers. */
export interface Authorise<Context> {
  /** Whether @authenticated is met. */
  isAuthenticated(context: Context): boolean;
  /** For @requiresScopes. */
  scopes(context: Context): readonly string[];
  /** Those of `names` that are met, for @policy; none when absent. A rejection fails the operation. */
  policies?(context: Context, names: readonly string[]): readonly string[] | Promise<readonly string[]>;
  /** How a refusal is told; as Apollo Router does when absent. Asked for every place where something is forbidden. */
  refuse?(context: Context, requirement: Requirement): Refused;
}

export interface Refused {
  readonly message: string;
  readonly extensions: GraphQLErrorExtensions;
}

/** A selection that is forbidden, or all of whose own selections are, with the first requirement that is not met. */
export type Forbidden = ReadonlyMap<FieldNode | InlineFragmentNode | FragmentDefinitionNode, Requirement>;

/** A place in an answer where something forbidden was asked for. */
export interface ForbiddenPlace {
  readonly path: readonly (string | number)[];
  readonly requirement: Requirement;
}

const AS_ROUTER: Refused = {
  message: 'Unauthorized field or type',
  extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE' },
};

export function refusalAt<Context>(
  { path, requirement }: ForbiddenPlace,
  context: Context,
  authorise: Authorise<Context>,
): GraphQLError {
  const { message, extensions } = authorise.refuse?.(context, requirement) ?? AS_ROUTER;
  return new GraphQLError(message, { path: [...path], extensions });
}

/** @returns those of its requirements that the caller does not meet; a promise only where policies are asked for by one. */
export function unmetBy<Context>(
  { requirements, policies }: GuardedOperation,
  context: Context,
  authorise: Authorise<Context>,
): Requirements | Promise<Requirements> {
  const scopes = authorise.scopes(context);
  const unmet = (met: readonly string[]) =>
    requirements.filter((requirement) => {
      if (requirement.kind === 'authenticated') return !authorise.isAuthenticated(context);
      const held = requirement.kind === 'scopes' ? scopes : met;
      return !requirement.anyOf.some((allOf) => allOf.every((name) => held.includes(name)));
    });
  if (policies.length === 0) return unmet([]);
  const met = authorise.policies?.(context, policies) ?? [];
  return 'then' in met ? met.then(unmet) : unmet(met);
}

interface Parts {
  readonly definition: OperationDefinitionNode;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
}

/** What is left of an operation. */
export interface Permitted {
  /** Undefined where nothing is left. */
  readonly document: DocumentNode | undefined;
  readonly forbidden: Forbidden;
  /** What forbids the root, and so everything but introspection. */
  readonly root: Requirement | undefined;
}

/** Looks through one operation: which requirements it touches, and what is left when some are not met. */
export class GuardedOperation {
  /** Those it touches, each once: the order is the same for the same operation. */
  readonly requirements: Requirements;
  /** The names of all policies among them. */
  readonly policies: readonly string[];
  readonly #parts: Parts;
  readonly #schema: GraphQLSchema;
  readonly #demands: RequirementsOfSchema;

  constructor(parts: Parts, schema: GraphQLSchema, demands: RequirementsOfSchema) {
    this.#parts = parts;
    this.#schema = schema;
    this.#demands = demands;
    const touched = new Set<Requirement>();
    // Forbidding everything touches everything: whatever is looked at is noted, and nothing counts as unmet.
    this.#filter((requirements) => {
      for (const requirement of requirements) touched.add(requirement);
      return undefined;
    });
    this.requirements = [...touched];
    const policies = this.requirements.flatMap((each) => (each.kind === 'policies' ? each.anyOf.flat() : []));
    this.policies = [...new Set(policies)];
  }

  without(unmet: ReadonlySet<Requirement>): Permitted {
    return this.#filter((requirements) => requirements.find((requirement) => unmet.has(requirement)));
  }

  #filter(firstUnmet: (requirements: Requirements) => Requirement | undefined): Permitted {
    const { definition, fragments } = this.#parts;
    const filter = new Filter(this.#schema, this.#demands, fragments, firstUnmet);
    const rootType = this.#schema.getRootType(definition.operation)?.name ?? '';
    const root = firstUnmet(this.#demands.ofType(rootType));
    const selectionSet = filter.set(definition.selectionSet, rootType, root);
    const { forbidden } = filter;
    const isLeft = selectionSet?.selections.some(
      (selection) => selection.kind !== Kind.FIELD || !isTypename(selection),
    );
    if (!selectionSet || !isLeft) return { document: undefined, forbidden, root };
    const definitions = [{ ...definition, selectionSet }, ...filter.fragmentsLeft()];
    return { document: { kind: Kind.DOCUMENT, definitions }, forbidden, root };
  }
}

/** Read where a condition may leave out the only forbidden selection: then nothing is wrong with what is around it. */
export const TYPENAME: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

class Filter {
  readonly forbidden = new Map<FieldNode | InlineFragmentNode | FragmentDefinitionNode, Requirement>();
  readonly #schema: GraphQLSchema;
  readonly #demands: RequirementsOfSchema;
  readonly #fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  readonly #firstUnmet: (requirements: Requirements) => Requirement | undefined;
  /** Fragments that were looked through, and what is left of them. */
  readonly #left = new Map<string, FragmentDefinitionNode | undefined>();

  constructor(
    schema: GraphQLSchema,
    demands: RequirementsOfSchema,
    fragments: Readonly<Record<string, FragmentDefinitionNode>>,
    firstUnmet: (requirements: Requirements) => Requirement | undefined,
  ) {
    this.#schema = schema;
    this.#demands = demands;
    this.#fragments = fragments;
    this.#firstUnmet = firstUnmet;
  }

  fragmentsLeft(): FragmentDefinitionNode[] {
    return [...this.#left.values()].filter((fragment) => fragment !== undefined);
  }

  /** @returns undefined where nothing is left. */
  set({ selections }: SelectionSetNode, type: string, around?: Requirement): SelectionSetNode | undefined {
    const left = selections.flatMap((selection): SelectionNode[] => {
      const part = this.#selection(selection, type, around);
      if (part) return [part];
      return isConditional(selection) && !around ? [TYPENAME] : [];
    });
    return left.length > 0 ? { kind: Kind.SELECTION_SET, selections: left } : undefined;
  }

  #selection(selection: SelectionNode, type: string, around: Requirement | undefined): SelectionNode | undefined {
    if (selection.kind === Kind.FIELD) return this.#field(selection, type, around);
    if (selection.kind === Kind.FRAGMENT_SPREAD) {
      const left = this.#fragment(selection.name.value);
      return left && !around ? selection : undefined;
    }
    const condition = selection.typeCondition?.name.value ?? type;
    const unmet = this.#ofCondition(condition, selection.selectionSet, condition === type);
    const selectionSet = this.set(selection.selectionSet, condition, unmet ?? around);
    if (unmet) this.forbidden.set(selection, unmet);
    return selectionSet && !unmet ? { ...selection, selectionSet } : undefined;
  }

  #field(field: FieldNode, parent: string, around: Requirement | undefined): FieldNode | undefined {
    const name = field.name.value;
    // Introspection is for everybody, and where an object stands its type is no secret.
    if (name.startsWith('__')) return around && name === '__typename' ? undefined : field;
    const type = this.#typeOf(parent, name);
    const own = this.#firstUnmet(this.#demands.ofField(parent, name));
    const read = field.selectionSet && this.#ofReading(type, field.selectionSet);
    const unmet = own ?? read;
    if (unmet) this.forbidden.set(field, unmet);
    if (!field.selectionSet) return unmet || around ? undefined : field;
    const selectionSet = this.set(field.selectionSet, type, unmet ?? around);
    if (unmet || around) return undefined;
    if (selectionSet) return { ...field, selectionSet };
    const within = this.#firstWithin(field.selectionSet);
    if (within) this.forbidden.set(field, within);
    return undefined;
  }

  #fragment(name: string): FragmentDefinitionNode | undefined {
    if (this.#left.has(name)) return this.#left.get(name);
    const fragment = this.#fragments[name];
    if (!fragment) return undefined;
    const condition = fragment.typeCondition.name.value;
    const unmet = this.#ofCondition(condition, fragment.selectionSet, false);
    const selectionSet = this.set(fragment.selectionSet, condition, unmet);
    if (unmet) this.forbidden.set(fragment, unmet);
    const left = selectionSet && !unmet ? { ...fragment, selectionSet } : undefined;
    this.#left.set(name, left);
    return left;
  }

  /** What forbids a fragment. @param isKnown whether the type was looked at where the fragment stands. */
  #ofCondition(type: string, set: SelectionSetNode, isKnown: boolean): Requirement | undefined {
    const own = isKnown ? undefined : this.#firstUnmet(this.#demands.ofType(type));
    return own ?? this.#ofReading(type, set);
  }

  /** What forbids reading fields off an interface; fragments of its types are looked at one by one. */
  #ofReading(type: string, { selections }: SelectionSetNode): Requirement | undefined {
    const readsFields = selections.some((selection) => selection.kind === Kind.FIELD && !isTypename(selection));
    return readsFields ? this.#firstUnmet(this.#demands.ofImplementations(type)) : undefined;
  }

  #firstWithin({ selections }: SelectionSetNode): Requirement | undefined {
    for (const selection of selections) {
      const node = selection.kind === Kind.FRAGMENT_SPREAD ? this.#fragments[selection.name.value] : selection;
      const found = node && (this.forbidden.get(node) ?? (node.selectionSet && this.#firstWithin(node.selectionSet)));
      if (found) return found;
    }
    return undefined;
  }

  #typeOf(parent: string, field: string): string {
    const type = this.#schema.getType(parent);
    const fields = isCompositeType(type) && 'getFields' in type ? type.getFields() : {};
    return fields[field] ? getNamedType(fields[field].type).name : '';
  }
}

const isTypename = ({ name }: FieldNode): boolean => name.value === '__typename';

const isConditional = ({ directives = [] }: SelectionNode): boolean =>
  directives.some(({ name }) => name.value === 'skip' || name.value === 'include');
