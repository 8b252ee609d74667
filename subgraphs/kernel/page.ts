/*
 * Paged lists in Relay's shape, by keyset: `ThingPage { edges { cursor node } pageInfo }`. (The domain owns the word
 * Connection.) A cursor holds the sort values of the entry it stands behind, so pages stay right while rows come and go.
 */
import { ArgsType, type ClassType, Directive, Field, ObjectType } from 'type-graphql';
import { Refusal } from './errors.ts';
import { isId } from './graph.ts';
import { Cursor, PageSize } from './scalars.ts';

@ObjectType({ description: 'Where a page of a list stands.' })
@Directive('@shareable')
@Directive('@cacheControl(inheritMaxAge: true)')
export class PageInfo {
  @Field(() => Cursor, { nullable: true, description: 'Place of the first entry; null on an empty page.' })
  startCursor!: string | null;

  @Field(() => Cursor, {
    nullable: true,
    description: 'Place of the last entry: pass it as `after` for the next page.',
  })
  endCursor!: string | null;

  @Field(() => Boolean, { description: 'Whether there are entries behind this page.' })
  hasNextPage!: boolean;

  @Field(() => Boolean, { description: 'Whether this page was asked for with `after`.' })
  hasPreviousPage!: boolean;
}

@ArgsType()
export class PageArguments {
  @Field(() => PageSize, { defaultValue: 20, description: 'How many entries, 1 to 100.' })
  first!: number;

  @Field(() => Cursor, { nullable: true, description: 'Begin behind this place, `endCursor` of the page before.' })
  after?: string | null;
}

export interface Edge<Node> {
  cursor: string;
  node: Node;
}

export interface Page<Node> {
  edges: Edge<Node>[];
  pageInfo: PageInfo;
}

/** Declares `<Node>Edge` and `<Node>Page` for an object type; returns the class of the page. */
export function pageOf<Node extends object>(node: ClassType<Node>, name: string = node.name): ClassType<Page<Node>> {
  @ObjectType(`${name}Edge`, { description: `One entry of a ${name}Page.` })
  @Directive('@cacheControl(inheritMaxAge: true)')
  class NodeEdge implements Edge<Node> {
    @Field(() => Cursor, { description: 'The place of this entry in the list.' })
    cursor!: string;

    @Field(() => node, { description: 'The entry.' })
    node!: Node;
  }

  @ObjectType(`${name}Page`, { description: `A page of a list of ${name}.` })
  @Directive('@cacheControl(inheritMaxAge: true)')
  class NodePage implements Page<Node> {
    @Field(() => [NodeEdge], { description: 'The entries, in order.' })
    edges!: NodeEdge[];

    @Field(() => PageInfo, { description: 'Where this page stands.' })
    pageInfo!: PageInfo;
  }
  return NodePage as ClassType<Page<Node>>;
}

/**
 * Builds a page from rows read with `limit first + 1`: the one too many says whether there are more.
 * @param sortValues the values the list is ordered by, the last of them unique.
 */
export function toPage<Node extends object>(
  rows: readonly Node[],
  page: { first: number; after?: string | null },
  sortValues: (node: Node) => readonly (string | number)[],
): Page<Node> {
  const edges = rows.slice(0, page.first).map((node) => ({ cursor: encodeCursor(sortValues(node)), node }));
  return {
    edges,
    pageInfo: {
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
      hasNextPage: rows.length > page.first,
      hasPreviousPage: page.after != null,
    },
  };
}

/** Sort values -> cursor. */
export function encodeCursor(values: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url');
}

/** What a sort value is: an instant stands in the cursor as RFC 3339 text and comes back as a Date. */
interface CursorKinds {
  string: string;
  number: number;
  id: string;
  instant: Date;
}

/**
 * Cursor -> its sort values, checked against the kinds that this list is ordered by.
 * @throws Refusal BAD_USER_INPUT when the cursor is not of such a list.
 */
export function decodeCursor<Kinds extends readonly (keyof CursorKinds)[]>(
  cursor: string,
  ...kinds: Kinds
): { [Index in keyof Kinds]: CursorKinds[Kinds[Index]] } {
  let values: unknown;
  try {
    values = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    values = undefined;
  }
  if (!Array.isArray(values) || values.length !== kinds.length) throw foreign();
  return values.map((value, index) => sortValue(value, kinds[index] ?? 'string')) as never;
}

function sortValue(value: unknown, kind: keyof CursorKinds): string | number | Date {
  if (kind === 'number' && typeof value === 'number') return value;
  if (kind === 'string' && typeof value === 'string' && !value.includes('\0')) return value;
  if (kind === 'id' && isId(value)) return value;
  if (kind === 'instant' && typeof value === 'string') {
    const instant = new Date(value);
    // PostgreSQL holds more, but no list of ours has anything from before or after these years.
    if (instant.getUTCFullYear() >= 1 && instant.getUTCFullYear() <= 9999) return instant;
  }
  throw foreign();
}

const foreign = () => new Refusal('BAD_USER_INPUT', 'after is not a cursor of this list.');
