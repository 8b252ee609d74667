/* The membership of one process: one worker, which lives as long as the process does. */
import type { Membership, Worker } from './membership.ts';

export class MemoryMembership implements Membership {
  /** Nobody was told anything before the one worker came. */
  readonly settleMilliseconds = 0;
  workers: readonly Worker[] = [];
  readonly #listeners: (() => void)[] = [];

  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  async join(id: string, took: (worker: Worker) => Promise<void>): Promise<void> {
    const worker = { id, epoch: 1 };
    await took(worker);
    this.workers = [worker];
    for (const listener of this.#listeners) listener();
  }

  holds(): boolean {
    return true;
  }

  async confirm(): Promise<boolean> {
    return true;
  }

  async check(): Promise<void> {}

  async close(): Promise<void> {
    this.workers = [];
  }
}
