/*
 * A month of an organisation as a file, to be settled by: one line for each entry, in parts that end. CSV is that of RFC
 * 4180, and a cell that a spreadsheet would take for a formula begins with an apostrophe; the hash proves that two hold
 * the same file. No line says who a person is.
 */
import { createHash } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import papaparse from 'papaparse';
import { Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Refusal } from '../../kernel/errors.ts';
import { ShortText } from '../../kernel/scalars.ts';
import { monthInUtc, StatementKind, statementOf } from './statement.ts';

const LINES_PER_PART = 5_000;

export enum SettlementFormat {
  CSV = 'csv',
  JSON = 'json',
}

registerEnumType(SettlementFormat, {
  name: 'SettlementFormat',
  description: 'How a file is written.',
  valuesConfig: {
    CSV: { description: 'Lines with commas (RFC 4180), the first of them the names of the columns.' },
    JSON: { description: 'An object with the statement and the list of lines.' },
  },
});

@ObjectType({ description: 'A part of the file of a month.' })
export class SettlementFile {
  @Field(() => ShortText, { description: 'What to call it.' })
  name!: string;

  @Field(() => ShortText, { description: 'Its media type.' })
  mediaType!: string;

  @Field(() => String, { description: 'The text, at most some 1.5 million characters.' })
  text!: string;

  @Field(() => ShortText, { description: 'SHA-256 of the text in UTF-8, in hexadecimal digits.' })
  sha256!: string;

  @Field(() => Int, { description: 'How many lines this part has, without the names of the columns.' })
  lines!: number;

  @Field(() => Int, { description: 'Which part it is, 1 for the first.' })
  part!: number;

  @Field(() => Int, { description: 'How many parts there are, each of at most 5,000 lines; at least 1.' })
  parts!: number;
}

type Cell = string | number | null;
interface Lines {
  readonly columns: readonly string[];
  readonly count: number;
  readonly rows: readonly Readonly<Record<string, Cell>>[];
}

/** @throws Refusal BAD_USER_INPUT for a part that there is not. */
export async function settlementFile(
  em: EntityManager,
  kind: StatementKind,
  organisationId: string,
  month: string,
  format: SettlementFormat,
  part: number,
): Promise<SettlementFile> {
  const offset = (part - 1) * LINES_PER_PART;
  const { columns, count, rows } =
    kind === StatementKind.RETAILER
      ? await saleLines(em, organisationId, month, offset)
      : await pointLines(em, kind, organisationId, month, offset);
  const parts = Math.max(1, Math.ceil(count / LINES_PER_PART));
  if (part > parts) throw new Refusal('BAD_USER_INPUT', `part: there are ${parts}.`);
  const text =
    format === SettlementFormat.CSV
      ? toCsv(columns, rows)
      : `${JSON.stringify({ statement: await statementOf(em, kind, organisationId, month), lines: rows }, null, 1)}\n`;
  return Object.assign(new SettlementFile(), {
    name: `settlement-${kind}-${month}-${part}-of-${parts}.${format}`,
    mediaType: format === SettlementFormat.CSV ? 'text/csv; charset=utf-8; header=present' : 'application/json',
    text,
    sha256: createHash('sha256').update(text).digest('hex'),
    lines: rows.length,
    part,
    parts,
  });
}

export function toCsv(columns: readonly string[], rows: readonly Readonly<Record<string, Cell>>[]): string {
  const data = rows.map((row) => columns.map((column) => row[column] ?? ''));
  // Numbers are left alone: of text alone a leading minus is a formula.
  return `${papaparse.unparse({ fields: [...columns], data }, { newline: '\r\n', escapeFormulae: true })}\r\n`;
}

const SALE_COLUMNS = [
  'external_id',
  'refunds_external_id',
  'sold_at',
  'zip_code',
  'cents',
  'fee_cents',
  'administration_cents',
  'fund_cents',
  'fee_rule_version',
  'voucher_id',
];

async function saleLines(em: EntityManager, retailerId: string, month: string, offset: number): Promise<Lines> {
  const [counted] = await em.execute<{ count: string }[]>(
    'select count(*) from rewards.sale where retailer_id = ? and month = ?',
    [retailerId, month],
  );
  const rows = await em.execute<Record<string, string | null>[]>(
    `select s.external_id, o.external_id as refunds_external_id, s.sold_at, s.zip_code, s.cents, s.fee_cents,
       s.administration_cents, s.fund_cents, s.fee_rule_version, s.voucher_id
     from rewards.sale s left join rewards.sale o on o.id = s.refunds_id
     where s.retailer_id = ? and s.month = ? order by s.id limit ? offset ?`,
    [retailerId, month, LINES_PER_PART, offset],
  );
  return { columns: SALE_COLUMNS, count: Number(counted?.count), rows: rows.map(asLine) };
}

async function pointLines(
  em: EntityManager,
  kind: StatementKind,
  ownerId: string,
  month: string,
  offset: number,
): Promise<Lines> {
  const entries = `from rewards.account a join rewards.posting p on a.id in (p.debit_id, p.credit_id)
      join rewards.transaction t on t.id = p.transaction_id
    where a.kind = ? and a.owner_id = ? and t.happened_at >= ? and t.happened_at < ?`;
  const values = [kind, ownerId, ...monthInUtc(month)];
  const [counted] = await em.execute<{ count: string }[]>(`select count(*) ${entries}`, values);
  const rows = await em.execute<Record<string, string | null>[]>(
    `select t.id as transaction_id, t.kind, t.happened_at,
       case when p.credit_id = a.id then p.amount else -p.amount end as points
     ${entries} order by t.happened_at, t.id, p.line limit ? offset ?`,
    [...values, LINES_PER_PART, offset],
  );
  return {
    columns: ['transaction_id', 'kind', 'happened_at', 'points'],
    count: Number(counted?.count),
    rows: rows.map(asLine),
  };
}

/** Amounts as numbers, instants as RFC 3339 has them, the rest as text. */
function asLine(row: Readonly<Record<string, string | number | Date | null>>): Record<string, Cell> {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]): [string, Cell] => {
      if (value === null) return [name, null];
      if (name.endsWith('_at')) return [name, new Date(value).toISOString()];
      return [name, /(^|_)(cents|points|version)$/.test(name) ? Number(value) : String(value)];
    }),
  );
}
