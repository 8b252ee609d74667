import { randomUUID } from 'node:crypto';
import { administrator, citizen } from '../testing/town.ts';
import { member, openParish, type Parish } from './testing/parish.ts';

let parish: Parish;

beforeAll(async () => {
  parish = await openParish({ environment: { DATABASE_POOL: '60' } });
});

afterEach(async () => {
  expect(await parish.problems()).toEqual([]);
});

afterAll(async () => {
  await parish.close();
});

/** A charity that was given this many points, in gifts of 20, and somebody who acts for it. */
async function charityWith(points: number) {
  const charityId = await parish.charity();
  const giver = await parish.giver(points / 20);
  const { payload } = await parish.give(giver, charityId, points);
  return { charityId, treasurer: member('charity', charityId), donationId: payload.donation.id as string };
}

describe('a settlement', () => {
  test('takes points from what the charity holds, with a number and the reference of where it was settled', async () => {
    const { charityId, treasurer } = await charityWith(100);
    const ask = (caller: object) =>
      parish.ask(`{ pointsToSettle(kind: CHARITY, organisationId: "${charityId}") }`, {}, caller as typeof treasurer);
    expect((await ask(treasurer)).payload).toBe(100);
    expect((await parish.settle(treasurer, charityId, 60, { reference: 'Check 17' })).payload).toEqual({
      settlement: expect.objectContaining({
        kind: 'CHARITY',
        organisationId: charityId,
        number: 1,
        points: 60,
        reference: 'Check 17',
        madeById: null,
        reversedAt: null,
      }),
      pointsToSettle: 40,
    });
    expect((await parish.settle(treasurer, charityId, 41)).code).toBe('INSUFFICIENT_POINTS');
    expect((await parish.settle(treasurer, charityId, 40)).payload).toMatchObject({
      settlement: { number: 2 },
      pointsToSettle: 0,
    });
    expect((await ask(administrator)).payload).toBe(0);
    expect((await ask(citizen())).code).toBe('FORBIDDEN');
    expect((await ask(member('charity', randomUUID()))).code).toBe('FORBIDDEN');
    const statement = await parish.ask(
      `query ($id: ID!, $month: Month!) { organisationStatement(kind: CHARITY, organisationId: $id, month: $month) {
         receivedPoints settledPoints closingPoints } }`,
      { id: charityId, month: parish.nowText().slice(0, 7) },
      treasurer,
    );
    expect(statement.payload).toEqual({ receivedPoints: 100, settledPoints: 100, closingPoints: 0 });
  });

  test('is for those who act for the organisation and for administrators', async () => {
    const { charityId } = await charityWith(20);
    for (const caller of [member('charity', randomUUID()), member('municipality', charityId), citizen()]) {
      expect((await parish.settle(caller, charityId, 5)).code).toBe('FORBIDDEN');
    }
    expect((await parish.settle({ scopes: [] }, charityId, 5)).code).toBe('UNAUTHENTICATED');
    expect((await parish.settle(administrator, charityId, 5)).payload.settlement).toMatchObject({
      madeById: administrator.accountId,
    });
  });

  test('said again is the same; neither a key nor a reference serves twice', async () => {
    const { charityId, treasurer } = await charityWith(100);
    const wish = { reference: 'Check 1', idempotencyKey: 'the-same-check' };
    const first = await parish.settle(treasurer, charityId, 10, wish);
    expect((await parish.settle(treasurer, charityId, 10, wish)).payload).toEqual(first.payload);
    expect((await parish.settle(treasurer, charityId, 11, wish)).code).toBe('IDEMPOTENCY_MISMATCH');
    expect((await parish.settle(treasurer, charityId, 10, { ...wish, reference: 'Check 2' })).code).toBe(
      'IDEMPOTENCY_MISMATCH',
    );
    expect((await parish.settle(treasurer, charityId, 10, { reference: ' CHECK  1' })).code).toBe('REFERENCE_USED');
    const other = await charityWith(20);
    expect((await parish.settle(other.treasurer, other.charityId, 10, wish)).code).toBeUndefined();
  });

  test('is refused for amounts that are none', async () => {
    const { charityId, treasurer } = await charityWith(20);
    for (const points of [0, -5, 0.5, 2 ** 53, 1_000_001]) {
      expect((await parish.settle(treasurer, charityId, points)).code).toBe('BAD_USER_INPUT');
    }
    for (const more of [{ reference: '' }, { kind: 'RETAILER' }, { idempotencyKey: 'x' }]) {
      expect((await parish.settle(treasurer, charityId, 5, more)).code).toBe('BAD_USER_INPUT');
    }
  });

  test('takes no more than there is, by forty at once, and numbers them without gaps', async () => {
    const { charityId, treasurer } = await charityWith(100);
    const answers = await Promise.all(Array.from({ length: 40 }, () => parish.settle(treasurer, charityId, 7)));
    const made = answers.flatMap(({ payload }) => (payload ? [payload.settlement.number] : []));
    expect(made.sort((one, other) => one - other)).toEqual(Array.from({ length: 14 }, (_, index) => index + 1));
    expect(answers.filter(({ code }) => code === 'INSUFFICIENT_POINTS')).toHaveLength(26);
  });

  test('has one effect when it is said forty times at once', async () => {
    const { charityId, treasurer } = await charityWith(100);
    const wish = { reference: 'Check 9', idempotencyKey: 'said-forty-times' };
    const answers = await Promise.all(Array.from({ length: 40 }, () => parish.settle(treasurer, charityId, 7, wish)));
    expect(new Set(answers.map(({ payload }) => payload.settlement.id)).size).toBe(1);
  });

  test('waits for an administrator while the charity is suspended', async () => {
    const { charityId, treasurer } = await charityWith(20);
    await parish.deliver('charity.suspended', { charityId, suspendedAt: parish.nowText() });
    expect((await parish.settle(treasurer, charityId, 5)).code).toBe('FORBIDDEN');
    expect((await parish.settle(administrator, charityId, 5)).code).toBeUndefined();
  });

  test('of a municipality is of the points that paid its fees', async () => {
    const municipalityId = randomUUID();
    const clerk = member('municipality', municipalityId);
    const kind = { kind: 'MUNICIPALITY' };
    expect((await parish.settle(clerk, municipalityId, 1, kind)).code).toBe('INSUFFICIENT_POINTS');
    const giver = await parish.giver();
    await parish.deliver('municipality.listed', {
      municipalityId,
      name: 'Austin',
      zipCodes: ['78701'],
      listedAt: parish.nowText(),
    });
    await parish.deliver('residence.declared', {
      accountId: giver.accountId,
      zipCode: '78701',
      declaredAt: parish.nowText(),
    });
    const schemeId = randomUUID();
    await parish.deliver('scheme.published', {
      schemeId,
      version: 1,
      municipalityId,
      title: 'Dog licenses',
      centsPerPoint: 1,
      largestShareBasisPoints: 10_000,
      budgetCents: 500,
      zipCodes: [],
      perPersonCents: null,
      startsAt: '2026-01-01T00:00:00.000Z',
      endsAt: null,
      publishedAt: parish.nowText(),
    });
    const input = { schemeId, feeReference: 'D-1', feeCents: 20, idempotencyKey: randomUUID() };
    const { payload } = await parish.mutate('applyScheme', 'ApplySchemeInput', 'claim { id }', input, giver);
    expect((await parish.settle(clerk, municipalityId, 1, kind)).code).toBe('INSUFFICIENT_POINTS');
    const claimId = payload.claim.id;
    await parish.mutate('confirmSchemeClaim', 'ConfirmSchemeClaimInput', 'claim { id }', { claimId }, clerk);
    expect((await parish.settle(clerk, municipalityId, 20, kind)).payload).toMatchObject({ pointsToSettle: 0 });
  });
});

