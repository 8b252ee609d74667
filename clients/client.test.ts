/*
 * The client against a small server of the committed graph: sessions that end, sockets that are lost, answers that never
 * come. What it does against the real system is told by the journeys.
 */
import { EventEmitter, on, once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { buildSchema, GraphQLError, graphql, parse } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { Client, type ClientError, type Session, type SharedSession } from './client.ts';
import { MeDocument, PointsChangesDocument } from './generated/graphql.ts';

const manifest = JSON.parse(readFileSync(join(import.meta.dirname, 'generated/persisted-documents.json'), 'utf8'));
const schema = buildSchema(readFileSync(join(import.meta.dirname, '../schema/api.graphql'), 'utf8'));
/** Close code of the API for a session that has ended. */
const FORBIDDEN = 4403;

function sessionOf(name: string, endsAt = Date.now() + 300_000): Session {
  return {
    accessToken: `access-${name}`,
    accessTokenExpiresAt: new Date(endsAt).toISOString(),
    refreshToken: `refresh-${name}`,
    refreshTokenExpiresAt: new Date(endsAt + 86_400_000).toISOString(),
  };
}

const endedSession = () => sessionOf('old', Date.now() - 1_000);
const refusal = (code: string) => new GraphQLError(`It is ${code}.`, { extensions: { code } });
const bearer = (name: string) => `Bearer access-${name}`;
const codeOf = (failing: Promise<unknown>) =>
  failing.then(
    () => 'answered',
    (error: ClientError) => error.code,
  );

function change(points: number) {
  const balance = { available: points, earned: points, spent: 0 };
  return { data: { pointsChanges: { points, reason: 'AWARD', happenedAt: '2026-01-01T00:00:00Z', balance } } };
}

/** A server of the public graph: what it answers can be set, what it was asked can be read. */
async function startServer() {
  const emitter = new EventEmitter();
  const seen = {
    refreshTokens: [] as string[],
    sockets: [] as unknown[],
    documents: [] as string[],
    traces: [] as unknown[],
    released: 0,
  };
  const behaviour = {
    me: (_authorization?: string): unknown => ({ id: 'me', phoneVerified: true, roles: ['CITIZEN'] }),
    refreshSession: (_refreshToken: string): Session => sessionOf('new'),
    /** Whether a socket with this authorization may connect. */
    accepts: (_authorization: unknown): boolean => true,
    /** What a subscription hears first. */
    present: [change(0)] as unknown[],
    isSilent: false,
    knowsDocuments: true,
  };
  const http = createServer(async (request, response) => {
    const { query, documentId, variables } = JSON.parse(await text(request));
    if (behaviour.isSilent) return;
    seen.documents.push(documentId ?? query);
    seen.traces.push(request.headers.traceparent);
    response.setHeader('content-type', 'application/json');
    const source = query ?? (behaviour.knowsDocuments ? manifest[documentId] : undefined);
    if (!source) {
      response.end(JSON.stringify({ errors: [refusal('PERSISTED_QUERY_NOT_FOUND')] }));
      return;
    }
    const rootValue = {
      me: () => behaviour.me(request.headers.authorization),
      refreshSession: ({ input }: { input: { refreshToken: string } }) => {
        if (request.headers.authorization) throw refusal('UNAUTHENTICATED');
        seen.refreshTokens.push(input.refreshToken);
        return { session: behaviour.refreshSession(input.refreshToken) };
      },
    };
    const answer = await graphql({ schema, source, variableValues: variables, rootValue });
    response.end(JSON.stringify(answer));
  });
  const sockets = new WebSocketServer({ server: http });
  useServer(
    {
      schema,
      onConnect({ connectionParams }) {
        seen.sockets.push(connectionParams?.authorization);
        return behaviour.accepts(connectionParams?.authorization);
      },
      onSubscribe(_context, _id, { query, operationName, variables, extensions }) {
        const { sha256Hash } = (extensions?.persistedQuery ?? {}) as { sha256Hash?: string };
        seen.documents.push(sha256Hash ?? query);
        seen.traces.push(extensions?.traceparent);
        const document = parse(query || manifest[`sha256:${sha256Hash}`]);
        return { schema, document, operationName, variableValues: variables };
      },
      subscribe: () => {
        const present = [...behaviour.present];
        const later = on(emitter, 'change');
        const events = {
          async next() {
            if (present.length > 0) return { done: false, value: present.shift() };
            const { done, value } = await later.next();
            return { done, value: value?.[0] };
          },
          async return() {
            seen.released++;
            emitter.emit('released');
            return later.return?.();
          },
          [Symbol.asyncIterator]: () => events,
        };
        return events as never;
      },
    },
    sockets,
  );
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    behaviour,
    seen,
    tell: (answer: unknown) => emitter.emit('change', answer),
    released: () => once(emitter, 'released'),
    /** Cuts every socket as a network does, or closes it with a code. */
    drop(code?: number, reason = 'The session has ended.') {
      for (const socket of sockets.clients) code ? socket.close(code, reason) : socket.terminate();
    },
    async close() {
      for (const socket of sockets.clients) socket.terminate();
      const closed = once(http, 'close');
      http.close();
      http.closeAllConnections();
      await closed;
    },
  };
}

