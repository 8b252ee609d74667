import { openTestSubgraph, type TestSubgraph } from '../../kernel/testing/harness.ts';
import { type ConnectionsServices, connections } from '../connections.ts';
import { administrator, openDesk } from '../testing/review-desk.ts';
import { capitol, minute, openTown, type Person, person } from '../testing/town.ts';

let subject: TestSubgraph<ConnectionsServices>;
const { open, close } = openTown(() => subject);
const { ask, now, shownAt, scan, queue, stateOf, told, relayed } = openDesk(() => subject);

beforeAll(async () => {
  subject = await openTestSubgraph(connections);
});

afterAll(async () => {
  await subject.close();
});

/** Whoever an earlier test left about is gone. */
beforeEach(() => {
  subject.clock.advance(16 * minute);
});

const day = 24 * 60 * minute;

const saveRule = (kind: string, parameters: Record<string, number>, effect = 'HOLD', enabled = true) =>
  ask(
    'mutation ($input: SaveRiskRuleInput!) { saveRiskRule(input: $input) { riskRule { kind version enabled effect parameters { name value } } } }',
    { kind, effect, enabled, parameters: Object.entries(parameters).map(([name, value]) => ({ name, value })) },
    administrator,
  ) as unknown as Promise<{ code?: string; riskRule: { version: number } }>;

type Rule = { kind: string; version: number; effect: string; parameters: { name: string; value: number }[] };
const numbers = ({ parameters }: Rule) => Object.fromEntries(parameters.map(({ name, value }) => [name, value]));
async function riskRules(): Promise<Rule[]> {
  const query = '{ riskRules { kind version effect enabled parameters { name value } } }';
  return (await subject.execute(query, {}, administrator.caller)).data.riskRules;
}

afterEach(async () => {
  for (const rule of await riskRules()) if (rule.version === 1) await saveRule(rule.kind, numbers(rule), rule.effect);
});

/** A citizen scans the code of the officer's open window. */
async function meet(officer: Person, citizen: Person, position = capitol) {
  const opened = (await open(officer, position)) as { code?: string; window: { id: string } };
  const windowId = opened.window.id;
  const answer = await scan('meetByCode', citizen, shownAt(windowId, 'window'));
  await close(officer, windowId);
  return answer;
}

const findings = async (id: string) => (await queue(id))[0]?.findings;

test('are saved as new versions, in force at once; earlier ones stay', async () => {
  const before = (await riskRules()).filter(({ kind }) => kind === 'RELAY');
  const relay = { meters: 100_000, freshSeconds: 60, accuracyMeters: 100 };
  const answers = await Promise.all([saveRule('RELAY', relay), saveRule('RELAY', relay), saveRule('RELAY', relay)]);
  const newest = before[0]?.version ?? 0;
  expect(answers.map(({ riskRule }) => riskRule.version).sort()).toEqual([newest + 1, newest + 2, newest + 3]);
  expect((await relayed()).state).toBe('CONFIRMED');
  const after = (await riskRules()).filter(({ kind }) => kind === 'RELAY');
  expect(after.slice(3)).toEqual(before);
  await saveRule('RELAY', { ...relay, meters: 100 }, 'HOLD', false);
  expect((await relayed()).state).toBe('CONFIRMED');
});

test('have their own numbers within their bounds', async () => {
  const wrong: Record<string, number>[] = [
    {},
    { meters: 100 },
    { meters: 100, freshSeconds: 60, accuracyMeters: 100, more: 1 },
    { meters: 100, freshSeconds: 0.5, accuracyMeters: 100 },
    { meters: 100, freshSeconds: 1_000_000, accuracyMeters: 100 },
  ];
  for (const parameters of wrong) {
    expect(await saveRule('RELAY', parameters)).toEqual({ code: 'BAD_USER_INPUT' });
  }
});