describe('taking back', () => {
  test('a settlement gives the points and the reference back, once, and is for administrators', async () => {
    const { charityId, treasurer } = await charityWith(100);
    const { payload } = await parish.settle(treasurer, charityId, 60, { reference: 'Check 3' });
    const { id } = payload.settlement;
    expect((await parish.reverseSettlement(id, treasurer)).code).toBe('FORBIDDEN');
    expect((await parish.reverseSettlement(randomUUID())).code).toBe('NOT_FOUND');
    const answers = await Promise.all(Array.from({ length: 30 }, () => parish.reverseSettlement(id)));
    for (const answer of answers) {
      expect(answer.payload).toMatchObject({
        settlement: { reason: 'The check bounced.', reversedAt: expect.any(String) },
        pointsToSettle: 100,
      });
    }
    expect((await parish.settle(treasurer, charityId, 100, { reference: 'Check 3' })).payload).toMatchObject({
      settlement: { number: 2 },
      pointsToSettle: 0,
    });
    const statement = await parish.ask(
      `query ($id: ID!, $month: Month!) { organisationStatement(kind: CHARITY, organisationId: $id, month: $month) {
         openingPoints receivedPoints receivedFromPeoplePoints takenBackPoints returnedPoints
         settledPoints settledNetPoints closingPoints } }`,
      { id: charityId, month: parish.nowText().slice(0, 7) },
      treasurer,
    );
    // What was settled in vain was never given to the charity anew.
    expect(statement.payload).toEqual({
      openingPoints: 0,
      receivedPoints: 160,
      receivedFromPeoplePoints: 100,
      takenBackPoints: 60,
      returnedPoints: 0,
      settledPoints: 160,
      settledNetPoints: 100,
      closingPoints: 0,
    });
    await expect(parish.em().execute('delete from rewards.settlement')).rejects.toThrow('stays');
    await expect(
      parish.em().execute('update rewards.settlement set points = points + 1 where organisation_id = ?', [charityId]),
    ).rejects.toThrow('stays');
  });

  test('a donation that was settled leaves less than nothing, until as much has come in again', async () => {
    const { charityId, treasurer, donationId } = await charityWith(20);
    await parish.settle(treasurer, charityId, 15);
    await parish.takeBack(donationId);
    const left = () => parish.ask(`{ pointsToSettle(kind: CHARITY, organisationId: "${charityId}") }`, {}, treasurer);
    expect((await left()).payload).toBe(-15);
    expect((await parish.settle(treasurer, charityId, 1)).code).toBe('INSUFFICIENT_POINTS');
    await parish.give(await parish.giver(), charityId, 20);
    expect((await parish.settle(treasurer, charityId, 5)).payload).toMatchObject({ pointsToSettle: 0 });
  });
});

