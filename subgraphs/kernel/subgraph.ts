/*
 * The machine that runs one subgraph: its database, its graph, its part of the event flow, its long-lived services. The
 * same object stands behind an in-process link and behind HTTP (serve.ts). Opening and consuming are two steps, because
 * in one process nobody may publish before everybody listens.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { EntityClass, EntityManager } from '@mikro-orm/postgresql';
import {
  createSourceEventStream,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  type FormattedExecutionResult,
  type GraphQLError,
  type GraphQLSchema,
  parse,
  validate,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import { v7 } from 'uuid';
import type { EventTopic, SubgraphName } from '../../schema/events.ts';
import { type Call, createCall } from './call.ts';
import { type Caller, CallerVerifier } from './caller.ts';
import type { Clock } from './clock.ts';
import type { Configuration } from './configuration.ts';
import { openDatabase, type SubgraphMigration } from './database.ts';
import { presentError } from './errors.ts';
import type { EventBus, EventSubscription } from './event-bus.ts';
import { type CompiledOperation, compileOperations, type ExecutionRequest } from './execution.ts';
import { buildGraph, type GraphDefinition } from './graph.ts';
import { consume, type EventHandlers } from './inbox.ts';
import type { LiveMessages } from './live-messages.ts';
import { mapSource } from './mapped-source.ts';
import { startRelay } from './outbox.ts';
import { runUnitOfWork, type UnitOfWork } from './unit-of-work.ts';

/** What the process lends its subgraphs. */
export interface Host {
  readonly configuration: Configuration;
  readonly databaseUrl: string;
  readonly clock: Clock;
  readonly random: (bytes: number) => Buffer;
  readonly log: Logger;
  readonly bus: EventBus;
  readonly live: LiveMessages;
}

/** What a subgraph's long-lived services may use. */
export interface Machine {
  readonly configuration: Configuration;
  readonly clock: Clock;
  readonly random: (bytes: number) => Buffer;
  readonly log: Logger;
  readonly live: LiveMessages;
  newId(): string;
  /** A fresh EntityManager. */
  em(): EntityManager;
  work<Result>(task: (work: UnitOfWork) => Promise<Result>): Promise<Result>;
}

export type Route = (request: IncomingMessage, response: ServerResponse) => void;

export interface SubgraphDefinition<Services> extends GraphDefinition<Services> {
  readonly name: SubgraphName;
  readonly entities: readonly EntityClass<object>[];
  readonly migrations: readonly SubgraphMigration[];
  /** Topic -> what this domain does about the fact: once per event, in the transaction of `work`. */
  readonly consumes: EventHandlers<Services>;
  open(machine: Machine): Promise<Services>;
  /** Resolves when what the services stand on besides the kernel's own answers. */
  check?(services: Services): Promise<void>;
  close?(services: Services): Promise<void>;
  /** Plain HTTP routes by path prefix, for protocols that are not GraphQL. */
  routes?(services: Services): Readonly<Record<string, Route>>;
}

export interface SubgraphRequest {
  readonly query: string;
  readonly operationName?: string | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
}

export interface SubgraphHeaders {
  /** `Bearer <gateway token for this subgraph>`. */
  readonly authorization?: string | undefined;
  readonly requestId?: string | undefined;
}

export interface Subgraph {
  readonly name: SubgraphName;
  readonly schema: GraphQLSchema;
  readonly routes: Readonly<Record<string, Route>>;
  /** Checks the token and makes the context of one operation. @throws Refusal UNAUTHENTICATED. */
  call(headers: SubgraphHeaders): Promise<Call>;
  /** Answers a query or mutation. Never rejects: what goes wrong stands in `errors`, presentable. */
  execute(request: SubgraphRequest, headers: SubgraphHeaders): Promise<FormattedExecutionResult>;
  /** Opens a subscription; a refusal is one result with `errors`, then the end. */
  subscribe(
    request: SubgraphRequest,
    headers: SubgraphHeaders,
  ): Promise<AsyncIterableIterator<FormattedExecutionResult>>;
  present(error: unknown): ReturnType<typeof presentError>;
  /** Begins to take in other domains' events. */
  consume(): Promise<void>;
  /** Begins to send out its own, what an earlier process left first. */
  relay(): void;
  /**
   * Sends out no more events; what is left waits in the outbox. Where several subgraphs share a process all do this
   * before any closes, or an event would be sent to one that no longer listens.
   */
  quiesce(): Promise<void>;
  /** Resolves when database, bus and live messages answer. */
  ready(): Promise<void>;
  close(): Promise<void>;
}

const DOCUMENTS_KEPT = 2_000;

