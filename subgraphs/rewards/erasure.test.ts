import { randomUUID } from 'node:crypto';
import { type City, clerk, openCity } from './schemes/testing/city.ts';
import { citizen, till } from './testing/town.ts';

let city: City;

beforeAll(async () => {
  city = await openCity();
});

afterAll(async () => {
  await city.close();
});

const erase = (accountId: string) => city.deliver('account.erased', { accountId, erasedAt: city.nowText() });
const bookOf = async (accountId: string) => {
  const [row] = await city
    .em()
    .execute<{ balance: string; held: string; expired: string }[]>(
      "select balance, held, expired from rewards.account where kind = 'person' and owner_id = ?",
      [accountId],
    );
  return row && { balance: Number(row.balance), held: Number(row.held), expired: Number(row.expired) };
};

test('points run out by a posting, unused vouchers are void, claims are taken back, and the books balance', async () => {
  const person = await city.resident(4);
  const offer = await city.publish({ pricePoints: 30 });
  const used = await city.redeem(person, offer.offerId);
  const { payload: unused } = await city.redeem(person, offer.offerId);
  expect((await city.take(till(offer.retailerId), used.payload.voucher.code)).code).toBeUndefined();
  const scheme = await city.scheme();
  const words = 'Bill of Ms Quillfeather';
  const { payload: pending } = await city.apply(person, scheme.schemeId, { feeReference: words, feeCents: 10 });
  expect(pending.claim.status).toBe('PENDING');
  await erase(person.accountId);
  // 80 earned, 30 spent for good; the other 30 came back, and all that was left ran out.
  expect(await bookOf(person.accountId)).toEqual({ balance: 0, held: 0, expired: 50 });
  expect(await city.remaining(scheme.schemeId)).toBe(1_000);
  const code = (await city.take(till(offer.retailerId), unused.voucher.code)).code;
  expect(code).toBe('VOUCHER_VOID');
  expect((await city.recorded('points.expired')).at(-1)).toMatchObject({ accountId: person.accountId, points: 50 });
  expect(await city.problems()).toEqual([]);
});

test('the words for a bill go, also of a claim that was settled, and its money stays', async () => {
  const person = await city.resident(1);
  const scheme = await city.scheme();
  const input = { feeReference: 'Quillfeather, water, May', feeCents: 10 };
  const { payload } = await city.apply(person, scheme.schemeId, input);
  const claimId = payload.claim.id;
  expect((await city.confirm(clerk(scheme.municipalityId), claimId)).code).toBeUndefined();
  const before = await city.ledger('municipality', scheme.municipalityId);
  await erase(person.accountId);
  const rows = JSON.stringify(await city.em().execute('select * from rewards.scheme_claim'));
  expect(rows).not.toContain('Quillfeather');
  expect(await city.ledger('municipality', scheme.municipalityId)).toBe(before);
  // Nobody else's words go, and of this one's nothing else changes.
  const other = await city.resident(1);
  const kept = (await city.apply(other, scheme.schemeId, { feeReference: 'Mine', feeCents: 10 })).payload.claim.id;
  const blank = "update rewards.scheme_claim set fee_reference = '—', fee_key = id::text where id = ?";
  await expect(city.em().execute(blank, [kept])).rejects.toThrow('stays');
  const more =
    "update rewards.scheme_claim set points = points + 1, fee_reference = '—', fee_key = id::text where id = ?";
  await expect(city.em().execute(more, [claimId])).rejects.toThrow('stays');
  await expect(city.em().execute('delete from rewards.scheme_claim where id = ?', [kept])).rejects.toThrow('stays');
  expect(await city.problems()).toEqual([]);
});

test('told twice nothing more happens, and what is told late makes nothing new of the person', async () => {
  const person = await city.resident(1);
  const late = city.meeting(randomUUID(), person.accountId);
  await erase(person.accountId);
  await erase(person.accountId);
  await city.deliver('residence.declared', {
    accountId: person.accountId,
    zipCode: '78702',
    declaredAt: city.nowText(),
  });
  await city.deliver('connection.confirmed', late);
  expect(await bookOf(person.accountId)).toEqual({ balance: 0, held: 0, expired: 20 });
  // The other of the two earned it.
  expect(await bookOf(late.officerId)).toMatchObject({ balance: 20 });
  const lived = await city.em().execute('select 1 from rewards.residence where account_id = ?', [person.accountId]);
  expect(lived).toEqual([]);
  const never = randomUUID();
  await erase(never);
  await city.meet(randomUUID(), never);
  expect(await bookOf(never)).toBeUndefined();
  expect(await city.problems()).toEqual([]);
});

test('points that come back later, of a voucher that a till may have taken offline, run out too', async () => {
  const person = citizen();
  await city.meet(randomUUID(), person.accountId, 2);
  const offer = await city.publish({ pricePoints: 30, offlineAllowed: true });
  expect((await city.redeem(person, offer.offerId)).code).toBeUndefined();
  await erase(person.accountId);
  expect(await bookOf(person.accountId)).toEqual({ balance: 0, held: 0, expired: 10 });
  city.clock.advance(7 * 86_400_000);
  await city.services.voucherSweep.look();
  await city.services.ledgerSweep.look();
  expect(await bookOf(person.accountId)).toEqual({ balance: 0, held: 0, expired: 40 });
  expect(await city.problems()).toEqual([]);
});

test('what partners are told of it names nobody', async () => {
  const person = citizen();
  await city.meet(randomUUID(), person.accountId, 2);
  const offer = await city.publish({ pricePoints: 30 });
  await city.redeem(person, offer.offerId);
  await erase(person.accountId);
  const messages = JSON.stringify(await city.em().execute('select * from rewards.webhook_message'));
  expect(messages).not.toContain(person.accountId);
});
