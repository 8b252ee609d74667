import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { administrator, citizen, openTown, type Town, till } from '../testing/town.ts';
import { areGenuine, isRevoked } from './revocation.ts';
import { type Bought, DAY, HOUR, member, shopsOf, type TillKey } from './testing/shop.ts';
import { readToken, refuseOffline, writeToken } from './voucher-token.ts';

let town: Town;
const shop = shopsOf(() => town);
const offline = { offlineAllowed: true, valueCents: 2_000 };
const sweep = () => town.services.voucherSweep.look();

beforeAll(async () => {
  town = await openTown({ configuration: { databasePool: 40 } });
});

afterEach(async () => {
  expect(await town.problems()).toEqual([]);
});

afterAll(async () => {
  await town.close();
});

const ago = (milliseconds: number) => new Date(town.clock.now().getTime() - milliseconds);

/** What a till of the shop claims to have taken just now, by a list of an hour ago. */
function claimed(
  at: TillKey,
  { token }: Pick<Bought, 'token'>,
  change: Partial<Parameters<typeof shop.claim>[1]> = {},
) {
  return shop.claim(at, { sequence: 1, token, claimedAt: ago(0), revocationsAsOf: ago(HOUR), ...change });
}

async function told(caller: Parameters<typeof shop.submit>[0], at: TillKey, claims: readonly object[]) {
  const { code, payload } = await shop.submit(caller, at.terminalId, claims);
  if (code) throw new Error(code);
  return payload.results.map(({ outcome, refusal }: { outcome: string; refusal: string | null }) => refusal ?? outcome);
}

async function listOf(caller: object, retailerId: string) {
  const { data, errors } = await town.execute(
    'query ($id: ID!) { voucherRevocations(retailerId: $id) { asOf fromSerial bitmap count keyId signature } }',
    { id: retailerId },
    caller,
  );
  if (errors) return { code: errors[0]?.extensions?.code as string };
  const { asOf, bitmap, signature, ...list } = data.voucherRevocations;
  return {
    ...list,
    asOf: new Date(asOf),
    bitmap: Buffer.from(bitmap, 'base64'),
    signature: Buffer.from(signature, 'base64'),
  };
}

const disputes = async (caller: object, filter = '') => {
  const { data, errors } = await town.execute(
    `{ voucherDisputes${filter} { edges { node { id voucherId state valueCents reason retailerId } } } }`,
    {},
    caller,
  );
  return errors
    ? errors[0]?.extensions?.code
    : data.voucherDisputes.edges.map(({ node }: { node: { voucherId: string } }) => node);
};

const decide = (disputeId: string, upheld: boolean, idempotencyKey: string = randomUUID(), caller = administrator) =>
  shop.ask(
    'decideVoucherDispute',
    'DecideVoucherDisputeInput',
    'dispute { state reason }',
    { disputeId, upheld, reason: 'The till was honest.', idempotencyKey },
    caller,
  );

