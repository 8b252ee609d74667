/*
 * Starts one subgraph for its tests: the real schema, a real database of its own, in-process messages. A test speaks to
 * it as the gateway would (queries with a signed caller), tells it facts of other domains, and reads what it told.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { FormattedExecutionResult } from 'graphql';
import { pino } from 'pino';
import { v7 } from 'uuid';
import { type EventBody, type EventTopic, eventCatalogue, parseEventBody } from '../../../schema/events.ts';
import { type Caller, CallerSigner } from '../caller.ts';
import { ManualClock } from '../clock.ts';
import { type Configuration, generateGatewayKeys, readConfiguration } from '../configuration.ts';
import { openDatabase } from '../database.ts';
import { MemoryEventBus } from '../event-bus.memory.ts';
import { MemoryLiveMessages } from '../live-messages.memory.ts';
import { openSubgraph, type Subgraph, type SubgraphDefinition } from '../subgraph.ts';
import { testLogLevel } from './log-level.ts';
import { createTestDatabase } from './servers.ts';

export interface TestSubgraphOptions {
  /** One that stands, from now on, when absent. */
  readonly clock?: ManualClock;
  /** Settings that differ from those of a laptop. */
  readonly configuration?: Partial<Configuration>;
  /** Environment variables by name, as configuration.ts reads them. */
  readonly environment?: Record<string, string>;
  /** Keep using this database, to test a restart; it is not dropped. */
  readonly databaseUrl?: string;
}

export interface TestSubgraph<Services> {
  readonly subgraph: Subgraph;
  readonly services: Services;
  readonly clock: ManualClock;
  readonly configuration: Configuration;
  readonly databaseUrl: string;
  readonly live: MemoryLiveMessages;
  /** A fresh EntityManager on the subgraph's database. */
  em(): EntityManager;
  newId(): string;
  /** Answers one operation on behalf of `caller`, nobody when absent. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers freely
  execute(query: string, variables?: object, caller?: Partial<Caller>): Promise<FormattedExecutionResult<any>>;
  /** Opens a subscription; `next()` gives the next result. End it with `return()`. */
  subscribe(
    query: string,
    variables?: object,
    caller?: Partial<Caller>,
    // biome-ignore lint/suspicious/noExplicitAny: tests look into answers freely
  ): Promise<AsyncIterableIterator<FormattedExecutionResult<any>>>;
  /** Tells a fact of another domain; resolves when it has been taken in. The same id again is a repetition. */
  deliver<Topic extends EventTopic>(topic: Topic, body: EventBody<Topic>, options?: { id?: string }): Promise<void>;
  /** The facts of this topic that the subgraph has recorded, oldest first. */
  recorded<Topic extends EventTopic>(topic: Topic): Promise<EventBody<Topic>[]>;
  /** Closes the subgraph; its database goes too unless it was given. */
  close(): Promise<void>;
}

export async function openTestSubgraph<Services>(
  definition: SubgraphDefinition<Services>,
  options: TestSubgraphOptions = {},
): Promise<TestSubgraph<Services>> {
  const log = pino({ level: testLogLevel });
  const clock = options.clock ?? new ManualClock({ startsAt: clearOfMidnight(), stands: true });
  const keys = generateGatewayKeys();
  const configuration: Configuration = {
    ...readConfiguration({
      NODE_ENV: 'test',
      DATA_DIR: mkdtempSync(join(tmpdir(), 'hey-blue-')),
      GATEWAY_PRIVATE_KEY: keys.gatewayPrivateKey,
      GATEWAY_PUBLIC_KEY: keys.gatewayPublicKey,
      SECRET_KEY: randomBytes(32).toString('base64url'),
      ...options.environment,
    }),
    ...options.configuration,
  };
  const ownDatabase = options.databaseUrl ? undefined : await createTestDatabase(templateOf(definition));
  const databaseUrl = options.databaseUrl ?? ownDatabase?.url ?? '';
  const bus = new MemoryEventBus({ log, clock });
  const live = new MemoryLiveMessages();
  let services: Services | undefined;
  let em: (() => EntityManager) | undefined;
  const watched: SubgraphDefinition<Services> = {
    ...definition,
    open: async (machine) => {
      em = machine.em;
      services = await definition.open(machine);
      return services;
    },
  };
  const subgraph = await openSubgraph(watched, {
    configuration,
    databaseUrl,
    clock,
    random: randomBytes,
    log,
    bus,
    live,
  });
  await subgraph.consume();
  subgraph.relay();
  const signer = new CallerSigner(keys.gatewayPrivateKey, clock);
  const headers = async (caller: Partial<Caller> = {}) => ({
    authorization: await signer.sign({ scopes: [], ...caller }, definition.name),
  });
  const positions = new Map<string, number>();
  return {
    subgraph,
    services: services as Services,
    clock,
    configuration,
    databaseUrl,
    live,
    em: () => (em as () => EntityManager)(),
    newId: () => v7(),
    execute: async (query, variables = {}, caller) =>
      subgraph.execute({ query, variables: variables as Record<string, unknown> }, await headers(caller)),
    subscribe: async (query, variables = {}, caller) =>
      subgraph.subscribe({ query, variables: variables as Record<string, unknown> }, await headers(caller)),
    async deliver(topic, body, { id = v7() } = {}) {
      const { producer, key } = eventCatalogue[topic];
      const position = (positions.get(producer) ?? 0) + 1;
      positions.set(producer, position);
      await bus.publish(producer, [
        {
          id,
          topic,
          producer,
          position,
          key: String((body as Record<string, unknown>)[key]),
          recordedAt: clock.now().toISOString(),
          body,
        },
      ]);
    },
    async recorded(topic) {
      const rows = await (em as () => EntityManager)().execute<{ body: unknown }[]>(
        `select body from ${definition.name}.outbox where topic = ? order by sequence`,
        [topic],
      );
      return rows.map(({ body }) => parseEventBody(topic, body));
    },
    async close() {
      await subgraph.close();
      await bus.close();
      await live.close();
      await ownDatabase?.drop();
    },
  };
}

/** Now, or the beginning of tomorrow where today (UTC) is about to end: no test is on two days. */
function clearOfMidnight(): string {
  const soon = new Date(Date.now() + 60_000);
  const tomorrow = new Date(soon).setUTCHours(0, 0, 0, 0);
  return new Date(Math.max(Date.now(), tomorrow)).toISOString();
}

/** A database with the subgraph's migrations, made once per test run and cloned for each suite. */
function templateOf(definition: Pick<SubgraphDefinition<unknown>, 'name' | 'entities' | 'migrations'>) {
  return {
    name: definition.name,
    prepare: async (url: string) => {
      const database = await openDatabase({
        name: definition.name,
        url,
        poolSize: 2,
        entities: definition.entities,
        migrations: definition.migrations,
        log: pino({ level: 'silent' }),
      });
      await database.close();
    },
  };
}
