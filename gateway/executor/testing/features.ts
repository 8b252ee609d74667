/*
 * What a case of the differential test is made of, so that a test can hold that nothing of it has gone missing: features
 * of the graph, of the document with its variables, and of the plan.
 */
import type { PlanNode, QueryPlan } from '@apollo/query-planner';
import { Kind, parse } from 'graphql';

const GRAPH: Readonly<Record<string, RegExp>> = {
  'an interface': /^interface \w/m,
  'an interface of an interface': /^interface \w+ implements /m,
  'an interface object': /isInterfaceObject: true/,
  'a union': /^union /m,
  '@requires': /requires: "/,
  '@requires of an interface object': /tagged: String .*requires: "/,
  '@provides': /provides: "/,
  '@shareable at the root': /^ {2}shared: Box$/m,
  '@override': /override: "s\d"(?!, overrideLabel)/,
  '@override by a label': /overrideLabel: "/,
  'an @inaccessible field': /^ {2}\w+.*: .*@inaccessible/m,
  'an @inaccessible type': /^type [^{]*@inaccessible/m,
  'an @inaccessible argument': /hidden: Int @inaccessible/,
  'an @inaccessible enum value': /HIDDEN .*@inaccessible/,
  'a nested key': /key: "reference \{ id \}"/,
  'a composite key': /key: "id code"/,
  'several keys': /^type \w+[^{]*key: "id"[^{]*key: "code"/m,
  'a key that is not resolvable': /resolvable: false/,
};

const DOCUMENT: Readonly<Record<string, RegExp>> = {
  'a mutation': /^mutation /m,
  'a mutation of several fields': /^mutation .*change.*change/m,
  'one of several operations': /^query Other/,
  'an alias': /\ba\d+: /,
  'a fragment with a type': /\.\.\. on \w/,
  'a fragment without a type': /\.\.\.\s*(@|\{)/,
  'a named fragment': /\.\.\.Part/,
  'a named fragment in two places': /\.\.\.(Part\d+)\b[\s\S]*\.\.\.\1\b/,
  '@skip': /@skip/,
  '@include': /@include/,
  'both conditions at once': /@skip\([^)]*\) @include/,
  'a condition by a variable': /\(if: \$/,
  __typename: /(?<!: )__typename/,
  'a __typename by another name': /: __typename/,
  introspection: /__schema|__type\(/,
  'a variable with a default': /\$\w+: [^,)]+ = /,
  'a variable inside an input object': /\{ color: \$/,
  'an argument that is an enum': /color: (RED|GREEN|BLUE)/,
};

/** The names of what a supergraph has. */
export function featuresOfGraph(supergraphSdl: string): string[] {
  return matching(GRAPH, supergraphSdl);
}

/** The names of what an operation has. */
export function featuresOfOperation(
  query: string,
  variables: Readonly<Record<string, unknown>>,
  plan: QueryPlan,
): string[] {
  const found = [...matching(DOCUMENT, query), ...ofPlan(plan.node)];
  if (Object.values(variables).includes(null)) found.push('a variable that is null');
  if (asksRootForTypename(query)) found.push('a __typename of the root');
  return found;
}

/** The names of all that may be found. */
export const allFeatures: readonly string[] = [
  ...Object.keys(GRAPH),
  ...Object.keys(DOCUMENT),
  'a variable that is null',
  'a __typename of the root',
  'plan: Sequence',
  'plan: Parallel',
  'plan: Flatten',
  'plan: Condition',
  'plan: Fetch',
  'plan: Fetch of entities',
  'plan: input rewrites',
  'plan: output rewrites',
  'plan: mutations in series',
];

function matching(patterns: Readonly<Record<string, RegExp>>, text: string): string[] {
  return Object.keys(patterns).filter((name) => patterns[name]?.test(text));
}

function asksRootForTypename(query: string): boolean {
  const roots = parse(query).definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  return (roots.at(-1)?.selectionSet.selections ?? []).some(
    (selection) => selection.kind === Kind.FIELD && selection.name.value === '__typename',
  );
}

function ofPlan(node: QueryPlan['node']): string[] {
  if (!node || node.kind === 'Subscription') return [];
  const found = [`plan: ${node.kind}`];
  if (node.kind === 'Fetch') {
    if (node.requires) found.push('plan: Fetch of entities');
    if (node.inputRewrites?.length) found.push('plan: input rewrites');
    if (node.outputRewrites?.length) found.push('plan: output rewrites');
  }
  if (node.kind === 'Sequence' && node.nodes.filter(isMutation).length > 1) found.push('plan: mutations in series');
  return [...found, ...below(node).flatMap(ofPlan)];
}

function below(node: PlanNode): readonly PlanNode[] {
  if (node.kind === 'Sequence' || node.kind === 'Parallel') return node.nodes;
  if (node.kind === 'Flatten') return [node.node];
  if (node.kind === 'Condition') return [node.ifClause, node.elseClause].filter((branch) => branch !== undefined);
  return [];
}

const isMutation = (node: PlanNode): boolean => node.kind === 'Fetch' && node.operationKind === 'mutation';
