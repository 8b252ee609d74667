/*
 * What stands at the gateway's door for one graph after the other: its contracts by HTTP and on sockets. Another graph
 * takes the place of the one before when it can do all that is asked of it, not sooner; requests under way are answered
 * by the one they came to, subscriptions are ended with a word, spread over time.
 */
import type { RequestListener, Server } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Contracts, variantsOf, withOperations } from './contracts.ts';
import { createHttpListener, type HttpOptions } from './http.ts';
import { type SocketOptions, type Sockets, serveSockets } from './sockets.ts';
import type { GatewayTelemetry } from './telemetry.ts';

type OfGraph = 'operations' | 'authenticate' | 'variants';

export interface EntranceOptions {
  readonly server: Server;
  /** What is served of a graph. Rejects for one that cannot be served. */
  readonly contractsOf: (supergraphSdl: string) => Promise<Contracts>;
  /** Documents that clients were promised answers to. */
  readonly trusted: readonly string[];
  readonly http: Omit<HttpOptions, OfGraph | 'stream'>;
  readonly sockets: Omit<SocketOptions, OfGraph | 'server'>;
  readonly told: GatewayTelemetry | undefined;
  /** Over how long subscriptions are ended when another graph serves, so that not all come back at once. */
  readonly spreadMilliseconds: number;
}

export class Entrance {
  readonly #options: EntranceOptions;
  #contracts: Contracts;
  #listener: RequestListener;
  readonly #sockets: Sockets;
  /** Until nothing is left of the graph before the last change. */
  #leaving: Promise<void> = Promise.resolve();

  /** Rejects where the graph cannot be served. */
  static async open(supergraphSdl: string, options: EntranceOptions): Promise<Entrance> {
    return new Entrance(await options.contractsOf(supergraphSdl), options);
  }

  private constructor(contracts: Contracts, options: EntranceOptions) {
    this.#options = options;
    this.#contracts = contracts;
    const bySocket = this.#toldOnSockets(contracts);
    const { server, sockets } = options;
    this.#sockets = serveSockets({ ...sockets, server, ...bySocket.public, variants: variantsOf(bySocket) });
    this.#listener = this.#listenerOf(contracts);
  }

  get contracts(): Contracts {
    return this.#contracts;
  }

  get sockets(): Pick<Sockets, 'size'> {
    return this.#sockets;
  }

  /** Answers HTTP. */
  readonly listener: RequestListener = (request, response) => this.#listener(request, response);

  /** Plans what clients will ask, so that nobody waits for it. @returns documents that the graph has no answer to. */
  warm(): Promise<string[]> {
    return warm(this.#contracts, this.#options.trusted);
  }

  /**
   * Serves this graph from now on; what clients will ask is planned before. Rejects, and the one before is served, where
   * it is none, or has no answer to a trusted document.
   */
  async replace(supergraphSdl: string): Promise<void> {
    const next = await this.#options.contractsOf(supergraphSdl);
    const [unanswered] = await warm(next, this.#options.trusted);
    if (unanswered !== undefined) {
      throw new Error(`It has no answer to a document that clients send: ${unanswered.slice(0, 200)}`);
    }
    // Who began before the last change is let go first.
    await this.#leaving;
    this.#contracts = next;
    this.#listener = this.#listenerOf(next);
    const { operations } = this.#toldOnSockets(next).public;
    const variants = variantsOf(this.#toldOnSockets(next));
    this.#leaving = this.#sockets.replaceOperations(operations, this.#options.spreadMilliseconds, variants);
  }

  /** Sends every client away. @param spreadMilliseconds over how long. */
  async close(spreadMilliseconds = 0): Promise<void> {
    await this.#sockets.close({
      overMilliseconds: spreadMilliseconds,
      backWithinMilliseconds: Math.max(BACK_MILLISECONDS, spreadMilliseconds),
    });
    await this.#leaving;
  }

  #toldOnSockets(contracts: Contracts): Contracts {
    return withOperations(contracts, (run) => this.#options.told?.operations(run, true) ?? run);
  }

  #listenerOf(contracts: Contracts): RequestListener {
    const { http, told } = this.#options;
    const byHttp = withOperations(contracts, (run) => told?.operations(run) ?? run);
    const listener = createHttpListener({
      ...http,
      ...byHttp.public,
      variants: variantsOf(byHttp),
      stream: (request, response) => this.#sockets.stream(request, response),
    });
    return told?.listener(listener) ?? listener;
  }
}

/** Whoever is sent away comes back within this long, to another gateway or to the one that follows. */
const BACK_MILLISECONDS = 5_000;

/** A document is of the first contract that shows all it asks for. */
async function warm({ public: open, admin, partner }: Contracts, documents: readonly string[]): Promise<string[]> {
  const unanswered: string[] = [];
  for (const text of documents) {
    const isAnswered = [open, admin, partner].some(({ operations }) => operations.warm(text));
    if (!isAnswered) unanswered.push(text);
    // Planning takes milliseconds: requests are let in between.
    await nextTurn();
  }
  return unanswered;
}
