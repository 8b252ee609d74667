/*
 * A worker's life under leases: it owns its part for as long as its lease lasts, ends when the lease is lost, and begins
 * anew, knowing nothing, under the next one.
 */
import type { Membership, Worker } from './membership.ts';
import { viewOfWorkers } from './territory.ts';
import { ProximityWorker, type WorkerOptions } from './worker.ts';

export interface MemberOptions
  extends Omit<WorkerOptions, 'identity' | 'holdsLease' | 'confirmLease' | 'view' | 'settleMilliseconds'> {
  readonly id: string;
  readonly membership: Membership;
}

export interface Member {
  /** How many people it knows of. */
  readonly load: number;
  /** How many pairs of an officer and a citizen near each other it watches. */
  readonly pairs: number;
  /** To be called once the membership is closed. */
  close(): Promise<void>;
}

/** Takes part as a worker. Rejects when no lease can be had. */
export async function openMember({ id, membership, ...options }: MemberOptions): Promise<Member> {
  let worker: ProximityWorker | undefined;
  const took = async (identity: Worker) => {
    const next = new ProximityWorker({
      ...options,
      identity,
      settleMilliseconds: membership.settleMilliseconds,
      view: () => viewOfWorkers(membership.workers),
      holdsLease: () => membership.holds(identity.epoch),
      confirmLease: () => membership.confirm(identity.epoch),
    });
    await next.open();
    worker = next;
  };
  const lost = () => {
    // What it knew belongs to others now.
    worker
      ?.close()
      .catch((error: Error) => options.log.warn({ reason: error.name }, 'a fenced worker did not end well'));
    worker = undefined;
  };
  membership.onChange(() => worker?.settle());
  await membership.join(id, took, lost);
  return {
    get load() {
      const { officers = 0, citizens = 0 } = worker?.load ?? {};
      return officers + citizens;
    },
    get pairs() {
      return worker?.pairs ?? 0;
    },
    async close() {
      await worker?.close();
    },
  };
}
