/*
 * Which subscriptions a gateway reads from Redis itself, where the subgraph that owns them is another process: those whose
 * messages say all that is asked, so that nobody holds a socket for them. Present states and what only a subgraph knows
 * come from the subgraph.
 */
import type { Logger } from 'pino';
import { liveChannels, type SubgraphName } from '../schema/events.ts';
import { RedisLiveMessages } from '../subgraphs/kernel/live-messages.redis.ts';
import type { OperationCall } from './operations.ts';
import type { Publication, Published } from './subscriptions/published.ts';

export type PublishedFields = Pick<Published<OperationCall>, 'fields' | 'listen'>;

export interface OpenedPublished extends PublishedFields {
  close(): Promise<void>;
}

interface OwnedPublication extends Publication<OperationCall> {
  readonly owner: SubgraphName;
}

/** By field of Subscription. Who may is enforced on the plan, before anything is listened to. */
const publications: Readonly<Record<string, OwnedPublication>> = {
  celebrations: {
    owner: 'profile',
    channel: (_given, { caller }) => liveChannels.celebrations(caller.accountId ?? ''),
  },
};

/** Undefined where nothing is to be read so. Rejects when Redis does not answer. */
export async function openPublished(
  isRemote: (name: SubgraphName) => boolean,
  redisUrl: string | undefined,
  log: Logger,
): Promise<OpenedPublished | undefined> {
  const fields = Object.fromEntries(Object.entries(publications).filter(([, { owner }]) => isRemote(owner)));
  if (!redisUrl || Object.keys(fields).length === 0) return undefined;
  const live = await RedisLiveMessages.connect({ url: redisUrl, log });
  return { fields, listen: (channel) => live.subscribe(channel), close: () => live.close() };
}