let server: Awaited<ReturnType<typeof startServer>>;
const clients: Client[] = [];

function clientOf(options: Partial<ConstructorParameters<typeof Client>[0]> = {}): Client {
  const client = new Client({ url: server.url, ...options });
  clients.push(client);
  return client;
}

async function next(events: AsyncIterator<{ pointsChanges: { points: number } }>): Promise<number | 'end'> {
  const { done, value } = await events.next();
  return done ? 'end' : value.pointsChanges.points;
}

test('a trace begins where it is asked for, each operation one of its own, by HTTP and on the socket', async () => {
  const sampled = /^00-[\da-f]{32}-[\da-f]{16}-01$/;
  for (const tracedShare of [1, 0, undefined]) {
    const client = clientOf(tracedShare === undefined ? {} : { tracedShare });
    server.seen.traces.length = 0;
    await client.request(MeDocument);
    await client.request(MeDocument);
    const events = client.subscribe(PointsChangesDocument);
    expect(await next(events)).toBe(0);
    await events.return?.();
    const traces = server.seen.traces.filter((trace) => sampled.test(String(trace)));
    expect(new Set(traces).size).toBe(tracedShare === 1 ? 3 : 0);
    expect(server.seen.traces.filter((trace) => trace !== undefined)).toHaveLength(traces.length);
  }
});

beforeEach(async () => {
  server = await startServer();
});

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  await server.close();
});

describe('documents', () => {
  test('are named by the hash that the manifest has, on HTTP and on sockets', async () => {
    const client = clientOf();
    await client.request(MeDocument);
    const events = client.subscribe(PointsChangesDocument);
    expect(await next(events)).toBe(0);
    const [me, points] = server.seen.documents;
    expect(manifest[me ?? '']).toContain('query Me');
    expect(manifest[`sha256:${points}`]).toContain('subscription PointsChanges');
  });

  test('are sent as texts to an API that does not know their hashes, from then on', async () => {
    server.behaviour.knowsDocuments = false;
    const client = clientOf();
    expect((await client.request(MeDocument)).me.id).toBe('me');
    await client.request(MeDocument);
    const events = client.subscribe(PointsChangesDocument);
    expect(await next(events)).toBe(0);
    expect(server.seen.documents[0]).toMatch(/^sha256:/);
    const texts = [MeDocument, MeDocument, PointsChangesDocument].map(String);
    expect(server.seen.documents.slice(1)).toEqual(texts);
  });
});

