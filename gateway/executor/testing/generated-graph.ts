/*
 * Generated graphs. A graph composes by construction: each field has one owner or is shareable, every entity carries its
 * key wherever it stands. Names tell types apart, so that operations over them validate. On request, some fields and
 * types are guarded: never keys, nor what other fields require, since composition wants those guarded alike.
 */
import { Random } from './random.ts';

const LINK =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@external", ' +
  '"@requires", "@provides", "@inaccessible", "@interfaceObject", "@override", "@authenticated", "@requiresScopes", ' +
  '"@policy"])';

const KEYS = ['id', 'code', 'reference { id }'] as const;

interface Place {
  readonly subgraph: number;
  readonly keys: readonly string[];
}

interface Entity {
  readonly name: string;
  /** The subgraphs it stands in, with the key it has there; the first owns it. */
  readonly places: readonly Place[];
  /** Where it is only pointed to, by its id. */
  readonly stubs: readonly number[];
  /** The type of `mood`, which its interface says to be a Float: where both stand in one fetch, one is renamed. */
  readonly mood: 'Float' | 'Float!';
  /** Where a field has moved to from its owner, and the mark of how far. */
  readonly movedTo: { readonly subgraph: number; readonly mark: string } | undefined;
  /** Clients do not see it, though an interface or union may stand for it. */
  readonly isHidden: boolean;
}

export interface GraphOptions {
  readonly guarded?: boolean;
}

/** SDL of two to four subgraphs. */
export function generateGraph(seed: number, { guarded = false }: GraphOptions = {}): Record<string, string> {
  const random = new Random(seed);
  const subgraphs = Array.from({ length: 2 + random.below(3) }, (_, index) => index);
  const count = 2 + random.below(3);
  const entities = Array.from({ length: count }, (_, index) => {
    const isHidden = index > 1 && index === count - 1 && random.chance(0.5);
    return generateEntity(`E${index}`, random, subgraphs, isHidden);
  });
  const graph = { entities, hasMedia: random.chance(0.5), isGuarded: guarded };
  return Object.fromEntries(
    subgraphs.map((subgraph) => [`s${subgraph}`, new SubgraphWriter(random, subgraph, graph).write()]),
  );
}

function generateEntity(name: string, random: Random, subgraphs: readonly number[], isHidden: boolean): Entity {
  const chosen = random.some(subgraphs, 0.7);
  const style = random.below(4);
  const places = (chosen.length > 0 ? chosen : [0]).map((subgraph, position) => ({
    subgraph,
    keys: keysOf(style, position),
  }));
  const others = subgraphs.filter((subgraph) => !chosen.includes(subgraph) && chosen.length > 0);
  const owner = places[0] as Place;
  const target = places.length > 1 && random.chance(0.5) ? places.at(-1) : undefined;
  const mark = `@override(from: "s${owner.subgraph}"${random.chance(0.4) ? ', label: "percent(50)"' : ''})`;
  return {
    name,
    places,
    stubs: owner.keys.includes('id') ? random.some(others, 0.6) : [],
    mood: random.chance(0.5) ? 'Float' : 'Float!',
    movedTo: target && { subgraph: target.subgraph, mark },
    isHidden,
  };
}

/** The first place has every key, so that others are reached from it. */
function keysOf(style: number, position: number): string[] {
  if (style === 1) return position === 0 ? ['id', 'code'] : [position % 2 ? 'code' : 'id'];
  if (style === 2) return ['reference { id }'];
  if (style === 3) return ['id code'];
  return ['id'];
}

interface Graph {
  readonly entities: readonly Entity[];
  readonly hasMedia: boolean;
  readonly isGuarded: boolean;
}

class SubgraphWriter {
  readonly #random: Random;
  readonly #subgraph: number;
  readonly #graph: Graph;
  readonly #here: readonly Entity[];
  readonly #stubs: readonly Entity[];
  /** Entities with a field here that needs a field of their owner, which stands here as external. */
  readonly #requiring: ReadonlySet<Entity>;
  #counter = 0;