describe('a till that was cut off', () => {
  test('checks a token with published keys and a signed list, takes it, and its claim redeems the voucher', async () => {
    const [bought, used] = [await shop.buy(offline), await shop.buy(offline)];
    const { retailerId } = bought;
    const at = await shop.terminal(retailerId);
    const list = await listOf(bought.till, retailerId);
    expect(areGenuine(await shop.keys(), retailerId, list)).toBe(true);
    expect(areGenuine(await shop.keys(), used.retailerId, list)).toBe(false);
    const standing = {
      keys: await shop.keys(),
      retailerId,
      limitCents: 2_500,
      revocations: { asOf: list.asOf, has: (serial: number) => isRevoked(list, serial) },
      taken: { has: () => false },
    };
    expect(refuseOffline(bought.token, standing, town.clock.now())).toBeUndefined();
    const claim = claimed(at, bought, { revocationsAsOf: list.asOf });
    expect(await told(bought.till, at, [claim])).toEqual(['ACCEPTED']);
    expect(await shop.status(bought)).toBe('REDEEMED');
    const { data } = await town.execute(
      '{ redemptions { edges { node { id method terminalId redeemedAt } } } }',
      {},
      bought.till,
    );
    expect(data.redemptions.edges).toEqual([
      { node: { id: bought.id, method: 'OFFLINE', terminalId: at.terminalId, redeemedAt: claim.claimedAt } },
    ]);
    expect(await town.recorded('voucher.redeemed')).toContainEqual(expect.objectContaining({ voucherId: bought.id }));
    const { history } = await shop.look(bought.owner, bought.id, 'history { status actor }');
    expect(history[0]).toEqual({ status: 'REDEEMED', actor: 'TERMINAL' });
  });

  test('hears the same answers when it uploads again, also at once, and cannot use a number twice', async () => {
    const bought = await shop.buy(offline);
    const offer = { offerId: bought.offerId, retailerId: bought.retailerId };
    const second = await shop.buyOf(offer, bought.owner);
    const at = await shop.terminal(bought.retailerId);
    const claims = [claimed(at, bought), claimed(at, second, { sequence: 2 }), claimed(at, bought, { sequence: 3 })];
    const answers = await Promise.all(Array.from({ length: 30 }, () => told(bought.till, at, claims)));
    for (const answer of answers) expect(answer).toEqual(['ACCEPTED', 'ACCEPTED', 'ALREADY_TAKEN']);
    const reused = claimed(at, second, { claimedAt: ago(1_000) });
    expect(await told(bought.till, at, [reused, claims[1] as object])).toEqual(['SEQUENCE_REUSED', 'ACCEPTED']);
    const redeemed = (await town.recorded('voucher.redeemed')).filter(
      ({ retailerId }) => retailerId === bought.retailerId,
    );
    expect(redeemed).toHaveLength(2);
    expect(await disputes(member(bought.retailerId))).toEqual([]);
  });

  test('is answered in the order of what it sent', async () => {
    const bought = await shop.buy(offline);
    const at = await shop.terminal(bought.retailerId);
    const results = await shop.submit(bought.till, at.terminalId, [
      claimed(at, bought, { sequence: 9 }),
      claimed(at, bought, { sequence: 4 }),
    ]);
    expect(results.payload.results).toMatchObject([
      { sequence: 9, refusal: 'ALREADY_TAKEN', voucherId: null },
      { sequence: 4, outcome: 'ACCEPTED', voucherId: bought.id },
    ]);
    const { data } = await town.execute(
      `{ terminals(retailerId: "${bought.retailerId}") { edges { node { id name lastSequence lastSeenAt revokedAt } } } }`,
      {},
      member(bought.retailerId),
    );
    expect(data.terminals.edges).toEqual([
      { node: { id: at.terminalId, name: 'Till', lastSequence: 9, lastSeenAt: expect.any(String), revokedAt: null } },
    ]);
  });

  test('takes a screenshot that another shop, or an other key, signed for nothing', async () => {
    const bought = await shop.buy(offline);
    const [elsewhere, at] = [await shop.terminal(randomUUID()), await shop.terminal(bought.retailerId)];
    const stranger = generateKeyPairSync('ed25519').privateKey;
    const claims = readToken(bought.token);
    if (!claims) throw new Error('a token reads back');
    const told1 = async (token: string, sequence: number) =>
      (await told(bought.till, at, [claimed(at, { token }, { sequence })]))[0];
    expect(await told1(writeToken(stranger, claims), 1)).toBe('TOKEN_INVALID');
    expect(await told1(writeToken(stranger, { ...claims, keyId: 999 }), 2)).toBe('TOKEN_INVALID');
    const [other] = await town
      .em()
      .execute<{ retailer_id: string }[]>('select retailer_id from rewards.terminal where id = ?', [
        elsewhere.terminalId,
      ]);
    const theirs = till(other?.retailer_id ?? '');
    expect(await told(theirs, elsewhere, [claimed(elsewhere, bought)])).toEqual(['OTHER_RETAILER']);
    expect((await shop.submit(bought.till, elsewhere.terminalId, [claimed(elsewhere, bought)])).code).toBe('NOT_FOUND');
    expect(await shop.status(bought)).toBe('ISSUED');
  });

  test('is refused what its own key did not sign, word for word', async () => {
    const bought = await shop.buy(offline);
    const [at, other] = [await shop.terminal(bought.retailerId), await shop.terminal(bought.retailerId)];
    const claim = claimed(at, bought);
    for (const change of [
      { claimedAt: ago(60_000).toISOString() },
      { revocationsAsOf: ago(1).toISOString() },
      { sequence: 2 },
      { signature: sign(null, Buffer.from('something else'), at.privateKey).toString('base64') },
      { signature: 'AAAA' },
    ]) {
      expect(await told(bought.till, at, [{ ...claim, ...change }])).toEqual(['BAD_SIGNATURE']);
    }
    // A till does not speak for another.
    expect(await told(bought.till, other, [claim])).toEqual(['BAD_SIGNATURE']);
    expect(await shop.status(bought)).toBe('ISSUED');
    // What others said in its name has taken up none of its numbers.
    expect(await told(bought.till, at, [claim])).toEqual(['ACCEPTED']);
  });

  test('is refused by its clock: set back, ahead, or after the voucher had expired', async () => {
    const bought = await shop.buy({ ...offline, validDays: 1 });
    const at = await shop.terminal(bought.retailerId);
    town.clock.advance(2 * HOUR);
    const claim = (sequence: number, claimedAt: Date) =>
      claimed(at, bought, { sequence, claimedAt, revocationsAsOf: new Date(claimedAt.getTime() - HOUR) });
    expect(await told(bought.till, at, [claim(1, ago(3 * HOUR)), claim(2, ago(-HOUR))])).toEqual([
      'NOT_YET_ISSUED',
      'CLOCK_AHEAD',
    ]);
    town.clock.advance(2 * DAY);
    expect(await told(bought.till, at, [claim(3, ago(HOUR))])).toEqual(['EXPIRED']);
    await sweep();
    expect(await shop.status(bought)).toBe('EXPIRED');
    expect(await told(bought.till, at, [claim(5, new Date('0001-01-02')), claim(6, new Date('9999-12-31'))])).toEqual([
      'NOT_YET_ISSUED',
      'CLOCK_AHEAD',
    ]);
    // What was taken in time counts, also when it is told late.
    expect(await told(bought.till, at, [claim(4, ago(2 * DAY))])).toEqual(['ACCEPTED']);
    expect(await shop.status(bought)).toBe('REDEEMED');
  });

  test('is refused what is worth too much, must not be taken offline, or was checked by an old list', async () => {
    const [dear, online, good] = [
      await shop.buy({ ...offline, valueCents: 2_501 }),
      await shop.buy({ valueCents: 100 }),
      await shop.buy(offline),
    ];
    const one = async (bought: Bought, change = {}, terminal = {}) => {
      const at = await shop.terminal(bought.retailerId, terminal);
      return (await told(bought.till, at, [claimed(at, bought, change)]))[0];
    };
    expect(await one(dear)).toBe('ABOVE_LIMIT');
    expect(await one(dear, {}, { offlineLimitCents: 2_501 })).toBe('ACCEPTED');
    expect(await one(online)).toBe('NOT_OFFLINE');
    expect(await one(good, { revocationsAsOf: ago(24 * HOUR + 1_000) })).toBe('LIST_TOO_OLD');
    expect(await one(good, { revocationsAsOf: ago(-1_000) })).toBe('LIST_TOO_OLD');
    expect(await one(good, { revocationsAsOf: ago(23 * HOUR) })).toBe('ACCEPTED');
  });

  test('that is revoked tells nothing any more', async () => {
    const bought = await shop.buy(offline);
    const at = await shop.terminal(bought.retailerId);
    const input = { terminalId: at.terminalId };
    const revoke = (caller: object) =>
      shop.ask('revokeTerminal', 'RevokeTerminalInput', 'terminal { revokedAt }', input, caller as never);
    expect((await revoke(member(randomUUID()))).code).toBe('FORBIDDEN');
    expect((await revoke(member(bought.retailerId))).payload.terminal.revokedAt).toEqual(expect.any(String));
    expect((await shop.submit(bought.till, at.terminalId, [claimed(at, bought)])).code).toBe('NOT_FOUND');
  });

  test('is registered by those of the shop, with a key of its own and a limit within bounds', async () => {
    const retailerId = randomUUID();
    const register = (input: object, caller: object = member(retailerId)) =>
      shop.ask(
        'registerTerminal',
        'RegisterTerminalInput',
        'terminal { name offlineLimitCents }',
        { retailerId, name: 'Counter', publicKey: Buffer.alloc(32, 9).toString('base64'), ...input },
        caller as never,
      );
    expect((await register({}, till(retailerId))).code).toBe('FORBIDDEN');
    expect((await register({}, member(randomUUID()))).code).toBe('FORBIDDEN');
    expect((await register({ publicKey: Buffer.alloc(31).toString('base64') })).code).toBe('BAD_USER_INPUT');
    expect((await register({ offlineLimitCents: 10_001 })).code).toBe('BAD_USER_INPUT');
    expect((await register({ offlineLimitCents: 2 ** 53 })).code).toBe('BAD_USER_INPUT');
    expect((await register({})).payload.terminal).toEqual({ name: 'Counter', offlineLimitCents: 2_500 });
    expect((await register({}, administrator)).code).toBe('BAD_USER_INPUT');
  });
});

