/*
 * A town with charities, givers who have points, and those who act for a charity: what they ask is answered as a refusal's
 * code or a payload.
 */
import { randomUUID } from 'node:crypto';
import type { EventBody } from '../../../../schema/events.ts';
import type { Caller } from '../../../kernel/caller.ts';
import type { TestSubgraphOptions } from '../../../kernel/testing/harness.ts';
import { type Answer, administrator, officer, openTown, type Person, type Town } from '../../testing/town.ts';

export type Parish = Awaited<ReturnType<typeof openParish>>;

/** Somebody who acts for an organisation. */
export const member = (kind: 'charity' | 'municipality', id: string, accountId: string = randomUUID()): Person => ({
  accountId,
  scopes: ['citizen', kind],
  organisations: [`${kind}:${id}`],
});

export async function openParish(options?: TestSubgraphOptions) {
  const town: Town = await openTown(options);

  async function ask(document: string, variables: object, caller: Caller): Promise<Answer> {
    const { data, errors } = await town.execute(document, variables, caller);
    if (errors && !errors[0]?.extensions?.code) throw new Error(errors[0]?.message);
    return { code: errors?.[0]?.extensions?.code as string | undefined, payload: data && Object.values(data)[0] };
  }
  const mutate = (name: string, type: string, selection: string, input: object, caller: Caller) =>
    ask(`mutation ($input: ${type}!) { ${name}(input: $input) { ${selection} } }`, { input }, caller);
  const settlementFields =
    'id kind organisationId number points reference transactionId madeAt madeById reversedAt reason';

  return {
    ...town,
    ask,
    mutate,
    async charity(terms: Partial<EventBody<'charity.listed'>> = {}): Promise<string> {
      const charityId = randomUUID();
      await town.deliver('charity.listed', {
        charityId,
        name: 'Food Bank',
        zipCode: '78741',
        employerNumber: '123456789',
        earmarks: true,
        earmarkLabels: ['School meals', 'A family in need'],
        listedAt: town.nowText(),
        ...terms,
      });
      return charityId;
    },
    /** Somebody with 20 points for each meeting. */
    async giver(meetings = 1, who: Person = officer()): Promise<Person> {
      await town.meet(who.accountId, randomUUID(), meetings);
      return who;
    },
    give: (caller: Caller, charityId: string, points: number, more: object = {}) =>
      mutate(
        'donatePoints',
        'DonatePointsInput',
        `donation { id points earmark donatedAt charity { id }
           receipt { id number charityName employerNumber points donatedAt reversedAt text html } } balance { available }`,
        { charityId, points, idempotencyKey: randomUUID(), ...more },
        caller,
      ),
    settle: (caller: Caller, organisationId: string, points: number, more: object = {}) =>
      mutate(
        'settlePoints',
        'SettlePointsInput',
        `settlement { ${settlementFields} } pointsToSettle`,
        { kind: 'CHARITY', organisationId, points, reference: randomUUID(), idempotencyKey: randomUUID(), ...more },
        caller,
      ),
    reverseSettlement: (settlementId: string, caller: Caller = administrator) =>
      mutate(
        'reverseSettlement',
        'ReverseSettlementInput',
        `settlement { ${settlementFields} } pointsToSettle`,
        { settlementId, reason: 'The check bounced.' },
        caller,
      ),
    /** An administrator takes a donation back by hand. */
    async takeBack(donationId: string) {
      const [row] = await town
        .em()
        .execute<{ id: string }[]>('select transaction_id as id from rewards.donation where id = ?', [donationId]);
      return mutate(
        'reverseTransaction',
        'ReverseTransactionInput',
        '__typename',
        { transactionId: row?.id, reason: 'A mistake.', idempotencyKey: randomUUID() },
        administrator,
      );
    },
  };
}
