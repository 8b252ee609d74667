import { randomBytes, randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { openDatabase } from '../../kernel/database.ts';
import { createTestDatabase } from '../../kernel/testing/servers.ts';
import { migrations } from '../migrations.ts';
import { citizen, openTown, type Town, till } from '../testing/town.ts';
import { shopsOf } from './testing/shop.ts';
import { VoucherVault } from './voucher-code.ts';

let town: Town;
const shop = shopsOf(() => town);

test('vouchers of before go on after the upgrade: they are taken, given back, listed and have a token and a history', async () => {
  const secretKey = randomBytes(32);
  const vault = new VoucherVault(secretKey, randomBytes);
  const owner = citizen();
  const [offerId, retailerId] = [randomUUID(), randomUUID()];
  const vouchers = ['taken', 'free', 'back', 'lost'].map((name) => ({ name, id: randomUUID(), code: vault.newCode() }));
  const [taken, free, back, lost] = vouchers as [
    (typeof vouchers)[0],
    (typeof vouchers)[0],
    (typeof vouchers)[0],
    (typeof vouchers)[0],
  ];
  const old = await createTestDatabase({
    name: 'rewards-of-issued-vouchers',
    prepare: async (url) => {
      const options = { name: 'rewards', poolSize: 2, entities: [], log: pino({ level: 'silent' }) } as const;
      const database = await openDatabase({ ...options, url, migrations: migrations.slice(0, 4) });
      const em = database.fork();
      const post = (kind: string, from: [string, string], to: [string, string], points: number) => {
        const id = randomUUID();
        const key = `${kind} ${randomUUID()} ${owner.accountId}`;
        const rule = kind === 'award' ? 2 : null;
        const values = [id, kind, key, 'x', rule, ...from, ...to, points];
        return em.execute('select rewards.post(?, ?, ?, ?, ?, now(), ?, ?, ?, ?, ?)', values).then(() => id);
      };
      const issuance: [string, string] = ['issuance', '00000000-0000-0000-0000-000000000000'];
      for (let count = 0; count < 3; count++) await post('award', issuance, ['person', owner.accountId], 20);
      await em.execute(
        `insert into rewards.offer (id, version, retailer_id, price_points, stock, starts_at, issued)
         values (?, 1, ?, 10, 5, now() - interval '1 year', 4)`,
        [offerId, retailerId],
      );
      await em.execute('insert into rewards.offer_use values (?, ?, 4)', [offerId, owner.accountId]);
      for (const voucher of vouchers) {
        const transactionId = await post('redemption', ['person', owner.accountId], ['retailer', retailerId], 10);
        await em.execute(
          `insert into rewards.voucher (id, transaction_id, account_id, offer_id, retailer_id, points, code_digest,
             code_cipher, issued_at, expires_at, redeemed_at)
           values (?, ?, ?, ?, ?, 10, ?, ?, now() - interval '10 days', now() + cast(? as interval), ?)`,
          [
            voucher.id,
            transactionId,
            owner.accountId,
            offerId,
            retailerId,
            vault.digest(voucher.code),
            vault.encrypt(voucher.code, voucher.id),
            voucher.name === 'lost' ? '-1 day' : '80 days',
            voucher.name === 'taken' ? new Date() : null,
          ],
        );
      }
      await database.close();
    },
  });
  town = await openTown({ databaseUrl: old.url, environment: { SECRET_KEY: secretKey.toString('base64url') } });
  try {
    await town.services.voucherSweep.look();
    expect(await town.problems()).toEqual([]);
    const atTill = till(retailerId);
    expect((await shop.redeem(atTill, { code: taken.code })).code).toBe('VOUCHER_REDEEMED');
    expect((await shop.redeem(atTill, { code: lost.code })).code).toBe('VOUCHER_EXPIRED');
    const { token, qrCode, history } = await shop.look(owner, free.id, 'token qrCode history { status }');
    expect(qrCode).toMatch(/^<svg /);
    expect(history).toEqual([{ status: 'ISSUED' }]);
    expect((await shop.redeem(atTill, { token })).payload.voucher).toMatchObject({ id: free.id, valueCents: 0 });
    expect((await shop.refund(owner, back.id)).payload.voucher.status).toBe('REFUNDED');
    const { data } = await town.execute('{ redemptions { edges { node { id } } } }', {}, atTill);
    expect(data.redemptions.edges.map(({ node }: { node: object }) => node)).toEqual([
      { id: free.id },
      { id: taken.id },
    ]);
    expect(await town.entity('Offer', offerId, 'remaining')).toEqual({ remaining: 2 });
    expect(await town.points(owner)).toMatchObject({ available: 30 });
    expect(await town.problems()).toEqual([]);
  } finally {
    await town.close();
    await old.drop();
  }
});

test('what happened to vouchers, and what tills claimed, is not changed any more, not even by the database’s owner', async () => {
  town = await openTown();
  try {
    await shop.buy();
    for (const table of ['voucher_event', 'offline_claim', 'dispute_rule']) {
      for (const change of [`delete from rewards.${table}`, `truncate rewards.${table} cascade`]) {
        await expect(town.em().execute(change)).rejects.toThrow('append-only');
      }
    }
    await expect(town.em().execute("update rewards.voucher_event set reason = 'x'")).rejects.toThrow('append-only');
  } finally {
    await town.close();
  }
});
