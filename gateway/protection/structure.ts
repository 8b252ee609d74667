/*
 * Limits on the mere form of a document, before it is validated and planned: both take time that grows with depth and
 * repetition. Fragments count wherever they are spread. What asks for the schema itself is as deep as tools need it, and
 * how often its lists nest is limited by graphql-js' own rule (MaxIntrospectionDepthRule).
 */
import {
  type DirectiveNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  parse,
  type SelectionSetNode,
} from 'graphql';
import { Refusal } from '../../subgraphs/kernel/errors.ts';

export interface StructureLimits {
  /** Of the text. */
  readonly tokens: number;
  /** Fields in one another. */
  readonly depth: number;
  /** The same below __schema and __type. */
  readonly introspectionDepth: number;
  readonly rootFields: number;
  /** Fields in all, fragments counted wherever they are spread. */
  readonly fields: number;
  readonly aliases: number;
  readonly directives: number;
}

/** Twice and more of what our own clients and the usual tools ask; the deepest of ours is 7, the widest has 45 fields. */
export const structureLimits: StructureLimits = {
  tokens: 3_000,
  depth: 15,
  introspectionDepth: 20,
  rootFields: 20,
  fields: 500,
  aliases: 30,
  directives: 50,
};

/** @returns why the text is not to be looked at further; undefined where it may, also when it cannot be parsed at all. */
export function structureRefusal(text: string, limits: StructureLimits = structureLimits): Refusal | undefined {
  let document: DocumentNode;
  try {
    document = parse(text, { maxTokens: limits.tokens, noLocation: true });
  } catch (error) {
    const isLong = error instanceof GraphQLError && error.message.includes(`more that ${limits.tokens} tokens`);
    return isLong ? beyond('tokens', `more than ${limits.tokens}`, limits.tokens) : undefined;
  }
  const measure = new Measuring(document);
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    const extent = measure.selections(definition.selectionSet);
    extent.directives += count(definition.directives);
    for (const variable of definition.variableDefinitions ?? []) extent.directives += count(variable.directives);
    for (const name of Object.keys(extent) as (keyof Extent)[]) {
      if (extent[name] > limits[name]) return beyond(name, String(extent[name]), limits[name]);
    }
  }
  return undefined;
}

const inWords: Readonly<Record<keyof StructureLimits, string>> = {
  tokens: 'tokens',
  depth: 'levels of fields',
  introspectionDepth: 'levels of fields about the schema',
  rootFields: 'root fields',
  fields: 'fields',
  aliases: 'aliases',
  directives: 'directives',
};

function beyond(name: keyof StructureLimits, found: string, limit: number): Refusal {
  return new Refusal(
    'DOCUMENT_TOO_COMPLEX',
    `The document has ${found} ${inWords[name]}; at most ${limit} are allowed.`,
  );
}

const count = (directives: readonly DirectiveNode[] = []) => directives.length;

type Extent = { -readonly [Name in Exclude<keyof StructureLimits, 'tokens'>]: number };

const none: Readonly<Extent> = { depth: 0, introspectionDepth: 0, rootFields: 0, fields: 0, aliases: 0, directives: 0 };

class Measuring {
  readonly #fragments = new Map<string, FragmentDefinitionNode>();
  /** Each fragment is measured once, however often it is spread; one that is being measured spreads itself. */
  readonly #measured = new Map<string, Extent | 'being measured'>();

  constructor(document: DocumentNode) {
    for (const definition of document.definitions) {
      if (definition.kind === Kind.FRAGMENT_DEFINITION) this.#fragments.set(definition.name.value, definition);
    }
  }

  selections({ selections }: SelectionSetNode): Extent {
    const extent = { ...none };
    for (const selection of selections) {
      extent.directives += count(selection.directives);
      if (selection.kind === Kind.FRAGMENT_SPREAD) include(extent, this.#fragment(selection.name.value));
      else if (selection.kind === Kind.INLINE_FRAGMENT) include(extent, this.selections(selection.selectionSet));
      else {
        extent.rootFields++;
        extent.fields++;
        if (selection.alias) extent.aliases++;
        const below = selection.selectionSet ? this.selections(selection.selectionSet) : none;
        include(extent, { ...below, ...deeper(selection.name.value, below), rootFields: 0 });
      }
    }
    return extent;
  }

  #fragment(name: string): Extent {
    const known = this.#measured.get(name);
    // Validation refuses documents with such fragments, or without them.
    if (known === 'being measured') return none;
    if (known) return known;
    const fragment = this.#fragments.get(name);
    if (!fragment) return none;
    this.#measured.set(name, 'being measured');
    const extent = this.selections(fragment.selectionSet);
    extent.directives += count(fragment.directives);
    this.#measured.set(name, extent);
    return extent;
  }
}

function deeper(field: string, below: Readonly<Extent>): Pick<Extent, 'depth' | 'introspectionDepth'> {
  if (field === '__schema' || field === '__type') {
    return { depth: 1, introspectionDepth: 1 + Math.max(below.depth, below.introspectionDepth) };
  }
  return { depth: 1 + below.depth, introspectionDepth: below.introspectionDepth };
}

function include(extent: Extent, other: Readonly<Extent>): void {
  extent.depth = Math.max(extent.depth, other.depth);
  extent.introspectionDepth = Math.max(extent.introspectionDepth, other.introspectionDepth);
  extent.rootFields += other.rootFields;
  extent.fields += other.fields;
  extent.aliases += other.aliases;
  extent.directives += other.directives;
}
