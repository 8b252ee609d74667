/*
 * One person of the simulation: signed in through the public API, reporting positions in order, each call timed and each
 * refusal counted.
 */
import { type Client, ClientError } from '../client.ts';
import { ReportLocationDocument } from '../generated/graphql.ts';
import type { Tally } from './summary.ts';
import type { Fix } from './trace.ts';

export interface Ledger {
  readonly refusals: Tally;
  readonly reportMilliseconds: number[];
}

export class SimulatedPerson {
  readonly vehicle: string;
  readonly accountId: string;
  readonly client: Client;
  readonly #ledger: Ledger;
  #sequence = 0;
  /** When the last report was sent, on the clock of `performance.now`. */
  reportedAt = 0;
  reports = 0;

  constructor(vehicle: string, accountId: string, client: Client, ledger: Ledger) {
    this.vehicle = vehicle;
    this.accountId = accountId;
    this.client = client;
    this.#ledger = ledger;
  }

  /** Reports a position. @returns whether the system took it. */
  async report({ latitude, longitude }: Fix): Promise<boolean> {
    const input = { position: { latitude, longitude }, accuracyMeters: 5, sequence: ++this.#sequence };
    this.reportedAt = performance.now();
    const answer = await this.attempt(() => this.client.request(ReportLocationDocument, { input }));
    this.#ledger.reportMilliseconds.push(performance.now() - this.reportedAt);
    if (!answer?.reportLocation.taken) return false;
    this.reports++;
    return true;
  }

  /** Runs a call; a refusal is counted and undefined. */
  async attempt<Result>(call: () => Promise<Result>): Promise<Result | undefined> {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
      this.#ledger.refusals.add(error.code);
      return undefined;
    }
  }
}