test('the audit finds receipts, donations and settlements that were tampered with', async () => {
  const { charityId, treasurer, donationId } = await charityWith(20);
  await parish.settle(treasurer, charityId, 5);
  const tampered = async (table: string, change: string, undo: string, found: string) => {
    const run = async (statement: string) => {
      await parish.em().transactional(async (em) => {
        await em.execute(`alter table rewards.${table} disable trigger user`);
        await em.execute(`update rewards.${table} set ${statement}`);
        await em.execute(`alter table rewards.${table} enable trigger user`);
      });
    };
    await run(change);
    expect(await parish.problems()).toContainEqual(expect.stringContaining(found));
    await run(undo);
    expect(await parish.problems()).toEqual([]);
  };
  const receipt = `where donation_id = '${donationId}'`;
  await tampered('donation_receipt', `number = 2 ${receipt}`, `number = 1 ${receipt}`, 'have a gap');
  await tampered('donation_receipt', `year = year - 1 ${receipt}`, `year = year + 1 ${receipt}`, 'has no receipt');
  const settlement = `where organisation_id = '${charityId}'`;
  await tampered('settlement', `points = 4 ${settlement}`, `points = 5 ${settlement}`, 'a settlement and its posting');
  const gift = `where id = '${donationId}'`;
  await tampered('donation', `points = 21 ${gift}`, `points = 20 ${gift}`, 'a donation and its record');
});

test('settlements are listed for the organisation, and for administrators all of them', async () => {
  const { charityId, treasurer } = await charityWith(100);
  const made: string[] = [];
  for (let count = 0; count < 5; count++) {
    made.unshift((await parish.settle(treasurer, charityId, 3)).payload.settlement.id);
  }
  const listed = async (given: string, caller: object) => {
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const { payload, code } = await parish.ask(
        `query ($after: Cursor) { settlements(first: 2, after: $after${given}) { edges { node { id } } pageInfo { endCursor hasNextPage } } }`,
        { after },
        caller as typeof treasurer,
      );
      if (code) return code;
      seen.push(...payload.edges.map(({ node }: { node: { id: string } }) => node.id));
      after = payload.pageInfo.hasNextPage ? payload.pageInfo.endCursor : null;
    } while (after);
    return seen;
  };
  const named = `, kind: CHARITY, organisationId: "${charityId}"`;
  expect(await listed(named, treasurer)).toEqual(made);
  expect(await listed(named, administrator)).toEqual(made);
  expect((await listed('', administrator)).slice(0, 5)).toEqual(made);
  expect(await listed('', treasurer)).toBe('BAD_USER_INPUT');
  expect(await listed(named, member('charity', randomUUID()))).toBe('FORBIDDEN');
  expect(await listed(named, citizen())).toBe('FORBIDDEN');
});
