/*
 * The port from the gateway to one subgraph. Two adapters ship: link.local.ts calls it in the same process, link.remote.ts
 * over HTTP and one WebSocket. Both hand over the same token, so a subgraph cannot tell and need not know.
 */
import type { FormattedExecutionResult } from 'graphql';
import type { SubgraphName } from '../schema/events.ts';
import { Refusal } from '../subgraphs/kernel/errors.ts';
import type { SubgraphHeaders } from '../subgraphs/kernel/subgraph.ts';

export interface LinkRequest {
  readonly query: string;
  readonly operationName?: string | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
  /** The whole as JSON text, where the caller has most of it ready. */
  encode?(): string;
}

/** Why a subgraph did not answer: it could not be reached or hung up, took too long, or answered with something else. */
export type AwayReason = 'connection' | 'time' | 'answer';

/** Refusal UNAVAILABLE of a subgraph that did not answer. */
export class SubgraphAway extends Refusal {
  readonly reason: AwayReason;

  constructor(name: SubgraphName, reason: AwayReason) {
    super('UNAVAILABLE', `The ${name} part of the system does not answer now; try again.`);
    this.reason = reason;
  }
}

export interface LinkHeaders extends SubgraphHeaders {
  /** After which instant nobody waits for the answer: milliseconds since 1970 by the machine's clock. */
  readonly deadline?: number | undefined;
}

export interface SubgraphLink {
  readonly name: SubgraphName;
  /**
   * Answers a query or mutation; the caller may keep the answer and write into it. What the subgraph refuses stands in
   * `errors`. Rejects with Refusal UNAVAILABLE when it does not answer; a mutation may then have happened or not.
   * After `headers.deadline` nobody waits for the answer.
   */
  execute(request: LinkRequest, headers: LinkHeaders): Promise<FormattedExecutionResult>;
  /**
   * Opens a subscription. A refusal is one result with `errors`, then the end. `next` rejects with Refusal UNAVAILABLE
   * when the subgraph goes away; `return` ends it at once, also while `next` waits.
   */
  subscribe(request: LinkRequest, headers: LinkHeaders): Promise<AsyncIterableIterator<FormattedExecutionResult>>;
  /** Resolves when the subgraph and what it stands on answer. */
  ready(): Promise<void>;
  close(): Promise<void>;
}
