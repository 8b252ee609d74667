import { openTestSubgraph } from '../../kernel/testing/harness.ts';
import { rewards } from '../rewards.ts';
import { administrator, openTown, type Town } from '../testing/town.ts';
import { DAY, member, shopsOf } from './testing/shop.ts';
import { readToken } from './voucher-token.ts';

let town: Town;
const shop = shopsOf(() => town);

beforeAll(async () => {
  town = await openTown();
});

afterAll(async () => {
  expect(await town.problems()).toEqual([]);
  await town.close();
});

describe('keys', () => {
  const rotate = (withdraw: boolean, caller: object = administrator) =>
    shop.ask('rotateVoucherKeys', 'RotateVoucherKeysInput', 'keyId', { withdraw }, caller as never);

  test('are replaced, and what the old one signed stays good', async () => {
    const bought = await shop.buy();
    expect((await rotate(false, member(bought.retailerId))).code).toBe('FORBIDDEN');
    const { payload } = await rotate(false);
    const { token } = await shop.look(bought.owner, bought.id, 'token');
    expect(readToken(token)?.keyId).toBe(payload.keyId);
    expect(readToken(token)?.keyId).not.toBe(readToken(bought.token)?.keyId);
    expect([...(await shop.keys()).keys()]).toEqual(
      expect.arrayContaining([payload.keyId, readToken(bought.token)?.keyId]),
    );
    expect((await shop.redeem(bought.till, { token: bought.token })).code).toBeUndefined();
    expect((await shop.redeem(bought.till, { token })).code).toBe('VOUCHER_REDEEMED');
  });

  test('that leaked are withdrawn: their tokens are worth nothing, the vouchers are, with a new one', async () => {
    const bought = await shop.buy();
    const { payload } = await rotate(true);
    expect([...(await shop.keys()).keys()]).toEqual([payload.keyId]);
    expect((await shop.redeem(bought.till, { token: bought.token })).code).toBe('VOUCHER_INVALID');
    const { token } = await shop.look(bought.owner, bought.id, 'token');
    expect((await shop.redeem(bought.till, { token })).code).toBeUndefined();
  });

  test('are one, whichever of two processes is asked first', async () => {
    const { databaseUrl, clock, configuration } = town;
    const other = await openTestSubgraph(rewards, { databaseUrl, clock, configuration });
    try {
      town.clock.advance(181 * DAY);
      const asked = await Promise.all(
        Array.from({ length: 30 }, (_, index) => (index % 2 === 0 ? town : other).services.voucherKeys.signingKey()),
      );
      expect(new Set(asked.map(({ keyId }) => keyId)).size).toBe(1);
    } finally {
      await other.close();
    }
  });

  test('change by themselves after half a year, and stand in the database sealed', async () => {
    const before = await shop.keys();
    town.clock.advance(181 * DAY);
    const after = await shop.keys();
    expect(after.size).toBe(before.size + 1);
    const rows = await town
      .em()
      .execute<{ private_sealed: Buffer }[]>('select private_sealed from rewards.voucher_key');
    for (const { private_sealed } of rows) {
      expect(private_sealed.includes(Buffer.from('MC4CAQAwBQYDK2Vw'))).toBe(false);
    }
  });
});
