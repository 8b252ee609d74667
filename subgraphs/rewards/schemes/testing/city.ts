/*
 * A town with a city hall: a municipality with its ZIP codes and schemes, residents with points, and those who act for the
 * city. What they ask is answered as a refusal's code or a payload.
 */
import { randomUUID } from 'node:crypto';
import type { EventBody } from '../../../../schema/events.ts';
import type { Caller } from '../../../kernel/caller.ts';
import type { TestSubgraphOptions } from '../../../kernel/testing/harness.ts';
import { issuance, person, post } from '../../ledger/ledger.ts';
import { type Answer, citizen, openTown, type Person, type Town } from '../../testing/town.ts';

export const DAY = 86_400_000;
export const claimFields =
  'id status feeReference feeCents points valueCents remainderCents schemeVersion claimedAt expiresAt endedAt reversedAt reason decidedById scheme { id }';

type Terms = EventBody<'scheme.published'>;
export type City = Awaited<ReturnType<typeof openCity>>;

/** Somebody who acts for a municipality. */
export const clerk = (municipalityId: string, accountId: string = randomUUID()): Person => ({
  accountId,
  scopes: ['citizen', 'municipality'],
  organisations: [`municipality:${municipalityId}`],
});

export async function openCity(options?: TestSubgraphOptions) {
  const town: Town = await openTown(options);

  async function ask(document: string, variables: object, caller: Caller): Promise<Answer> {
    const { data, errors } = await town.execute(document, variables, caller);
    if (errors && !errors[0]?.extensions?.code) throw new Error(errors[0]?.message);
    return { code: errors?.[0]?.extensions?.code as string | undefined, payload: data && Object.values(data)[0] };
  }
  const mutate = (name: string, type: string, selection: string, input: object, caller: Caller) =>
    ask(`mutation ($input: ${type}!) { ${name}(input: $input) { ${selection} } }`, { input }, caller);

  const city = {
    ...town,
    ask,
    mutate,
    /** A new municipality. @returns its id. */
    async found(zipCodes: readonly string[] = ['78701', '78702']): Promise<string> {
      const municipalityId = randomUUID();
      const listing = { municipalityId, name: 'Austin', zipCodes: [...zipCodes], listedAt: town.nowText() };
      await town.deliver('municipality.listed', listing);
      return municipalityId;
    },
    /** A scheme of 1 cent a point, half of a fee, 1,000 cents in all, unless said otherwise. */
    async scheme(terms: Partial<Terms> = {}): Promise<Terms> {
      const fact: Terms = {
        schemeId: randomUUID(),
        version: 1,
        municipalityId: terms.municipalityId ?? (await city.found()),
        title: 'Parking tickets',
        centsPerPoint: 1,
        largestShareBasisPoints: 5_000,
        budgetCents: 1_000,
        zipCodes: [],
        perPersonCents: null,
        startsAt: '2026-01-01T00:00:00.000Z',
        endsAt: null,
        publishedAt: town.nowText(),
        ...terms,
      };
      await town.deliver('scheme.published', fact);
      return fact;
    },
    /** Somebody who lives there and has 20 points for each meeting. */
    async resident(meetings = 1, zipCode = '78701', who: Person = citizen()): Promise<Person> {
      await town.deliver('residence.declared', { accountId: who.accountId, zipCode, declaredAt: town.nowText() });
      if (meetings > 0) await town.meet(randomUUID(), who.accountId, meetings);
      return who;
    },
    /** Gives somebody that many points more, without meetings. */
    async endow({ accountId }: Person, points: number): Promise<void> {
      await town.em().execute("insert into rewards.transaction_kind (name) values ('gift') on conflict do nothing");
      await town.em().transactional(async (em) => {
        const work = {
          em,
          now: town.clock.now(),
          newId: town.newId,
          record: () => undefined,
          announce: () => undefined,
        };
        const key = `endow ${randomUUID()}`;
        await post(work, {
          kind: 'gift',
          businessKey: key,
          fingerprint: key,
          from: issuance,
          to: person(accountId),
          points,
        });
      });
    },
    apply: (caller: Caller, schemeId: string, input: object = {}) =>
      mutate(
        'applyScheme',
        'ApplySchemeInput',
        `claim { ${claimFields} } balance { available held }`,
        { schemeId, feeReference: randomUUID(), feeCents: 100, idempotencyKey: randomUUID(), ...input },
        caller,
      ),
    confirm: (caller: Caller, claimId: string, input: object = {}) =>
      mutate(
        'confirmSchemeClaim',
        'ConfirmSchemeClaimInput',
        `claim { ${claimFields} }`,
        { claimId, ...input },
        caller,
      ),
    refuse: (caller: Caller, claimId: string, reason = 'Not ours.') =>
      mutate('refuseSchemeClaim', 'EndSchemeClaimInput', `claim { ${claimFields} }`, { claimId, reason }, caller),
    reverse: (caller: Caller, claimId: string, reason = 'The fee fell away.') =>
      mutate('reverseSchemeClaim', 'EndSchemeClaimInput', `claim { ${claimFields} }`, { claimId, reason }, caller),
    withdraw: (caller: Caller, claimId: string) =>
      mutate(
        'withdrawSchemeClaim',
        'WithdrawSchemeClaimInput',
        `claim { ${claimFields} } balance { available held }`,
        { claimId },
        caller,
      ),
    async quote(caller: Caller, schemeId: string, feeCents: number) {
      const fields = 'points valueCents remainderCents refusal reason schemeVersion';
      const { payload } = await ask(
        `query ($schemeId: ID!, $feeCents: Cents!) { schemeQuote(schemeId: $schemeId, feeCents: $feeCents) { ${fields} } }`,
        { schemeId, feeCents },
        caller,
      );
      return payload;
    },
    async remaining(schemeId: string): Promise<number | null> {
      return (await town.entity('Scheme', schemeId, 'remainingCents', citizen())).remainingCents;
    },
    /** What an account of the ledger holds, from its postings. */
    async ledger(kind: string, ownerId: string): Promise<number> {
      const [sum] = await town.em().execute<{ sum: string }[]>(
        `select coalesce(sum(case when p.credit_id = a.id then p.amount else -p.amount end), 0) as sum
         from rewards.account a join rewards.posting p on a.id in (p.debit_id, p.credit_id)
         where a.kind = ? and a.owner_id = ?`,
        [kind, ownerId],
      );
      return Number(sum?.sum);
    },
  };
  return city;
}
