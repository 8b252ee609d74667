import { randomUUID } from 'node:crypto';
import { administrator, citizen, officer } from '../testing/town.ts';
import { type City, clerk, DAY, openCity } from './testing/city.ts';

let city: City;

beforeAll(async () => {
  city = await openCity();
});

afterEach(async () => {
  expect(await city.problems()).toEqual([]);
});

afterAll(async () => {
  await city.close();
});

describe('a claim', () => {
  test('holds points and budget until the municipality takes both, each once', async () => {
    const scheme = await city.scheme({ centsPerPoint: 5, budgetCents: 1_000 });
    const resident = await city.resident(2);
    const { payload } = await city.apply(resident, scheme.schemeId, {
      feeCents: 201,
      points: 20,
      feeReference: 'P-77 a',
    });
    expect(payload).toMatchObject({
      claim: { status: 'PENDING', points: 20, valueCents: 100, remainderCents: 101, scheme: { id: scheme.schemeId } },
      balance: { available: 20, held: 20 },
    });
    expect(await city.remaining(scheme.schemeId)).toBe(900);
    const hall = clerk(scheme.municipalityId);
    for (let count = 0; count < 2; count++) {
      expect((await city.confirm(hall, payload.claim.id)).payload.claim).toMatchObject({
        status: 'SETTLED',
        endedAt: expect.any(String),
        decidedById: null,
      });
    }
    expect(await city.points(resident)).toEqual({ available: 20, earned: 40, spent: 20 });
    expect(await city.remaining(scheme.schemeId)).toBe(900);
    expect(await city.ledger('municipality', scheme.municipalityId)).toBe(20);
    expect(await city.ledger('fee', scheme.municipalityId)).toBe(100);
    const facts = { claimId: payload.claim.id, points: 20, valueCents: 100, feeCents: 201, zipCode: '78701' };
    expect(await city.recorded('scheme.claimed')).toContainEqual(expect.objectContaining(facts));
    expect((await city.recorded('scheme.settled')).filter(({ claimId }) => claimId === facts.claimId)).toEqual([
      expect.objectContaining(facts),
    ]);
    const [row] = await city
      .em()
      .execute<{ told: string }[]>("select string_agg(o::text, ' ') as told from rewards.outbox o");
    expect(row?.told.includes('P-77')).toBe(false);
    const selection = 'pointsStatement(first: 1) { edges { node { kind points } } }';
    const { pointsStatement: statement } = await city.entity('Account', resident.accountId, selection, resident);
    expect(statement.edges).toEqual([{ node: { kind: 'FEE', points: -20 } }]);
  });

  test('takes as many points as can be where it does not say how many, and a quote says the same', async () => {
    const scheme = await city.scheme({
      centsPerPoint: 3,
      budgetCents: 70,
      perPersonCents: 100,
      largestShareBasisPoints: 3_333,
    });
    const resident = await city.resident(2);
    // A third of 200 cents is 66 cents and so 22 points; the budget of 70 cents covers 23.
    expect(await city.quote(resident, scheme.schemeId, 200)).toEqual({
      points: 22,
      valueCents: 66,
      remainderCents: 134,
      refusal: null,
      reason: null,
      schemeVersion: 1,
    });
    expect((await city.apply(resident, scheme.schemeId, { feeCents: 200 })).payload.claim).toMatchObject({
      points: 22,
    });
    expect((await city.apply(resident, scheme.schemeId, { feeCents: 200 })).payload.claim).toMatchObject({ points: 1 });
    expect(await city.quote(resident, scheme.schemeId, 200)).toMatchObject({
      points: 0,
      remainderCents: 200,
      refusal: 'BUDGET_EXHAUSTED',
      reason: expect.any(String),
    });
    expect((await city.apply(resident, scheme.schemeId, { feeCents: 200 })).code).toBe('BUDGET_EXHAUSTED');
    const poor = await city.resident(0);
    const other = await city.scheme();
    expect(await city.quote(poor, other.schemeId, 200)).toMatchObject({ refusal: 'INSUFFICIENT_POINTS' });
    expect(await city.quote(citizen(), other.schemeId, 200)).toMatchObject({ refusal: 'NOT_ELIGIBLE' });
    expect(await city.quote(resident, randomUUID(), 200)).toMatchObject({ refusal: 'SCHEME_UNAVAILABLE' });
  });

  test('is refused above the largest share, the limit of a person, the budget and the balance', async () => {
    const scheme = await city.scheme({ perPersonCents: 60, budgetCents: 90 });
    const [resident, other] = [await city.resident(10), await city.resident(10)];
    expect((await city.apply(resident, scheme.schemeId, { feeCents: 100, points: 51 })).code).toBe('SHARE_EXCEEDED');
    expect((await city.apply(resident, scheme.schemeId, { feeCents: 1 })).code).toBe('SHARE_EXCEEDED');
    expect((await city.apply(resident, scheme.schemeId, { feeCents: 0 })).code).toBe('SHARE_EXCEEDED');
    expect((await city.apply(resident, scheme.schemeId, { feeCents: 200, points: 61 })).code).toBe('PER_PERSON_LIMIT');
    expect((await city.apply(resident, scheme.schemeId, { feeCents: 100, points: 50 })).code).toBeUndefined();
    expect((await city.apply(resident, scheme.schemeId, { feeCents: 100, points: 11 })).code).toBe('PER_PERSON_LIMIT');
    expect((await city.apply(other, scheme.schemeId, { feeCents: 100, points: 41 })).code).toBe('BUDGET_EXHAUSTED');
    const rich = await city.scheme();
    expect((await city.apply(await city.resident(1), rich.schemeId, { points: 21 })).code).toBe('INSUFFICIENT_POINTS');
  });

  test('refuses amounts that are none', async () => {
    const scheme = await city.scheme();
    const resident = await city.resident();
    for (const input of [
      { points: 0 },
      { points: -1 },
      { points: 1.5 },
      { points: 2 ** 53 },
      { points: 1_000_001 },
      { feeCents: -1 },
      { feeCents: 0.5 },
      { feeCents: 2 ** 63 },
      { feeCents: 100_000_001 },
      { feeReference: '' },
      { feeReference: 'x'.repeat(81) },
      { feeReference: 'two\nlines' },
      { idempotencyKey: 'short' },
      { schemeId: 'none' },
    ]) {
      expect([input, (await city.apply(resident, scheme.schemeId, input)).code]).toEqual([input, 'BAD_USER_INPUT']);
    }
    const largest = await city.apply(resident, scheme.schemeId, { feeCents: 100_000_000 });
    expect(largest.payload.claim).toMatchObject({ points: 20, remainderCents: 99_999_980 });
  });

  test('is for those of the right role who declared that they live there', async () => {
    const scheme = await city.scheme({ zipCodes: ['78701'], eligibleRoles: ['officer'] });
    const refused = [
      await city.resident(1, '78701'),
      await city.resident(1, '78702', officer()),
      await city.resident(1, '10001', officer()),
      officer(),
    ];
    for (const person of refused) expect((await city.apply(person, scheme.schemeId)).code).toBe('NOT_ELIGIBLE');
    expect((await city.apply(await city.resident(1, '78701', officer()), scheme.schemeId)).code).toBeUndefined();
    const everywhere = await city.scheme({ municipalityId: scheme.municipalityId });
    expect((await city.apply(await city.resident(1, '78702'), everywhere.schemeId)).code).toBeUndefined();
    expect((await city.apply(await city.resident(1, '10001'), everywhere.schemeId)).code).toBe('NOT_ELIGIBLE');
    const unknown = await city.scheme({ municipalityId: randomUUID() });
    expect((await city.apply(await city.resident(1), unknown.schemeId)).code).toBe('NOT_ELIGIBLE');
    expect((await city.apply(administrator, scheme.schemeId)).code).toBe('FORBIDDEN');
    expect((await city.apply({ scopes: [] }, scheme.schemeId)).code).toBe('UNAUTHENTICATED');
  });

  test('said again is the same claim, also when the scheme is closed by then; the same key for another fee is refused', async () => {
    const scheme = await city.scheme();
    const resident = await city.resident();
    const wish = { feeReference: 'ticket 1', idempotencyKey: 'the-same-key', points: 5 };
    const first = await city.apply(resident, scheme.schemeId, wish);
    await city.deliver('scheme.archived', { schemeId: scheme.schemeId, archivedAt: city.nowText() });
    const again = await city.apply(resident, scheme.schemeId.toUpperCase(), { ...wish, feeReference: ' TICKET  1 ' });
    expect(again.payload).toEqual(first.payload);
    for (const other of [{ points: 6 }, { feeReference: 'ticket 2' }, { feeCents: 90 }]) {
      expect((await city.apply(resident, scheme.schemeId, { ...wish, ...other })).code).toBe('IDEMPOTENCY_MISMATCH');
    }
    expect((await city.apply(resident, scheme.schemeId)).code).toBe('SCHEME_UNAVAILABLE');
    expect(await city.points(resident)).toMatchObject({ available: 15 });
  });

  test('pays a fee once, however its reference is typed, by whatever scheme of the municipality', async () => {
    const municipalityId = await city.found();
    const [scheme, other] = [await city.scheme({ municipalityId }), await city.scheme({ municipalityId })];
    const [one, two] = [await city.resident(), await city.resident()];
    const { payload } = await city.apply(one, scheme.schemeId, { feeReference: 'AB 123', points: 5 });
    for (const feeReference of ['ab123', ' AB  12 3', 'ＡＢ123']) {
      expect((await city.apply(two, other.schemeId, { feeReference })).code).toBe('FEE_CLAIMED');
    }
    await city.confirm(clerk(municipalityId), payload.claim.id);
    expect((await city.apply(one, scheme.schemeId, { feeReference: 'AB 123' })).code).toBe('FEE_CLAIMED');
    expect((await city.apply(two, (await city.scheme()).schemeId, { feeReference: 'AB 123' })).code).toBeUndefined();
  });

  test('pays no fee that its owner issued', async () => {
    const scheme = await city.scheme();
    const hall = clerk(scheme.municipalityId);
    const issuer = await city.resident(1, '78701', officer());
    const own = { issuedById: issuer.accountId.toUpperCase() };
    expect((await city.apply(issuer, scheme.schemeId, own)).code).toBe('FORBIDDEN');
    const { payload } = await city.apply(issuer, scheme.schemeId, { points: 5 });
    expect((await city.confirm(hall, payload.claim.id, own)).code).toBe('FORBIDDEN');
    expect((await city.refuse(hall, payload.claim.id)).payload.claim).toMatchObject({ status: 'REFUSED' });
    const second = await city.apply(issuer, scheme.schemeId, { points: 5, issuedById: randomUUID() });
    expect((await city.confirm(hall, second.payload.claim.id)).code).toBeUndefined();
  });

  test('is not settled where the fee is another by the books of the municipality', async () => {
    const scheme = await city.scheme();
    const hall = clerk(scheme.municipalityId);
    const { payload } = await city.apply(await city.resident(), scheme.schemeId, { feeCents: 40, points: 20 });
    for (const feeCents of [39, 0]) {
      expect((await city.confirm(hall, payload.claim.id, { feeCents })).code).toBe('CLAIM_STATE');
    }
    expect((await city.confirm(hall, payload.claim.id, { feeCents: 40 })).code).toBeUndefined();
  });

  test('is made on the terms that were shown, or refused', async () => {
    const scheme = await city.scheme();
    const resident = await city.resident();
    await city.scheme({ ...scheme, version: 2, centsPerPoint: 2 });
    expect((await city.apply(resident, scheme.schemeId, { expectedVersion: 1 })).code).toBe('SCHEME_CHANGED');
    const { payload } = await city.apply(resident, scheme.schemeId, { expectedVersion: 2, points: 5 });
    expect(payload.claim).toMatchObject({ schemeVersion: 2, valueCents: 10 });
    await city.scheme({ ...scheme, version: 3, centsPerPoint: 9 });
    expect((await city.confirm(clerk(scheme.municipalityId), payload.claim.id)).payload.claim).toMatchObject({
      valueCents: 10,
    });
  });
});

