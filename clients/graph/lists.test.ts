/*
 * Lists that are read page by page are one list in the cache, whichever question asked for a page: a question that reads less
 * of its entries than another would take from the other what it needs.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Kind, parse, type SelectionSetNode } from 'graphql';

const definitionsOf = (site: string) => {
  const folder = join(import.meta.dirname, '..', site, 'operations');
  const texts = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'));
  return parse(texts.join('\n')).definitions;
};

type Fragments = ReadonlyMap<string, SelectionSetNode>;

/** The fields of a selection, with those of its fragments. */
function fieldsOf(
  set: SelectionSetNode | undefined,
  fragments: Fragments,
): { name: string; set: SelectionSetNode | undefined }[] {
  return (set?.selections ?? []).flatMap((each) => {
    if (each.kind === Kind.FRAGMENT_SPREAD) return fieldsOf(fragments.get(each.name.value), fragments);
    if (each.kind === Kind.INLINE_FRAGMENT) return fieldsOf(each.selectionSet, fragments);
    return [{ name: each.name.value, set: each.selectionSet }];
  });
}

function written(set: SelectionSetNode | undefined, fragments: Fragments): string {
  const fields = fieldsOf(set, fragments).map(({ name, set: more }) =>
    more ? `${name} { ${written(more, fragments)} }` : name,
  );
  return [...new Set(fields)].sort().join(' ');
}

/** What each list of a site's questions reads of its entries, by the list's name. */
function listsOf(site: string, isCached: (operation: string) => boolean): Map<string, Set<string>> {
  const definitions = definitionsOf(site);
  const fragments: Fragments = new Map(
    definitions.flatMap((each) =>
      each.kind === Kind.FRAGMENT_DEFINITION ? [[each.name.value, each.selectionSet] as const] : [],
    ),
  );
  const lists = new Map<string, Set<string>>();
  const walk = (set: SelectionSetNode | undefined) => {
    for (const { name, set: more } of fieldsOf(set, fragments)) {
      const edges = fieldsOf(more, fragments).find((each) => each.name === 'edges');
      const node = fieldsOf(edges?.set, fragments).find((each) => each.name === 'node');
      if (node) lists.set(name, (lists.get(name) ?? new Set()).add(written(node.set, fragments)));
      walk(more);
    }
  };
  for (const each of definitions) {
    if (each.kind === Kind.OPERATION_DEFINITION && isCached(each.name?.value ?? '')) walk(each.selectionSet);
  }
  return lists;
}

// A copy of one's own is asked past the cache.
const sites = { app: (name: string) => !name.startsWith('CopyOf'), console: () => true };
const lists = Object.entries(sites).flatMap(([site, isCached]) =>
  [...listsOf(site, isCached)].sort().map(([list, selections]) => [site, list, [...selections]] as const),
);

test.each(lists)('every question of the %s for %s reads the same of its entries', (_site, _list, selections) => {
  expect(selections).toHaveLength(1);
});
