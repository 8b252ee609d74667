/*
 * A link that does not wait for ever, does not ask who is away, and asks once more what may be asked twice. Around both
 * kinds of links, so that a subgraph is treated alike wherever it runs; what it costs a healthy call is in
 * docs/decisions/0023-protection-is-charged-in-cost.md.
 */
import type { FormattedExecutionResult } from 'graphql';
import type { Logger } from 'pino';
import type { SubgraphName } from '../../schema/events.ts';
import { Refusal } from '../../subgraphs/kernel/errors.ts';
import { type LinkHeaders, type LinkRequest, SubgraphAway, type SubgraphLink } from '../link.ts';
import { Breaker } from './breaker.ts';
import { type Deadlines, OUTSIDE, type Waiting } from './deadlines.ts';

/** Of all calls so many may be repeated, and so many at once: where all fail, repetition must not double the load. */
const RETRY_SHARE = 0.1;
const RETRIES_AT_ONCE = 10;

export interface GuardOptions {
  readonly deadlines: Deadlines;
  readonly log: Logger;
  /** How long a call may take that was given no deadline. */
  readonly milliseconds: number;
  /** Told when the subgraph is not asked any more, and when it is asked again. */
  readonly breakerChanged?: ((name: SubgraphName, isOpen: boolean) => void) | undefined;
}

export function guardLink(
  link: SubgraphLink,
  { deadlines, log, milliseconds, breakerChanged }: GuardOptions,
): SubgraphLink {
  const { name } = link;
  const { clock } = deadlines;
  const breaker = new Breaker(clock, (isOpen) => {
    breakerChanged?.(name, isOpen);
    if (isOpen) log.warn({ subgraph: name }, 'subgraph is not asked for a while: it fails');
    else log.info({ subgraph: name }, 'subgraph is asked again');
  });
  let retries = RETRIES_AT_ONCE;
  const away = (what: string) => new Refusal('UNAVAILABLE', `The ${name} part of the system ${what}; try again.`);

  const mayRepeat = (error: unknown, { query }: LinkRequest, deadline: number) => {
    if (!(error instanceof SubgraphAway) || error.reason !== 'connection') return false;
    if (retries < 1 || !isQuery(query) || clock.now().getTime() >= deadline || !breaker.admit()) return false;
    retries--;
    return true;
  };

  /** One call under way, as one object: this is on the way of every report of a phone. */
  class GuardedCall implements Waiting {
    readonly deadline: number;
    place = OUTSIDE;
    readonly answer: Promise<FormattedExecutionResult>;
    readonly #request: LinkRequest;
    readonly #headers: LinkHeaders;
    #resolve!: (result: FormattedExecutionResult) => void;
    #reject!: (error: unknown) => void;
    #isRepeated = false;
    #isOver = false;

    constructor(request: LinkRequest, headers: LinkHeaders, deadline: number) {
      this.#request = request;
      this.#headers = headers;
      this.deadline = deadline;
      this.answer = new Promise((resolve, reject) => {
        this.#resolve = resolve;
        this.#reject = reject;
      });
      deadlines.add(this);
      this.#ask();
    }

    expire(): void {
      this.#isOver = true;
      breaker.failed();
      this.#reject(away('did not answer in time'));
    }

    #ask(): void {
      link.execute(this.#request, this.#headers).then(
        (result) => this.#succeeded(result),
        (error: unknown) => this.#failed(error),
      );
    }

    #succeeded(result: FormattedExecutionResult): void {
      if (this.#isOver) return;
      deadlines.remove(this);
      breaker.succeeded();
      this.#resolve(result);
    }

    #failed(error: unknown): void {
      if (this.#isOver) return;
      breaker.failed();
      if (!this.#isRepeated && mayRepeat(error, this.#request, this.deadline)) {
        this.#isRepeated = true;
        this.#ask();
        return;
      }
      deadlines.remove(this);
      this.#reject(error);
    }
  }

  return {
    name,
    execute(request, headers) {
      if (!breaker.admit()) return Promise.reject(away('does not answer now'));
      if (retries < RETRIES_AT_ONCE) retries += RETRY_SHARE;
      const deadline = headers.deadline ?? clock.now().getTime() + milliseconds;
      const timed: LinkHeaders = headers.deadline === undefined ? { ...headers, deadline } : headers;
      return new GuardedCall(request, timed, deadline).answer;
    },
    subscribe(request, headers) {
      return breaker.isOpen ? Promise.reject(away('does not answer now')) : link.subscribe(request, headers);
    },
    ready: () => link.ready(),
    close: () => link.close(),
  };
}

/** Whether it may be asked twice: the planner and our own calls write the kind first, and braces alone are a query. */
function isQuery(text: string): boolean {
  return /^\s*(query\b|\{)/.test(text);
}
