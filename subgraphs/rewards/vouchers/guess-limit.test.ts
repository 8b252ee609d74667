import { randomBytes, randomUUID } from 'node:crypto';
import type { Caller } from '../../kernel/caller.ts';
import { citizen, openTown, type Person, type Town, till } from '../testing/town.ts';
import { member, shopsOf } from './testing/shop.ts';
import { newVoucherCode } from './voucher-code.ts';

let town: Town;
const shop = shopsOf(() => town);
const unknown = () => newVoucherCode(randomBytes);

beforeAll(async () => {
  town = await openTown({ configuration: { databasePool: 40 } });
});

afterAll(() => town.close());

/** Somebody who met officers so often, for 20 points each time. */
async function buyer(meetings: number): Promise<Person> {
  const person = citizen();
  await town.meet(randomUUID(), person.accountId, meetings);
  return person;
}

describe('wrong codes', () => {
  /** Wrong codes, one after the other. @returns what was answered, as codes and as messages. */
  async function guess(caller: Caller, count: number, input: object = {}) {
    const told = [];
    for (let index = 0; index < count; index++) told.push(await shop.redeem(caller, { code: unknown(), ...input }));
    return {
      codes: [...new Set(told.map(({ code }) => code))],
      messages: [...new Set(told.map((answer) => (answer as { message?: string }).message))],
    };
  }

  test('are all answered alike, and slips of the tongue are none', async () => {
    const [bought, foreign] = [await shop.buy(), await shop.buy()];
    for (let count = 0; count < 20; count++) {
      const wrong = `${bought.code.slice(0, -1)}${bought.code.endsWith('0') ? '1' : '0'}`;
      expect((await shop.redeem(bought.till, { code: wrong })).code).toBe('VOUCHER_INVALID');
    }
    const { codes, messages } = await guess(bought.till, 9);
    expect(codes).toEqual(['VOUCHER_INVALID']);
    const other = await shop.redeem(member(bought.retailerId), { code: foreign.code });
    expect([other.code, [(other as { message?: string }).message]]).toEqual(['VOUCHER_INVALID', messages]);
    expect((await shop.redeem(bought.till, { code: bought.code })).code).toBeUndefined();
  });

  test('make wait from the tenth on, each twice as long as the one before, a quarter of an hour at most', async () => {
    const bought = await shop.buy();
    await guess(bought.till, 10);
    for (const seconds of [5, 10, 20, 40]) {
      expect((await shop.redeem(bought.till, { code: bought.code })).code).toBe('RATE_LIMITED');
      town.clock.advance((seconds - 1) * 1000);
      expect((await shop.redeem(bought.till, { code: unknown() })).code).toBe('RATE_LIMITED');
      town.clock.advance(1000);
      // What is forgiven meanwhile is less than one.
      expect((await guess(bought.till, 1)).codes).toEqual(['VOUCHER_INVALID']);
    }
    await Promise.all(Array.from({ length: 60 }, () => guess(till(bought.retailerId), 1)));
    town.clock.advance(15 * 60_000);
    expect((await shop.redeem(bought.till, { code: bought.code })).code).toBeUndefined();
  });

  test('never keep a voucher from being taken that is scanned', async () => {
    const bought = await shop.buy();
    const other = await shop.buyOf(bought, await buyer(1));
    await guess(bought.till, 10);
    expect((await shop.hold(bought.till, { code: other.code })).code).toBe('RATE_LIMITED');
    const forged = `${bought.token.slice(0, -3)}${bought.token.endsWith('000') ? '111' : '000'}`;
    expect((await shop.redeem(bought.till, { token: forged })).code).toBe('RATE_LIMITED');
    expect((await shop.hold(bought.till, { token: other.token })).code).toBeUndefined();
    expect((await shop.redeem(bought.till, { token: bought.token })).code).toBeUndefined();
    // It was answered before, and is no guess for that.
    expect((await shop.redeem(bought.till, { token: bought.token })).code).toBe('VOUCHER_REDEEMED');
  });

  test('at one till leave the other tills of the shop, its people and other shops alone', async () => {
    const offer = await town.publish();
    const owner = await buyer(4);
    const [one, two] = [await shop.terminal(offer.retailerId), await shop.terminal(offer.retailerId)];
    const key = till(offer.retailerId);
    await guess(key, 10, { terminalId: one.terminalId });
    const bought = [];
    for (let count = 0; count < 4; count++) bought.push(await shop.buyOf(offer, owner));
    const [first, second, third] = bought.map(({ code }) => code);
    expect((await shop.redeem(key, { code: first, terminalId: one.terminalId })).code).toBe('RATE_LIMITED');
    expect((await shop.redeem(key, { code: first, terminalId: two.terminalId })).code).toBeUndefined();
    expect((await shop.redeem(key, { code: second })).code).toBeUndefined();
    expect((await shop.redeem(member(offer.retailerId), { code: third })).code).toBeUndefined();
    const foreign = await shop.buy();
    expect((await shop.redeem(foreign.till, { code: foreign.code })).code).toBeUndefined();
    // A till that is made up is none, and gives no further turns.
    expect(await shop.redeem(key, { code: unknown(), terminalId: randomUUID() })).toMatchObject({ code: 'NOT_FOUND' });
  });

  test('of many at a shop leave fewer turns to who errs, and stop nobody who does not', async () => {
    const bought = await shop.buy();
    const { retailerId } = bought;
    for (let clerks = 0; clerks < 12; clerks++) await guess(member(retailerId), 9);
    const clumsy = member(retailerId);
    await guess(clumsy, 3);
    expect((await shop.redeem(clumsy, { code: bought.code })).code).toBe('RATE_LIMITED');
    expect((await shop.redeem(bought.till, { code: bought.code })).code).toBeUndefined();
    const elsewhere = await shop.buy();
    const careful = member(elsewhere.retailerId);
    await guess(careful, 3);
    expect((await shop.redeem(careful, { code: elsewhere.code })).code).toBeUndefined();
    town.clock.advance(20 * 60_000);
    const later = member(retailerId);
    await guess(later, 9);
    expect((await guess(later, 1)).codes).toEqual(['VOUCHER_INVALID']);
  });

  test('take the same statements whether nobody has the code, another shop, or somebody who used it there', async () => {
    const connection = town.em().getConnection() as unknown as {
      executeQuery?: (text: string, ...rest: unknown[]) => unknown;
    };
    /** The texts, without their values, of what the database was asked about vouchers for one answer. */
    const statementsOf = async (task: () => Promise<{ code: string | undefined }>) => {
      const texts: string[] = [];
      const { executeQuery } = connection;
      connection.executeQuery = (text, ...rest) => {
        // Facts that were told before may be on their way meanwhile.
        if (/rewards\.(voucher|retailer|terminal|offer)/.test(text)) texts.push(text.replace(/'[^']*'|\b\d+\b/g, '?'));
        return executeQuery?.call(connection, text, ...rest);
      };
      try {
        expect((await task()).code).toBe('VOUCHER_INVALID');
      } finally {
        delete connection.executeQuery;
      }
      return texts;
    };
    const [fresh, used, held, gone] = [await shop.buy(), await shop.buy(), await shop.buy(), await shop.buy()];
    await shop.redeem(used.till, { code: used.code });
    await shop.hold(held.till, { code: held.code });
    await shop.refund(gone.owner, gone.id);
    const forged = `${fresh.token.slice(0, -3)}${fresh.token.endsWith('000') ? '111' : '000'}`;
    for (const ask of [shop.redeem, shop.hold]) {
      const ofCode = (code: string) => statementsOf(() => ask(till(randomUUID()), { code }));
      const expected = await ofCode(unknown());
      expect(expected.length).toBeGreaterThanOrEqual(4);
      for (const { code } of [fresh, used, held, gone]) expect(await ofCode(code)).toEqual(expected);
      const ofToken = (token: string) => statementsOf(() => ask(till(randomUUID()), { token }));
      const expectedOfTokens = await ofToken(forged);
      for (const { token } of [fresh, used, held, gone]) expect(await ofToken(token)).toEqual(expectedOfTokens);
      // Who stands there makes no difference either: also one's own voucher of another shop is a wrong code.
      const own = () => statementsOf(() => ask(member(randomUUID(), fresh.owner.accountId), { code: fresh.code }));
      expect(await own()).toEqual(expected);
    }
  });

  test('few and far between never end anything', async () => {
    const shopkeeper = till(randomUUID());
    for (let count = 0; count < 30; count++) {
      if (count % 5 === 0) town.clock.advance(16 * 60_000);
      expect((await shop.redeem(shopkeeper, { code: unknown() })).code).toBe('VOUCHER_INVALID');
    }
  });
});