describe('deciding on a claim', () => {
  test('is for those who act for the municipality and administrators, never for its owner', async () => {
    const scheme = await city.scheme();
    const mayor = await city.resident(1, '78701', clerk(scheme.municipalityId));
    const { payload } = await city.apply(mayor, scheme.schemeId, { points: 5 });
    const { id } = payload.claim;
    for (const decide of [city.confirm, city.refuse, city.reverse]) {
      for (const caller of [mayor, citizen(), clerk(await city.found())]) {
        expect((await decide(caller, id)).code).toBe('FORBIDDEN');
      }
      expect((await decide(administrator, randomUUID())).code).toBe('NOT_FOUND');
    }
    expect((await city.confirm(administrator, id)).payload.claim).toMatchObject({
      status: 'SETTLED',
      decidedById: administrator.accountId,
    });
  });

  test('frees points, budget and fee when it says no, and says why; again changes nothing', async () => {
    const scheme = await city.scheme();
    const resident = await city.resident();
    const { payload } = await city.apply(resident, scheme.schemeId, { feeReference: 'F1', points: 20 });
    const hall = clerk(scheme.municipalityId);
    expect((await city.reverse(hall, payload.claim.id)).code).toBe('CLAIM_STATE');
    for (let count = 0; count < 2; count++) {
      expect((await city.refuse(hall, payload.claim.id, 'Unknown ticket.')).payload.claim).toMatchObject({
        status: 'REFUSED',
        reason: 'Unknown ticket.',
      });
    }
    for (const decide of [city.confirm, city.reverse])
      expect((await decide(hall, payload.claim.id)).code).toBe('CLAIM_STATE');
    expect((await city.withdraw(resident, payload.claim.id)).code).toBe('CLAIM_STATE');
    expect(await city.remaining(scheme.schemeId)).toBe(1_000);
    expect((await city.apply(resident, scheme.schemeId, { feeReference: 'F1', points: 20 })).code).toBeUndefined();
  });

  test('is over when its owner takes it back, which nobody else can', async () => {
    const scheme = await city.scheme();
    const resident = await city.resident();
    const { payload } = await city.apply(resident, scheme.schemeId, { points: 20 });
    expect((await city.withdraw(citizen(), payload.claim.id)).code).toBe('NOT_FOUND');
    for (let count = 0; count < 2; count++) {
      expect((await city.withdraw(resident, payload.claim.id)).payload).toMatchObject({
        claim: { status: 'WITHDRAWN' },
        balance: { available: 20, held: 0 },
      });
    }
    expect((await city.confirm(clerk(scheme.municipalityId), payload.claim.id)).code).toBe('CLAIM_STATE');
  });

  test('comes too late after 14 days, whether or not the sweep has been there', async () => {
    const scheme = await city.scheme();
    const [resident, next] = [await city.resident(), await city.resident()];
    const { payload } = await city.apply(resident, scheme.schemeId, { feeReference: 'late', points: 20 });
    city.clock.advance(14 * DAY);
    const hall = clerk(scheme.municipalityId);
    for (const decide of [city.confirm, city.refuse])
      expect((await decide(hall, payload.claim.id)).code).toBe('CLAIM_STATE');
    expect((await city.apply(next, scheme.schemeId, { feeReference: 'late', points: 20 })).code).toBeUndefined();
    const seen = await city.ask(
      `query ($id: ID!) { schemeClaim(id: $id) { status } }`,
      { id: payload.claim.id },
      resident,
    );
    expect(seen.payload).toEqual({ status: 'LAPSED' });
    expect(await city.points(resident)).toMatchObject({ available: 20 });
    await city.services.ledgerSweep.look();
    await city.services.claimSweep.look();
    expect(await city.remaining(scheme.schemeId)).toBe(980);
  });

  test('is undone once: points and budget come back and the fee can be claimed for again', async () => {
    const scheme = await city.scheme();
    const resident = await city.resident();
    const wish = { feeReference: 'undone', points: 20 };
    const { payload } = await city.apply(resident, scheme.schemeId, wish);
    const hall = clerk(scheme.municipalityId);
    await city.confirm(hall, payload.claim.id);
    for (let count = 0; count < 2; count++) {
      expect((await city.reverse(hall, payload.claim.id)).payload.claim).toMatchObject({ status: 'REVERSED' });
    }
    expect(await city.points(resident)).toEqual({ available: 20, earned: 20, spent: 0 });
    expect(await city.remaining(scheme.schemeId)).toBe(1_000);
    expect((await city.recorded('scheme.reversed')).filter(({ claimId }) => claimId === payload.claim.id)).toHaveLength(
      1,
    );
    expect((await city.apply(resident, scheme.schemeId, wish)).code).toBeUndefined();
  });

  test('waits while the municipality is suspended, and nothing new is claimed', async () => {
    const scheme = await city.scheme();
    const { municipalityId } = scheme;
    const resident = await city.resident();
    const { payload } = await city.apply(resident, scheme.schemeId, { points: 5 });
    const [early, late] = [city.nowText(), new Date(city.clock.now().getTime() + 1_000).toISOString()];
    await city.deliver('municipality.suspended', { municipalityId, suspendedAt: late });
    await city.deliver('municipality.reinstated', { municipalityId, reinstatedAt: early });
    expect((await city.apply(resident, scheme.schemeId)).code).toBe('SCHEME_UNAVAILABLE');
    expect((await city.confirm(administrator, payload.claim.id)).code).toBe('SCHEME_UNAVAILABLE');
    const after = new Date(city.clock.now().getTime() + 2_000).toISOString();
    await city.deliver('municipality.reinstated', { municipalityId, reinstatedAt: after });
    expect((await city.confirm(administrator, payload.claim.id)).code).toBeUndefined();
  });

  test('is refused while the person’s points are frozen', async () => {
    const scheme = await city.scheme();
    const resident = await city.resident();
    const { payload } = await city.apply(resident, scheme.schemeId, { points: 5 });
    await city.em().execute("update rewards.account set status = 'frozen' where owner_id = ?", [resident.accountId]);
    expect((await city.apply(resident, scheme.schemeId, { points: 5 })).code).toBe('ACCOUNT_FROZEN');
    expect((await city.confirm(administrator, payload.claim.id)).code).toBe('ACCOUNT_FROZEN');
    expect((await city.withdraw(resident, payload.claim.id)).code).toBeUndefined();
  });

  test('goes on for a person who has moved away meanwhile', async () => {
    const scheme = await city.scheme();
    const resident = await city.resident();
    const { payload } = await city.apply(resident, scheme.schemeId, { points: 5 });
    await city.deliver('residence.declared', {
      accountId: resident.accountId,
      zipCode: '10001',
      declaredAt: city.nowText(),
    });
    expect((await city.confirm(administrator, payload.claim.id)).payload.claim).toMatchObject({ status: 'SETTLED' });
  });
});