export async function openSubgraph<Services>(definition: SubgraphDefinition<Services>, host: Host): Promise<Subgraph> {
  const { name } = definition;
  const { configuration, clock, live, bus } = host;
  const log = host.log.child({ subgraph: name });
  const database = await openDatabase({
    name,
    url: host.databaseUrl,
    poolSize: configuration.databasePool,
    entities: definition.entities,
    migrations: definition.migrations,
    log,
  });
  const newId = () => v7({ msecs: clock.now().getTime(), random: host.random(16) });
  let relay: ReturnType<typeof startRelay> | undefined;
  const work = <Result>(task: (work: UnitOfWork) => Promise<Result>) =>
    runUnitOfWork(
      { em: database.fork(), producer: name, clock, newId, live, log, committed: () => relay?.nudge() },
      task,
    );
  const machine: Machine = {
    configuration,
    clock,
    random: host.random,
    log,
    live,
    newId,
    em: () => database.fork(),
    work,
  };

  const schema = buildGraph(definition);
  let services: Services;
  try {
    services = await definition.open(machine);
  } catch (error) {
    await database.close();
    throw error;
  }
  const verifier = new CallerVerifier(configuration.gatewayPublicKey, name, clock);
  const present = (error: unknown) => presentError(error, log);
  const documents = createDocumentCache(schema);
  const callFor = (caller: Caller): Call<Services> =>
    createCall({ caller, services, clock, live, log, newId, fork: () => database.fork(), work });
  let intake: EventSubscription | undefined;

  /** Makes ready what an operation needs, its caller being known. */
  const prepare = (
    request: SubgraphRequest,
    caller: Caller,
  ): Prepared | { readonly errors: readonly GraphQLError[] } => {
    const document = documents(request.query);
    if ('errors' in document) return document;
    const compiled = document.operations.get(request.operationName);
    const { variables: variableValues, operationName } = request;
    const execution = { schema, document: document.node, contextValue: callFor(caller), variableValues, operationName };
    return { compiled, execution };
  };
  const run = ({ compiled, execution }: Prepared, rootValue?: unknown) => {
    if (compiled) return compiled(execution, rootValue);
    return execute({ ...execution, rootValue });
  };
  const presentResult = (result: ExecutionResult): FormattedExecutionResult =>
    result.errors ? { ...result, errors: result.errors.map(present) } : (result as FormattedExecutionResult);

  return {
    name,
    schema,
    routes: definition.routes?.(services) ?? {},
    present,
    call: async (headers) => callFor(await verifier.verify(headers.authorization)),
    async execute(request, headers) {
      try {
        // Of what is known at once nothing waits: a turn costs as much as a field.
        const caller = verifier.verify(headers.authorization);
        const prepared = prepare(request, caller instanceof Promise ? await caller : caller);
        if ('errors' in prepared) return presentResult(prepared);
        const result = run(prepared);
        return presentResult(result instanceof Promise ? await result : result);
      } catch (error) {
        return { errors: [present(error)] };
      }
    },
    async subscribe(request, headers) {
      try {
        const prepared = prepare(request, await verifier.verify(headers.authorization));
        if ('errors' in prepared) return once(presentResult(prepared));
        const events = await createSourceEventStream(prepared.execution);
        if (!(Symbol.asyncIterator in events)) return once(presentResult(events));
        const answer = (event: unknown) => {
          const result = run(prepared, event);
          return result instanceof Promise ? result.then(presentResult) : presentResult(result);
        };
        const failed = (error: unknown) => ({ errors: [present(error)] });
        return mapSource(events[Symbol.asyncIterator](), { map: answer, failed });
      } catch (error) {
        return once({ errors: [present(error)] });
      }
    },
    async consume() {
      const topics = Object.keys(definition.consumes) as EventTopic[];
      if (topics.length === 0) return;
      intake = await consume({
        group: name,
        bus,
        handlers: definition.consumes,
        services,
        work,
        fork: () => database.fork(),
        clock,
        log,
      });
    },
    relay() {
      relay = startRelay({ fork: () => database.fork(), producer: name, bus, clock, log });
    },
    async quiesce() {
      await relay?.close();
      relay = undefined;
    },
    async ready() {
      await Promise.all([database.check(), bus.check(), live.check(), definition.check?.(services)]);
    },
    async close() {
      await intake?.close();
      await definition.close?.(services);
      await relay?.close();
      await database.close();
    },
  };
}

interface Prepared {
  readonly compiled: CompiledOperation | undefined;
  readonly execution: ExecutionArgs & ExecutionRequest;
}

type Document =
  | { readonly node: DocumentNode; readonly operations: ReturnType<typeof compileOperations> }
  | { readonly errors: readonly GraphQLError[] };

/** Parses, validates and compiles each document once; the gateway sends few and often. */
function createDocumentCache(schema: GraphQLSchema): (query: string) => Document {
  const kept = new LRUCache<string, Document>({ max: DOCUMENTS_KEPT });
  return (query) => {
    let document = kept.get(query);
    if (!document) {
      const node = parse(query, { noLocation: true });
      const errors = validate(schema, node);
      document = errors.length > 0 ? { errors } : { node, operations: compileOperations(schema, node) };
      kept.set(query, document);
    }
    return document;
  };
}

async function* once(result: FormattedExecutionResult): AsyncIterableIterator<FormattedExecutionResult> {
  yield result;
}
