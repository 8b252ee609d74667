/*
 * How long the answer of a fetch may be kept, and for whom: reckoned once per query text by Apollo's rules over what
 * the subgraph's SDL says (annotations.ts). The default is not at all: each root field and each field that yields
 * objects must say how long. A fetch of entities counts as the fields of its types.
 */
import { hash } from 'node:crypto';
import {
  type ASTNode,
  BREAK,
  type FragmentDefinitionNode,
  Kind,
  type ObjectFieldNode,
  type OperationDefinitionNode,
  OperationTypeNode,
  parse,
  type SelectionSetNode,
  visit,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import {
  type AnnotatedField,
  type AnnotatedType,
  type Annotations,
  type Guard,
  readAnnotations,
  strictest,
} from './annotations.ts';

/**
 * With whom an answer may be shared: with everybody; with all who hold the same scopes, because a guard looks at those and
 * the field at nothing of its caller; or with nobody but the caller it was given to.
 */
export type Audience = 'everybody' | 'scopes' | 'caller';

export interface Keeping {
  /** Above zero. */
  readonly maxAgeSeconds: number;
  readonly audience: Audience;
  /** Names of the types of things (of what has an id) that stand in the answer. */
  readonly things: readonly string[];
}

export type FetchPolicy =
  /** `id` tells it from all other fetches, also from the same text over another SDL. */
  | { readonly kind: 'root' | 'entities'; readonly id: string; readonly keeping: Keeping }
  /** Things that are kept somewhere and that this may change. */
  | { readonly kind: 'mutation'; readonly changes: readonly string[] }
  /** Nothing to do for a cache. */
  | { readonly kind: 'none' };

/** Field of Mutation -> things that it may change and does not answer with. */
export type FurtherChanges = Readonly<Record<string, readonly string[]>>;

const NONE: FetchPolicy = { kind: 'none' };
/** Per subgraph. The executor keeps a thousand documents; one has a handful of fetches. */
const QUERIES_KEPT = 5_000;

export class CachePolicies {
  readonly #subgraphs: ReadonlyMap<string, SubgraphPolicies>;
  readonly #responses = new WeakMap<OperationDefinitionNode, Keeping | undefined>();

  /** @param sdls the federation SDL of each subgraph, by its name in the supergraph. */
  constructor(sdls: Readonly<Record<string, string>>, furtherChanges: FurtherChanges = {}) {
    this.#subgraphs = new Map(
      Object.entries(sdls).map(([name, sdl]) => [name, new SubgraphPolicies(name, sdl, furtherChanges)]),
    );
  }

  /** @param query the text that a plan sends to this subgraph. */
  of(subgraph: string, query: string): FetchPolicy {
    return this.#subgraphs.get(subgraph)?.of(query) ?? NONE;
  }

  /** How long the answer to a client's operation may be kept, undefined for not at all. */
  ofResponse(
    operation: OperationDefinitionNode,
    fragments: Readonly<Record<string, FragmentDefinitionNode>>,
  ): Keeping | undefined {
    if (!this.#responses.has(operation)) {
      const all = [...this.#subgraphs.values()].map(({ types }) => types);
      const isQuery =
        operation.operation === OperationTypeNode.QUERY && !namesPosition([operation, ...Object.values(fragments)]);
      const restriction = new Restriction(all, fragments);
      if (isQuery) restriction.visitRoot(operation.selectionSet, 'Query');
      this.#responses.set(operation, isQuery ? restriction.keeping : undefined);
    }
    return this.#responses.get(operation);
  }
}

class SubgraphPolicies {
  readonly types: Annotations;
  readonly #prefix: string;
  readonly #furtherChanges: FurtherChanges;
  /** Types of things that are kept somewhere. */
  readonly #kept: ReadonlySet<string>;
  readonly #policies = new LRUCache<string, FetchPolicy>({ max: QUERIES_KEPT });

  constructor(name: string, sdl: string, furtherChanges: FurtherChanges) {
    this.types = readAnnotations(sdl);
    this.#prefix = `${name}\n${sdl}\n`;
    this.#furtherChanges = furtherChanges;
    this.#kept = keptThings(this.types);
  }

  of(query: string): FetchPolicy {
    let policy = this.#policies.get(query);
    if (!policy) {
      policy = this.#kept.size > 0 ? this.#reckon(query) : NONE;
      this.#policies.set(query, policy);
    }
    return policy;
  }

  #reckon(query: string): FetchPolicy {
    const { definitions } = parse(query, { noLocation: true });
    const operation = definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION);
    if (!operation) return NONE;
    const fragments = Object.fromEntries(
      definitions.flatMap((node) => (node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node]] : [])),
    );
    const restriction = new Restriction([this.types], fragments);
    if (operation.operation === OperationTypeNode.MUTATION) {
      restriction.visitPayloads(operation.selectionSet);
      const fields = operation.selectionSet.selections.flatMap((each) =>
        each.kind === Kind.FIELD ? [each.name.value] : [],
      );
      const further = fields.flatMap((field) => this.#furtherChanges[field] ?? []);
      const changes = [...new Set([...restriction.things, ...further])].filter((name) => this.#kept.has(name));
      return changes.length > 0 ? { kind: 'mutation', changes } : NONE;
    }
    if (operation.operation !== OperationTypeNode.QUERY) return NONE;
    if (namesPosition(definitions)) return NONE;
    const entities = entitiesOf(operation.selectionSet);
    if (entities) restriction.visitEntities(entities);
    else restriction.visitRoot(operation.selectionSet, 'Query');
    const { keeping } = restriction;
    if (!keeping) return NONE;
    const id = hash('sha256', `${this.#prefix}${query}`, 'base64url');
    return { kind: entities ? 'entities' : 'root', id, keeping };
  }
}

