/*
 * Sales become fees. A report is judged row by row, against what the retailer told before and against itself; what is
 * recorded is posted in the same transaction: the fee is owed by the retailer, to administration and to the fund of the
 * ZIP code. Reports of one retailer come one after the other, those of several side by side.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import type { ZipCodes } from '../../kernel/zip-codes.ts';
import { administration, postAll, type Transfer } from '../ledger/ledger.ts';
import { affiliateAccount, type Fund, fundAccount, fundChannel, fundZone } from './fund.ts';
import { type PlacedMonth, placeInMonths } from './placement.ts';
import { type FeeRule, feeRuleAt, feeRules } from './rules.ts';
import {
  asSale,
  ReportedSale,
  Sale,
  type SaleInput,
  SaleOutcome,
  SaleRefusal,
  type SaleRow,
  saleColumns,
  saleTables,
} from './sale.ts';
import { splitFee, splitRefund } from './split.ts';

const LATEST_DAYS = 400;
const SKEW_MILLISECONDS = 10 * 60_000;
const DAY_MILLISECONDS = 86_400_000;

interface Waiting {
  readonly externalId: string;
  readonly refundsExternalId: string;
  readonly cents: number;
  readonly soldAt: Date;
}

/** A row that is to be written; its month is found when all are known. */
interface Draft {
  readonly sale: Sale;
  readonly timeZone: string;
  readonly refundsId: string | null;
}

interface Books {
  readonly sales: Map<string, Sale>;
  /** By sale: what was given back of it so far. */
  readonly refunded: Map<string, number>;
  readonly waiting: Map<string, Waiting>;
  /** The retailer's own vouchers among those named, and the sales that were paid with them. */
  readonly vouchers: Map<string, string | null>;
  readonly rules: readonly FeeRule[];
}

/**
 * Records a report; answers row by row, in its order. The same row again is answered as before.
 * @param reports at most 100 rows.
 */
export async function reportSales(
  work: UnitOfWork,
  zipCodes: ZipCodes,
  retailerId: string,
  reports: readonly SaleInput[],
): Promise<ReportedSale[]> {
  const { em } = work;
  if (reports.length === 0) return [];
  await em.execute("select pg_advisory_xact_lock(hashtextextended('sales of ' || ?, 0))", [retailerId]);
  const desk = new SalesDesk(work, zipCodes, await readBooks(em, retailerId, reports));
  const answers = new Map<SaleInput, ReportedSale>();
  // Sales first: a refund may stand before its sale in one report.
  for (const report of reports) if (!report.refundsExternalId) answers.set(report, desk.takeSale(report));
  for (const report of reports) if (report.refundsExternalId) answers.set(report, desk.takeRefund(report));
  desk.takeWaiting();
  await keepWaiting(work, retailerId, desk);
  await record(work, retailerId, desk.drafts);
  return reports.map((report) => answers.get(report) as ReportedSale);
}

/** Judges rows in memory; what is to be written gathers in `drafts`. */
class SalesDesk {
  readonly drafts: Draft[] = [];
  readonly newlyWaiting: Waiting[] = [];
  readonly noLongerWaiting: string[] = [];
  readonly #work: UnitOfWork;
  readonly #zipCodes: ZipCodes;
  readonly #books: Books;

  constructor(work: UnitOfWork, zipCodes: ZipCodes, books: Books) {
    this.#work = work;
    this.#zipCodes = zipCodes;
    this.#books = books;
  }