  constructor(random: Random, subgraph: number, graph: Graph) {
    this.#random = random;
    this.#subgraph = subgraph;
    this.#graph = graph;
    this.#here = graph.entities.filter(({ places }) => places.some((place) => place.subgraph === subgraph));
    this.#stubs = graph.entities.filter(({ stubs }) => stubs.includes(subgraph));
    const foreign = this.#here.filter((entity) => !this.#owns(entity));
    this.#requiring = new Set(random.some(foreign, 0.6));
  }

  write(): string {
    const types = this.#here.map((entity) => this.#entity(entity));
    const stubs = this.#stubs.map(
      ({ name, isHidden }) => `type ${name} @key(fields: "id", resolvable: false)${hide(isHidden)} { id: ID! }`,
    );
    const parts = [LINK, this.#shared(), ...types, ...stubs, ...this.#media()];
    if (this.#here.length > 0) {
      const union = ['Box', ...this.#here.map(({ name }) => name)].join(' | ');
      // Where all its types have them here; elsewhere they are fields of theirs that their owner knows.
      const kin = this.#here.every((entity) => this.#owns(entity)) ? 'kin: Thing mood: Float' : '';
      parts.push('interface Titled { title: String }', `interface Thing implements Titled { title: String ${kin} }`);
      parts.push(`union Either = ${union}`);
    }
    const roots = (prefix: string) => this.#fields(prefix, 3).join(' ');
    parts.push(`type Query { ping${this.#subgraph}: String shared: Box @shareable ${roots('query')} }`);
    if (this.#random.chance(0.7)) parts.push(`type Mutation { ${roots('change')} }`);
    return parts.join('\n');
  }

  /** Types that every subgraph has. */
  #shared(): string {
    const guard = (chance: number) => this.#guard(chance);
    return `
      scalar JSON${guard(0.1)}
      enum Color${guard(0.1)} { RED GREEN BLUE HIDDEN @inaccessible }
      input Filter { color: Color, sizes: [Int!] }
      type Box @shareable {
        width: Int height: Float!${guard(0.1)} label: String color: Color${guard(0.1)} inner: Box boxes: [Box!]${guard(0.1)}
      }
      type Reference @shareable { id: ID! }`;
  }

  #entity(entity: Entity): string {
    const { name, isHidden, places } = entity;
    const keys = places.find(({ subgraph }) => subgraph === this.#subgraph)?.keys ?? [];
    const all = keys.join(' ');
    // The nested key has an id of its own, which is no key of the entity.
    const fields = KEYS.filter((key) => all.replace(key === 'id' ? KEYS[2] : '', '').includes(key));
    const keyFields = fields.map((key) => (key === 'reference { id }' ? 'reference: Reference!' : `${key}: ID!`));
    const marks = [...keys.map((key) => `@key(fields: "${key}")`), hide(isHidden), this.#guard(0.1)].join(' ');
    const own = [...this.#fields(`${name}s${this.#subgraph}`, 2 + this.#random.below(3)), ...this.#bound(entity)];
    const shared = ['title: String @shareable', ...(this.#owns(entity) ? [`kin: Thing mood: ${entity.mood}`] : [])];
    return `type ${name} implements Thing & Titled ${marks} { ${[...keyFields, ...shared, ...own].join(' ')} }`;
  }

  #owns({ places }: Entity): boolean {
    return places[0]?.subgraph === this.#subgraph;
  }

  /** Fields that one subgraph has because another has them. */
  #bound(entity: Entity): string[] {
    const base = `base${entity.name}`;
    const moved = `moved${entity.name}: [Int]`;
    const { movedTo } = entity;
    const bound = movedTo?.subgraph === this.#subgraph ? [`${moved} ${movedTo.mark}`] : [];
    if (this.#owns(entity)) {
      return [`${base}: Int @shareable`, `${base}Box: Box @shareable`, ...(movedTo ? [moved] : []), ...bound];
    }
    if (!this.#requiring.has(entity)) return bound;
    const nested = this.#random.chance(0.4);
    const required = nested ? `${base} ${base}Box { width inner { label } }` : base;
    const field = `required${entity.name}s${this.#subgraph}`;
    return [
      `${base}: Int @external`,
      ...(nested ? [`${base}Box: Box @external`] : []),
      `${field}: String @requires(fields: "${required}")${this.#guard(0.2)}`,
      ...bound,
    ];
  }

  /** An interface with keys, whose fields other subgraphs add to without knowing its types. */
  #media(): string[] {
    if (!this.#graph.hasMedia || this.#subgraph > 2) return [];
    if (this.#subgraph === 0) {
      return [
        `interface Media @key(fields: "id") { id: ID! name: String other(size: Int): Media }`,
        `type Book implements Media @key(fields: "id") { id: ID! name: String pages: Int${this.#guard(0.3)} other(size: Int): Book }`,
        `type Film implements Media @key(fields: "id")${this.#guard(0.1)} { id: ID! name: String minutes: Int! other(size: Int): Media }`,
      ];
    }
    if (this.#subgraph === 2)
      return [`type Book @key(fields: "id") { id: ID! shelf(color: Color): String chapters: [Box!] }`];
    const tagged = this.#random.chance(0.5) ? 'name: String @external tagged: String @requires(fields: "name")' : '';
    return [
      `type Media @key(fields: "id") @interfaceObject {
        id: ID! views: Int${this.#guard(0.2)} stars(size: Int = 2): Float! box: Box ${tagged}
      }`,
    ];
  }

  #fields(prefix: string, count: number): string[] {
    return Array.from({ length: count }, () => {
      const name = `${prefix}s${this.#subgraph}f${this.#counter++}`;
      const { type, entity } = this.#type();
      const hidden = entity?.isHidden || (prefix.startsWith('E') && this.#random.chance(0.08));
      const provides = entity ? this.#provides(entity) : '';
      return `${name}${this.#arguments()}: ${type}${provides}${hide(hidden)}${this.#guard(0.2)}`;
    });
  }

  #arguments(): string {
    if (this.#random.chance(0.75)) return '';
    return this.#random.pick([
      '(size: Int)',
      '(size: Int = 7, hidden: Int @inaccessible)',
      '(color: Color! = RED)',
      '(filter: Filter)',
      '(words: [String!], json: JSON)',
    ]);
  }

  #provides(entity: Entity): string {
    const isProvided = this.#requiring.has(entity) && this.#random.chance(0.3);
    return isProvided ? ` @provides(fields: "base${entity.name}")` : '';
  }

  #type(): { type: string; entity?: Entity } {
    const pointedTo = [...this.#here, ...this.#stubs];
    const composites = ['Box', ...(pointedTo.length > 0 ? ['entity', 'entity', 'entity'] : [])];
    if (this.#here.length > 0) composites.push('Thing', 'Either', 'Titled');
    if (this.#graph.hasMedia && this.#subgraph <= 1) composites.push('Media');
    const leaf = this.#random.chance(0.4);
    const named = this.#random.pick(leaf ? ['Int', 'Float', 'String', 'Boolean', 'ID', 'Color', 'JSON'] : composites);
    const entity = named === 'entity' ? this.#random.pick(pointedTo) : undefined;
    const wrapper = this.#random.pick(['T', 'T', 'T', 'T!', '[T]', '[T!]', '[T!]!', '[[T]]', '[[T!]!]']);
    return { type: wrapper.replace('T', entity?.name ?? named), ...(entity && { entity }) };
  }

  #guard(chance: number): string {
    if (!this.#graph.isGuarded || !this.#random.chance(chance)) return '';
    return this.#random.pick([
      ' @authenticated',
      ' @requiresScopes(scopes: [["read"]])',
      ' @requiresScopes(scopes: [["read", "all"], ["root"]])',
      ' @policy(policies: [["owner"]])',
      ' @authenticated @policy(policies: [["owner", "sober"], ["king"]])',
    ]);
  }
}

const hide = (isHidden: boolean): string => (isHidden ? ' @inaccessible' : '');
