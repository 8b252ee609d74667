import { randomUUID } from 'node:crypto';
import { openTestSubgraph, type TestSubgraph } from '../../kernel/testing/harness.ts';
import { type ConnectionsServices, connections } from '../connections.ts';
import { openDesk } from '../testing/review-desk.ts';
import { capitol, faraway, minute, openTown, type Person, person } from '../testing/town.ts';
import { secretOf, stepAt, writeCode } from './meeting-code.ts';

let subject: TestSubgraph<ConnectionsServices>;
const { open, close, report, request, step, accepted, together } = openTown(() => subject);
const { now, shownAt, scan, told } = openDesk(() => subject);

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

const confirmByCode = (who: Person, code: string, scannedAt?: Date) => scan('confirmByCode', who, code, scannedAt);
const meetByCode = (who: Person, code: string, scannedAt?: Date) => scan('meetByCode', who, code, scannedAt);

const codeFields = 'subjectId secret stepSeconds startsAt endsAt current svg';
async function meetingCode(who: Person, id: string) {
  const query = `query ($id: ID!) { meetingCode(connectionId: $id) { ${codeFields} } }`;
  const { data, errors } = await subject.execute(query, { id }, who.caller);
  return errors ? { code: errors[0]?.extensions?.code } : data.meetingCode;
}

async function windowCode(who: Person) {
  const { data, errors } = await subject.execute(`{ windowCode { ${codeFields} } }`, {}, who.caller);
  return errors ? { code: errors[0]?.extensions?.code } : data.windowCode;
}

const factsOf = (id: string) => told('connection.confirmed', id);