  takeSale(report: SaleInput): ReportedSale {
    const { externalId, cents, soldAt } = report;
    const before = this.#books.sales.get(externalId);
    if (before)
      return isSame(before, report)
        ? answer(externalId, SaleOutcome.REPEATED, before)
        : refused(report, SaleRefusal.EXTERNAL_ID_REUSED);
    if (this.#books.waiting.has(externalId)) return refused(report, SaleRefusal.EXTERNAL_ID_REUSED);
    const refusal = this.#refusalOfTime(soldAt) ?? this.#refusalOfPlace(report) ?? this.#refusalOfVoucher(report);
    if (refusal) return refused(report, refusal);
    const rule = feeRuleAt(this.#books.rules, soldAt);
    const zipCode = report.zipCode as string;
    const voucherId = report.voucherId?.toLowerCase() ?? null;
    const sale = this.#draft(
      { externalId, refundsExternalId: null, cents, zipCode, soldAt, voucherId },
      rule.version,
      splitFee(cents, rule),
      null,
    );
    if (voucherId) this.#books.vouchers.set(voucherId, sale.id);
    return answer(externalId, SaleOutcome.RECORDED, sale);
  }

  takeRefund(report: SaleInput): ReportedSale {
    const { externalId, cents, soldAt } = report;
    const refundsExternalId = report.refundsExternalId as string;
    const before = this.#books.sales.get(externalId);
    if (before)
      return isSame(before, report)
        ? answer(externalId, SaleOutcome.REPEATED, before)
        : refused(report, SaleRefusal.EXTERNAL_ID_REUSED);
    const waiting = this.#books.waiting.get(externalId);
    if (waiting && !isSameWaiting(waiting, report)) return refused(report, SaleRefusal.EXTERNAL_ID_REUSED);
    const refusal = cents === 0 ? SaleRefusal.REFUND_OF_NOTHING : this.#refusalOfTime(soldAt);
    if (refusal) return refused(report, refusal);
    if (!this.#books.sales.has(refundsExternalId)) {
      const isOfWaiting = refundsExternalId === externalId || this.#books.waiting.has(refundsExternalId);
      if (isOfWaiting) return refused(report, SaleRefusal.REFUND_OF_REFUND);
      const refund = { externalId, refundsExternalId, cents, soldAt };
      if (!waiting) this.newlyWaiting.push(refund);
      this.#books.waiting.set(externalId, refund);
      return answer(externalId, SaleOutcome.WAITING, null);
    }
    const given = this.#giveBack({ externalId, refundsExternalId, cents, soldAt });
    if (waiting) this.#endWaiting(externalId);
    return given instanceof Sale ? answer(externalId, SaleOutcome.RECORDED, given) : refused(report, given);
  }

  /** What waited for sales that are now in the books. One that cannot be given back is refused when it is told again. */
  takeWaiting(): void {
    for (const [externalId, refund] of this.#books.waiting) {
      if (!this.#books.sales.has(refund.refundsExternalId)) continue;
      this.#giveBack(refund);
      this.#endWaiting(externalId);
    }
  }

  #endWaiting(externalId: string): void {
    this.#books.waiting.delete(externalId);
    this.noLongerWaiting.push(externalId);
  }

  #giveBack({ externalId, refundsExternalId, cents, soldAt }: Waiting): Sale | SaleRefusal {
    const sale = this.#books.sales.get(refundsExternalId) as Sale;
    if (sale.refundsExternalId) return SaleRefusal.REFUND_OF_REFUND;
    const earlier = this.#books.refunded.get(sale.id) ?? 0;
    if (earlier + cents > sale.cents) return SaleRefusal.REFUND_TOO_LARGE;
    this.#books.refunded.set(sale.id, earlier + cents);
    const back = splitRefund(sale, earlier, cents);
    const { zipCode } = sale;
    return this.#draft(
      { externalId, refundsExternalId, cents: -cents, zipCode, soldAt, voucherId: null },
      sale.feeRuleVersion,
      // Not -0, which JSON would tell as 0 and tests as another number.
      { feeCents: 0 - back.feeCents, administrationCents: 0 - back.administrationCents, fundCents: 0 - back.fundCents },
      sale.id,
    );
  }

  #draft(
    told: Pick<Sale, 'externalId' | 'refundsExternalId' | 'cents' | 'zipCode' | 'soldAt' | 'voucherId'>,
    feeRuleVersion: number,
    split: Pick<Sale, 'feeCents' | 'administrationCents' | 'fundCents'>,
    refundsId: string | null,
  ): Sale {
    const { newId, now } = this.#work;
    const sale = Object.assign(new Sale(), {
      id: newId(),
      reportedAt: now,
      month: '',
      ...told,
      feeRuleVersion,
      ...split,
    });
    this.drafts.push({ sale, refundsId, timeZone: fundZone(this.#zipCodes, sale.zipCode) ?? '' });
    this.#books.sales.set(sale.externalId, sale);
    return sale;
  }

  #refusalOfTime(soldAt: Date): SaleRefusal | undefined {
    const age = this.#work.now.getTime() - soldAt.getTime();
    if (age < -SKEW_MILLISECONDS) return SaleRefusal.SOLD_IN_FUTURE;
    return age > LATEST_DAYS * DAY_MILLISECONDS ? SaleRefusal.SOLD_TOO_LONG_AGO : undefined;
  }

  #refusalOfPlace({ zipCode }: SaleInput): SaleRefusal | undefined {
    if (!zipCode) return SaleRefusal.ZIP_CODE_MISSING;
    return fundZone(this.#zipCodes, zipCode) ? undefined : SaleRefusal.ZIP_CODE_UNKNOWN;
  }

  #refusalOfVoucher({ voucherId }: SaleInput): SaleRefusal | undefined {
    if (!voucherId) return undefined;
    const sold = this.#books.vouchers.get(voucherId.toLowerCase());
    if (sold === undefined) return SaleRefusal.VOUCHER_UNKNOWN;
    return sold === null ? undefined : SaleRefusal.VOUCHER_REPORTED;
  }
}