describe('two who took the same voucher', () => {
  test('at thirty tills that were cut off: one is the first, the others are disputes', async () => {
    const bought = await shop.buy(offline);
    const tills = await Promise.all(Array.from({ length: 30 }, () => shop.terminal(bought.retailerId)));
    const answers = await Promise.all(tills.map((at) => told(bought.till, at, [claimed(at, bought)])));
    const outcomes = answers.flat().sort();
    expect(outcomes).toEqual(['ACCEPTED', ...Array(29).fill('DISPUTED')]);
    expect(await disputes(member(bought.retailerId), '(first: 100)')).toHaveLength(29);
    expect((await town.recorded('voucher.redeemed')).filter(({ voucherId }) => voucherId === bought.id)).toHaveLength(
      1,
    );
  });

  test('with two vouchers in opposite order, at twenty tills at once: nobody waits for ever', async () => {
    const first = await shop.buy(offline);
    const second = await shop.buyOf(first, first.owner);
    const tills = await Promise.all(Array.from({ length: 20 }, () => shop.terminal(first.retailerId)));
    const answers = await Promise.all(
      tills.map((at, index) => {
        const pair = index % 2 === 0 ? [first, second] : [second, first];
        return told(
          first.till,
          at,
          pair.map((bought, place) => claimed(at, bought, { sequence: place + 1 })),
        );
      }),
    );
    const outcomes = answers.flat();
    expect(outcomes.filter((outcome) => outcome === 'ACCEPTED')).toHaveLength(2);
    expect(outcomes.filter((outcome) => outcome === 'DISPUTED')).toHaveLength(38);
  });

  test('online first: a dispute where the till could not know it, a refusal where its list said so', async () => {
    const bought = await shop.buy(offline);
    const [honest, careless] = [await shop.terminal(bought.retailerId), await shop.terminal(bought.retailerId)];
    const before = await listOf(bought.till, bought.retailerId);
    expect((await shop.redeem(bought.till, { code: bought.code })).code).toBeUndefined();
    town.clock.advance(2 * 60_000);
    const after = await listOf(bought.till, bought.retailerId);
    const serial = readToken(bought.token)?.serial ?? 0;
    expect([isRevoked(before, serial), isRevoked(after, serial), after.count]).toEqual([false, true, 1]);
    expect(await told(bought.till, honest, [claimed(honest, bought, { revocationsAsOf: before.asOf })])).toEqual([
      'DISPUTED',
    ]);
    expect(await told(bought.till, careless, [claimed(careless, bought, { revocationsAsOf: after.asOf })])).toEqual([
      'REVOKED',
    ]);
  });

  test('a refund and a till: what was taken before points went back is redeemed, and no points go back', async () => {
    const bought = await shop.buy(offline);
    const at = await shop.terminal(bought.retailerId);
    const { payload } = await shop.refund(bought.owner, bought.id);
    expect(payload.voucher.status).toBe('VOID');
    town.clock.advance(HOUR);
    // The till has been cut off since before; the shop has served somebody.
    expect(await told(bought.till, at, [claimed(at, bought, { revocationsAsOf: ago(2 * HOUR) })])).toEqual([
      'ACCEPTED',
    ]);
    town.clock.advance(3 * DAY);
    await sweep();
    expect(await shop.status(bought)).toBe('REDEEMED');
    expect(await town.points(bought.owner)).toMatchObject({ available: 10 });
  });

  test('a refund and a till that tells too late is a dispute', async () => {
    const bought = await shop.buy(offline);
    const at = await shop.terminal(bought.retailerId);
    const claim = claimed(at, bought);
    await shop.refund(bought.owner, bought.id);
    town.clock.advance(3 * DAY);
    await sweep();
    expect(await shop.status(bought)).toBe('REFUNDED');
    expect(await told(bought.till, at, [claim])).toEqual(['DISPUTED']);
    expect(await town.points(bought.owner)).toMatchObject({ available: 20 });
  });

  test('a hold and a till: the sale that is over counts, the other is not captured', async () => {
    const bought = await shop.buy(offline);
    const at = await shop.terminal(bought.retailerId);
    const { payload } = await shop.hold(bought.till, { code: bought.code });
    expect(await told(bought.till, at, [claimed(at, bought)])).toEqual(['ACCEPTED']);
    expect((await shop.capture(bought.till, payload.hold.id)).code).toBe('HOLD_ENDED');
  });
});

