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
  type GraphQLFormattedError,
  type GraphQLSchema,
  getOperationAST,
  OperationTypeNode,
  parse,
  validate,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import { v7 } from 'uuid';
import type { EventTopic, SubgraphName } from '../../schema/events.ts';
import { type Call, createCall } from './call.ts';
import { asChanging, type Caller, CallerVerifier } from './caller.ts';
import type { Clock } from './clock.ts';
import type { Configuration } from './configuration.ts';
import { openDatabase, type SubgraphMigration } from './database.ts';
import { presentError } from './errors.ts';
import type { EventBus, EventSubscription } from './event-bus.ts';
import { type CompiledOperation, compileOperations, type ExecutionRequest } from './execution.ts';
import { buildGraph, type GraphDefinition } from './graph.ts';
import { consume, countDeadLetters, type EventHandlers } from './inbox.ts';
import type { LiveMessages } from './live-messages.ts';
import { mapSource } from './mapped-source.ts';
import { startRelay, waitingFacts } from './outbox.ts';
import { type SubgraphTelemetry, subgraphTelemetry, type Telemetry } from './telemetry.ts';
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
  readonly telemetry?: Telemetry | undefined;
}

/** What a subgraph's long-lived services may use. */
export interface Machine {
  readonly configuration: Configuration;
  readonly clock: Clock;
  readonly random: (bytes: number) => Buffer;
  readonly log: Logger;
  readonly live: LiveMessages;
  /** Absent where the process tells nothing of itself. */
  readonly telemetry?: Pick<SubgraphTelemetry, 'gauge'> | undefined;
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
  /** W3C Trace Context: the span of the gateway's fetch. */
  readonly traceparent?: string | undefined;
}