function isSame(sale: Sale, report: SaleInput): boolean {
  return (
    sale.refundsExternalId === (report.refundsExternalId ?? null) &&
    Math.abs(sale.cents) === report.cents &&
    sale.soldAt.getTime() === report.soldAt.getTime() &&
    (sale.refundsExternalId !== null ||
      (sale.zipCode === report.zipCode && sale.voucherId === (report.voucherId?.toLowerCase() ?? null)))
  );
}

const isSameWaiting = (refund: Waiting, report: SaleInput): boolean =>
  refund.refundsExternalId === report.refundsExternalId &&
  refund.cents === report.cents &&
  refund.soldAt.getTime() === report.soldAt.getTime();

const answer = (externalId: string, outcome: SaleOutcome, sale: Sale | null): ReportedSale =>
  Object.assign(new ReportedSale(), { externalId, outcome, refusal: null, sale });

const refused = ({ externalId }: SaleInput, refusal: SaleRefusal): ReportedSale =>
  Object.assign(new ReportedSale(), { externalId, outcome: SaleOutcome.REFUSED, refusal, sale: null });

async function readBooks(em: EntityManager, retailerId: string, reports: readonly SaleInput[]): Promise<Books> {
  const named = reports.flatMap(({ externalId, refundsExternalId }) => [externalId, refundsExternalId ?? externalId]);
  const waiting = await em.execute<Record<'external_id' | 'refunds_external_id' | 'cents' | 'sold_at', string>[]>(
    `select * from rewards.waiting_refund
     where retailer_id = ? and (external_id in (?) or refunds_external_id in (?)) order by turn`,
    [retailerId, named, named],
  );
  const ids = [...named, ...waiting.map((row) => row.external_id)];
  const sales = await em.execute<(SaleRow & { refunded_cents: string })[]>(
    `select ${saleColumns},
       (select coalesce(-sum(r.cents), 0) from rewards.sale r where r.refunds_id = s.id) as refunded_cents
     from ${saleTables} where s.retailer_id = ? and s.external_id in (?)`,
    [retailerId, ids],
  );
  const voucherIds = reports.flatMap(({ voucherId }) => (voucherId ? [voucherId] : []));
  const vouchers = await em.execute<{ id: string; sale_id: string | null }[]>(
    `select v.id, s.id as sale_id from rewards.voucher v left join rewards.sale s on s.voucher_id = v.id
     where v.retailer_id = ? and v.id = any(?::uuid[])`,
    [retailerId, `{${voucherIds.join(',')}}`],
  );
  return {
    sales: new Map(sales.map((row) => [row.external_id, asSale(row)])),
    refunded: new Map(sales.map((row) => [row.id, Number(row.refunded_cents)])),
    waiting: new Map(
      waiting.map((row) => [
        row.external_id,
        {
          externalId: row.external_id,
          refundsExternalId: row.refunds_external_id,
          cents: Number(row.cents),
          soldAt: new Date(row.sold_at),
        },
      ]),
    ),
    vouchers: new Map(vouchers.map((row) => [row.id, row.sale_id])),
    rules: await feeRules(em),
  };
}