test('somebody has at most 20 claims that wait, or the fees of others could be kept from being paid', async () => {
  const scheme = await city.scheme();
  const resident = await city.resident(2);
  const claim = () => city.apply(resident, scheme.schemeId, { points: 1 });
  const ids: string[] = [];
  for (let count = 0; count < 20; count++) ids.push((await claim()).payload.claim.id);
  expect((await claim()).code).toBe('LIMIT_REACHED');
  await city.withdraw(resident, ids[0] as string);
  await city.confirm(clerk(scheme.municipalityId), ids[1] as string);
  for (const code of [undefined, undefined, 'LIMIT_REACHED']) expect((await claim()).code).toBe(code);
});

describe('claims are seen', () => {
  test('by their owner, the municipality and administrators, page by page', async () => {
    const scheme = await city.scheme();
    const resident = await city.resident(2);
    const ids: string[] = [];
    for (let count = 0; count < 5; count++) {
      const { payload } = await city.apply(resident, scheme.schemeId, { points: 1, feeReference: `F ${count}` });
      ids.unshift(payload.claim.id);
    }
    const hall = clerk(scheme.municipalityId);
    await city.confirm(hall, ids[0] as string);
    const listed = async (field: string, caller = resident, more = '') => {
      const seen: string[] = [];
      let after: string | null = null;
      do {
        const { payload, code } = await city.ask(
          `query ($after: Cursor) { ${field}(first: 2, after: $after${more}) { edges { node { id } } pageInfo { endCursor hasNextPage } } }`,
          { after },
          caller,
        );
        if (code) return code;
        seen.push(...payload.edges.map(({ node }: { node: { id: string } }) => node.id));
        after = payload.pageInfo.hasNextPage ? payload.pageInfo.endCursor : null;
      } while (after);
      return seen;
    };
    expect(await listed('schemeClaims')).toEqual(ids);
    expect(await listed('schemeClaims', citizen())).toEqual([]);
    expect(await listed('municipalityClaims', hall)).toEqual(ids);
    expect(await listed('municipalityClaims', hall, ', status: PENDING')).toEqual(ids.slice(1));
    expect(await listed('municipalityClaims', hall, ', status: SETTLED')).toEqual(ids.slice(0, 1));
    expect(await listed('municipalityClaims', hall, ', status: LAPSED')).toEqual([]);
    expect(await listed('municipalityClaims', hall, ', feeReference: "f1"')).toEqual([ids[3]]);
    expect(await listed('municipalityClaims', clerk(await city.found()))).toEqual([]);
    const named = `, municipalityId: "${scheme.municipalityId}"`;
    expect(await listed('municipalityClaims', { ...administrator, accountId: randomUUID() }, named)).toEqual(ids);
    expect(await listed('municipalityClaims', clerk(randomUUID()), named)).toBe('FORBIDDEN');
    expect(await listed('municipalityClaims', citizen())).toBe('FORBIDDEN');
    const twice = { ...hall, organisations: [...(hall.organisations ?? []), `municipality:${randomUUID()}` as const] };
    expect(await listed('municipalityClaims', twice)).toBe('BAD_USER_INPUT');
    const one = (caller: object) =>
      city.ask('query ($id: ID!) { schemeClaim(id: $id) { id } }', { id: ids[0] }, caller as typeof hall);
    for (const caller of [resident, hall, administrator]) expect((await one(caller)).payload).toEqual({ id: ids[0] });
    expect((await one(citizen())).payload).toBeNull();
  });

  test('in the own balance: what is held is not available, and is again when nothing comes of it', async () => {
    const scheme = await city.scheme();
    const resident = await city.resident();
    const changes = await city.subscribe(
      'subscription { pointsChanges { points reason balance { available held } } }',
      {},
      resident,
    );
    const told = async () => (await changes.next()).value.data.pointsChanges;
    expect(await told()).toMatchObject({ reason: 'PRESENT', balance: { available: 20, held: 0 } });
    const { payload } = await city.apply(resident, scheme.schemeId, { points: 8 });
    expect(await told()).toEqual({ points: -8, reason: 'FEE', balance: { available: 12, held: 8 } });
    await city.refuse(clerk(scheme.municipalityId), payload.claim.id);
    expect(await told()).toEqual({ points: 8, reason: 'FEE', balance: { available: 20, held: 0 } });
    await changes.return?.();
  });

  test('as they change, by their owner and by the city hall', async () => {
    const scheme = await city.scheme();
    const [resident, hall] = [await city.resident(), clerk(scheme.municipalityId)];
    const { payload } = await city.apply(resident, scheme.schemeId, { points: 5 });
    const own = await city.subscribe('subscription { schemeClaimChanges { id status } }', {}, resident);
    const queue = await city.subscribe(
      'subscription ($id: ID!) { municipalityClaimChanges(municipalityId: $id) { id status } }',
      { id: scheme.municipalityId },
      hall,
    );
    const told = async (changes: typeof own) => Object.values((await changes.next()).value.data)[0];
    for (const status of ['PENDING', 'SETTLED', 'REVERSED']) {
      if (status === 'SETTLED') await city.confirm(hall, payload.claim.id);
      if (status === 'REVERSED') await city.reverse(hall, payload.claim.id);
      for (const changes of [own, queue]) expect(await told(changes)).toEqual({ id: payload.claim.id, status });
    }
    await Promise.all([own.return?.(), queue.return?.()]);
    const refused = await city.subscribe(
      'subscription ($id: ID!) { municipalityClaimChanges(municipalityId: $id) { id } }',
      { id: scheme.municipalityId },
      clerk(randomUUID()),
    );
    expect((await refused.next()).value.errors[0].extensions.code).toBe('FORBIDDEN');
  });
});
