/*
 * Takes in a table of retailers, offers or charities: every row is taken or refused with a reason, the good ones become
 * true in one transaction. Rows are found again by their natural keys, so that the same file twice changes nothing.
 */
import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Refusal } from '../kernel/errors.ts';
import { ShortText, Text } from '../kernel/scalars.ts';
import type { UnitOfWork } from '../kernel/unit-of-work.ts';
import {
  type CellRule,
  charityClass,
  comparable,
  day,
  dollars,
  employerNumber,
  hashValues,
  latitude,
  longitude,
  type ProblemCode,
  state,
  text,
  wholeNumber,
  zipCode,
} from './cells.ts';
import { putOffer } from './offer.ts';
import { readTable, type TableColumns, type TableLine } from './table.ts';

export enum TableKind {
  RETAILERS = 'RETAILERS',
  OFFERS = 'OFFERS',
  CHARITIES = 'CHARITIES',
}

registerEnumType(TableKind, {
  name: 'TableKind',
  description: 'What the rows of a table are.',
  valuesConfig: {
    RETAILERS: {
      description: 'Stores of retailers: name, street, city, state, zip, latitude, longitude, and optionally category.',
    },
    OFFERS: {
      description:
        'Offers of known retailers: retailer, title, price_points, value_usd, and optionally description, stock, per_person_limit, starts_on, ends_on.',
    },
    CHARITIES: { description: 'Charities: ein, name, city, state, zip, and optionally ntee.' },
  },
});

@ObjectType({ description: 'What is wrong with a row, or was put right in it.' })
export class ImportProblem {
  @Field(() => Int, { description: 'The line of the file; the header is usually 1.' })
  line!: number;

  @Field(() => ShortText, {
    nullable: true,
    description: 'The column, as the header names it; null for the whole line.',
  })
  column!: string | null;

  @Field(() => ShortText, { description: 'What it is, as a code.' })
  code!: string;

  @Field(() => Text, { description: 'What it is, in a sentence.' })
  reason!: string;

  @Field(() => Boolean, { description: 'Whether the row was refused; false where it was taken as corrected.' })
  refused!: boolean;
}

@ObjectType({ description: 'What became of a table.' })
export class TableImport {
  @Field(() => ID, { description: 'The id of the import.' })
  id!: string;

  @Field(() => TableKind, { description: 'What its rows are.' })
  kind!: TableKind;

  @Field(() => Boolean, { description: 'Whether it was only tried: then nothing was written.' })
  dryRun!: boolean;

  @Field(() => Int, { description: 'How many rows there were.' })
  rowsRead!: number;

  @Field(() => Int, { description: 'How many rows were good.' })
  rowsTaken!: number;

  @Field(() => Int, { description: 'How many of those made or changed something.' })
  rowsChanged!: number;

  @Field(() => Int, { description: 'How many rows were refused.' })
  rowsRefused!: number;

  @Field(() => [ImportProblem], { description: 'What is wrong, line by line; the first 1,000.' })
  problems!: ImportProblem[];
}

const PROBLEMS_LISTED = 1_000;

interface ColumnSpec {
  readonly names: readonly [string, ...string[]];
  readonly rule: CellRule<string> | CellRule<number>;
  readonly optional?: true;
}

type Values = Readonly<Record<string, string | number | undefined>>;

interface KindSpec {
  readonly columns: Readonly<Record<string, ColumnSpec>>;
  /** Two rows of a file with one key are about the same thing. */
  readonly key: (values: Values) => string;
  /** Writes the row. @returns whether anything changed, or why the row cannot be taken. */
  readonly write: (work: UnitOfWork, values: Values) => Promise<boolean | RowRefusal>;
}

interface RowRefusal {
  readonly column: string;
  readonly code: ProblemCode;
  readonly reason: string;
}

const place = {
  city: { names: ['city', 'town'], rule: text(80) },
  state: { names: ['state', 'state_id'], rule: state },
  zip: { names: ['zip', 'zip_code', 'zipcode', 'postal_code'], rule: zipCode },
} as const satisfies Record<string, ColumnSpec>;