function keptThings(types: Annotations): Set<string> {
  const kept = new Set<string>();
  const add = (name: string) => {
    for (const each of concrete(types.get(name), name)) if (isThing(types.get(each))) kept.add(each);
  };
  for (const [name, type] of types) {
    if (isAnnotated(type)) add(name);
    for (const field of type.fields.values()) if (isAnnotated(field)) add(field.type);
  }
  return kept;
}

const isAnnotated = ({ annotation }: Pick<AnnotatedType, 'annotation'>) =>
  annotation.inheritMaxAge === true || (annotation.maxAge ?? 0) > 0;
const isThing = (type: AnnotatedType | undefined) => type?.fields.has('id') ?? false;
const concrete = (type: AnnotatedType | undefined, name: string) => (type?.members.size ? [...type.members] : [name]);

/**
 * Whether variables hold a position of somebody's. What is found near one is hardly asked for twice, and would be a note of
 * who was where.
 */
export function holdPosition(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return 'latitude' in value || Object.values(value).some(holdPosition);
}

/** The same of what stands in the text itself. */
function namesPosition(nodes: readonly ASTNode[]): boolean {
  let isNamed = false;
  const ObjectField = ({ name }: ObjectFieldNode) => {
    if (name.value !== 'latitude') return undefined;
    isNamed = true;
    return BREAK;
  };
  for (const node of nodes) visit(node, { ObjectField });
  return isNamed;
}

/** The selections of `_entities`, where that is all a fetch asks for. */
function entitiesOf({ selections }: SelectionSetNode): SelectionSetNode | undefined {
  const [first] = selections;
  const isEntities = selections.length === 1 && first?.kind === Kind.FIELD && first.name.value === '_entities';
  return isEntities ? first.selectionSet : undefined;
}

/** Grows stricter with every field that is looked at. */
class Restriction {
  readonly things = new Set<string>();
  readonly #sources: readonly Annotations[];
  readonly #fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  readonly #guards: Guard[] = [];
  #maxAgeSeconds: number | undefined;
  #isPrivate = false;

  /** @param sources of all subgraphs that may be asked; where several of them know a field, all are heard. */
  constructor(sources: readonly Annotations[], fragments: Readonly<Record<string, FragmentDefinitionNode>>) {
    this.#sources = sources;
    this.#fragments = fragments;
  }

  get keeping(): Keeping | undefined {
    const guard = strictest(...this.#guards);
    // A guard that looks at more than scopes may let each caller in or not: nothing behind it is shared.
    const audience = this.#isPrivate || guard === 'other' ? 'caller' : guard === 'scopes' ? 'scopes' : 'everybody';
    const maxAgeSeconds = this.#maxAgeSeconds ?? 0;
    return maxAgeSeconds > 0 ? { maxAgeSeconds, audience, things: [...this.things] } : undefined;
  }

  visitRoot(selectionSet: SelectionSetNode, typeName: string): void {
    this.#visit(selectionSet, { typeName, sources: this.#sources, isRoot: true });
  }

  /** Sees what mutations may answer with, whether it is asked for or not. */
  visitPayloads(selectionSet: SelectionSetNode): void {
    this.visitRoot(selectionSet, 'Mutation');
    for (const source of this.#sources) {
      for (const selection of selectionSet.selections) {
        const field =
          selection.kind === Kind.FIELD ? source.get('Mutation')?.fields.get(selection.name.value) : undefined;
        for (const { type } of source.get(field?.type ?? '')?.fields.values() ?? []) this.#see(type);
      }
    }
  }

  visitEntities({ selections }: SelectionSetNode): void {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD && selection.name.value === '__typename') continue;
      const typeName = selection.kind === Kind.INLINE_FRAGMENT ? selection.typeCondition?.name.value : undefined;
      if (!typeName || selection.kind !== Kind.INLINE_FRAGMENT) {
        this.#restrict(0);
        continue;
      }
      for (const source of this.#sources) this.#enterEntity(source.get(typeName));
      this.#visit(selection.selectionSet, { typeName, sources: this.#sources, isRoot: false });
    }
  }