describe('a code of a connection', () => {
  test('is shown to the two while they may meet, and counts for both when the other scans it', async () => {
    const { officer, citizen, id } = await accepted();
    const { current, svg, stepSeconds, startsAt, endsAt, subjectId } = await meetingCode(officer, id);
    expect([subjectId, stepSeconds, new Date(endsAt).getTime() - new Date(startsAt).getTime()]).toEqual([
      id,
      30,
      60 * minute,
    ]);
    expect(svg).toMatch(/^<svg /);
    expect(await confirmByCode(citizen, current)).toMatchObject({
      connection: { id, state: 'CONFIRMED', evidence: 'CODE', confirmedByOfficer: true, confirmedByCitizen: true },
    });
    expect(await factsOf(id)).toEqual([expect.objectContaining({ evidence: 'code', zipCode: '78701' })]);
    expect(await meetingCode(officer, id)).toEqual({ code: 'CONNECTION_STATE' });
    expect(await step('confirm', officer, id)).toMatchObject({ connection: { state: 'CONFIRMED' } });
  });

  test('can be made by an app that knows the secret, without a network', async () => {
    const { officer, citizen, id } = await accepted();
    const { secret } = await meetingCode(citizen, id);
    expect(Buffer.from(secret, 'base64url')).toEqual(secretOf(subject.services.meetingCodeKey, id, 'citizen'));
    subject.clock.advance(20 * minute);
    const made = writeCode(Buffer.from(secret, 'base64url'), { subjectId: id, shown: 'citizen', step: stepAt(now()) });
    expect(await confirmByCode(officer, made)).toMatchObject({ connection: { state: 'CONFIRMED' } });
  });

  test('is of no use to whoever showed it, to others, later, earlier, or for another connection', async () => {
    const { officer, citizen, id } = await accepted();
    const other = await accepted();
    const { current } = await meetingCode(officer, id);
    const invalid = { code: 'MEETING_CODE_INVALID' };
    expect(await confirmByCode(officer, current)).toEqual(invalid);
    expect(await confirmByCode(other.citizen, current)).toEqual(invalid);
    expect(await confirmByCode(person('citizen'), current)).toEqual(invalid);
    const seconds = (count: number) => new Date(now().getTime() + count * 1000);
    expect(await confirmByCode(citizen, current, seconds(90))).toEqual(invalid);
    expect(await confirmByCode(citizen, current, seconds(-90))).toEqual(invalid);
    expect(await confirmByCode(citizen, shownAt(id, 'officer', seconds(90)), seconds(90))).toEqual(invalid);
    expect(await confirmByCode(citizen, shownAt(id, 'officer', seconds(-90)), seconds(-90))).toEqual(invalid);
    expect(await confirmByCode(citizen, shownAt(other.id, 'officer', now()))).toEqual(invalid);
    expect(await confirmByCode(citizen, shownAt(randomUUID(), 'officer', now()))).toEqual(invalid);
    expect(await confirmByCode(citizen, 'nonsense')).toEqual(invalid);
    expect(await confirmByCode(citizen, shownAt(id, 'window', now()))).toEqual(invalid);
    expect(await meetingCode(other.citizen, id)).toEqual({ code: 'NOT_FOUND' });
    expect(await confirmByCode(citizen, current)).toMatchObject({ connection: { state: 'CONFIRMED' } });
  });

  test('is used once: the same scan again is the same wish, another scan of it is refused', async () => {
    const { officer, citizen, id } = await accepted();
    const { current } = await meetingCode(officer, id);
    const at = now();
    const answers = await Promise.all(Array.from({ length: 4 }, () => confirmByCode(citizen, current, at)));
    expect(answers).toEqual(Array(4).fill({ connection: expect.objectContaining({ id, state: 'CONFIRMED' }) }));
    expect(await confirmByCode(citizen, current, new Date(at.getTime() + 1))).toEqual({ code: 'MEETING_CODE_USED' });
    expect(await factsOf(id)).toHaveLength(1);
  });

  test('is refused, right or wrong, after ten wrong ones; words still count', async () => {
    const { officer, citizen, id } = await accepted();
    const { current } = await meetingCode(officer, id);
    const forged = current.replace(/.$/, current.endsWith('A') ? 'Q' : 'A');
    for (let count = 0; count < 10; count++) {
      expect(await confirmByCode(citizen, forged)).toEqual({ code: 'MEETING_CODE_INVALID' });
    }
    expect(await confirmByCode(citizen, current)).toEqual({ code: 'TOO_MANY_ATTEMPTS' });
    await step('confirm', citizen, id);
    expect(await step('confirm', officer, id)).toMatchObject({ connection: { state: 'CONFIRMED' } });
  });

  test('scanned by both at once it counts once, whichever comes first', async () => {
    for (let times = 0; times < 5; times++) {
      const { officer, citizen, id } = await accepted();
      const [ofOfficer, ofCitizen] = [await meetingCode(officer, id), await meetingCode(citizen, id)];
      const answers = await Promise.all([
        confirmByCode(citizen, ofOfficer.current),
        confirmByCode(officer, ofCitizen.current),
      ]);
      expect(answers).toEqual(Array(2).fill({ connection: expect.objectContaining({ state: 'CONFIRMED' }) }));
      expect(await factsOf(id)).toHaveLength(1);
    }
  });

  test('of a scan and a withdrawal at once one is done', async () => {
    for (let times = 0; times < 8; times++) {
      const { officer, citizen, id } = await accepted();
      const { current } = await meetingCode(officer, id);
      const [scan, cancel] = await Promise.all([confirmByCode(citizen, current), step('cancel', officer, id)]);
      expect([scan.code, cancel.code].filter(Boolean)).toEqual(['CONNECTION_STATE']);
      expect(await factsOf(id)).toHaveLength(scan.code ? 0 : 1);
    }
  });

  test('scanned offline it is handed in later, also when the connection has expired, and counts from the scan', async () => {
    const { officer, citizen, id } = await accepted();
    const { current } = await meetingCode(officer, id);
    const at = now();
    subject.clock.advance(3 * 60 * minute);
    expect(await step('confirm', citizen, id)).toEqual({ code: 'CONNECTION_STATE' });
    expect(await confirmByCode(citizen, current, at)).toMatchObject({
      connection: { state: 'CONFIRMED', confirmedAt: at.toISOString() },
    });
    expect(await factsOf(id)).toEqual([expect.objectContaining({ confirmedAt: at.toISOString(), zipCode: '78701' })]);
    // The pair's 24 hours began with the scan.
    subject.clock.advance(21 * 60 * minute - minute);
    await open(officer);
    await report(citizen, capitol);
    expect(await request(citizen, officer)).toEqual({ code: 'PAIR_REWARDED_RECENTLY' });
    subject.clock.advance(2 * minute);
    await report(officer);
    await report(citizen, capitol);
    expect((await request(citizen, officer)).code).toBeUndefined();
  });

  test('scanned after the end, handed in after a day, or of a withdrawn connection, it does not count', async () => {
    const { officer, citizen, id } = await accepted();
    const during = now();
    const withdrawn = await accepted();
    await step('cancel', withdrawn.officer, withdrawn.id);
    expect(await confirmByCode(withdrawn.citizen, shownAt(withdrawn.id, 'officer', now()))).toEqual({
      code: 'CONNECTION_STATE',
    });
    subject.clock.advance(61 * minute);
    const after = now();
    expect(await confirmByCode(citizen, shownAt(id, 'officer', after))).toEqual({ code: 'MEETING_CODE_INVALID' });
    subject.clock.advance(23 * 60 * minute);
    expect(await confirmByCode(citizen, shownAt(id, 'officer', during), during)).toEqual({
      code: 'MEETING_CODE_INVALID',
    });
    expect(await meetingCode(officer, id)).toEqual({ code: 'CONNECTION_STATE' });
    const [asked, asker] = await together();
    const { connection } = (await request(asker, asked)) as { connection: { id: string } };
    expect(await meetingCode(asker, connection.id)).toEqual({ code: 'CONNECTION_STATE' });
    expect(await confirmByCode(asker, shownAt(connection.id, 'officer', now()))).toEqual({ code: 'CONNECTION_STATE' });
  });

  test('is surer than what the phones know, and what one of them said before', async () => {
    const { officer, citizen, id } = await accepted();
    await report(citizen, faraway);
    await step('confirm', citizen, id);
    await report(citizen, capitol);
    const { current } = await meetingCode(citizen, id);
    expect(await confirmByCode(officer, current)).toMatchObject({
      connection: { state: 'CONFIRMED', evidence: 'CODE' },
    });
  });
});