async function keepWaiting({ em, now }: UnitOfWork, retailerId: string, desk: SalesDesk): Promise<void> {
  const { newlyWaiting, noLongerWaiting } = desk;
  for (const { externalId, refundsExternalId, cents, soldAt } of newlyWaiting) {
    await em.execute(
      `insert into rewards.waiting_refund (retailer_id, external_id, refunds_external_id, cents, sold_at, reported_at)
       values (?, ?, ?, ?, ?, ?)`,
      [retailerId, externalId, refundsExternalId, cents, soldAt, now],
    );
  }
  if (noLongerWaiting.length === 0) return;
  await em.execute('delete from rewards.waiting_refund where retailer_id = ? and external_id in (?)', [
    retailerId,
    noLongerWaiting,
  ]);
}

async function record(work: UnitOfWork, retailerId: string, drafts: readonly Draft[]): Promise<void> {
  if (drafts.length === 0) return;
  const { em, now } = work;
  const months = await placeInMonths(
    work,
    drafts.map(({ sale: { zipCode, soldAt }, timeZone }) => ({ zipCode, timeZone, at: soldAt })),
  );
  const entries = drafts.map((draft, index) => ({ ...draft, ...(months[index] as PlacedMonth) }));
  const due = entries.filter(({ sale }) => sale.feeCents !== 0);
  const posted = await postAll(
    work,
    due.map(({ sale, fund }) => postingOf(retailerId, sale, fund)),
  );
  const transactions = new Map(due.map(({ sale }, index) => [sale.id, posted[index]?.id]));
  await em.execute(
    `insert into rewards.sale
     select * from jsonb_to_recordset(?::jsonb) as t(id uuid, retailer_id uuid, external_id text, refunds_id uuid,
       cents bigint, zip_code text, sold_at timestamptz, reported_at timestamptz, voucher_id uuid, month_id uuid,
       month text, fee_rule_version integer, fee_cents bigint, administration_cents bigint, fund_cents bigint,
       transaction_id uuid)`,
    [
      JSON.stringify(
        entries.map(({ sale, refundsId, monthId, month }) => ({
          id: sale.id,
          retailer_id: retailerId,
          external_id: sale.externalId,
          refunds_id: refundsId,
          cents: sale.cents,
          zip_code: sale.zipCode,
          sold_at: sale.soldAt,
          reported_at: now,
          voucher_id: sale.voucherId,
          month_id: monthId,
          month,
          fee_rule_version: sale.feeRuleVersion,
          fee_cents: sale.feeCents,
          administration_cents: sale.administrationCents,
          fund_cents: sale.fundCents,
          transaction_id: transactions.get(sale.id) ?? null,
        })),
      ),
    ],
  );
  for (const { sale, month } of entries) {
    sale.month = month;
    const { id: feeId, zipCode, cents: saleCents, feeCents, administrationCents, fundCents } = sale;
    const recordedAt = now.toISOString();
    work.record('fee.recorded', {
      feeId,
      retailerId,
      zipCode,
      saleCents,
      feeCents,
      administrationCents,
      fundCents,
      month,
      recordedAt,
    });
  }
  for (const zipCode of new Set(entries.map(({ sale }) => sale.zipCode)))
    work.announce(fundChannel(zipCode), { zipCode });
}

function postingOf(retailerId: string, sale: Sale, fund: Fund): Transfer {
  const affiliate = affiliateAccount(retailerId);
  const parts = [
    { account: administration, cents: sale.administrationCents },
    { account: fundAccount(fund.id), cents: sale.fundCents },
  ].filter(({ cents }) => cents !== 0);
  const legs = parts.map(({ account, cents }) =>
    cents > 0 ? { from: affiliate, to: account, amount: cents } : { from: account, to: affiliate, amount: -cents },
  );
  return {
    kind: sale.refundsExternalId ? 'fee_refund' : 'fee',
    businessKey: `fee ${retailerId} ${sale.externalId}`,
    fingerprint: `${sale.zipCode} ${sale.feeCents}`,
    legs: legs as [(typeof legs)[number]],
  };
}

/** The rows in the books of a month behind one of them, in the order in which they were told. */
export async function salesOf(
  em: EntityManager,
  retailerId: string,
  month: string,
  limit: number,
  behindId?: string,
): Promise<Sale[]> {
  const rows = await em.execute<SaleRow[]>(
    `select ${saleColumns} from ${saleTables}
     where s.retailer_id = ? and s.month = ? and (?::uuid is null or s.id > ?::uuid) order by s.id limit ?`,
    [retailerId, month, behindId ?? null, behindId ?? null, limit],
  );
  return rows.map(asSale);
}
