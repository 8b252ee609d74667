/*
 * A town with a community fund: retailers that tell of sales, residents that vote, administrators that propose, and a clock
 * that stands where a test puts it. Every ZIP code is one of those that exist, and no two tests share one.
 */
import { randomUUID } from 'node:crypto';
import type { Caller } from '../../../kernel/caller.ts';
import { ManualClock } from '../../../kernel/clock.ts';
import { type Answer, administrator, citizen, openTown, type Person, type Town, till } from '../../testing/town.ts';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

export interface SaleRow {
  externalId: string;
  cents: number;
  zipCode?: string;
  soldAt: string;
  voucherId?: string;
  refundsExternalId?: string;
}

const saleFields =
  'externalId refundsExternalId cents zipCode month feeCents administrationCents fundCents feeRuleVersion reportedAt';
export const roundFields = `id zipCode month amountCents state openedAt closesAt eligibleCount quorum votesCount paysAt
  mayVote ownVote rule { version quorumVotes } options { id position title votes }
  decisions { number ground reason decidedBy proposedBy awards { optionId cents } }`;

export type Treasury = Awaited<ReturnType<typeof openTreasury>>;

/** @param start what the clock says when it opens. */
export async function openTreasury(start: string, environment: Record<string, string> = {}) {
  const clock = new ManualClock({ startsAt: start, stands: true });
  const town: Town = await openTown({ clock, environment: { DATABASE_POOL: '60', ...environment } });

  async function ask(document: string, variables: object, caller: Caller): Promise<Answer> {
    const { data, errors } = await town.execute(document, variables, caller);
    if (errors && !errors[0]?.extensions?.code) throw new Error(errors[0]?.message);
    return { code: errors?.[0]?.extensions?.code as string | undefined, payload: data && Object.values(data)[0] };
  }
  const mutate = (name: string, type: string, selection: string, input: object, caller: Caller) =>
    ask(`mutation ($input: ${type}!) { ${name}(input: $input) { ${selection} } }`, { input }, caller);

  /** Moves the clock to an instant and does what came due, one after the other. */
  async function until(instant: Date | string) {
    clock.advance(Math.max(0, new Date(instant).getTime() - clock.now().getTime()));
    await town.services.funds.look();
  }

  const row = (changed: Partial<SaleRow> = {}): SaleRow => ({
    externalId: randomUUID(),
    cents: 7_500,
    zipCode: '78704',
    soldAt: town.nowText(),
    ...changed,
  });

  return {
    ...town,
    ask,
    mutate,
    until,
    row,
    wait: (milliseconds: number) => until(new Date(clock.now().getTime() + milliseconds)),
    report: (retailerId: string, sales: readonly SaleRow[], caller: Caller = till(retailerId)) =>
      mutate(
        'reportSales',
        'ReportSalesInput',
        `results { externalId outcome refusal sale { ${saleFields} } }`,
        { sales },
        caller,
      ),
    /** Sales that bring a fund this much in fees: each of 120 dollars brings 5. @returns the retailer. */
    async fill(zipCode: string, cents: number, soldAt: string = town.nowText()): Promise<string> {
      const retailerId = randomUUID();
      const sales = Array.from({ length: cents / 500 }, () => row({ zipCode, cents: 12_000, soldAt }));
      const { payload } = await mutate(
        'reportSales',
        'ReportSalesInput',
        'results { outcome }',
        { sales },
        till(retailerId),
      );
      if (!payload.results.every(({ outcome }: { outcome: string }) => outcome === 'RECORDED'))
        throw new Error('not filled');
      return retailerId;
    },
    async settle(count: number, zipCode: string, declaredAt: string = town.nowText()): Promise<Person[]> {
      const people = Array.from({ length: count }, () => citizen());
      for (const { accountId } of people) await town.deliver('residence.declared', { accountId, zipCode, declaredAt });
      return people;
    },
    propose: (zipCode: string, title: string, caller: Caller = administrator, more: object = {}) =>
      mutate(
        'proposeFundOption',
        'ProposeFundOptionInput',
        'proposal { id state title municipalityId }',
        { zipCode, title, text: 'For the neighborhood.', recipientName: 'Parks and Recreation', ...more },
        caller,
      ),
    async fund(zipCode: string, caller: Caller = citizen()) {
      const selection = `id zipCode timeZone carriedCents balanceCents
        month { id month startsAt endsAt state carriedCents entriesCents amountCents hash } round { ${roundFields} }`;
      const { data } = await town.execute(
        `query ($zipCode: ZipCode!) { fund(zipCode: $zipCode) { ${selection} } }`,
        { zipCode },
        caller,
      );
      return data.fund;
    },
    async months(zipCode: string) {
      const { data } = await town.execute(
        `query ($zipCode: ZipCode!) { fundMonths(zipCode: $zipCode) {
           edges { node { id month state carriedCents entriesCents amountCents hash } } } }`,
        { zipCode },
        citizen(),
      );
      return data.fundMonths.edges.map(({ node }: { node: object }) => node);
    },
    async round(id: string, caller: Caller = citizen()) {
      const { data } = await town.execute(`query ($id: ID!) { fundRound(id: $id) { ${roundFields} } }`, { id }, caller);
      return data.fundRound;
    },
    vote: (caller: Caller, roundId: string, optionId: string) =>
      mutate('castVote', 'CastVoteInput', 'round { id ownVote votesCount }', { roundId, optionId }, caller),
    /** One administrator proposes it. */
    override: (roundId: string, optionId: string, reason: string, caller: Caller = administrator) =>
      mutate(
        'overrideFundRound',
        'OverrideFundRoundInput',
        `round { ${roundFields} proposedOverride { id optionId reason proposedBy } }`,
        { roundId, optionId, reason },
        caller,
      ),
    /** Another one confirms or withdraws what was proposed. */
    endOverride: (ending: 'confirm' | 'withdraw', overrideId: string, caller: Caller) =>
      mutate(
        `${ending}FundOverride`,
        'FundOverrideInput',
        `round { ${roundFields} proposedOverride { id } }`,
        { overrideId },
        caller,
      ),
    /**
     * Begins a transaction that has carried out `statement`, starts `ending`, and commits when that waits for it.
     * @returns whether it waited.
     */
    async commitsWhenAwaited(statement: string, values: unknown[], ending: () => Promise<unknown>): Promise<boolean> {
      const inFlight = town.em();
      await inFlight.begin();
      await inFlight.execute(statement, values);
      let isDone = false;
      const end = ending().then(() => {
        isDone = true;
      });
      const waits = async () => {
        const rows = await town
          .em()
          .execute<unknown[]>(
            `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
          );
        return rows.length > 0;
      };
      while (!isDone && !(await waits()));
      const waited = !isDone;
      await inFlight.commit();
      await end;
      return waited;
    },
    /** What an account of the ledger holds, from its postings. */
    async ledger(kind: string, ownerId: string): Promise<number> {
      const [sum] = await town.em().execute<{ cents: string }[]>(
        `select coalesce(sum(case when p.credit_id = a.id then p.amount else -p.amount end), 0) as cents
         from rewards.account a join rewards.posting p on a.id in (p.debit_id, p.credit_id)
         where a.kind = ? and a.owner_id = ?`,
        [kind, ownerId],
      );
      return Number(sum?.cents);
    },
  };
}