describe('a session', () => {
  test('that is about to end is renewed once for many calls at the same time', async () => {
    const kept: Session[] = [];
    const client = clientOf({ session: endedSession(), onSession: (session) => kept.push(session) });
    const authorizations: unknown[] = [];
    server.behaviour.me = (authorization) => {
      authorizations.push(authorization);
      return { id: 'me', phoneVerified: true, roles: [] };
    };
    await Promise.all([1, 2, 3, 4, 5].map(() => client.request(MeDocument)));
    expect(server.seen.refreshTokens).toEqual(['refresh-old']);
    expect(new Set(authorizations)).toEqual(new Set([bearer('new')]));
    expect(kept.map(({ accessToken }) => accessToken)).toEqual(['access-new']);
  });

  test('that the server calls ended is renewed, and the call repeated once', async () => {
    server.behaviour.me = (authorization) => {
      if (authorization !== bearer('new')) throw refusal('UNAUTHENTICATED');
      return { id: 'me', phoneVerified: true, roles: [] };
    };
    const client = clientOf({ session: sessionOf('old') });
    expect((await client.request(MeDocument)).me.id).toBe('me');
    server.behaviour.me = () => {
      throw refusal('UNAUTHENTICATED');
    };
    expect(await codeOf(client.request(MeDocument))).toBe('UNAUTHENTICATED');
    expect(server.seen.refreshTokens).toEqual(['refresh-old', 'refresh-new']);
  });

  test('that tabs of one browser share is renewed by one of them, and ended for all', async () => {
    let stored: Session | undefined = endedSession();
    let queue: Promise<unknown> = Promise.resolve();
    const shared: SharedSession = {
      latest: () => stored,
      exclusively(task) {
        const turn = queue.then(task);
        queue = turn.catch(() => undefined);
        return turn;
      },
    };
    const onSession = (session: Session) => {
      stored = session;
    };
    const tabs = [1, 2, 3].map(() => clientOf({ session: endedSession(), shared, onSession }));
    await Promise.all(tabs.map((tab) => tab.request(MeDocument)));
    expect(server.seen.refreshTokens).toEqual(['refresh-old']);
    expect(tabs.map(({ session }) => session?.accessToken)).toEqual(['access-new', 'access-new', 'access-new']);
    stored = undefined;
    const late = clientOf({ session: endedSession(), shared, onSession });
    expect(await codeOf(late.request(MeDocument))).toBe('SESSION_ENDED');
    expect(server.seen.refreshTokens).toEqual(['refresh-old']);
  });

  test('that is forgotten leaves its client nobody', async () => {
    const authorizations: unknown[] = [];
    server.behaviour.me = (authorization) => {
      authorizations.push(authorization);
      return { id: 'me', phoneVerified: true, roles: [] };
    };
    const client = clientOf({ session: sessionOf('old') });
    await client.request(MeDocument);
    client.forgetSession();
    await client.request(MeDocument);
    expect(authorizations).toEqual([bearer('old'), undefined]);
  });

  test('that cannot be renewed fails the call with the reason', async () => {
    server.behaviour.refreshSession = () => {
      throw refusal('SESSION_ENDED');
    };
    expect(await codeOf(clientOf({ session: endedSession() }).request(MeDocument))).toBe('SESSION_ENDED');
  });
});

describe('a call', () => {
  test('keeps what could be had when a part below it failed', async () => {
    server.behaviour.me = () => ({
      id: 'me',
      phoneVerified: true,
      roles: [],
      points: () => {
        throw refusal('UNAVAILABLE');
      },
    });
    expect((await clientOf().request(MeDocument)).me).toMatchObject({ id: 'me', points: null });
  });

  test('fails with a code when nobody listens, and when no answer comes in time', async () => {
    expect(await codeOf(clientOf({ url: 'http://127.0.0.1:9' }).request(MeDocument))).toBe('UNREACHABLE');
    server.behaviour.isSilent = true;
    expect(await codeOf(clientOf({ timeoutMilliseconds: 50 }).request(MeDocument))).toBe('UNREACHABLE');
  });
});