/** A voucher that was taken twice. */
async function disputed(valueCents: number, retailerId: string = randomUUID()) {
  const bought = await shop.buy({ ...offline, valueCents, retailerId });
  const at = await shop.terminal(retailerId, { offlineLimitCents: 10_000 });
  const claim = claimed(at, bought);
  await shop.redeem(bought.till, { code: bought.code });
  expect(await told(bought.till, at, [claim])).toEqual(['DISPUTED']);
  const all = await disputes(member(retailerId));
  return all.find(({ voucherId }: { voucherId: string }) => voucherId === bought.id);
}

describe('a dispute', () => {
  test('is seen by its retailer and administrators, decided once by an administrator, and paid from the reserve', async () => {
    const dispute = await disputed(2_000);
    expect(dispute).toMatchObject({ state: 'OPEN', valueCents: 2_000, reason: null });
    expect(await disputes(member(randomUUID()))).toEqual([]);
    expect(await disputes(citizen())).toBe('FORBIDDEN');
    expect(await disputes(till(dispute.retailerId), '(state: OPEN)')).toHaveLength(1);
    expect(await disputes(administrator, '(first: 100)')).toContainEqual(dispute);
    expect((await decide(dispute.id, true, randomUUID(), member(dispute.retailerId))).code).toBe('FORBIDDEN');
    const answers = await Promise.all(Array.from({ length: 30 }, () => decide(dispute.id, true, 'decided-01')));
    expect(answers.map(({ code }) => code)).toEqual(Array(30).fill(undefined));
    expect((await decide(dispute.id, false)).code).toBe('ALREADY_DECIDED');
    expect((await decide(randomUUID(), false)).code).toBe('NOT_FOUND');
    const [paid] = await town.em().execute<{ cents: string }[]>(
      `select sum(p.amount) as cents from rewards.posting p join rewards.transaction t on t.id = p.transaction_id
         join rewards.account a on a.id = p.credit_id where t.kind = 'dispute' and a.owner_id = ?`,
      [dispute.retailerId],
    );
    expect(paid?.cents).toBe('2000');
  });

  test('is not paid beyond the reserve of the month, also when many are decided at once; the next month has another', async () => {
    const retailerId = randomUUID();
    const all = [];
    for (let count = 0; count < 12; count++) all.push(await disputed(1_500, retailerId));
    const answers = await Promise.all(all.map(({ id }) => decide(id, true)));
    // 100 USD a month cover six of 15 USD.
    expect(answers.filter(({ code }) => code === undefined)).toHaveLength(6);
    expect(answers.filter(({ code }) => code === 'BUDGET_EXHAUSTED')).toHaveLength(6);
    const open = await disputes(member(retailerId), '(state: OPEN)');
    expect(open).toHaveLength(6);
    expect((await decide(open[0].id, false)).payload.dispute).toEqual({
      state: 'DISMISSED',
      reason: 'The till was honest.',
    });
    town.clock.advance(31 * DAY);
    expect((await decide(open[1].id, true)).payload.dispute.state).toBe('UPHELD');
  });
});

