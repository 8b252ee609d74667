/*
 * What @cost and @listSize say in a supergraph (the IBM cost specification, as federation 2.9 composes it). The names are
 * those that the supergraph's @link gives them; graphql-js' schema of the API no longer has them, so the text is read.
 */
import {
  type ConstDirectiveNode,
  type DocumentNode,
  type InputValueDefinitionNode,
  Kind,
  parse,
  valueFromASTUntyped,
} from 'graphql';

const COST_SPECIFICATION = 'https://specs.apollo.dev/cost/';

export interface ListSize {
  readonly assumedSize?: number | null;
  readonly slicingArguments?: readonly string[] | null;
  readonly sizedFields?: readonly string[] | null;
  readonly requireOneSlicingArgument: boolean;
}

/** What is marked, nothing below 0; what is not has the weights that the specification gives. */
export interface Weights {
  /** By `Type`, `Type.field`, `Type.field(argument:)` and `Input.field`. */
  readonly costs: ReadonlyMap<string, number>;
  /** By `Type.field`. */
  readonly listSizes: ReadonlyMap<string, ListSize>;
}

/** @throws GraphQLError where the text is no SDL. */
export function readWeights(supergraphSdl: string): Weights {
  const document = parse(supergraphSdl, { noLocation: true });
  const names = namesIn(document);
  const costs = new Map<string, number>();
  const listSizes = new Map<string, ListSize>();
  const weigh = (place: string, directives: readonly ConstDirectiveNode[] = []) => {
    const weight = argumentsOf(directives, names.cost)?.weight;
    if (typeof weight === 'number') costs.set(place, Math.max(0, weight));
  };
  const weighAll = (place: (name: string) => string, values: readonly InputValueDefinitionNode[] = []) => {
    for (const { name, directives } of values) weigh(place(name.value), directives);
  };
  for (const definition of document.definitions) {
    if (!('name' in definition) || !definition.name) continue;
    const type = definition.name.value;
    if (definition.kind !== Kind.DIRECTIVE_DEFINITION) weigh(type, definition.directives as ConstDirectiveNode[]);
    if (definition.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION) weighAll((name) => `${type}.${name}`, definition.fields);
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue;
    for (const field of definition.fields ?? []) {
      const place = `${type}.${field.name.value}`;
      weigh(place, field.directives);
      weighAll((name) => `${place}(${name}:)`, field.arguments);
      const size = argumentsOf(field.directives ?? [], names.listSize);
      if (size) listSizes.set(place, { requireOneSlicingArgument: true, ...size } as ListSize);
    }
  }
  return { costs, listSizes };
}

/** How the two directives are called here; undefined where the supergraph knows none. */
function namesIn(document: DocumentNode): { readonly cost?: string; readonly listSize?: string } {
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.SCHEMA_DEFINITION && definition.kind !== Kind.SCHEMA_EXTENSION) continue;
    for (const directive of definition.directives ?? []) {
      const link = argumentsOf([directive], 'link');
      if (!String(link?.url).startsWith(COST_SPECIFICATION)) continue;
      const namespace = typeof link?.as === 'string' ? link.as : 'cost';
      const imported = new Map(((link?.import ?? []) as (string | { name: string; as?: string })[]).map(importedAs));
      return {
        // The directive that is called as its specification needs no namespace.
        cost: imported.get('@cost') ?? namespace,
        listSize: imported.get('@listSize') ?? `${namespace}__listSize`,
      };
    }
  }
  return {};
}

function importedAs(item: string | { name: string; as?: string }): [string, string] {
  if (typeof item === 'string') return [item, item.slice(1)];
  return [item.name, (item.as ?? item.name).slice(1)];
}

function argumentsOf(
  directives: readonly ConstDirectiveNode[],
  name: string | undefined,
): Record<string, unknown> | undefined {
  const directive = directives.find((each) => each.name.value === name);
  return (
    directive &&
    Object.fromEntries((directive.arguments ?? []).map((each) => [each.name.value, valueFromASTUntyped(each.value)]))
  );
}
