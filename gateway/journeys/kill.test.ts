/*
 * The rewards and the profile process are killed at random moments of the story, again and again. It still ends right:
 * every meeting counts once for both, every wish is carried out once, and the books balance.
 */
import { randomInt, randomUUID } from 'node:crypto';
import { ClientError } from '../../clients/client.ts';
import {
  AcceptConnectionDocument,
  ConfirmConnectionDocument,
  ImportTableDocument,
  LedgerAuditDocument,
  MeDocument,
  OffersDocument,
  OpenWindowDocument,
  RedeemOfferDocument,
  ReportLocationDocument,
  RequestConnectionDocument,
  VouchersDocument,
} from '../../clients/generated/graphql.ts';
import type { SignedIn } from '../../clients/sign-in.ts';
import { eventually, signInAdministrator, signInCitizen, signInOfficer } from './people.ts';
import { type SystemOfProcesses, startSevenProcesses } from './systems.ts';

const PAIRS = 4;
const POINTS_PER_MEETING = 20;
const PRICE_POINTS = 15;
const KILLS = 8;
const capitol = { latitude: 30.2747, longitude: -97.7404 };

let system: SystemOfProcesses;

beforeAll(async () => {
  system = await startSevenProcesses();
});

afterAll(async () => {
  await system?.close();
});

/** mulberry32: small, and the same for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Kills one of the two at some of the moments it is asked at, and starts it again meanwhile. */
class Saboteur {
  kills = 0;
  readonly #random: () => number;
  #restarting: Promise<void> | undefined;

  constructor(seed: number) {
    this.#random = randomFrom(seed);
  }

  moment(): void {
    if (this.#restarting || this.kills >= KILLS || this.#random() > 0.3) return;
    this.kills++;
    const name = this.#random() < 0.5 ? 'rewards' : 'profile';
    this.#restarting = system
      .kill(name)
      .then(() => system.restart(name))
      .finally(() => {
        this.#restarting = undefined;
      });
  }

  async rest(): Promise<void> {
    await this.#restarting;
  }
}

/** A client's way with a part that is away: the same wish again, until there is an answer. */
function insisting<Result>(ask: () => Promise<Result>): Promise<Result> {
  return eventually(async () => {
    try {
      return await ask();
    } catch (error) {
      const isAway =
        error instanceof ClientError && ['UNAVAILABLE', 'UNREACHABLE', 'OFFER_UNAVAILABLE'].includes(error.code);
      if (isAway) return undefined;
      throw error;
    }
  });
}

test('whatever dies, every meeting and every wish counts once, and the books balance', async () => {
  const seed = randomInt(2 ** 31);
  const saboteur = new Saboteur(seed);
  const administrator = await signInAdministrator(system.url);
  const officers = await Promise.all(Array.from({ length: PAIRS }, () => signInOfficer(system.url, administrator)));
  const citizens = await Promise.all(Array.from({ length: PAIRS }, () => signInCitizen(system.url)));
  const take = (kind: 'RETAILERS' | 'OFFERS', content: string) =>
    administrator.client.request(ImportTableDocument, { input: { kind, content, idempotencyKey: randomUUID() } });
  await take(
    'RETAILERS',
    'name,street,city,state,zip,latitude,longitude\nCorner Books,1 Main St,Austin,TX,78701,30.27,-97.74',
  );
  await take('OFFERS', `retailer,title,price_points,value_usd\nCorner Books,A paperback,${PRICE_POINTS},12.50`);
  const { offers } = await administrator.client.request(OffersDocument, { first: 1 });
  const offerId = offers.edges[0]?.node.id ?? '';

  let sequence = 0;
  const meet = async (officer: SignedIn, citizen: SignedIn) => {
    for (const person of [officer, citizen]) {
      const input = { position: capitol, sequence: ++sequence, accuracyMeters: 5 };
      await person.client.request(ReportLocationDocument, { input });
      saboteur.moment();
    }
    const { requestConnection } = await citizen.client.request(RequestConnectionDocument, {
      input: { officerId: officer.accountId },
    });
    const input = { connectionId: requestConnection.connection.id };
    await officer.client.request(AcceptConnectionDocument, { input });
    saboteur.moment();
    await officer.client.request(ConfirmConnectionDocument, { input });
    await citizen.client.request(ConfirmConnectionDocument, { input });
    saboteur.moment();
  };
  const spend = async (citizen: SignedIn) => {
    const input = { offerId, idempotencyKey: randomUUID() };
    await eventually(async () => {
      const { me } = await insisting(() => citizen.client.request(MeDocument));
      return (me.points?.available ?? 0) >= PRICE_POINTS ? me : undefined;
    });
    const wish = () => insisting(() => citizen.client.request(RedeemOfferDocument, { input }));
    saboteur.moment();
    const [first, second] = await Promise.all([wish(), wish()]);
    expect(second.redeemOffer.voucher.id).toBe(first.redeemOffer.voucher.id);
  };

  for (const officer of officers) {
    await officer.client.request(OpenWindowDocument, { input: { position: capitol } });
  }
  for (let turn = 0; turn < PAIRS; turn++) {
    await Promise.all(officers.map((officer, index) => meet(officer, citizens[(index + turn) % PAIRS] as SignedIn)));
    // Every officer can be asked again once both have confirmed.
    if (turn === 1) await saboteur.rest();
  }
  await Promise.all(citizens.map(spend));
  await saboteur.rest();

  const settled = async (person: SignedIn, spent: number) => {
    const available = PAIRS * POINTS_PER_MEETING - spent;
    const expected = { connectionCount: PAIRS, available };
    const found = await eventually(async () => {
      const { me } = await insisting(() => person.client.request(MeDocument));
      const now = { connectionCount: me.profile?.connectionCount, available: me.points?.available };
      return JSON.stringify(now) === JSON.stringify(expected) ? now : undefined;
    });
    expect({ seed, ...found }).toEqual({ seed, ...expected });
  };
  for (const officer of officers) await settled(officer, 0);
  for (const citizen of citizens) {
    await settled(citizen, PRICE_POINTS);
    const { me } = await citizen.client.request(VouchersDocument, { first: 10 });
    expect(me.vouchers?.edges).toHaveLength(1);
  }
  const { ledgerAudit } = await administrator.client.request(LedgerAuditDocument);
  const transactions = 2 * PAIRS * PAIRS + PAIRS;
  expect({ seed, ...ledgerAudit }).toEqual({
    seed,
    balanced: true,
    transactions,
    postings: transactions,
    problems: [],
  });
  expect(saboteur.kills).toBeGreaterThan(0);
}, 180_000);