describe('the grade of a meeting', () => {
  test('is the better of those at the two confirmations', async () => {
    const { officer, citizen, id } = await accepted();
    await report(citizen, capitol);
    await step('confirm', citizen, id);
    await report(citizen, faraway);
    await step('confirm', officer, id);
    expect((await factsOf(id))[0]?.evidence).toBe('proximity');
    const rows = await subject.em().execute('select within_meters from connections.connection where id = ?', [id]);
    expect(rows).toEqual([{ within_meters: 5 }]);
  });

  test('rises with the second confirmation when they have come closer', async () => {
    const { officer, citizen, id } = await accepted();
    await report(citizen, faraway);
    await step('confirm', citizen, id);
    await report(citizen, capitol);
    await step('confirm', officer, id);
    expect((await factsOf(id))[0]?.evidence).toBe('proximity');
  });
});

describe('a code of a window', () => {
  async function shown() {
    const officer = person('officer');
    await open(officer);
    return { officer, code: await windowCode(officer) };
  }

  test('makes a meeting without any request and without a position of the citizen', async () => {
    const { officer, code } = await shown();
    const citizen = person('citizen');
    const updates = await subject.subscribe('subscription { connectionUpdates { state } }', {}, officer.caller);
    const told = updates.next();
    const { connection } = await meetByCode(citizen, code.current);
    expect(connection).toMatchObject({ state: 'CONFIRMED', evidence: 'CODE' });
    expect((await told).value.data.connectionUpdates).toEqual({ state: 'CONFIRMED' });
    await updates.return?.();
    expect(await factsOf(connection.id)).toEqual([
      expect.objectContaining({ officerId: officer.id, citizenId: citizen.id, evidence: 'code' }),
    ]);
  });

  test('is good for one citizen, the next for the next, and for none of those whom it met', async () => {
    const { officer, code } = await shown();
    const crowd = Array.from({ length: 6 }, () => person('citizen'));
    const answers = await Promise.all(crowd.map((citizen) => meetByCode(citizen, code.current)));
    expect(answers.filter((answer) => answer.code === undefined)).toHaveLength(1);
    expect(answers.filter((answer) => answer.code === 'MEETING_CODE_USED')).toHaveLength(5);
    subject.clock.advance(30_000);
    const { current } = await windowCode(officer);
    const first = crowd[answers.findIndex((answer) => answer.code === undefined)] as Person;
    const second = crowd.find((citizen) => citizen !== first) as Person;
    expect(await meetByCode(first, current)).toEqual({ code: 'PAIR_REWARDED_RECENTLY' });
    const at = now();
    const again = await Promise.all(Array.from({ length: 4 }, () => meetByCode(second, current, at)));
    expect(new Set(again.map(({ connection }) => connection.id)).size).toBe(1);
    expect(again[3]?.connection.state).toBe('CONFIRMED');
  });

  test('completes what the two have under way, requested or accepted, also while the officer meets others', async () => {
    const [officer, first] = await together();
    const second = person('citizen');
    await report(second, capitol);
    const ids: string[] = [];
    for (const citizen of [first, second]) {
      const { connection } = (await request(citizen, officer)) as { connection: { id: string } };
      ids.push(connection.id);
    }
    await step('accept', officer, ids[0] ?? '');
    const { current } = await windowCode(officer);
    expect(await meetByCode(second, current)).toMatchObject({ connection: { id: ids[1], state: 'CONFIRMED' } });
    subject.clock.advance(30_000);
    const next = await windowCode(officer);
    expect(await meetByCode(first, next.current)).toMatchObject({ connection: { id: ids[0], state: 'CONFIRMED' } });
  });

  test('is shown while the window is open, and a scan of that time may be handed in later', async () => {
    const { officer, code } = await shown();
    const at = now();
    const { data } = await subject.execute('{ currentWindow { id } }', {}, officer.caller);
    await close(officer, data.currentWindow.id);
    expect(await windowCode(officer)).toEqual({ code: 'WINDOW_NOT_OPEN' });
    subject.clock.advance(5 * 60 * minute);
    const late = person('citizen');
    expect(await meetByCode(late, shownAt(code.subjectId, 'window', now()))).toEqual({ code: 'MEETING_CODE_INVALID' });
    expect(await meetByCode(late, code.current, at)).toMatchObject({
      connection: { state: 'CONFIRMED', confirmedAt: at.toISOString() },
    });
    expect(await meetByCode(officer, code.current)).toEqual({ code: 'FORBIDDEN' });
    const { id } = await accepted();
    expect(await meetByCode(late, shownAt(id, 'officer', now()))).toEqual({ code: 'MEETING_CODE_INVALID' });
    expect(await meetByCode(late, shownAt(randomUUID(), 'window', now()))).toEqual({ code: 'MEETING_CODE_INVALID' });
  });
});
