import { openTestSubgraph, type TestSubgraph } from '../../kernel/testing/harness.ts';
import { type ConnectionsServices, connections } from '../connections.ts';
import { minute, person } from '../testing/town.ts';
import { REREAD_SECONDS } from './restraints.ts';
import { openPrecinct } from './testing/precinct.ts';

let subject: TestSubgraph<ConnectionsServices>;
const {
  open,
  request,
  step,
  together,
  accepted,
  restraints,
  register,
  suspend,
  reinstate,
  stateOf,
  currentWindow,
  news,
} = openPrecinct(() => subject);

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

describe('a suspension', () => {
  test('ends windows, requests and meetings to come; nothing can be done until it is lifted', async () => {
    const { officer, citizen, id } = await accepted();
    const told = news(({ accountIds }) => accountIds.includes(officer.id));
    await suspend(officer);
    await told;
    expect(await currentWindow(officer)).toBeNull();
    expect(await stateOf(id, citizen)).toBe('CANCELLED');
    expect(await open(officer)).toEqual({ code: 'ACCOUNT_SUSPENDED' });
    expect(await step('cancel', officer, id)).toEqual({ code: 'ACCOUNT_SUSPENDED' });
    expect(restraints().mayBeFound(officer.id)).toBe(false);
    expect(restraints().mayShareLocation(officer.id)).toBe(false);
    const lifted = news(({ accountIds }) => accountIds.includes(officer.id));
    await reinstate(officer);
    await lifted;
    expect(restraints().refusalFor(officer.id)).toBeUndefined();
    expect(await open(officer)).toMatchObject({ window: { state: 'OPEN' } });
  });

  test('of a citizen is told to the citizen alone; that of an officer only means that the officer is not there', async () => {
    const [officer, citizen] = await together();
    await suspend(citizen);
    expect(await request(citizen, officer)).toEqual({ code: 'ACCOUNT_SUSPENDED' });
    const [gone, asking] = await together();
    await suspend(gone);
    expect(await request(asking, gone)).toEqual({ code: 'OFFICER_UNAVAILABLE' });
  });

  test('and a request at once leave no open request', async () => {
    for (let times = 0; times < 8; times++) {
      const [officer, citizen] = await together();
      const [made] = await Promise.all([request(citizen, officer), suspend(times % 2 ? officer : citizen)]);
      const { connection } = made as { connection?: { id: string } };
      if (connection) expect(await stateOf(connection.id, citizen)).toBe('CANCELLED');
      else expect(['OFFICER_UNAVAILABLE', 'ACCOUNT_SUSPENDED']).toContain((made as { code: string }).code);
    }
  });

  test('with an end is over with it, and that is told', async () => {
    const officer = person('officer');
    const begun = news(({ accountIds }) => accountIds.includes(officer.id));
    await suspend(officer, new Date(subject.clock.now().getTime() + minute));
    await begun;
    expect(await open(officer)).toEqual({ code: 'ACCOUNT_SUSPENDED' });
    const over = news(({ accountIds }) => accountIds.includes(officer.id));
    subject.clock.advance(minute + REREAD_SECONDS * 1_000);
    await over;
    expect(restraints().mayBeFound(officer.id)).toBe(true);
    expect(await open(officer)).toMatchObject({ window: { state: 'OPEN' } });
  });

  test('that is taken in late does not undo what was said after it, and is taken in once', async () => {
    const officer = person('officer');
    const earlier = new Date(subject.clock.now().getTime() - minute);
    await reinstate(officer);
    await suspend(officer, null, earlier);
    await restraints().refresh();
    expect(restraints().refusalFor(officer.id)).toBeUndefined();
    await suspend(officer);
    await reinstate(officer, earlier);
    await restraints().refresh();
    expect(restraints().refusalFor(officer.id)).toBe('ACCOUNT_SUSPENDED');
    await register(officer, 'Some PD');
    await restraints().refresh();
    expect(restraints().refusalFor(officer.id)).toBe('ACCOUNT_SUSPENDED');
  });
});

test('the location of a youth is not taken in, and a youth is not found', async () => {
  const youth = person('citizen');
  await register(youth, null, 'youth');
  await restraints().refresh();
  expect(restraints().mayShareLocation(youth.id)).toBe(false);
  expect(restraints().refusalToShare(youth.id)).toBe('AGE_RESTRICTED');
  expect(restraints().refusalFor(youth.id)).toBeUndefined();
  const adult = person('citizen');
  await register(adult, null, 'adult');
  await restraints().refresh();
  expect(restraints().mayShareLocation(adult.id)).toBe(true);
});

test('who registers and is kept from nothing is no news, and a youth or an officer is', async () => {
  const [youth, officer, adult] = [person('citizen'), person('officer'), person('citizen')];
  const told: string[] = [];
  restraints().changed(({ accountIds }) => told.push(...accountIds));
  await register(adult, null, 'adult');
  await register(youth, null, 'youth');
  await register(officer, 'Newcomers PD');
  await restraints().refresh();
  expect(told.filter((id) => [youth.id, officer.id, adult.id].includes(id)).toSorted()).toEqual(
    [youth.id, officer.id].toSorted(),
  );
});