test('that refuse leave a meeting unconfirmed', async () => {
  await saveRule('RELAY', { meters: 250, freshSeconds: 60, accuracyMeters: 100 }, 'REFUSE');
  const { citizen, id, code } = await relayed();
  expect(code).toBe('MEETING_REFUSED');
  expect(await stateOf(id, citizen)).toBe('ACCEPTED');
  expect(await told('connection.confirmed', id)).toEqual([]);
});

test('hold who is in two towns within minutes', async () => {
  const [one, other, citizen] = [person('officer'), person('officer'), person('citizen')];
  expect((await meet(one, citizen)).connection.state).toBe('CONFIRMED');
  subject.clock.advance(10 * minute);
  const { connection } = await meet(other, citizen, { latitude: 32.7767, longitude: -96.797 });
  expect(connection.state).toBe('HELD');
  expect(await findings(connection.id)).toEqual([{ kind: 'IMPOSSIBLE_SPEED', version: expect.any(Number) }]);
});

test('let somebody be in two towns within hours', async () => {
  const [one, other, citizen] = [person('officer'), person('officer'), person('citizen')];
  await meet(one, citizen);
  subject.clock.advance(3 * 60 * minute);
  const { connection } = await meet(other, citizen, { latitude: 32.7767, longitude: -96.797 });
  expect(connection.state).toBe('CONFIRMED');
});

test('hold a pair that meets only itself', async () => {
  await saveRule('RING', { meetings: 3, samePartnerPercent: 100, circleAccounts: 2, circleMeetings: 100 });
  const [officer, citizen] = [person('officer'), person('citizen')];
  const states: string[] = [];
  for (let times = 0; times < 3; times++) {
    states.push((await meet(officer, citizen)).connection.state);
    subject.clock.advance(day + minute);
  }
  expect(states).toEqual(['CONFIRMED', 'CONFIRMED', 'HELD']);
});

test('hold a circle that meets only itself, until somebody else joins', async () => {
  await saveRule('RING', { meetings: 50, samePartnerPercent: 100, circleAccounts: 4, circleMeetings: 5 });
  const officers = [person('officer'), person('officer')];
  const citizens = [person('citizen'), person('citizen')];
  const states: string[] = [];
  for (let round = 0; round < 2; round++) {
    for (const officer of officers) {
      for (const citizen of citizens) {
        states.push((await meet(officer, citizen)).connection.state);
        subject.clock.advance(minute);
      }
    }
    subject.clock.advance(day);
  }
  expect(states).toEqual([...Array(4).fill('CONFIRMED'), ...Array(4).fill('HELD')]);
  await meet(officers[0] as Person, person('citizen'));
  subject.clock.advance(day);
  expect((await meet(officers[1] as Person, citizens[1] as Person)).connection.state).toBe('CONFIRMED');
});

test('hold more meetings than an hour allows, exactly, also of scans at once', async () => {
  await saveRule('VELOCITY', { officerPerHour: 2, officerPerDay: 9, citizenPerHour: 9, citizenPerDay: 9 });
  const officer = person('officer');
  const { window } = (await open(officer)) as { window: { id: string } };
  subject.clock.advance(minute);
  const answers = await Promise.all(
    [-1, 0, 1].map((steps) =>
      scan('meetByCode', person('citizen'), shownAt(window.id, 'window', new Date(now().getTime() + steps * 30_000))),
    ),
  );
  expect(answers.map(({ connection }) => connection.state).sort()).toEqual(['CONFIRMED', 'CONFIRMED', 'HELD']);
});

test('hold who hands in used codes', async () => {
  await saveRule('REPLAY', { times: 2, hours: 1 });
  const [officer, first, second] = [person('officer'), person('citizen'), person('citizen')];
  const { window } = (await open(officer)) as { window: { id: string } };
  const code = shownAt(window.id, 'window');
  await scan('meetByCode', first, code);
  for (let times = 0; times < 2; times++) {
    expect(await scan('meetByCode', second, code)).toEqual({ code: 'MEETING_CODE_USED' });
  }
  subject.clock.advance(minute);
  expect((await scan('meetByCode', second, shownAt(window.id, 'window'))).connection.state).toBe('HELD');
});