export interface Subgraph {
  readonly name: SubgraphName;
  readonly schema: GraphQLSchema;
  readonly routes: Readonly<Record<string, Route>>;
  /** Checks the token and makes the context of one operation. @throws Refusal UNAUTHENTICATED. */
  call(headers: SubgraphHeaders): Promise<Call>;
  /** Counts, times and traces an operation that is answered by other means than `execute`. */
  observe<Result>(
    headers: SubgraphHeaders,
    task: () => Promise<Result>,
    errorsOf: (result: Result) => readonly GraphQLFormattedError[] | undefined,
  ): Promise<Result>;
  /** Answers a query or mutation. Never rejects: what goes wrong stands in `errors`, presentable. */
  execute(request: SubgraphRequest, headers: SubgraphHeaders): Promise<FormattedExecutionResult>;
  /** Opens a subscription; a refusal is one result with `errors`, then the end. */
  subscribe(
    request: SubgraphRequest,
    headers: SubgraphHeaders,
  ): Promise<AsyncIterableIterator<FormattedExecutionResult>>;
  /** @param log of the operation that it happened in, where that is known. */
  present(error: unknown, log?: Logger): ReturnType<typeof presentError>;
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
/** What a gateway makes or lets pass; anything else is not logged. */
const REQUEST_ID = /^[\w-]{1,64}$/;
const CONNECTIONS_HELP = {
  busy: 'Connections to PostgreSQL that are in use.',
  idle: 'Connections to PostgreSQL that are open and free.',
  waiting: 'Operations that wait for a connection to PostgreSQL.',
} as const;
const errorsIn = ({ errors }: FormattedExecutionResult) => errors;

export async function openSubgraph<Services>(definition: SubgraphDefinition<Services>, host: Host): Promise<Subgraph> {
  const { name } = definition;
  const { configuration, clock, live, bus } = host;
  const log = host.log.child({ subgraph: name });
  const telemetry = subgraphTelemetry(name, host.telemetry, clock);
  const database = await openDatabase({
    name,
    url: host.databaseUrl,
    poolSize: configuration.databasePool,
    entities: definition.entities,
    migrations: definition.migrations,
    log,
    statement: telemetry?.statement,
  });
  const newId = () => v7({ msecs: clock.now().getTime(), random: host.random(16) });
  let relay: ReturnType<typeof startRelay> | undefined;
  const trace = telemetry && (() => telemetry.current?.traceparent);
  const work = <Result>(task: (work: UnitOfWork) => Promise<Result>) =>
    runUnitOfWork(
      { em: database.fork(), producer: name, clock, newId, live, log, trace, committed: () => relay?.nudge() },
      task,
    );
  const machine: Machine = {
    configuration,
    clock,
    random: host.random,
    log,
    live,
    telemetry,
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
  /** Lines about one operation carry the gateway's id of it, and lead to its trace. */
  const logOf = ({ requestId = '' }: SubgraphHeaders): Logger => {
    const traceId = telemetry?.current?.traceId;
    return log.child({ ...(REQUEST_ID.test(requestId) && { requestId }), ...(traceId && { traceId }) });
  };
  const documents = createDocumentCache(schema);
  const callFor = (caller: Caller, headers: SubgraphHeaders): Call<Services> =>
    createCall({
      caller,
      services,
      clock,
      live,
      openLog: () => logOf(headers),
      newId,
      fork: () => database.fork(),
      work,
    });
  let intake: EventSubscription | undefined;

  /** Makes ready what an operation needs, its caller being known. */
  const prepare = (
    request: SubgraphRequest,
    caller: Caller,
    headers: SubgraphHeaders,
  ): Prepared | { readonly errors: readonly GraphQLError[] } => {
    const document = documents(request.query);
    if ('errors' in document) return document;
    const compiled = document.operations.get(request.operationName);
    const { variables: variableValues, operationName } = request;
    const isMutation = () => getOperationAST(document.node, operationName)?.operation === OperationTypeNode.MUTATION;
    const contextValue = callFor(caller.organisations && isMutation() ? asChanging(caller) : caller, headers);
    const execution = { schema, document: document.node, contextValue, variableValues, operationName };
    return { compiled, execution };
  };
  const run = ({ compiled, execution }: Prepared, rootValue?: unknown) => {
    if (compiled) return compiled(execution, rootValue);
    return execute({ ...execution, rootValue });
  };
  const presentResult = (result: ExecutionResult, headers: SubgraphHeaders): FormattedExecutionResult => {
    if (!result.errors) return result as FormattedExecutionResult;
    const operationLog = logOf(headers);
    return { ...result, errors: result.errors.map((error) => presentError(error, operationLog)) };
  };
  const refused = (error: unknown, headers: SubgraphHeaders): FormattedExecutionResult => ({
    errors: [presentError(error, logOf(headers))],
  });
  const answer: Subgraph['execute'] = async (request, headers) => {
    try {
      // Of what is known at once nothing waits: a turn costs as much as a field.
      const caller = verifier.verify(headers.authorization);
      const prepared = prepare(request, caller instanceof Promise ? await caller : caller, headers);
      if ('errors' in prepared) return presentResult(prepared, headers);
      const result = run(prepared);
      return presentResult(result instanceof Promise ? await result : result, headers);
    } catch (error) {
      return refused(error, headers);
    }
  };
  telemetry?.gauge('hey_blue_outbox_waiting', 'Facts that were not sent yet.', async () => {
    return (await waitingFacts(database.fork(), name, clock.now())).count;
  });
  telemetry?.gauge('hey_blue_outbox_oldest_seconds', 'For how long the oldest of them waits.', async () => {
    return (await waitingFacts(database.fork(), name, clock.now())).oldestSeconds;
  });
  telemetry?.gauge('hey_blue_inbox_waiting', 'Facts of others that were told and not taken in yet.', () => {
    return intake?.waiting();
  });
  telemetry?.gauge('hey_blue_dead_letters', 'Facts of others that were set aside.', () => {
    return countDeadLetters(database.fork(), name);
  });
  for (const use of ['busy', 'idle', 'waiting'] as const) {
    telemetry?.gauge(`hey_blue_database_${use}`, CONNECTIONS_HELP[use], () => database.connections[use]);
  }

  return {
    name,
    schema,
    routes: definition.routes?.(services) ?? {},
    present: (error, operationLog = log) => presentError(error, operationLog),
    call: async (headers) => callFor(await verifier.verify(headers.authorization), headers),
    observe: async (headers, task, errorsOf) =>
      telemetry ? telemetry.operation(headers.traceparent, task, errorsOf) : task(),
    execute: telemetry
      ? (request, headers) => telemetry.operation(headers.traceparent, () => answer(request, headers), errorsIn)
      : answer,
    async subscribe(request, headers) {
      try {
        const prepared = prepare(request, await verifier.verify(headers.authorization), headers);
        if ('errors' in prepared) return once(presentResult(prepared, headers));
        const events = await createSourceEventStream(prepared.execution);
        if (!(Symbol.asyncIterator in events)) return once(presentResult(events, headers));
        const told = (event: unknown) => {
          const result = run(prepared, event);
          if (result instanceof Promise) return result.then((each) => presentResult(each, headers));
          return presentResult(result, headers);
        };
        const failed = (error: unknown) => refused(error, headers);
        return mapSource(events[Symbol.asyncIterator](), { map: told, failed });
      } catch (error) {
        return once(refused(error, headers));
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
        telemetry,
      });
    },
    relay() {
      relay = startRelay({ fork: () => database.fork(), producer: name, bus, clock, log, telemetry });
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