describe('a subscription', () => {
  test('yields events in order, also those that came before they were asked for', async () => {
    server.behaviour.present = [change(1), change(2), change(3)];
    const events = clientOf().subscribe(PointsChangesDocument);
    expect([await next(events), await next(events), await next(events)]).toEqual([1, 2, 3]);
  });

  test('hears the present state anew after the connection was lost', async () => {
    const events = clientOf().subscribe(PointsChangesDocument);
    expect(await next(events)).toBe(0);
    server.behaviour.present = [change(7)];
    server.drop();
    expect(await next(events)).toBe(7);
    expect(server.seen.sockets).toHaveLength(2);
  });

  test('hears the present state anew after another schema has ended it', async () => {
    const events = clientOf().subscribe(PointsChangesDocument);
    expect(await next(events)).toBe(0);
    server.behaviour.present = [change(7)];
    const released = server.released();
    server.tell({ data: null, errors: [refusal('SUBSCRIPTION_SCHEMA_RELOAD')] });
    expect(await next(events)).toBe(7);
    await released;
    // On the same socket.
    expect(server.seen.sockets).toHaveLength(1);
    server.tell(change(8));
    expect(await next(events)).toBe(8);
  });

  test('comes back when the gateway that sent it away has said, and not by its own guess', async () => {
    const events = clientOf().subscribe(PointsChangesDocument);
    expect(await next(events)).toBe(0);
    const { setTimeout: wait } = globalThis;
    const waited: unknown[] = [];
    const watched = (...call: Parameters<typeof wait>) => {
      waited.push(call[1]);
      return wait(...call);
    };
    Object.assign(globalThis, { setTimeout: watched });
    server.drop(1001, JSON.stringify({ message: 'Going away', retryMilliseconds: 17 }));
    expect(await next(events)).toBe(0);
    Object.assign(globalThis, { setTimeout: wait });
    expect(waited).toContain(17);
  });

  test('goes on under a renewed session when its own has ended', async () => {
    const events = clientOf({ session: sessionOf('old') }).subscribe(PointsChangesDocument);
    expect(await next(events)).toBe(0);
    server.behaviour.accepts = (authorization) => authorization === bearer('new');
    server.drop(FORBIDDEN);
    expect(await next(events)).toBe(0);
    expect(server.seen.sockets).toEqual([bearer('old'), bearer('new')]);
    expect(server.seen.refreshTokens).toEqual(['refresh-old']);
  });

  test('fails with the reason when the session cannot be renewed', async () => {
    const events = clientOf({ session: sessionOf('old') }).subscribe(PointsChangesDocument);
    expect(await next(events)).toBe(0);
    server.behaviour.refreshSession = () => {
      throw refusal('SESSION_ENDED');
    };
    server.drop(FORBIDDEN);
    expect(await codeOf(events.next())).toBe('SESSION_ENDED');
    expect(await next(events)).toBe('end');
  });

  test('fails when it has no session and may not connect', async () => {
    server.behaviour.accepts = () => false;
    expect(await codeOf(clientOf({ apiKey: 'revoked' }).subscribe(PointsChangesDocument).next())).toBe(
      'UNAUTHENTICATED',
    );
  });

  test('goes on under the session that its client is given', async () => {
    const client = clientOf({ session: sessionOf('old') });
    const events = client.subscribe(PointsChangesDocument);
    expect(await next(events)).toBe(0);
    client.takeSession(sessionOf('given'));
    expect(await next(events)).toBe(0);
    expect(server.seen.sockets).toEqual([bearer('old'), bearer('given')]);
  });

  test('that hears of a failure throws it and ends, here and on the server', async () => {
    const events = clientOf().subscribe(PointsChangesDocument);
    expect(await next(events)).toBe(0);
    const released = server.released();
    server.tell({ data: null, errors: [refusal('UNAVAILABLE')] });
    expect(await codeOf(events.next())).toBe('UNAVAILABLE');
    expect(await next(events)).toBe('end');
    await released;
  });

  test('that its reader leaves ends on the server too', async () => {
    const released = server.released();
    for await (const { pointsChanges } of clientOf().subscribe(PointsChangesDocument)) {
      expect(pointsChanges.points).toBe(0);
      break;
    }
    await released;
  });

  test('ends when its client closes', async () => {
    const client = clientOf();
    const events = client.subscribe(PointsChangesDocument);
    expect(await next(events)).toBe(0);
    const last = next(events);
    await client.close();
    expect(await last).toBe('end');
  });

  test('ends when its client closes while the server is away', async () => {
    const client = clientOf();
    const events = client.subscribe(PointsChangesDocument);
    expect(await next(events)).toBe(0);
    const last = next(events);
    await server.close();
    await client.close();
    expect(await last).toBe('end');
    server = await startServer();
  });
});
