/*
 * What the SDL of a subgraph says about keeping its answers: Apollo's @cacheControl on fields and types, and whether a
 * guard stands before them. Read per subgraph and not from the supergraph: a field that two subgraphs resolve is kept
 * only where its own subgraph says so.
 */
import {
  type ConstDirectiveNode,
  type ConstValueNode,
  type DefinitionNode,
  type FieldDefinitionNode,
  Kind,
  parse,
  type TypeNode,
} from 'graphql';

export type CacheScope = 'PUBLIC' | 'PRIVATE';

/** The arguments of @cacheControl as Apollo Server reads them: with `inheritMaxAge` there is no `maxAge`. */
export interface Annotation {
  /** Seconds. */
  readonly maxAge?: number | undefined;
  readonly scope?: CacheScope | undefined;
  readonly inheritMaxAge?: true | undefined;
}

/** Whom a field or type lets in: everybody, those with certain scopes, or whoever passes something else. */
export type Guard = 'none' | 'scopes' | 'other';

export interface AnnotatedField {
  /** The named type of what it yields. */
  readonly type: string;
  readonly annotation: Annotation;
  readonly guard: Guard;
  readonly isExternal: boolean;
}

export interface AnnotatedType {
  readonly annotation: Annotation;
  readonly guard: Guard;
  /** Objects, interfaces and unions. */
  readonly isComposite: boolean;
  readonly fields: Map<string, AnnotatedField>;
  /** Of an interface or union: the objects it can stand for. */
  readonly members: Set<string>;
}

/** Type name -> what is said about it. */
export type Annotations = ReadonlyMap<string, AnnotatedType>;

/** @throws Error where a scope is none: what is private must not pass for public. */
export function readAnnotations(sdl: string): Annotations {
  const types = new Map<string, AnnotatedType>();
  const memberships: [abstract: string, member: string][] = [];
  for (const node of parse(sdl, { noLocation: true }).definitions) {
    if (!isTypeNode(node)) continue;
    const name = node.name.value;
    const before = types.get(name);
    const fields = before?.fields ?? new Map<string, AnnotatedField>();
    if ('fields' in node) for (const field of node.fields ?? []) addField(fields, field);
    types.set(name, {
      annotation: annotationOf(node.directives) ?? before?.annotation ?? {},
      guard: strictest(guardOf(node.directives), before?.guard ?? 'none'),
      isComposite: 'fields' in node || 'types' in node,
      fields,
      members: before?.members ?? new Set(),
    });
    if ('interfaces' in node) for (const each of node.interfaces ?? []) memberships.push([each.name.value, name]);
    if ('types' in node) for (const each of node.types ?? []) memberships.push([name, each.name.value]);
  }
  for (const [abstract, member] of memberships) types.get(abstract)?.members.add(member);
  return types;
}

export function strictest(...guards: readonly Guard[]): Guard {
  if (guards.includes('other')) return 'other';
  return guards.includes('scopes') ? 'scopes' : 'none';
}

type TypeDefinition = Extract<
  DefinitionNode,
  { kind: `${'Object' | 'Interface' | 'Union' | 'Scalar' | 'Enum'}Type${'Definition' | 'Extension'}` }
>;

function isTypeNode(node: DefinitionNode): node is TypeDefinition {
  return /^(Object|Interface|Union|Scalar|Enum)Type(Definition|Extension)$/.test(node.kind);
}

function addField(fields: Map<string, AnnotatedField>, node: FieldDefinitionNode): void {
  fields.set(node.name.value, {
    type: namedType(node.type),
    annotation: annotationOf(node.directives) ?? {},
    guard: guardOf(node.directives),
    isExternal: node.directives?.some((each) => federationName(each) === 'external') ?? false,
  });
}

function namedType(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type);
}

type Directives = readonly ConstDirectiveNode[] | undefined;

function annotationOf(directives: Directives): Annotation | undefined {
  const directive = directives?.find(({ name }) => name.value === 'cacheControl');
  if (!directive) return undefined;
  const values = new Map<string, ConstValueNode>(directive.arguments?.map(({ name, value }) => [name.value, value]));
  const [maxAge, scope, inherit] = ['maxAge', 'scope', 'inheritMaxAge'].map((name) => values.get(name));
  if (scope && (scope.kind !== Kind.ENUM || !isScope(scope.value)))
    throw new Error('@cacheControl has an unknown scope');
  const who = scope?.value as CacheScope | undefined;
  if (inherit?.kind === Kind.BOOLEAN && inherit.value) return { inheritMaxAge: true, scope: who };
  return { maxAge: maxAge?.kind === Kind.INT ? Number(maxAge.value) : undefined, scope: who };
}

const isScope = (value: string) => value === 'PUBLIC' || value === 'PRIVATE';

function guardOf(directives: Directives): Guard {
  const names = directives?.map(federationName) ?? [];
  if (names.includes('authenticated') || names.includes('policy')) return 'other';
  return names.includes('requiresScopes') ? 'scopes' : 'none';
}

const federationName = ({ name }: ConstDirectiveNode) => name.value.replace(/^federation__/, '');
