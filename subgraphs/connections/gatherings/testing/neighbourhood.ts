/* Hubs, gatherings and the people around them in one test subgraph, and what they do, as its tests speak of them. */
import { randomUUID } from 'node:crypto';
import type { Caller } from '../../../kernel/caller.ts';
import type { TestSubgraph } from '../../../kernel/testing/harness.ts';
import type { ConnectionsServices } from '../../connections.ts';
import { capitol } from '../../testing/town.ts';

export const hour = 3_600_000;
export const day = 24 * hour;

export type Person = Caller & { readonly accountId: string };
const signedIn = (scope: 'citizen' | 'officer' | 'administrator'): Person => ({
  accountId: randomUUID(),
  scopes: [scope],
});
export const citizen = () => signedIn('citizen');
export const officer = () => signedIn('officer');
export const administrator = () => signedIn('administrator');

export interface Answer {
  /** Of the refusal; undefined when it was carried out. */
  readonly code?: string | undefined;
  readonly message?: string | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers freely
  readonly data?: any;
}

export const gatheringFields =
  'id title description placeName place { latitude longitude } zipCode startsAt endsAt capacity state host { id } hub { id } comingCount waitingCount seatsLeft ownAnswer cancellationReason';

/** @param subject yields the subgraph that is asked. */
export function openNeighbourhood(subject: () => TestSubgraph<ConnectionsServices>) {
  async function ask(document: string, variables: object, caller?: Caller): Promise<Answer> {
    const { data, errors } = await subject().execute(document, variables, caller);
    const error = errors?.[0];
    if (error) return { code: error.extensions?.code as string, message: error.message };
    return { data: data && Object.values(data)[0] };
  }
  const mutate = (name: string, type: string, selection: string, input: object, caller?: Caller) =>
    ask(`mutation ($input: ${type}!) { ${name}(input: $input) { ${selection} } }`, { input }, caller);
  const later = (milliseconds: number) => new Date(subject().clock.now().getTime() + milliseconds).toISOString();

  const saveHub = (terms: object = {}, caller: Caller = administrator()) =>
    mutate(
      'saveHub',
      'SaveHubInput',
      'hub { id name description place { latitude longitude } zipCode openingNote archivedAt }',
      { name: `Library ${randomUUID().slice(0, 8)}`, description: 'Second floor.', place: capitol, ...terms },
      caller,
    );
  const archiveHub = (hubId: string, caller: Caller = administrator()) =>
    mutate('archiveHub', 'ArchiveHubInput', 'hub { id archivedAt }', { hubId }, caller);

  /** Terms of a gathering tomorrow at noon from now, at a place of its own. */
  const terms = (changed: object = {}) => ({
    ...('hubId' in changed
      ? {}
      : { place: { name: 'Zilker Park', position: { latitude: 30.2669, longitude: -97.7729 } } }),
    title: 'Coffee with a cop',
    description: 'Bring your questions.',
    startsAt: later(day),
    endsAt: later(day + 2 * hour),
    ...changed,
  });
  const schedule = (host: Caller, changed: object = {}, idempotencyKey: string = randomUUID()) =>
    mutate(
      'scheduleGathering',
      'ScheduleGatheringInput',
      `gathering { ${gatheringFields} }`,
      { ...terms(changed), idempotencyKey },
      host,
    );
  const change = (host: Caller, gatheringId: string, changed: object) =>
    mutate(
      'changeGathering',
      'ChangeGatheringInput',
      `gathering { ${gatheringFields} }`,
      { ...terms(changed), gatheringId },
      host,
    );
  const cancel = (caller: Caller, gatheringId: string, reason = 'The park is flooded.') =>
    mutate(
      'cancelGathering',
      'CancelGatheringInput',
      `gathering { ${gatheringFields} }`,
      { gatheringId, reason },
      caller,
    );
  const respond = (caller: Caller, gatheringId: string, coming = true) =>
    mutate(
      'respondToGathering',
      'RespondToGatheringInput',
      `gathering { ${gatheringFields} }`,
      { gatheringId, coming },
      caller,
    );
  const read = async (gatheringId: string, caller: Caller = citizen()) =>
    (await ask(`query ($id: ID!) { gathering(id: $id) { ${gatheringFields} } }`, { id: gatheringId }, caller)).data;

  /** A gathering that takes place tomorrow. */
  async function announced(changed: object = {}): Promise<{ host: Person; id: string }> {
    const host = officer();
    const { data, message } = await schedule(host, changed);
    if (!data) throw new Error(message);
    return { host, id: data.gathering.id };
  }

  /** All ids of a paged list, and how many pages it took. */
  async function walk(
    field: string,
    parameters: string,
    variables: { first: number } & Record<string, unknown>,
    caller?: Caller,
  ): Promise<string[]> {
    const ids: string[] = [];
    let after: string | null = null;
    do {
      const { data, message } = await ask(
        `query (${parameters}$first: PageSize!, $after: Cursor) { ${field} { edges { node { id } } pageInfo { endCursor hasNextPage } } }`,
        { ...variables, after },
        caller,
      );
      if (!data) throw new Error(message);
      ids.push(...data.edges.map(({ node }: { node: { id: string } }) => node.id));
      after = data.pageInfo.hasNextPage ? data.pageInfo.endCursor : null;
    } while (after);
    return ids;
  }

  /** The updates told to one person; `next` gives the next gathering. */
  async function updates(caller: Caller) {
    const events = await subject().subscribe(`subscription { gatheringUpdates { ${gatheringFields} } }`, {}, caller);
    return {
      next: async () => (await events.next()).value.data.gatheringUpdates,
      end: async () => {
        await events.return?.();
      },
    };
  }

  return { ask, later, saveHub, archiveHub, schedule, change, cancel, respond, read, announced, walk, updates };
}
