/* Officers and citizens of one test subgraph, and what they do, as its tests speak of them. */
import { randomUUID } from 'node:crypto';
import type { Caller } from '../../kernel/caller.ts';
import { distanceMeters, type Position } from '../../kernel/position.ts';
import type { TestSubgraph } from '../../kernel/testing/harness.ts';
import type { ConnectionsServices } from '../connections.ts';

export const capitol = { latitude: 30.2747, longitude: -97.7404 };
export const acrossTheStreet = { latitude: 30.2755, longitude: -97.7404 };
/** Out of sight, and a minute's drive away: a position lives for two. */
export const faraway = { latitude: 30.31, longitude: -97.74 };
export const minute = 60_000;

export interface Person {
  readonly caller: Caller;
  readonly id: string;
  sequence: number;
  /** Where the last report was. */
  position?: Position;
}

export const person = (scope: 'citizen' | 'officer'): Person => {
  const id = randomUUID();
  return { id, caller: { accountId: id, scopes: [scope] }, sequence: 0 };
};

export const connectionFields =
  'id state confirmedByOfficer confirmedByCitizen meetingPoint { latitude } officer { id } citizen { id }';
export const mutation = (name: string, input: string) =>
  `mutation ($input: ${input}!) { ${name}(input: $input) { connection { ${connectionFields} } } }`;
const alertFields = 'state officer { id } cell { latitude longitude } distance windowClosesAt';
export const nextAlert = async (events: AsyncIterableIterator<{ data?: Record<string, never> | null }>) =>
  (await events.next()).value.data.proximityAlerts;

/** @param subject yields the subgraph that is asked, which a test may exchange. */
export function openTown(subject: () => TestSubgraph<ConnectionsServices>) {
  async function ask(document: string, input: object, { caller }: { caller?: Caller }) {
    const { data, errors } = await subject().execute(document, { input }, caller);
    const code = errors?.[0]?.extensions?.code as string | undefined;
    return code
      ? { code }
      : (Object.values(data)[0] as { code?: undefined; connection: never; window: never; taken: boolean });
  }

  const open = (officer: Person, position = capitol) => {
    officer.position = position;
    return ask(
      'mutation ($input: OpenWindowInput!) { openWindow(input: $input) { window { id state closesAt } } }',
      { position },
      officer,
    );
  };
  const close = (officer: Person, windowId: string) =>
    ask(
      'mutation ($input: CloseWindowInput!) { closeWindow(input: $input) { window { id state } } }',
      { windowId },
      officer,
    );
  const reportField = 'taken remark quietSeconds expiresAt';
  /** Who goes far takes the time that a fast car takes. */
  const report = (who: Person, position = capitol, sequence = ++who.sequence) => {
    const meters = who.position ? distanceMeters(who.position, position) : 0;
    if (meters > 200) subject().clock.advance((meters / 70) * 1_000);
    who.position = position;
    return ask(
      `mutation ($input: ReportLocationInput!) { reportLocation(input: $input) { ${reportField} } }`,
      { position, sequence, accuracyMeters: 5 },
      who,
    );
  };
  const request = (citizen: Person, officer: Person) =>
    ask(mutation('requestConnection', 'RequestConnectionInput'), { officerId: officer.id }, citizen);
  const step = (name: string, who: Person, connectionId: string) =>
    ask(mutation(`${name}Connection`, 'ConnectionInput'), { connectionId }, who);

  async function nearby(citizen: Person): Promise<string[]> {
    const { data } = await subject().execute('{ nearbyOfficers { officer { id } distance } }', {}, citizen.caller);
    return data.nearbyOfficers.map((each: { officer: { id: string } }) => each.officer.id);
  }

  const alerts = (citizen: Person) =>
    subject().subscribe(`subscription { proximityAlerts { ${alertFields} } }`, {}, citizen.caller);

  /** An officer with an open window and a citizen next to each other. */
  async function together(): Promise<[officer: Person, citizen: Person]> {
    const [officer, citizen] = [person('officer'), person('citizen')];
    await open(officer);
    await report(officer);
    await report(citizen, acrossTheStreet);
    return [officer, citizen];
  }

  async function accepted(): Promise<{ officer: Person; citizen: Person; id: string }> {
    const [officer, citizen] = await together();
    const { connection } = (await request(citizen, officer)) as { connection: { id: string } };
    await step('accept', officer, connection.id);
    return { officer, citizen, id: connection.id };
  }

  return { ask, open, close, report, request, step, nearby, alerts, together, accepted };
}
