import { randomUUID } from 'node:crypto';
import type { Caller } from '../../kernel/caller.ts';
import { administrator, citizen } from '../testing/town.ts';
import { castVotes, openRoundIn } from './testing/round-table.ts';
import { openTreasury, type Treasury } from './testing/treasury.ts';

let treasury: Treasury;

beforeAll(async () => {
  treasury = await openTreasury('2027-01-10T12:00:00Z');
});

afterEach(async () => {
  expect(await treasury.problems()).toEqual([]);
});

afterAll(async () => {
  await treasury.close();
});

describe('an override', () => {
  const colleague: Caller = { accountId: randomUUID(), scopes: ['administrator'] };
  const grounds = ({ decisions }: { decisions: { number: number; ground: string }[] }) =>
    decisions.map(({ number, ground }) => [number, ground]);

  /** A vote that was counted: its first option won. */
  async function counted(zipCode: string) {
    const round = await openRoundIn(treasury, zipCode, 12);
    await castVotes(treasury, round, 11);
    await treasury.until(round.closesAt);
    return round;
  }

  test('is proposed by one administrator and confirmed by another, and then a decision for all to read', async () => {
    const round = await openRoundIn(treasury, '78732', 12);
    expect(await treasury.override(round.id, round.options[0], 'Too early.')).toMatchObject({ code: 'FUND_STATE' });
    await castVotes(treasury, round, 11);
    await treasury.until(round.closesAt);
    const reason = 'The recipient was dissolved.';
    expect(await treasury.override(round.id, round.options[1], reason, citizen())).toMatchObject({
      code: 'FORBIDDEN',
    });
    expect(await treasury.override(round.id, randomUUID(), reason)).toMatchObject({ code: 'NOT_FOUND' });
    const { payload } = await treasury.override(round.id, round.options[2], reason);
    expect(payload.round.proposedOverride).toEqual({
      id: expect.any(String),
      optionId: round.options[2],
      reason,
      proposedBy: administrator.accountId,
    });
    expect(grounds(payload.round)).toEqual([[1, 'MAJORITY']]);
    const { id } = payload.round.proposedOverride;
    expect(await treasury.endOverride('confirm', id, administrator)).toMatchObject({ code: 'FORBIDDEN' });
    expect(await treasury.endOverride('confirm', id, citizen())).toMatchObject({ code: 'FORBIDDEN' });
    // Nobody but administrators sees what is only proposed.
    const { data } = await treasury.execute(
      'query ($id: ID!) { fundRound(id: $id) { proposedOverride { id } } }',
      { id: round.id },
      citizen(),
    );
    expect(data.fundRound.proposedOverride).toBeNull();
    const confirmed = await treasury.endOverride('confirm', id, colleague);
    expect(confirmed.payload.round.proposedOverride).toBeNull();
    expect(grounds(confirmed.payload.round)).toEqual([
      [2, 'OVERRIDE'],
      [1, 'MAJORITY'],
    ]);
    expect(grounds((await treasury.endOverride('confirm', id, colleague)).payload.round)).toHaveLength(2);
    const seen = await treasury.round(round.id);
    expect(seen.decisions[0]).toMatchObject({
      reason,
      decidedBy: null,
      proposedBy: null,
      awards: [{ optionId: round.options[2], cents: 50_000 }],
    });
    expect(seen.options[0].votes).toBe(11);
    const { decisions } = await treasury.round(round.id, administrator);
    expect(decisions[0]).toMatchObject({ decidedBy: colleague.accountId, proposedBy: administrator.accountId });
    await treasury.until(seen.paysAt);
    const paid = (await treasury.recorded('fund.paidOut')).filter((fact) => fact.roundId === round.id);
    expect(paid.map(({ optionId }) => optionId)).toEqual([round.options[2]]);
    expect(await treasury.override(round.id, round.options[0], 'Too late.')).toMatchObject({ code: 'FUND_STATE' });
    const em = treasury.em();
    for (const table of ['fund_count', 'fund_decision', 'fund_award']) {
      await expect(em.execute(`delete from rewards.${table}`)).rejects.toThrow('append-only');
    }
    for (const change of ['delete from rewards.fund_override', "update rewards.fund_override set reason = 'x'"]) {
      await expect(em.execute(change)).rejects.toThrow('stays');
    }
  });

  test('that waits keeps others out until it is withdrawn, and proposing it again is proposing it once', async () => {
    const round = await counted('78734');
    const [, second, third] = round.options;
    const first = (await treasury.override(round.id, second, 'Because.')).payload.round.proposedOverride.id;
    const again = (await treasury.override(round.id, second, 'Because.')).payload.round.proposedOverride.id;
    expect(again).toBe(first);
    expect(await treasury.override(round.id, third, 'Because.')).toMatchObject({ code: 'FUND_STATE' });
    expect(await treasury.override(round.id, second, 'Because.', colleague)).toMatchObject({ code: 'FUND_STATE' });
    for (let time = 0; time < 2; time++) {
      const { payload } = await treasury.endOverride('withdraw', first, colleague);
      expect(payload.round.proposedOverride).toBeNull();
    }
    expect(await treasury.endOverride('confirm', first, colleague)).toMatchObject({ code: 'ALREADY_DECIDED' });
    const next = (await treasury.override(round.id, third, 'Because.', colleague)).payload.round.proposedOverride.id;
    expect((await treasury.endOverride('confirm', next, administrator)).code).toBeUndefined();
    expect(await treasury.endOverride('withdraw', next, colleague)).toMatchObject({ code: 'ALREADY_DECIDED' });
  });

  test('is one decision where thirty confirm and withdraw it at once', async () => {
    const round = await counted('78735');
    const { payload } = await treasury.override(round.id, round.options[3], 'Because.');
    const { id } = payload.round.proposedOverride;
    const others = Array.from({ length: 30 }, (): Caller => ({ accountId: randomUUID(), scopes: ['administrator'] }));
    const answers = await Promise.all(
      others.map((other, index) => treasury.endOverride(index % 5 === 4 ? 'withdraw' : 'confirm', id, other)),
    );
    const { decisions } = await treasury.round(round.id, administrator);
    expect(decisions.length).toBeLessThanOrEqual(2);
    const confirmed = answers.filter(({ code }, index) => code === undefined && index % 5 !== 4);
    expect(confirmed).toHaveLength(decisions.length - 1);
  });

  test('that nobody confirms in time comes to nothing', async () => {
    const round = await counted('78736');
    const { payload } = await treasury.override(round.id, round.options[2], 'Because.');
    const { paysAt } = await treasury.round(round.id);
    await treasury.until(paysAt);
    const { id } = payload.round.proposedOverride;
    expect(await treasury.endOverride('confirm', id, colleague)).toMatchObject({ code: 'FUND_STATE' });
    const paid = (await treasury.recorded('fund.paidOut')).filter((fact) => fact.roundId === round.id);
    expect(paid.map(({ optionId }) => optionId)).toEqual([round.options[0]]);
  });
});
