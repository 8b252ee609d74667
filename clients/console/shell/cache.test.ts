/*
 * Lists that are read page by page are one list in the cache, whichever question asked for a page: a question that reads less
 * of its entries than another would take from the other what it needs.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DefinitionNode, Kind, parse, type SelectionSetNode } from 'graphql';

const folder = join(import.meta.dirname, '../operations');
const document = parse(
  readdirSync(folder)
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .join('\n'),
);
const fragments = new Map(
  document.definitions.flatMap((each) => (each.kind === Kind.FRAGMENT_DEFINITION ? [[each.name.value, each]] : [])),
);

/** The fields of a selection, with those of its fragments. */
function fieldsOf(set: SelectionSetNode | undefined): { name: string; set: SelectionSetNode | undefined }[] {
  return (set?.selections ?? []).flatMap((each) => {
    if (each.kind === Kind.FRAGMENT_SPREAD) return fieldsOf(fragments.get(each.name.value)?.selectionSet);
    if (each.kind === Kind.INLINE_FRAGMENT) return fieldsOf(each.selectionSet);
    return [{ name: each.name.value, set: each.selectionSet }];
  });
}

const written = (set: SelectionSetNode | undefined): string =>
  [...new Set(fieldsOf(set).map(({ name, set: more }) => (more ? `${name} { ${written(more)} }` : name)))]
    .sort()
    .join(' ');

/** What each list of these documents reads of its entries, by the list's name. */
function listsOf(definitions: readonly DefinitionNode[]): Map<string, Set<string>> {
  const lists = new Map<string, Set<string>>();
  const walk = (set: SelectionSetNode | undefined) => {
    for (const { name, set: more } of fieldsOf(set)) {
      const edges = fieldsOf(more).find((each) => each.name === 'edges');
      const node = fieldsOf(edges?.set).find((each) => each.name === 'node');
      if (node) lists.set(name, (lists.get(name) ?? new Set()).add(written(node.set)));
      walk(more);
    }
  };
  for (const each of definitions) if (each.kind === Kind.OPERATION_DEFINITION) walk(each.selectionSet);
  return lists;
}

const lists = listsOf(document.definitions);

test.each([...lists.keys()].sort())('every question for %s reads the same of its entries', (list) => {
  expect([...(lists.get(list) ?? [])]).toHaveLength(1);
});