test('an administrator who belongs to the retailer decides no dispute of it', async () => {
  const dispute = await disputed(2_000);
  const both = { ...member(dispute.retailerId), scopes: ['administrator', 'retailer'] as const };
  expect((await decide(dispute.id, true, randomUUID(), both)).code).toBe('FORBIDDEN');
  expect((await decide(dispute.id, true)).code).toBeUndefined();
});

describe('the cap of the reserve', () => {
  const save = (input: object, caller: object = administrator) =>
    shop.ask(
      'saveDisputeRule',
      'SaveDisputeRuleInput',
      'disputeRule { version retailerId monthCapCents }',
      input,
      caller as never,
    );

  test('is an administrator’s word, for one retailer or for all, and its history stays', async () => {
    const retailerId = randomUUID();
    expect((await save({ monthCapCents: 1 }, member(retailerId))).code).toBe('FORBIDDEN');
    expect((await save({ monthCapCents: -1 })).code).toBe('BAD_USER_INPUT');
    const own = (await save({ retailerId, monthCapCents: 2_000 })).payload.disputeRule;
    expect(own).toMatchObject({ retailerId, monthCapCents: 2_000 });
    // What is said of all later leaves what was said of one.
    await Promise.all(Array.from({ length: 30 }, () => save({ monthCapCents: 10_000 })));
    const { data } = await town.execute('{ disputeRules { version retailerId monthCapCents } }', {}, administrator);
    expect(data.disputeRules).toHaveLength(32);
    expect(data.disputeRules).toContainEqual(own);
    const [first, second] = [await disputed(2_000, retailerId), await disputed(100, retailerId)];
    expect((await decide(first.id, true)).code).toBeUndefined();
    expect((await decide(second.id, true)).code).toBe('BUDGET_EXHAUSTED');
    const other = await disputed(2_100);
    expect((await decide(other.id, true)).code).toBeUndefined();
  });

  test('of nothing pays nothing', async () => {
    const retailerId = randomUUID();
    await save({ retailerId, monthCapCents: 0 });
    const dispute = await disputed(100, retailerId);
    expect((await decide(dispute.id, true)).code).toBe('BUDGET_EXHAUSTED');
  });
});

