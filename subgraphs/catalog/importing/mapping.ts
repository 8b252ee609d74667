/*
 * Which column of a file holds what. A name that is known is taken as sure; else a name that is nearly one, or cells that
 * only one kind of value explains (zip codes, states, amounts), are offered as a guess for a person to confirm. Nothing is
 * taken from a column that nobody mapped.
 */
import { createHash } from 'node:crypto';
import { Refusal } from '../../kernel/errors.ts';
import { type FileImportRow, type ImportColumn, type Mapping, MappingTrust, type OpenedFile } from './file-import.ts';
import { type ImportField, importKinds, type KindOfImport } from './import-kinds.ts';
import { headerName, printable } from './table.ts';

export interface Suggestion {
  readonly mapping: Mapping;
  readonly trust: Readonly<Record<string, MappingTrust>>;
}

/** Of the cells that are looked at, so many must be as a rule wants them before a column is guessed by its content. */
const SHARE_OF_CONTENT = 0.9;
const LEAST_CELLS = 3;

/** @param sample the first rows of the file. @param saved how a file with this header was mapped before. */
export function suggestMapping(
  kind: KindOfImport,
  header: readonly string[],
  sample: readonly (readonly string[])[],
  saved: Mapping | undefined,
): Suggestion {
  const names = header.map(headerName);
  const mapping: Record<string, number> = {};
  const trust: Record<string, MappingTrust> = {};
  const taken = new Set<number>();
  const take = (field: string, place: number, why: MappingTrust) => {
    mapping[field] = place;
    trust[field] = why;
    taken.add(place);
  };
  if (saved && Object.values(saved).every((place) => place < header.length)) {
    for (const [field, place] of Object.entries(saved)) if (kind.fields[field]) take(field, place, MappingTrust.SAVED);
    return { mapping, trust };
  }
  const open = () => Object.entries(kind.fields).filter(([field]) => mapping[field] === undefined);
  // The first of a field's names goes before the second of another's.
  const longest = Math.max(...Object.values(kind.fields).map((field) => field.names.length));
  for (let rank = 0; rank < longest; rank++) {
    for (const [field, spec] of open()) {
      const place = names.findIndex((name, index) => !taken.has(index) && name === spec.names[rank]);
      if (place !== -1) take(field, place, MappingTrust.NAME);
    }
  }
  for (const [field, spec] of open()) {
    const near = names.flatMap((name, index) => (!taken.has(index) && isNearly(name, spec) ? [index] : []));
    if (near.length === 1 && near[0] !== undefined) take(field, near[0], MappingTrust.GUESS);
  }
  for (const [field, place] of byContent(open(), header.length, sample, taken)) take(field, place, MappingTrust.GUESS);
  return { mapping, trust };
}

/** "Store ZIP code" is nearly zip_code: it has all its words. */
function isNearly(name: string, { names }: ImportField): boolean {
  const words = new Set(name.split('_'));
  return names.some((known) => known.length > 2 && known.split('_').every((word) => words.has(word)));
}

/** Columns whose cells fit one open field alone, and that alone fit it. */
function byContent(
  open: readonly (readonly [string, ImportField])[],
  width: number,
  sample: readonly (readonly string[])[],
  taken: ReadonlySet<number>,
): (readonly [string, number])[] {
  const pairs: (readonly [string, number])[] = [];
  for (let place = 0; place < width; place++) {
    if (taken.has(place)) continue;
    const cells = sample.map((row) => row[place] ?? '').filter((cell) => cell.trim() !== '');
    if (cells.length < LEAST_CELLS) continue;
    for (const [field, { rule }] of open) {
      // What fits everything, as a text does, says nothing.
      if (!('refused' in rule('a b')) || !('refused' in rule('!'))) continue;
      const fitting = cells.filter((cell) => !('refused' in rule(cell))).length;
      if (fitting / cells.length >= SHARE_OF_CONTENT) pairs.push([field, place]);
    }
  }
  const once = (index: 0 | 1, value: string | number) => pairs.filter((pair) => pair[index] === value).length === 1;
  return pairs.filter(([field, place]) => once(0, field) && once(1, place));
}

/** One for all files whose columns are called the same, in this order. */
export function printOfHeader(header: readonly string[]): string {
  return createHash('sha256')
    .update(JSON.stringify(header.map(headerName)))
    .digest('hex')
    .slice(0, 32);
}

/** A mapping by the names of fields, as a person confirmed it, to one by place. @throws Refusal BAD_USER_INPUT. */
export function checkMapping(
  kind: KindOfImport,
  header: readonly string[],
  columns: readonly { readonly field: string; readonly column: number }[],
  isOwn: boolean,
): Mapping {
  const byName = new Map(Object.entries(kind.fields).map(([field, { names }]) => [names[0], field]));
  const mapping: Record<string, number> = {};
  for (const { field: name, column } of columns) {
    const field = byName.get(headerName(name));
    if (!field) throw new Refusal('BAD_USER_INPUT', `${printable(name)} is nothing that this kind of import takes.`);
    if (column > header.length) throw new Refusal('BAD_USER_INPUT', `The file has ${header.length} columns only.`);
    if (mapping[field] !== undefined) throw new Refusal('BAD_USER_INPUT', `${name} is mapped twice.`);
    if (Object.values(mapping).includes(column - 1)) {
      throw new Refusal('BAD_USER_INPUT', `Column ${column} is mapped twice.`);
    }
    mapping[field] = column - 1;
  }
  const missing = Object.entries(kind.fields).filter(
    ([field, { presence }]) =>
      presence === 'key' && mapping[field] === undefined && !(isOwn && field === kind.ownField),
  );
  if (missing.length > 0) {
    const list = missing.map(([, { names }]) => names[0]).join(', ');
    throw new Refusal('BAD_USER_INPUT', `No row can be told from another without ${list}: say which columns they are.`);
  }
  return mapping;
}

/** The columns as people see them: every field of the kind with the column that it has. */
export function columnsOf(row: Pick<FileImportRow, 'kind' | 'mapping' | 'opened'>): ImportColumn[] {
  return Object.entries(importKinds[row.kind].fields).map(([field, { names, presence }]) => {
    const place = row.mapping[field];
    return {
      field: names[0],
      column: place === undefined ? null : place + 1,
      header: place === undefined ? null : printable(row.opened.header[place] ?? '') || `column ${place + 1}`,
      trust: place === undefined ? null : (row.opened.trust[field] ?? MappingTrust.SAVED),
      isKey: presence === 'key',
      isNeededForNew: presence !== 'optional',
    };
  });
}

/** How the header calls the column of a field; the name to recommend where it has none. */
export function headerOf(kind: KindOfImport, opened: OpenedFile, mapping: Mapping, field: string): string {
  const place = mapping[field];
  const written = place === undefined ? '' : printable(opened.header[place] ?? '').trim();
  return written || (kind.fields[field]?.names[0] ?? field);
}
