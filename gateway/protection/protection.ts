/*
 * All limits of one gateway, as its settings say: which documents run, what they may cost, how long they may take. Where
 * there is Redis the gateways hold the limits together, else each process holds them alone.
 */
import { readFile } from 'node:fs/promises';
import type { Logger } from 'pino';
import { type Clock, systemClock } from '../../subgraphs/kernel/clock.ts';
import type { Configuration } from '../../subgraphs/kernel/configuration.ts';
import type { SubgraphLink } from '../link.ts';
import { Admission } from './admission.ts';
import { Deadlines } from './deadlines.ts';
import { Documents } from './documents.ts';
import { type GuardOptions, guardLink } from './guarded-link.ts';
import { documentsInMemory } from './persisted-documents.memory.ts';
import { documentsInRedis } from './persisted-documents.redis.ts';
import { settleInRedis } from './quotas.redis.ts';
import { Quotas } from './quotas.ts';
import { connectRedis } from './redis.ts';

/** Slicing arguments of our pages, whose type is a scalar of ours. */
export const slicingArguments = ['first'];

/** What operations are held to. */
export interface Protection {
  readonly documents: Documents;
  readonly admission: Admission;
  /** When an operation that begins now must have ended: milliseconds since 1970 by the machine's clock. */
  deadline(): number;
}

export interface OwnedProtection extends Protection {
  guard(link: SubgraphLink): SubgraphLink;
  close(): Promise<void>;
}

export interface ProtectionOptions {
  readonly configuration: Pick<Configuration, 'protection' | 'redisUrl'>;
  /** Of the system: minutes of limits are its minutes. */
  readonly clock: Clock;
  readonly log: Logger;
  /** Files of the manifests that codegen writes: hash -> text. */
  readonly manifestPaths: readonly string[];
  /** Told when a subgraph is not asked any more, and when it is asked again. */
  readonly breakerChanged?: GuardOptions['breakerChanged'];
}

/** Rejects where a manifest cannot be read; Redis may be away. */
export async function openProtection(options: ProtectionOptions): Promise<OwnedProtection> {
  const { configuration, clock, log, manifestPaths, breakerChanged } = options;
  const { protection, redisUrl } = configuration;
  const manifests = await Promise.all(manifestPaths.map(async (path) => JSON.parse(await readFile(path, 'utf8'))));
  const manifest: Record<string, string> = Object.assign({}, ...manifests);
  const redis = redisUrl ? await connectRedis(redisUrl, log) : undefined;
  const persisted = redis ? documentsInRedis(redis, clock, log) : documentsInMemory(clock);
  const documents = new Documents({ manifest, trustedOnly: protection.documents === 'trusted', persisted });
  const quotas = new Quotas({
    clock,
    limits: protection.costPerMinute,
    ...(redis && { settle: settleInRedis(redis) }),
  });
  const admission = new Admission({ budgets: protection.costPerOperation, quotas });
  // Whether somebody answers is a matter of the machine's time, also where the system's is set ahead.
  const deadlines = new Deadlines(systemClock);
  const milliseconds = protection.deadlineMilliseconds;
  return {
    documents,
    admission,
    deadline: () => systemClock.now().getTime() + milliseconds,
    guard: (link) => guardLink(link, { deadlines, log, milliseconds, breakerChanged }),
    async close() {
      redis?.disconnect();
    },
  };
}