const kinds: Readonly<Record<TableKind, KindSpec>> = {
  [TableKind.RETAILERS]: {
    columns: {
      name: { names: ['name', 'retailer', 'brand', 'business'], rule: text(80) },
      category: { names: ['category', 'type', 'kind'], rule: text(80), optional: true },
      street: { names: ['street', 'address', 'street_address'], rule: text(80) },
      ...place,
      latitude: { names: ['latitude', 'lat'], rule: latitude },
      longitude: { names: ['longitude', 'lon', 'lng', 'long'], rule: longitude },
    },
    key: ({ name, street, zip }) => hashValues([comparable(`${name}`), comparable(`${street}`), zip]),
    write: writeStore,
  },
  [TableKind.OFFERS]: {
    columns: {
      retailer: { names: ['retailer', 'brand', 'business'], rule: text(80) },
      title: { names: ['title', 'offer', 'name'], rule: text(80) },
      description: { names: ['description', 'terms'], rule: text(2_000), optional: true },
      price: { names: ['price_points', 'points', 'price'], rule: wholeNumber(1, 1_000_000) },
      value: { names: ['value_usd', 'value', 'value_dollars'], rule: dollars(100_000_000) },
      stock: { names: ['stock', 'quantity'], rule: wholeNumber(1, 1_000_000), optional: true },
      limit: { names: ['per_person_limit', 'per_person'], rule: wholeNumber(1, 1_000_000), optional: true },
      starts: { names: ['starts_on', 'starts', 'from'], rule: day, optional: true },
      ends: { names: ['ends_on', 'ends', 'until'], rule: day, optional: true },
    },
    key: ({ retailer, title }) => hashValues([comparable(`${retailer}`), comparable(`${title}`)]),
    write: writeOffer,
  },
  [TableKind.CHARITIES]: {
    columns: {
      ein: { names: ['ein', 'employer_number', 'tax_id'], rule: employerNumber },
      name: { names: ['name', 'charity', 'organization'], rule: text(80) },
      ...place,
      ntee: { names: ['ntee', 'ntee_cd', 'ntee_code'], rule: charityClass, optional: true },
    },
    key: ({ ein }) => `${ein}`,
    write: writeCharity,
  },
};

export interface TableRequest {
  readonly kind: TableKind;
  readonly content: string;
  readonly dryRun: boolean;
}

/** Carries the outcome of a dry run out of the transaction that it undoes. */
class Undone extends Error {
  constructor(readonly outcome: TableImport) {
    super('a dry run is undone');
  }
}

/** Takes in a table for an account; the same idempotency key gets the first outcome again. @throws Refusal IMPORT_UNREADABLE, IDEMPOTENCY_MISMATCH. */
export async function importTable(
  run: <Result>(task: (work: UnitOfWork) => Promise<Result>) => Promise<Result>,
  request: TableRequest,
  wish: { readonly accountId: string; readonly idempotencyKey: string },
): Promise<TableImport> {
  const fingerprint = hashValues([request.kind, request.dryRun, request.content]);
  try {
    return await run(async (work) => {
      // The same wish on another connection waits here and then finds the outcome.
      await work.em.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [
        `catalog import ${wish.accountId} ${wish.idempotencyKey}`,
      ]);
      const [earlier] = await work.em.execute<{ fingerprint: string; result: TableImport }[]>(
        'select fingerprint, result from catalog.import where account_id = ? and idempotency_key = ?',
        [wish.accountId, wish.idempotencyKey],
      );
      if (earlier && earlier.fingerprint !== fingerprint) throw new Refusal('IDEMPOTENCY_MISMATCH');
      if (earlier) return earlier.result;
      const outcome = await takeIn(work, request);
      if (request.dryRun) throw new Undone(outcome);
      await work.em.execute('insert into catalog.import values (?, ?, ?, ?, ?)', [
        wish.accountId,
        wish.idempotencyKey,
        fingerprint,
        JSON.stringify(outcome),
        work.now,
      ]);
      return outcome;
    });
  } catch (error) {
    if (error instanceof Undone) return error.outcome;
    throw error;
  }
}

/** Takes in a table in the transaction of `work`. @throws Refusal IMPORT_UNREADABLE. */
export async function takeIn(work: UnitOfWork, { kind, content, dryRun }: TableRequest): Promise<TableImport> {
  const spec = kinds[kind];
  const columns: TableColumns = Object.fromEntries(
    Object.entries(spec.columns).map(([field, column]) => [field, { names: column.names, required: !column.optional }]),
  );
  const { headers, lines } = readTable(content, columns);
  const seen = new Map<string, number>();
  const problems: ImportProblem[] = [];
  let [taken, changed] = [0, 0];
  for (const line of lines) {
    const found: ImportProblem[] = [];
    const tell = (field: string | null, code: ProblemCode, reason: string, refused: boolean) => {
      found.push({ line: line.line, column: field && (headers[field] ?? field), code, reason, refused });
    };
    const values = readRow(line, spec, tell);
    if (values) {
      const key = spec.key(values);
      const before = seen.get(key);
      seen.set(key, before ?? line.line);
      if (before) tell(null, 'DUPLICATE', `Line ${before} is about the same thing.`, true);
      else {
        const outcome = await spec.write(work, values);
        if (typeof outcome === 'object') tell(outcome.column, outcome.code, outcome.reason, true);
        else if (outcome) changed++;
      }
    }
    if (!found.some(({ refused }) => refused)) taken++;
    problems.push(...found);
  }
  return {
    id: work.newId(),
    kind,
    dryRun,
    rowsRead: lines.length,
    rowsTaken: taken,
    rowsChanged: changed,
    rowsRefused: lines.length - taken,
    problems: problems.slice(0, PROBLEMS_LISTED),
  };
}

type Tell = (field: string | null, code: ProblemCode, reason: string, refused: boolean) => void;

