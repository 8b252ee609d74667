/* What a case works with: the graph, the gateway under test, and clients that show every message. */
import { randomUUID } from 'node:crypto';
import { composeSupergraph } from '../../../../schema/compose.ts';
import { type Message, Talk } from '../../testing/scripted.ts';
import { type SubgraphName, sdls } from './graph.ts';
import { type Stream, Subgraph } from './subgraph.ts';
import type { Start, Started } from './targets.ts';

const names = Object.keys(sdls) as SubgraphName[];

export interface Result {
  readonly data?: unknown;
  readonly errors?: readonly { readonly message: string; readonly path?: readonly (string | number)[] }[];
}

export class Suite {
  readonly subgraphs: Readonly<Record<SubgraphName, Subgraph>>;
  readonly gateway: Started;
  readonly #talks: Talk[] = [];

  private constructor(subgraphs: Readonly<Record<SubgraphName, Subgraph>>, gateway: Started) {
    this.subgraphs = subgraphs;
    this.gateway = gateway;
  }

  static async start(start: Start): Promise<Suite> {
    const opened = await Promise.all(names.map(async (name) => [name, await Subgraph.start(name)] as const));
    const subgraphs = Object.fromEntries(opened) as Record<SubgraphName, Subgraph>;
    const urls = Object.fromEntries(opened.map(([name, { url }]) => [name, url]));
    return new Suite(subgraphs, await start(composeSupergraph(sdls, urls).supergraphSdl, urls));
  }

  async client(parameters?: object): Promise<Client> {
    const talk = await Talk.open(this.gateway.url);
    this.#talks.push(talk);
    talk.send({ type: 'connection_init', ...(parameters && { payload: parameters }) });
    await talk.next();
    return new Client(talk);
  }

  /** A client with a subscription, and the stream that was opened for it. `$channel` is a channel of its own. */
  async open(document: string, variables: object = {}): Promise<Opened> {
    const client = await this.client();
    const channel = randomUUID();
    client.subscribe('a', document, { channel, ...variables });
    const [stream] = await this.subgraphs.stock.streams(channel);
    return { client, channel, stream };
  }

  /** Subscribes, tells one event and says what the client heard of it. */
  async answer(document: string, event: unknown, variables: object = {}): Promise<Result> {
    const { client, stream } = await this.open(document, variables);
    stream.push(event);
    return client.result('a');
  }

  /** Ends the clients, and whatever a case has broken. */
  reset(): void {
    for (const talk of this.#talks.splice(0)) talk.socket.terminate();
    for (const subgraph of Object.values(this.subgraphs)) subgraph.isBroken = false;
  }

  async close(): Promise<void> {
    this.reset();
    await this.gateway.close();
    await Promise.all(Object.values(this.subgraphs).map((subgraph) => subgraph.close()));
  }
}

export interface Opened {
  readonly client: Client;
  readonly channel: string;
  readonly stream: Stream;
}

export class Client {
  readonly talk: Talk;
  /** What came and was not asked for yet, by operation. */
  readonly #kept = new Map<string, Message[]>();

  constructor(talk: Talk) {
    this.talk = talk;
  }

  subscribe(id: string, query: string, variables: object = {}): void {
    this.talk.send({ id, type: 'subscribe', payload: { query, variables } });
  }

  complete(id: string): void {
    this.talk.send({ id, type: 'complete' });
  }

  /** The next message about an operation. @throws Error where the socket is closed instead. */
  async message(id: string): Promise<Message> {
    for (;;) {
      const kept = this.#kept.get(id)?.shift();
      if (kept) return kept;
      const message = await this.talk.next();
      if (!message) throw new Error(`The socket is closed: ${JSON.stringify(await this.talk.closed)}`);
      this.#keep(message);
    }
  }

  /** The result that is told next. @throws Error where the operation ends instead. */
  async result(id: string): Promise<Result> {
    const message = await this.message(id);
    if (message.type !== 'next') throw new Error(`${id} is told ${JSON.stringify(message)}`);
    return message.payload as Result;
  }

  /** What is told about an operation until a round trip from now. */
  async told(id: string): Promise<Message[]> {
    for (const message of await this.talk.untilPong()) this.#keep(message);
    const kept = this.#kept.get(id) ?? [];
    this.#kept.delete(id);
    return kept;
  }

  #keep(message: Message): void {
    const id = message.id ?? '';
    this.#kept.set(id, [...(this.#kept.get(id) ?? []), message]);
  }
}
