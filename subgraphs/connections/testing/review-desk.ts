/* Administrators at work on held meetings, and the scans that bring meetings there, as tests speak of them. */
import { randomUUID } from 'node:crypto';
import type { Caller } from '../../kernel/caller.ts';
import type { TestSubgraph } from '../../kernel/testing/harness.ts';
import type { ConnectionsServices } from '../connections.ts';
import { type Shown, secretOf, stepAt, writeCode } from '../handshake/meeting-code.ts';
import { faraway, openTown, type Person } from './town.ts';

export const administrator: { readonly caller: Caller } = {
  caller: { accountId: randomUUID(), scopes: ['administrator'] },
};

export interface ReviewCase {
  readonly connectionId: string;
  readonly state: string;
  readonly confirmedAt: string;
  readonly findings: readonly { readonly kind: string; readonly version: number }[];
}

export interface Answer {
  readonly code?: string;
  readonly connection: { id: string; state: string; evidence: string; confirmedAt: string };
  readonly reviewCase: ReviewCase;
}

const caseFields =
  'connectionId officerId citizenId state evidence withinMeters zipCode confirmedAt findings { kind version } reviews { reviewerId decision reason }';

/** @param subject yields the subgraph that is asked. */
export function openDesk(subject: () => TestSubgraph<ConnectionsServices>) {
  const town = openTown(subject);
  const now = () => subject().clock.now();
  const ask = (document: string, input: object, who: { readonly caller: Caller }) =>
    town.ask(document, input, who) as unknown as Promise<Answer>;

  /** What an app shows at an instant, made on the phone. */
  function shownAt(subjectId: string, shown: Shown, at = now()): string {
    return writeCode(secretOf(subject().services.meetingCodeKey, subjectId, shown), {
      subjectId,
      shown,
      step: stepAt(at),
    });
  }

  const scan = (name: 'confirmByCode' | 'meetByCode', who: Person, code: string, scannedAt = now()) =>
    ask(
      `mutation ($input: ScanInput!) { ${name}(input: $input) {
        connection { id state evidence confirmedAt confirmedByOfficer confirmedByCitizen } } }`,
      { code, scannedAt },
      who,
    );

  const review = (connectionId: string, decision: 'RELEASE' | 'CLAW_BACK', who = administrator) =>
    ask(
      `mutation ($input: ReviewConnectionInput!) { reviewConnection(input: $input) { reviewCase { ${caseFields} } } }`,
      { connectionId, decision, reason: 'Spoke with both.' },
      who,
    );

  const clawBack = (connectionId: string, who = administrator) =>
    ask(
      `mutation ($input: ClawBackConnectionInput!) { clawBackConnection(input: $input) {
        reviewCase { ${caseFields} } } }`,
      { connectionId, reason: 'They never met.' },
      who,
    );

  /** What waits for a review, of these connections where some are given. */
  async function queue(...ids: string[]): Promise<ReviewCase[]> {
    const query = `{ connectionsToReview(first: 100) { edges { node { ${caseFields} } } } }`;
    const { data } = await subject().execute(query, {}, administrator.caller);
    const cases: ReviewCase[] = data.connectionsToReview.edges.map(({ node }: { node: ReviewCase }) => node);
    return cases.filter(({ connectionId }) => ids.length === 0 || ids.includes(connectionId));
  }

  async function stateOf(id: string, who: Person): Promise<string> {
    const query = 'query ($id: ID!) { connection(id: $id) { state } }';
    return (await subject().execute(query, { id }, who.caller)).data.connection.state;
  }

  /** What the other domains were told of the connection. */
  const told = async <Topic extends 'connection.confirmed' | 'connection.clawedBack'>(topic: Topic, id: string) =>
    (await subject().recorded(topic)).filter((fact) => fact.connectionId === id);

  /** A code that is scanned while the two phones are kilometers apart: held, where the rules are as they come. */
  async function relayed() {
    const { officer, citizen, id } = await town.accepted();
    await town.report(citizen, faraway);
    const answer = await scan('confirmByCode', citizen, shownAt(id, 'officer'));
    return { officer, citizen, id, code: answer.code, state: answer.connection?.state };
  }

  async function confirmed() {
    const { officer, citizen, id } = await town.accepted();
    await town.step('confirm', citizen, id);
    await town.step('confirm', officer, id);
    return { officer, citizen, id };
  }

  return { ask, now, shownAt, scan, review, clawBack, queue, stateOf, told, relayed, confirmed };
}
