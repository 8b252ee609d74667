import { randomUUID } from 'node:crypto';
import { administrator, citizen, officer, type Person } from '../testing/town.ts';
import { castVotes, type OpenRound, openRoundIn } from './testing/round-table.ts';
import { DAY, HOUR, openTreasury, roundFields, type Treasury } from './testing/treasury.ts';

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

const first = (round: OpenRound) => round.people[0] as Person;
const municipality = (id: string) => ({
  accountId: randomUUID(),
  scopes: ['citizen', 'municipality'] as const,
  organisations: [`municipality:${id}`] as const,
});

describe('who may vote', () => {
  test('those who lived in the ZIP code when it opened, once each, and change their vote until it closes', async () => {
    const round = await openRoundIn(treasury, '78704', 12);
    const person = first(round);
    expect(await treasury.round(round.id, person)).toMatchObject({ mayVote: true, ownVote: null, eligibleCount: 12 });
    for (const option of [round.options[0], round.options[2], round.options[2]]) {
      expect((await treasury.vote(person, round.id, option)).payload.round).toMatchObject({ ownVote: option });
    }
    expect(await treasury.round(round.id, person)).toMatchObject({ ownVote: round.options[2] });
    // Nobody else is shown it, and no count before the end.
    const seen = await treasury.round(round.id, administrator);
    expect(seen).toMatchObject({ ownVote: null, mayVote: false, votesCount: null, decisions: [] });
    expect(seen.options.every(({ votes }: { votes: number | null }) => votes === null)).toBe(true);
    await treasury.until(round.closesAt);
    await treasury.wait(8 * DAY);
  });

  test('strangers, people of elsewhere, later arrivals and the signed-out are refused', async () => {
    const round = await openRoundIn(treasury, '78705', 3);
    const [elsewhere] = await treasury.settle(1, '78706');
    const [late] = await treasury.settle(1, '78705');
    for (const caller of [citizen(), elsewhere, late]) {
      expect(await treasury.vote(caller as Person, round.id, round.options[0])).toMatchObject({ code: 'NOT_ELIGIBLE' });
    }
    expect(await treasury.vote(administrator, round.id, round.options[0])).toMatchObject({ code: 'FORBIDDEN' });
    expect(await treasury.vote({ scopes: [] }, round.id, round.options[0])).toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  test('whoever declared the residence less than a week before it opened is too late', async () => {
    const zipCode = '78701';
    await treasury.fill(zipCode, 20_000);
    for (const title of ['A', 'B', 'C', 'D']) await treasury.propose(zipCode, title);
    const { month } = await treasury.fund(zipCode);
    const opens = new Date(month.endsAt).getTime() + DAY;
    const [recent] = await treasury.settle(1, zipCode, new Date(opens - 6 * DAY).toISOString());
    const [before] = await treasury.settle(1, zipCode, new Date(opens - 8 * DAY).toISOString());
    await treasury.until(new Date(opens));
    const { round } = await treasury.fund(zipCode);
    expect(round.eligibleCount).toBe(1);
    expect(await treasury.vote(recent as Person, round.id, round.options[0].id)).toMatchObject({
      code: 'NOT_ELIGIBLE',
    });
    expect((await treasury.vote(before as Person, round.id, round.options[0].id)).code).toBeUndefined();
  });

  test('whoever moves while it is open keeps the vote there, and gets none on the same month elsewhere', async () => {
    // New York opens an hour before Chicago.
    const [there, here] = ['10001', '60601'] as const;
    const longAgo = new Date(treasury.clock.now().getTime() - 30 * DAY).toISOString();
    const [mover] = await treasury.settle(1, there, longAgo);
    const [neighbor] = await treasury.settle(1, here, longAgo);
    for (const zipCode of [there, here]) {
      await treasury.fill(zipCode, 20_000);
      for (const title of ['A', 'B', 'C', 'D']) await treasury.propose(zipCode, title);
    }
    const { month } = await treasury.fund(there);
    await treasury.until(new Date(new Date(month.endsAt).getTime() + DAY + 60_000));
    const declaredAt = new Date(treasury.clock.now().getTime() - 10 * DAY).toISOString();
    await treasury.deliver('residence.declared', { accountId: mover?.accountId ?? '', zipCode: here, declaredAt });
    await treasury.wait(2 * HOUR);
    const [left, entered] = [(await treasury.fund(there)).round, (await treasury.fund(here)).round];
    expect(left.month).toBe(entered.month);
    expect(left.eligibleCount).toBe(1);
    expect(entered.eligibleCount).toBe(1);
    expect((await treasury.vote(mover as Person, left.id, left.options[0].id)).code).toBeUndefined();
    expect(await treasury.vote(mover as Person, entered.id, entered.options[0].id)).toMatchObject({
      code: 'NOT_ELIGIBLE',
    });
    expect((await treasury.vote(neighbor as Person, entered.id, entered.options[0].id)).code).toBeUndefined();
  });

  test('an officer votes where they live', async () => {
    const person = officer();
    const longAgo = new Date(treasury.clock.now().getTime() - 30 * DAY).toISOString();
    await treasury.deliver('residence.declared', {
      accountId: person.accountId,
      zipCode: '78702',
      declaredAt: longAgo,
    });
    const round = await openRoundIn(treasury, '78702', 1);
    expect((await treasury.vote(person, round.id, round.options[3])).code).toBeUndefined();
  });

  test('a vote for an option of another vote, or in none, is refused', async () => {
    const [one, other] = [await openRoundIn(treasury, '78703', 2), await openRoundIn(treasury, '78712', 2)];
    expect(await treasury.vote(first(other), other.id, one.options[0])).toMatchObject({ code: 'NOT_FOUND' });
    expect(await treasury.vote(first(other), randomUUID(), other.options[0])).toMatchObject({ code: 'ROUND_CLOSED' });
  });
});

describe('options and rules', () => {
  test('what a municipality proposes waits for an administrator, and four that are approved open the vote', async () => {
    const zipCode = '78721';
    const town = municipality(randomUUID());
    await treasury.fill(zipCode, 20_000);
    for (const title of ['A', 'B', 'C']) await treasury.propose(zipCode, title);
    const { payload } = await treasury.propose(zipCode, 'D', town);
    expect(payload.proposal).toMatchObject({ state: 'PROPOSED', municipalityId: town.organisations[0].slice(13) });
    expect(await treasury.propose(zipCode, 'd', town)).toMatchObject({ code: 'FUND_STATE' });
    expect(await treasury.propose(zipCode, 'E', citizen())).toMatchObject({ code: 'FORBIDDEN' });
    const others = { municipalityId: randomUUID() };
    expect(await treasury.propose(zipCode, 'E', town, others)).toMatchObject({ code: 'FORBIDDEN' });
    const { month } = await treasury.fund(zipCode);
    await treasury.until(new Date(new Date(month.endsAt).getTime() + 2 * DAY));
    expect((await treasury.fund(zipCode)).round).toBeNull();
    const approve = (caller: object) =>
      treasury.mutate(
        'approveFundProposal',
        'FundProposalInput',
        'proposal { state }',
        { proposalId: payload.proposal.id },
        caller as never,
      );
    expect(await approve(town)).toMatchObject({ code: 'FORBIDDEN' });
    expect((await approve(administrator)).code).toBeUndefined();
    const { round } = await treasury.fund(zipCode);
    expect(round.options.map(({ title }: { title: string }) => title)).toEqual(['A', 'B', 'C', 'D', 'None of these']);
    const [told] = (await treasury.recorded('fund.roundOpened')).filter((fact) => fact.zipCode === zipCode);
    expect(told).toMatchObject({ roundId: round.id, fundCents: 20_000, month: month.month });
  });

  test('at most twelve proposals stand, one is withdrawn by who made it, and an administrator opens with four others', async () => {
    const zipCode = '78722';
    const town = municipality(randomUUID());
    await treasury.fill(zipCode, 20_000);
    const ids: string[] = [];
    for (let index = 0; index < 12; index++) {
      ids.push((await treasury.propose(zipCode, `Idea ${index}`, town)).payload.proposal.id);
    }
    expect(await treasury.propose(zipCode, 'One more', town)).toMatchObject({ code: 'LIMIT_REACHED' });
    const withdraw = (proposalId: string | undefined, caller: object) =>
      treasury.mutate(
        'withdrawFundProposal',
        'FundProposalInput',
        'proposal { state }',
        { proposalId },
        caller as never,
      );
    expect(await withdraw(ids[0], municipality(randomUUID()))).toMatchObject({ code: 'FORBIDDEN' });
    expect((await withdraw(ids[0], town)).payload.proposal).toEqual({ state: 'WITHDRAWN' });
    expect(await withdraw(ids[0], town)).toMatchObject({ code: 'FUND_STATE' });
    const open = async (proposalIds: (string | undefined)[]) => {
      const { month } = await treasury.fund(zipCode);
      const input = { monthId: month.id, proposalIds };
      return treasury.mutate('openFundRound', 'OpenFundRoundInput', `round { ${roundFields} }`, input, administrator);
    };
    expect(await open(ids.slice(4, 8))).toMatchObject({ code: 'FUND_STATE' });
    const { month } = await treasury.fund(zipCode);
    await treasury.until(new Date(new Date(month.endsAt).getTime() + 2 * DAY));
    expect(await open(ids.slice(4, 8))).toMatchObject({ code: 'FUND_STATE' });
    await treasury
      .em()
      .execute(
        'update rewards.fund_proposal set approved_at = proposed_at, approved_by = proposed_by where id in (?)',
        [ids.slice(4, 8)],
      );
    expect(await open([ids[4], ids[4], ids[5], ids[6]])).toMatchObject({ code: 'BAD_USER_INPUT' });
    expect(await open([ids[4], ids[5], ids[6], ids[0]])).toMatchObject({ code: 'FUND_STATE' });
    const { payload } = await open([ids[7], ids[5], ids[6], ids[4]]);
    expect(payload.round.options.map(({ title }: { title: string }) => title)).toEqual([
      'Idea 7',
      'Idea 5',
      'Idea 6',
      'Idea 4',
      'None of these',
    ]);
    expect(await withdraw(ids[5], town)).toMatchObject({ code: 'FUND_STATE' });
  });

  test('administrators see all funds and the months that wait for options, page after page', async () => {
    const zipCodes = ['78741', '78742', '78744'];
    for (const zipCode of zipCodes) await treasury.fill(zipCode, 20_000);
    await treasury.until(new Date(new Date((await treasury.fund('78741')).month.endsAt).getTime() + 2 * DAY));
    const walk = async (field: string): Promise<string[]> => {
      const found: string[] = [];
      for (let after: string | null = null, more = true; more; ) {
        const document = `query ($after: Cursor) { ${field}(first: 2, after: $after) {
          edges { node { zipCode } } pageInfo { endCursor hasNextPage } } }`;
        const { payload } = await treasury.ask(document, { after }, administrator);
        found.push(...payload.edges.map(({ node }: { node: { zipCode: string } }) => node.zipCode));
        after = payload.pageInfo.endCursor;
        more = payload.pageInfo.hasNextPage;
      }
      return found;
    };
    const waiting = await walk('fundMonthsWaiting');
    expect(waiting.filter((zipCode) => zipCodes.includes(zipCode)).sort()).toEqual(zipCodes);
    const funds = await walk('funds');
    expect(funds).toEqual([...new Set(funds)].sort());
    expect(funds).toEqual(expect.arrayContaining(zipCodes));
    expect(await treasury.ask('{ funds { edges { cursor } } }', {}, citizen())).toMatchObject({ code: 'FORBIDDEN' });
  });

  test('a month that finds no four options leaves its money to a later one', async () => {
    const zipCode = '78723';
    await treasury.fill(zipCode, 20_000);
    const { month } = await treasury.fund(zipCode);
    const closes = new Date(month.endsAt).getTime() + DAY;
    await treasury.until(new Date(closes));
    await treasury.until(new Date(closes + 21 * DAY - 1_000));
    expect((await treasury.months(zipCode)).at(-1)).toMatchObject({ state: 'CLOSED' });
    const desk = async () => {
      const document = `query ($zipCode: ZipCode!) { fundMonths(zipCode: $zipCode) { edges { node {
        state closedAt approvedProposals waitsUntil } } } }`;
      const { payload } = await treasury.ask(document, { zipCode }, administrator);
      return payload.edges.map(({ node }: { node: object }) => node).at(-1);
    };
    await treasury.propose(zipCode, 'Benches');
    await treasury.propose(zipCode, 'Trees');
    const waiting = await desk();
    expect(waiting).toMatchObject({ state: 'CLOSED', approvedProposals: 2 });
    expect(new Date(waiting.waitsUntil).getTime() - new Date(waiting.closedAt).getTime()).toBe(21 * DAY);
    await treasury.until(new Date(closes + 21 * DAY + 60_000));
    expect(await desk()).toMatchObject({ state: 'SETTLED', approvedProposals: null, waitsUntil: null });
    expect((await treasury.months(zipCode)).at(-1)).toMatchObject({ state: 'SETTLED' });
    expect(await treasury.fund(zipCode)).toMatchObject({ balanceCents: 20_000, carriedCents: 20_000 });
  });

  test('a rule that is saved while a vote is open is for later ones, and nothing of an open vote can be changed', async () => {
    const round = await openRoundIn(treasury, '78724', 4);
    await treasury.vote(first(round), round.id, round.options[0]);
    const { rule, quorum } = await treasury.round(round.id);
    const input = {
      graceHours: 24,
      proposalDays: 21,
      residenceDays: 7,
      votingDays: 7,
      objectionDays: 7,
      quorumVotes: 1,
      quorumPercent: 0,
      minimumCents: 10_000,
    };
    const save = (changed: object, caller: object = administrator) =>
      treasury.mutate(
        'saveRoundRule',
        'SaveRoundRuleInput',
        'roundRule { version }',
        { ...input, ...changed },
        caller as never,
      );
    expect(await save({ votingDays: 0 })).toMatchObject({ code: 'BAD_USER_INPUT' });
    expect(await save({ quorumPercent: 33.3 })).toMatchObject({ code: 'BAD_USER_INPUT' });
    expect(await save({}, municipality(randomUUID()))).toMatchObject({ code: 'FORBIDDEN' });
    const { payload } = await save({});
    expect(payload.roundRule.version).toBe(rule.version + 1);
    expect(await treasury.round(round.id)).toMatchObject({ rule, quorum });
    const em = treasury.em();
    for (const sql of [
      'update rewards.fund_round set quorum = 1 where id = ?',
      "update rewards.fund_round set closes_at = closes_at + interval '1 day' where id = ?",
      'update rewards.fund_round set rule_version = rule_version + 1 where id = ?',
      "update rewards.fund_round set state = 'preparing' where id = ?",
      "update rewards.fund_option set title = 'x' where round_id = ?",
      'delete from rewards.fund_option where round_id = ?',
      'delete from rewards.fund_eligible where round_id = ?',
      'delete from rewards.fund_vote where round_id = ?',
      'insert into rewards.fund_eligible select id, gen_random_uuid(), month_id::text from rewards.fund_round where id = ?',
      'update rewards.fund_vote set account_id = gen_random_uuid() where round_id = ?',
      'update rewards.round_rule set quorum_votes = 1 where ? is not null',
    ]) {
      await expect(em.execute(sql, [round.id])).rejects.toThrow(/not changed|append-only|stays with its voter/);
    }
    await save({ quorumVotes: 10, quorumPercent: 5 });
  });
});

describe('the end of a vote', () => {
  test('votes that race the count are counted exactly where they were taken', async () => {
    const round = await openRoundIn(treasury, '78726', 150);
    // Near enough that nobody's token expires meanwhile.
    treasury.clock.advance(new Date(round.closesAt).getTime() - treasury.clock.now().getTime() - 20_000);
    const voteOf = (person: Person, index: number) =>
      treasury.vote(person, round.id, round.options[index % 5] as string);
    let end: Promise<unknown[]> | undefined;
    const racing = round.people.slice(0, 120).map(async (person, index) => {
      const answer = await voteOf(person, index);
      if (!end) {
        // The first answer ends the time: the others are on their way, thirty more come too late.
        treasury.clock.advance(20_000);
        const late = round.people.slice(120).map(voteOf);
        end = Promise.all(late.map(async (each) => expect((await each).code).toBe('ROUND_CLOSED')));
        await treasury.services.funds.look();
      }
      return answer;
    });
    const answers = await Promise.all(racing);
    await end;
    const taken = answers.filter(({ code }) => code === undefined).length;
    expect(answers.every(({ code }) => code === undefined || code === 'ROUND_CLOSED')).toBe(true);
    expect(taken).toBeGreaterThan(0);
    const { state } = await treasury.round(round.id);
    expect(state).toBe('DECIDED');
    const [counted] = await treasury
      .em()
      .execute<{ votes: string }[]>('select sum(votes) as votes from rewards.fund_count where round_id = ?', [
        round.id,
      ]);
    expect(Number(counted?.votes)).toBe(taken);
    expect(await treasury.vote(first(round), round.id, round.options[0])).toMatchObject({ code: 'ROUND_CLOSED' });
  });

  test('the count waits for a vote that is being written', async () => {
    const round = await openRoundIn(treasury, '78736', 12);
    await castVotes(treasury, round, 0, 10);
    const late = new Date(new Date(round.closesAt).getTime() - 1);
    const waited = await treasury.commitsWhenAwaited(
      'insert into rewards.fund_vote values (?, ?, ?, ?)',
      [round.id, round.people[11]?.accountId, round.options[0], late],
      () => treasury.until(round.closesAt),
    );
    expect(waited).toBe(true);
    expect((await treasury.round(round.id)).votesCount).toBe(11);
  });

  test('the option with the most votes is paid when objections are over, from the fund, once', async () => {
    const round = await openRoundIn(treasury, '78727', 14);
    await castVotes(treasury, round, 3, 7, 2, 0, 1);
    await treasury.until(round.closesAt);
    const decided = await treasury.round(round.id);
    expect(decided).toMatchObject({ state: 'DECIDED', votesCount: 13, quorum: 10 });
    expect(decided.options.map(({ votes }: { votes: number }) => votes)).toEqual([3, 7, 2, 0, 1]);
    expect(decided.decisions).toEqual([
      {
        number: 1,
        ground: 'MAJORITY',
        reason: null,
        decidedBy: null,
        proposedBy: null,
        awards: [{ optionId: round.options[1], cents: 50_000 }],
      },
    ]);
    const { id: fundId } = await treasury.fund(round.zipCode);
    expect(await treasury.ledger('payout', fundId)).toBe(0);
    await treasury.until(decided.paysAt);
    await Promise.all([treasury.services.funds.look(), treasury.services.funds.look()]);
    expect(await treasury.round(round.id)).toMatchObject({ state: 'PAID' });
    expect(await treasury.ledger('payout', fundId)).toBe(50_000);
    expect(await treasury.ledger('fund', fundId)).toBe(0);
    const paid = (await treasury.recorded('fund.paidOut')).filter((fact) => fact.roundId === round.id);
    expect(paid).toMatchObject([{ optionId: round.options[1], cents: 50_000, zipCode: '78727' }]);
  });

  test('a tie is divided to the cent, the share of "none of these" staying in the fund', async () => {
    const round = await openRoundIn(treasury, '78728', 12, 10_000);
    await castVotes(treasury, round, 4, 4, 0, 0, 4);
    await treasury.until(round.closesAt);
    const { decisions, paysAt } = await treasury.round(round.id);
    expect(decisions[0]).toMatchObject({
      ground: 'TIE',
      awards: [
        { optionId: round.options[0], cents: 3_334 },
        { optionId: round.options[1], cents: 3_333 },
        { optionId: round.options[4], cents: 3_333 },
      ],
    });
    await treasury.until(paysAt);
    expect(await treasury.fund(round.zipCode)).toMatchObject({ balanceCents: 3_333, carriedCents: 3_333 });
  });

  test.each([
    ['nobody votes', '78729', [], 'BELOW_QUORUM'],
    ['fewer than the quorum vote', '78730', [9], 'BELOW_QUORUM'],
    ['all vote for none', '78731', [0, 0, 0, 0, 11], 'NONE_OF_THESE'],
  ])('when %s, the money stays for a later vote', async (_what, zipCode, counts, ground) => {
    const round = await openRoundIn(treasury, zipCode, 12, 10_000);
    await castVotes(treasury, round, ...counts);
    await treasury.until(round.closesAt);
    const decided = await treasury.round(round.id);
    expect(decided.decisions).toMatchObject([{ ground, awards: [{ optionId: round.options[4], cents: 10_000 }] }]);
    // Of so few nobody's vote is to be guessed.
    if (ground === 'BELOW_QUORUM') expect(decided.votesCount).toBeNull();
    await treasury.until(decided.paysAt);
    expect(await treasury.fund(zipCode)).toMatchObject({ balanceCents: 10_000, carriedCents: 10_000 });
    const { month } = await treasury.fund(zipCode);
    await treasury.until(new Date(new Date(month.endsAt).getTime() + 2 * DAY));
    expect((await treasury.months(zipCode))[0]).toMatchObject({ state: 'CLOSED', amountCents: 10_000 });
  });

  test('what is given back between the count and the payment is owed by later months', async () => {
    const round = await openRoundIn(treasury, '78735', 12, 10_000);
    await castVotes(treasury, round, 12);
    const retailerId = randomUUID();
    const sale = treasury.row({ zipCode: round.zipCode, cents: 12_000 });
    await treasury.report(retailerId, [sale]);
    await treasury.until(round.closesAt);
    // The sale's month is not that of the vote; its fund is.
    const [{ retailer_id: filler, external_id }] = (await treasury.em().execute(
      `select s.retailer_id, s.external_id from rewards.sale s join rewards.fund_round r on r.month_id = s.month_id
       where r.id = ? limit 1`,
      [round.id],
    )) as [{ retailer_id: string; external_id: string }];
    const refund = { ...treasury.row({ cents: 12_000 }), refundsExternalId: external_id };
    expect((await treasury.report(filler, [refund])).code).toBeUndefined();
    await treasury.until((await treasury.round(round.id)).paysAt);
    const fund = await treasury.fund(round.zipCode);
    expect(await treasury.ledger('payout', fund.id)).toBe(10_000);
    expect(fund.balanceCents).toBe(0);
    expect(await treasury.ledger('fund', fund.id)).toBe(0);
    const again = { ...treasury.row({ cents: 12_000 }), refundsExternalId: sale.externalId };
    await treasury.report(retailerId, [again]);
    expect((await treasury.fund(round.zipCode)).balanceCents).toBe(-500);
  });

  test('whoever follows a fund is told of its votes as they open and close', async () => {
    const zipCode = '78733';
    const events = await treasury.subscribe(
      'subscription ($zipCode: ZipCode!) { fundChanges(zipCode: $zipCode) { balanceCents round { state } } }',
      { zipCode },
      citizen(),
    );
    const states: string[] = [];
    const watch = (async () => {
      while (!states.includes('PAID')) {
        const { value } = await events.next();
        states.push(value.data.fundChanges.round?.state ?? 'NONE');
      }
    })();
    const round = await openRoundIn(treasury, zipCode, 12);
    await castVotes(treasury, round, 11);
    await treasury.until(round.closesAt);
    await treasury.until((await treasury.round(round.id)).paysAt);
    await watch;
    await events.return?.();
    expect(states[0]).toBe('NONE');
    expect(states.at(-1)).toBe('PAID');
  });
});
