/*
 * The port that tells which workers live. A worker holds a lease under an epoch that no lease had before; the address
 * it listens at carries the epoch, so that what is meant for an earlier life of it reaches nobody, and what an earlier
 * life still says is not believed. Adapters: membership.memory.ts, membership.redis.ts.
 */

export interface Worker {
  readonly id: string;
  /** Fencing token: greater than that of every lease before it. */
  readonly epoch: number;
}

export interface Membership {
  /** After the workers have changed everybody has seen it, and said what follows, within this time. */
  readonly settleMilliseconds: number;
  /** The live workers, as seen last, by id. Replaced as a whole when it changes. */
  readonly workers: readonly Worker[];
  /** Told after `workers` has changed. */
  onChange(listener: () => void): void;
  /**
   * Takes part as a worker until `close`. `lost` is told when the lease ended without our doing: what was owned under it
   * is owned by others now; the next lease, under a new epoch, is taken before `lost` returns to anybody else.
   */
  join(id: string, took: (worker: Worker) => Promise<void>, lost: () => void): Promise<void>;
  /** Whether the lease under this epoch surely lasts at this instant, by our own clock. */
  holds(epoch: number): boolean;
  /** Resolves when whoever keeps the leases answers; rejects otherwise. */
  check(): Promise<void>;
  /** Asks whether the lease under this epoch lasts, where our own clock leaves doubt: after a pause, a step of the clock. */
  confirm(epoch: number): Promise<boolean>;
  /** Leaves at once, so that nobody waits for the lease to end. */
  close(): Promise<void>;
}

/** Where a worker listens. */
export const workerAddress = ({ id, epoch }: Worker) => `worker:${id}:${epoch}`;
/** Where one front listens. */
export const frontAddress = (id: string) => `front:${id}`;
/** Where all fronts listen. */
export const ALL_FRONTS = 'fronts';
