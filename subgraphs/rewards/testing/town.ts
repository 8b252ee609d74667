/*
 * The rewards subgraph with people, shops and charities around it: what other domains tell, told by one call each, and
 * the operations of citizens, officers and tills, answered as a refusal's code or a payload.
 */
import { randomUUID } from 'node:crypto';
import type { EventBody } from '../../../schema/events.ts';
import type { Caller } from '../../kernel/caller.ts';
import { openTestSubgraph, type TestSubgraph, type TestSubgraphOptions } from '../../kernel/testing/harness.ts';
import { audit } from '../ledger/audit.ts';
import { type RewardsServices, rewards } from '../rewards.ts';

export type Person = Caller & { readonly accountId: string };

export const citizen = (accountId: string = randomUUID()): Person => ({ accountId, scopes: ['citizen'] });
export const officer = (accountId: string = randomUUID()): Person => ({ accountId, scopes: ['officer'] });
export const administrator: Caller = { accountId: randomUUID(), scopes: ['administrator'] };
export const till = (retailerId: string): Caller => ({ retailerId, scopes: ['vouchers:redeem'] });

/** What scoring rule 3 gives to either side. */
export const POINTS = { virtual: 10, vicinity: 15, proximity: 20, code: 30 } as const;

type Meeting = EventBody<'connection.confirmed'>;
type Terms = EventBody<'offer.published'>;

export interface Answer {
  /** Of the refusal; undefined when it was carried out. */
  readonly code: string | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers freely
  readonly payload: any;
}

export interface Town extends TestSubgraph<RewardsServices> {
  nowText(): string;
  /** A confirmed connection, not told yet. */
  meeting(officerId: string, citizenId: string, evidence?: Meeting['evidence']): Meeting;
  /** Both earn 20 points each time. @returns the last connection's id. */
  meet(officerId: string, citizenId: string, times?: number): Promise<string>;
  publish(terms?: Partial<Terms>): Promise<Terms>;
  /** A new charity. @returns its id. */
  list(): Promise<string>;
  redeem(caller: Caller, offerId: string, idempotencyKey?: string): Promise<Answer>;
  take(caller: Caller, code: string): Promise<Answer>;
  donate(caller: Caller, charityId: string, points: number, idempotencyKey?: string): Promise<Answer>;
  /** What the graph adds to an Account or a Connection. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers freely
  entity(typeName: string, id: string, selection: string, caller?: Caller): Promise<any>;
  points(caller: Person): Promise<{ available: number; earned: number; spent: number }>;
  /** What an audit finds wrong now. */
  problems(): Promise<string[]>;
}

export async function openTown(options?: TestSubgraphOptions): Promise<Town> {
  const subject = await openTestSubgraph(rewards, options);
  const nowText = () => subject.clock.now().toISOString();

  async function ask(document: string, input: object, caller: Caller): Promise<Answer> {
    const { data, errors } = await subject.execute(document, { input }, caller);
    return { code: errors?.[0]?.extensions?.code as string | undefined, payload: data && Object.values(data)[0] };
  }

  const town: Town = {
    ...subject,
    nowText,
    meeting: (officerId, citizenId, evidence = 'proximity') => ({
      connectionId: randomUUID(),
      officerId,
      citizenId,
      evidence,
      zipCode: '78701',
      confirmedAt: nowText(),
    }),
    async meet(officerId, citizenId, times = 1) {
      let last = '';
      for (let count = 0; count < times; count++) {
        const fact = town.meeting(officerId, citizenId);
        last = fact.connectionId;
        await subject.deliver('connection.confirmed', fact);
      }
      return last;
    },
    async publish(terms = {}) {
      const fact = {
        offerId: randomUUID(),
        version: 1,
        retailerId: randomUUID(),
        title: 'A coffee',
        pricePoints: 10,
        valueCents: 400,
        stock: null,
        perPersonLimit: null,
        zipCode: '78704',
        startsAt: '2026-01-01T00:00:00.000Z',
        endsAt: null,
        publishedAt: nowText(),
        ...terms,
      };
      await subject.deliver('offer.published', fact);
      return fact;
    },
    async list() {
      const charityId = randomUUID();
      await subject.deliver('charity.listed', { charityId, name: 'Food Bank', zipCode: '78741', listedAt: nowText() });
      return charityId;
    },
    redeem: (caller, offerId, idempotencyKey = randomUUID()) =>
      ask(
        `mutation ($input: RedeemOfferInput!) { redeemOffer(input: $input) {
          voucher { id code qrCode status points offer { id } } balance { available spent } } }`,
        { offerId, idempotencyKey },
        caller,
      ),
    take: (caller, code) =>
      ask(
        `mutation ($input: RedeemVoucherInput!) { redeemVoucher(input: $input) {
          voucher { id status redeemedAt offer { id } retailer { id } } } }`,
        { code },
        caller,
      ),
    donate: (caller, charityId, points, idempotencyKey = randomUUID()) =>
      ask(
        `mutation ($input: DonatePointsInput!) { donatePoints(input: $input) {
          donation { id points charity { id } } balance { available } } }`,
        { charityId, points, idempotencyKey },
        caller,
      ),
    async entity(typeName, id, selection, caller) {
      const query = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on ${typeName} { ${selection} } } }`;
      const { data, errors } = await subject.execute(query, { r: [{ __typename: typeName, id }] }, caller);
      if (errors) throw new Error(`${errors[0]?.extensions?.code}: ${errors[0]?.message}`);
      return data._entities[0];
    },
    points: async (caller) =>
      (await town.entity('Account', caller.accountId, 'points { available earned spent }', caller)).points,
    problems: async () => (await audit(subject.em())).problems,
  };
  return town;
}
