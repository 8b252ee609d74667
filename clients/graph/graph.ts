/*
 * The graph in a page: urql's normalised cache, kept in the browser's database so that what was seen is seen offline, over
 * our own client, which renews sessions, comes back after lost connections and names trusted documents by their ids.
 */
import { type CacheExchangeOpts, offlineExchange } from '@urql/exchange-graphcache';
import { type DefaultStorage, makeDefaultStorage } from '@urql/exchange-graphcache/default-storage';
import { type DocumentNode, print } from 'graphql';
import { type ExecutionResult, type Operation, subscriptionExchange, Client as UrqlClient } from 'urql';
import { type Client, ClientError } from '../client.ts';
import type { TypedDocumentString } from '../generated/graphql.ts';

export interface Graph {
  readonly urql: UrqlClient;
  /** Forgets everything that was seen, such as when somebody signs out. */
  forget(): Promise<void>;
}

export interface GraphOptions {
  readonly client: Client;
  /** Name of the browser's database, one per site and account: nobody sees what another account saw. */
  readonly database: string;
  /** How the cache knows and changes things; `optimistic` names the mutations that may wait for a connection. */
  readonly cache: Pick<CacheExchangeOpts, 'keys' | 'resolvers' | 'updates' | 'optimistic'>;
}

/** How long a thing that nobody looks at is kept offline. */
const KEPT_DAYS = 30;

export function openGraph({ client, database, cache }: GraphOptions): Graph {
  const storage: DefaultStorage = makeDefaultStorage({ idbName: database, maxAge: KEPT_DAYS });
  const urql = new UrqlClient({
    // Where it goes is the client's to know.
    url: client.url,
    preferGetMethod: false,
    exchanges: [
      offlineExchange({
        ...cache,
        storage,
        isOfflineError: (error) => (error?.networkError as ClientError | undefined)?.code === 'UNREACHABLE',
      }),
      subscriptionExchange({
        enableAllOperations: true,
        forwardSubscription: (_request, operation) => ({
          subscribe: (sink) => ({ unsubscribe: run(client, operation, sink) }),
        }),
      }),
    ],
    requestPolicy: 'cache-and-network',
  });
  return { urql, forget: async () => void (await storage.clear()) };
}

interface Sink {
  next(value: ExecutionResult): void;
  error(error: unknown): void;
  complete(): void;
}

/** @returns what ends it. */
function run(client: Client, { kind, query, variables }: Operation, sink: Sink): () => void {
  const document = asText(query);
  let ended = false;
  if (kind === 'subscription') {
    const events = client.subscribe(document, (variables ?? {}) as never);
    void tell(events, sink, () => ended);
    return () => {
      ended = true;
      void events.return?.();
    };
  }
  client
    .request(document, (variables ?? {}) as never)
    .then(
      (data) => !ended && sink.next({ data: data as ExecutionResult['data'] }),
      (error: unknown) => !ended && fail(error, sink),
    )
    .finally(() => !ended && sink.complete());
  return () => {
    ended = true;
  };
}

async function tell(events: AsyncIterableIterator<unknown>, sink: Sink, isEnded: () => boolean): Promise<void> {
  try {
    for await (const data of events) sink.next({ data: data as ExecutionResult['data'] });
    if (!isEnded()) sink.complete();
  } catch (error) {
    if (!isEnded()) fail(error, sink);
  }
}

/** A refusal is an answer; only what never came to one is an error of the network. */
function fail(error: unknown, sink: Sink): void {
  if (error instanceof ClientError && error.code !== 'UNREACHABLE') {
    sink.next({ errors: [{ message: error.message, extensions: { code: error.code } }] });
  } else sink.error(error);
}

/** As our client takes documents; the text is printed only where the API does not know the id. */
function asText(node: DocumentNode): TypedDocumentString<unknown, Record<string, unknown>> {
  const { __meta__ } = node as { __meta__?: Record<string, unknown> };
  return { __meta__, toString: () => print(node) } as unknown as TypedDocumentString<unknown, Record<string, unknown>>;
}