  #visit({ selections }: SelectionSetNode, place: Place): void {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        if (selection.name.value === '__typename') continue;
        const fields = this.#fieldsAt(place, selection.name.value);
        if (fields.length === 0) this.#restrict(0);
        for (const { field, source } of fields) this.#visitField(field, source, place.isRoot);
        const [first] = fields;
        if (!first || !selection.selectionSet) continue;
        const sources = [...new Set(fields.map(({ source }) => source))];
        this.#visit(selection.selectionSet, { typeName: first.field.type, sources, isRoot: false });
        continue;
      }
      const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? this.#fragments[selection.name.value] : selection;
      if (!fragment) {
        this.#restrict(0);
        continue;
      }
      const typeName = fragment.typeCondition?.name.value ?? place.typeName;
      if (!place.isRoot) this.#see(typeName);
      this.#visit(fragment.selectionSet, { ...place, typeName });
    }
  }

  /** As Apollo Server does when it resolves the field. */
  #visitField(field: AnnotatedField, source: Annotations, isRoot: boolean): void {
    // A scalar of the language itself is declared nowhere.
    const target = source.get(field.type);
    const ofType = target?.isComposite ? target.annotation : {};
    const inherits = ofType.inheritMaxAge || (field.annotation.inheritMaxAge && ofType.maxAge === undefined);
    const isOpenEnded = isRoot || (target?.isComposite && !inherits);
    const maxAge = field.annotation.maxAge ?? ofType.maxAge ?? (isOpenEnded ? 0 : undefined);
    this.#restrict(maxAge, field.annotation.scope ?? ofType.scope);
    this.#guards.push(field.guard, target?.guard ?? 'none');
    this.#see(field.type);
  }

  /** As Apollo's subgraph library does when it resolves a reference. */
  #enterEntity(type: AnnotatedType | undefined): void {
    this.#restrict(type?.annotation.maxAge ?? 0, type?.annotation.scope);
    this.#guards.push(type?.guard ?? 'none');
  }

  #restrict(maxAge: number | undefined, scope?: string): void {
    if (maxAge !== undefined) this.#maxAgeSeconds = Math.min(this.#maxAgeSeconds ?? maxAge, maxAge);
    if (scope === 'PRIVATE') this.#isPrivate = true;
  }

  #see(typeName: string): void {
    for (const source of this.#sources) {
      for (const name of concrete(source.get(typeName), typeName)) {
        if (this.#sources.some((each) => isThing(each.get(name)))) this.things.add(name);
      }
    }
  }

  /** The field where its parent came from; else in the subgraphs that are asked for it by the parent's key. */
  #fieldsAt({ typeName, sources }: Place, name: string): FieldOfSource[] {
    const here = sources.flatMap((source) => fieldsOf(source, typeName, name));
    if (here.length > 0) return here;
    const elsewhere = this.#sources.flatMap((source) => fieldsOf(source, typeName, name));
    for (const { source } of elsewhere) this.#enterEntity(source.get(typeName));
    return elsewhere;
  }
}

/** Where a selection stands. */
interface Place {
  readonly typeName: string;
  /** The subgraphs that may have yielded what stands here. */
  readonly sources: readonly Annotations[];
  readonly isRoot: boolean;
}

interface FieldOfSource {
  readonly field: AnnotatedField;
  readonly source: Annotations;
}

/** A field that a subgraph resolves; of an interface, also as each of its objects has it. */
function fieldsOf(source: Annotations, typeName: string, name: string): FieldOfSource[] {
  const type = source.get(typeName);
  const owners = [type, ...[...(type?.members ?? [])].map((member) => source.get(member))];
  return owners.flatMap((owner) => {
    const field = owner?.fields.get(name);
    return field && !field.isExternal ? [{ field, source }] : [];
  });
}