/** The values of a line, or undefined when a cell was refused. */
function readRow(line: TableLine, spec: KindSpec, tell: Tell): Values | undefined {
  if (line.fault) {
    tell(null, line.fault.code, line.fault.message, true);
    return undefined;
  }
  const values: Record<string, string | number> = {};
  let refused = false;
  for (const [field, { rule, optional }] of Object.entries(spec.columns)) {
    const cell = line.cells[field] ?? '';
    if (cell.trim() === '') {
      if (optional) continue;
      tell(field, 'MISSING', 'A value is needed here.', true);
      refused = true;
      continue;
    }
    const result = rule(cell);
    if ('refused' in result) {
      tell(field, result.refused.code, result.refused.message, true);
      refused = true;
    } else {
      if (result.corrected) tell(field, result.corrected.code, result.corrected.message, false);
      values[field] = result.value;
    }
  }
  return refused ? undefined : values;
}

async function writeStore(work: UnitOfWork, values: Values): Promise<boolean> {
  const { em, now } = work;
  const nameKey = comparable(`${values.name}`);
  const listed = await em.execute<{ id: string }[]>(
    `insert into catalog.retailer as r (id, name, name_key, category, listed_at) values (?, ?, ?, ?, ?)
     on conflict (name_key) do update set name = excluded.name, category = coalesce(excluded.category, r.category)
     where (r.name, r.category) is distinct from (excluded.name, coalesce(excluded.category, r.category)) returning id`,
    [work.newId(), values.name, nameKey, values.category ?? null, now],
  );
  const [retailer] = listed.length
    ? listed
    : await em.execute<{ id: string }[]>('select id from catalog.retailer where name_key = ?', [nameKey]);
  const store = await em.execute<unknown[]>(
    `insert into catalog.store as s (id, retailer_id, street, street_key, city, state, zip_code, latitude, longitude)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?)
     on conflict (retailer_id, street_key, zip_code) do update set street = excluded.street, city = excluded.city,
       state = excluded.state, latitude = excluded.latitude, longitude = excluded.longitude
     where (s.street, s.city, s.state, s.latitude, s.longitude) is distinct from
       (excluded.street, excluded.city, excluded.state, excluded.latitude, excluded.longitude) returning 1`,
    [
      work.newId(),
      retailer?.id,
      values.street,
      comparable(`${values.street}`),
      values.city,
      values.state,
      values.zip,
      values.latitude,
      values.longitude,
    ],
  );
  if (listed.length > 0 && retailer) {
    work.record('retailer.listed', { retailerId: retailer.id, name: `${values.name}`, listedAt: now.toISOString() });
  }
  return listed.length + store.length > 0;
}

async function writeOffer(work: UnitOfWork, values: Values): Promise<boolean | RowRefusal> {
  const [retailer] = await work.em.execute<{ id: string }[]>('select id from catalog.retailer where name_key = ?', [
    comparable(`${values.retailer}`),
  ]);
  if (!retailer) {
    const reason = 'The catalog has no retailer of this name; import retailers first.';
    return { column: 'retailer', code: 'UNKNOWN_RETAILER', reason };
  }
  const midnight = (date: string | number | undefined) => (date ? new Date(`${date}T00:00:00Z`) : undefined);
  const endsAt = midnight(values.ends);
  try {
    const { changed } = await putOffer(work, {
      retailerId: retailer.id,
      title: `${values.title}`,
      description: values.description === undefined ? null : `${values.description}`,
      pricePoints: Number(values.price),
      valueCents: Number(values.value),
      stock: values.stock === undefined ? null : Number(values.stock),
      perPersonLimit: values.limit === undefined ? null : Number(values.limit),
      startsAt: midnight(values.starts),
      // The last day counts whole.
      endsAt: endsAt && new Date(endsAt.getTime() + 86_400_000),
    });
    return changed;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { column: 'title', code: 'OUT_OF_RANGE', reason: error.message };
  }
}

async function writeCharity(work: UnitOfWork, values: Values): Promise<boolean> {
  const { em, now } = work;
  const [charity] = await em.execute<{ id: string }[]>(
    `insert into catalog.charity as c (id, employer_number, name, name_key, city, state, zip_code, category)
     values (?, ?, ?, ?, ?, ?, ?, ?)
     on conflict (employer_number) do update set name = excluded.name, name_key = excluded.name_key, city = excluded.city,
       state = excluded.state, zip_code = excluded.zip_code, category = coalesce(excluded.category, c.category)
     where (c.name, c.city, c.state, c.zip_code, c.category) is distinct from
       (excluded.name, excluded.city, excluded.state, excluded.zip_code, coalesce(excluded.category, c.category)) returning id`,
    [
      work.newId(),
      values.ein,
      values.name,
      comparable(`${values.name}`),
      values.city,
      values.state,
      values.zip,
      values.ntee ?? null,
    ],
  );
  if (!charity) return false;
  work.record('charity.listed', {
    charityId: charity.id,
    name: `${values.name}`,
    zipCode: `${values.zip}`,
    listedAt: now.toISOString(),
  });
  return true;
}