describe('the list of revocations', () => {
  test('is for those of the retailer, and holds what was used, given back and made void, while it would be good', async () => {
    const retailerId = randomUUID();
    const terms = { ...offline, retailerId };
    const [free, used, back, bad, online] = [
      await shop.buy(terms),
      await shop.buy(terms),
      await shop.buy(terms),
      await shop.buy(terms),
      await shop.buy({ retailerId }),
    ];
    const foreign = await shop.buy(offline);
    for (const { till: at, code } of [used, online, foreign]) await shop.redeem(at, { code });
    await shop.refund(back.owner, back.id);
    await shop.void(bad.id, { refund: false });
    expect((await listOf(till(randomUUID()), retailerId)).code).toBe('FORBIDDEN');
    expect((await listOf(citizen(), retailerId)).code).toBe('FORBIDDEN');
    const list = await listOf(member(retailerId), retailerId);
    const has = ({ token }: Bought) => isRevoked(list, readToken(token)?.serial ?? 0);
    expect([free, used, back, bad, foreign].map(has)).toEqual([false, true, true, true, false]);
    expect(list.count).toBe(3);
    expect(list.signature).toHaveLength(64);
    town.clock.advance(92 * DAY);
    expect(await listOf(till(retailerId), retailerId)).toMatchObject({ count: 0, fromSerial: 0 });
  });
});
