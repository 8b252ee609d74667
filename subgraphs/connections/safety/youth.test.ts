/* What becomes of a youth where people meet: without a guardian's consent nothing, of age everything. */
import { openTestSubgraph, type TestSubgraph } from '../../kernel/testing/harness.ts';
import { type ConnectionsServices, connections } from '../connections.ts';
import { openNeighbourhood } from '../gatherings/testing/neighbourhood.ts';
import { Story } from '../stories/story.ts';
import { StoryState } from '../stories/story-state.ts';
import { openStorytelling } from '../stories/testing/storytellers.ts';
import { openDesk } from '../testing/review-desk.ts';
import { minute, type Person, person } from '../testing/town.ts';
import { openPrecinct } from './testing/precinct.ts';

let subject: TestSubgraph<ConnectionsServices>;
const { request, report, register, accepted, stateOf, open, restraints, news } = openPrecinct(() => subject);
const { schedule, respond } = openNeighbourhood(() => subject);
const { scan } = openDesk(() => subject);
const { proposed } = openStorytelling(() => subject);

beforeAll(async () => {
  subject = await openTestSubgraph(connections);
});

afterAll(async () => {
  await subject.close();
});

beforeEach(() => {
  subject.clock.advance(16 * minute);
});

const now = () => subject.clock.now().toISOString();
const withdraw = ({ id }: Person, at = now()) =>
  subject.deliver('guardianConsent.withdrawn', { accountId: id, withdrawnAt: at });
const consent = ({ id }: Person, at = now()) =>
  subject.deliver('guardianConsent.recorded', { accountId: id, recordedAt: at });
const comeOfAge = ({ id }: Person) => subject.deliver('account.cameOfAge', { accountId: id, cameOfAgeAt: now() });
const concerns = ({ id }: Person) => news(({ accountIds }) => accountIds.includes(id));

/** An officer with an open window, and a youth, who meets by the code of that window: without anybody's position. */
async function youthBesideOfficer(): Promise<[officer: Person, youth: Person]> {
  const [officer, youth] = [person('officer'), person('citizen')];
  await open(officer);
  const known = concerns(youth);
  await register(youth, null, 'youth');
  await known;
  return [officer, youth];
}

async function meet(youth: Person, officer: Person) {
  const { data } = await subject.execute('{ windowCode { current } }', {}, officer.caller);
  return scan('meetByCode', youth, data.windowCode.current);
}

describe('a youth whose guardian consents no more', () => {
  test('has no request and no meeting to come, at once', async () => {
    const { officer, citizen: youth, id } = await accepted();
    await register(youth, null, 'youth');
    await withdraw(youth);
    expect(await stateOf(id, officer)).toBe('CANCELLED');
    expect(await stateOf(id, youth)).toBe('CANCELLED');
  });

  test('asks for nothing new with a session that still has its scopes, until a guardian consents again', async () => {
    const [officer, youth] = await youthBesideOfficer();
    const barred = concerns(youth);
    await withdraw(youth);
    expect(await meet(youth, officer)).toEqual({ code: 'AGE_RESTRICTED' });
    await barred;
    expect(restraints().refusalFor(youth.id)).toBe('AGE_RESTRICTED');
    const allowed = concerns(youth);
    await consent(youth);
    await allowed;
    expect(restraints().refusalFor(youth.id)).toBeUndefined();
    expect(await meet(youth, officer)).toMatchObject({ connection: { state: 'CONFIRMED' } });
  });

  test('gives up the seats, which go to others, and takes no new one', async () => {
    const [host, youth, waiting] = [person('officer'), person('citizen'), person('citizen')];
    const { data } = await schedule(host.caller, { capacity: 1 });
    const gatheringId = data.gathering.id;
    const answer = async (who: Person) => {
      const { code, data: answered } = await respond(who.caller, gatheringId);
      return code ? { code } : answered;
    };
    expect(await answer(youth)).toMatchObject({ gathering: { ownAnswer: 'COMING' } });
    expect(await answer(waiting)).toMatchObject({ gathering: { ownAnswer: 'WAITING' } });
    await register(youth, null, 'youth');
    await withdraw(youth);
    expect(await answer(waiting)).toMatchObject({ gathering: { ownAnswer: 'COMING' } });
    expect(await answer(youth)).toEqual({ code: 'AGE_RESTRICTED' });
  });

  test('has no story any more, and it does not come back with the consent', async () => {
    const { citizen: youth, officer, id } = await proposed();
    await register(youth, null, 'youth');
    await withdraw(youth);
    const stateOfStory = async () => (await subject.em().findOneOrFail(Story, id)).state;
    expect(await stateOfStory()).toBe(StoryState.TAKEN_DOWN);
    await consent(youth);
    const { data } = await subject.execute('{ ownStories { edges { node { state } } } }', {}, officer.caller);
    expect(data.ownStories.edges).toEqual([{ node: { state: 'TAKEN_DOWN' } }]);
  });

  test('is who identity said last, in whatever order and however often it is told', async () => {
    const [officer, youth] = await youthBesideOfficer();
    const [early, late] = [now(), new Date(subject.clock.now().getTime() + 1_000).toISOString()];
    await withdraw(youth, late);
    await consent(youth, early);
    await withdraw(youth, late);
    expect(await meet(youth, officer)).toEqual({ code: 'AGE_RESTRICTED' });
  });
});

describe('a youth who has come of age', () => {
  test('tells a location and asks like everybody else, without a guardian', async () => {
    const [officer, youth] = [person('officer'), person('citizen')];
    await register(youth, null, 'youth');
    await withdraw(youth);
    await open(officer);
    await report(officer);
    await restraints().refresh();
    expect(await report(youth)).toEqual({ code: 'AGE_RESTRICTED' });
    const grown = concerns(youth);
    await comeOfAge(youth);
    await comeOfAge(youth);
    await grown;
    expect((await report(youth)).code).toBeUndefined();
    expect((await request(youth, officer)).code).toBeUndefined();
  });

  test('is no youth again by a fact that is told late, in this process and in one that starts later', async () => {
    const youth = person('citizen');
    await comeOfAge(youth);
    await register(youth, null, 'youth');
    await withdraw(youth);
    await restraints().refresh();
    expect(restraints().refusalToShare(youth.id)).toBeUndefined();
    const later = await openTestSubgraph(connections, { databaseUrl: subject.databaseUrl, clock: subject.clock });
    expect(later.services.restraints.refusalToShare(youth.id)).toBeUndefined();
    await later.close();
  });
});
