/*
 * The pages of a list as one list in the cache: from the first page on, each joined to the one at whose end it begins. A
 * first page that was read anew and ends elsewhere by now leaves behind those that were read on from its former end: joined
 * to them, the list would silently lack what has moved from the one to the other. They are read on anew.
 */
import type { Cache, Resolver } from '@urql/exchange-graphcache';
import { relayPagination } from '@urql/exchange-graphcache/extras';

type Arguments = Readonly<Record<string, unknown>>;
type Field = ReturnType<Cache['inspectFields']>[number];

const join = relayPagination();

export const joinedPages: Resolver = (parent, asked, cache, info) => {
  const { parentKey, fieldName } = info;
  const fields = cache.inspectFields(parentKey).filter((field) => field.fieldName === fieldName);
  const kept = chainOf(
    fields.filter((field) => isSameList(field.arguments ?? {}, asked)),
    asked,
    (field) => endOf(cache, parentKey, field),
  );
  // Joined as ever, of these pages alone. A page that was left behind while it was shown stays until the list is read anew.
  const seen = kept ? (Object.create(cache, { inspectFields: { value: () => kept } }) as Cache) : cache;
  return join(parent, asked, seen, info);
};

/** The pages that hang together with the one that is asked for; undefined where no first page leads to it. */
function chainOf(
  fields: readonly Field[],
  asked: Arguments,
  endOfPage: (field: Field) => string | undefined,
): Field[] | undefined {
  for (const first of fields.filter((field) => field.arguments?.after == null)) {
    const chain: Field[] = [];
    for (let next: Field | undefined = first; next && !chain.includes(next); ) {
      chain.push(next);
      const end = endOfPage(next);
      next = end === undefined ? undefined : fields.find((field) => field.arguments?.after === end);
    }
    if (chain.some((field) => isSamePage(field.arguments ?? {}, asked))) return chain;
  }
  return undefined;
}

function endOf(cache: Cache, parentKey: string, { fieldKey }: Field): string | undefined {
  const page = cache.resolve(parentKey, fieldKey);
  const info = typeof page === 'string' ? cache.resolve(page, 'pageInfo') : undefined;
  const end = typeof info === 'string' ? cache.resolve(info, 'endCursor') : undefined;
  return typeof end === 'string' ? end : undefined;
}

const withoutPage = ({ first: _first, after: _after, ...others }: Arguments) => others;
/** What was left out and what is null are the same to the API, and stand in the order in which they were asked for. */
const told = (given: Arguments) =>
  JSON.stringify(
    Object.entries(given)
      .filter(([, value]) => value != null)
      .sort(([one], [other]) => (one < other ? -1 : 1)),
  );
const isSameList = (one: Arguments, other: Arguments) => told(withoutPage(one)) === told(withoutPage(other));
const isSamePage = (one: Arguments, other: Arguments) => told(one) === told(other);
