/*
 * One subgraph's own PostgreSQL schema: MikroORM over its entities, and its migrations, run at start under a lock so
 * that several processes of one subgraph may start at once. No query of one subgraph reaches another's schema.
 */
import { ReflectMetadataProvider } from '@mikro-orm/decorators/legacy';
import { Migration, Migrator } from '@mikro-orm/migrations';
import {
  DefaultLogger,
  type EntityClass,
  type EntityManager,
  type LogContext,
  type LoggerOptions,
  MikroORM,
} from '@mikro-orm/postgresql';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import type { SubgraphName } from '../../schema/events.ts';
import { inboxTables } from './inbox.ts';
import { outboxForgetting, outboxTable, outboxTrace } from './outbox.ts';
import type { SubgraphTelemetry } from './telemetry.ts';

export interface SubgraphMigration {
  readonly name: string;
  readonly class: new (...parameters: ConstructorParameters<typeof Migration>) => Migration;
}

/** A migration of plain SQL; statements run in one transaction. Once released it is never edited. */
export function migration(name: string, ...statements: readonly string[]): SubgraphMigration {
  return {
    name,
    class: class extends Migration {
      override up(): void {
        for (const statement of statements) this.addSql(statement);
      }
    },
  };
}

export interface Database {
  /** Of the pool, and how many wait for one of them. */
  readonly connections: { readonly busy: number; readonly idle: number; readonly waiting: number };
  /** A fresh EntityManager with an identity map of its own. */
  fork(): EntityManager;
  /** Resolves when the database answers. */
  check(): Promise<void>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  readonly name: SubgraphName;
  readonly url: string;
  readonly poolSize: number;
  readonly entities: readonly EntityClass<object>[];
  readonly migrations: readonly SubgraphMigration[];
  readonly log: Logger;
  /** Told of each statement, its text with places for its values. */
  readonly statement?: SubgraphTelemetry['statement'];
}

/** Connects and migrates. @throws when the database does not answer or a migration fails; nothing is half migrated. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { name, statement } = options;
  let pool: Pool | undefined;
  const orm = await MikroORM.init({
    clientUrl: options.url,
    entities: [...options.entities],
    schema: name,
    metadataProvider: ReflectMetadataProvider,
    metadataCache: { enabled: false },
    discovery: { warnWhenNoEntities: false },
    extensions: [Migrator],
    migrations: {
      tableName: `${name}.migration`,
      migrationsList: [
        migration('0000-messages', outboxTable(name), inboxTables(name)),
        migration('0000-messages-trace', outboxTrace(name)),
        migration('0000-messages-forgetting', outboxForgetting(name)),
        ...options.migrations,
      ] as never,
      snapshot: false,
      silent: true,
    },
    pool: { min: 0, max: options.poolSize },
    forceUtcTimezone: true,
    logger: (message) => options.log.debug({ subgraph: name }, message),
    ...(statement && { loggerFactory: (given) => new StatementLogger(given, statement) }),
    driverOptions: {
      onPoolCreated: (created: Pool) => {
        pool = created;
      },
    },
  });
  // Its own, also in the turn of another subgraph of this process, whose context bears the same name.
  const fork = () => orm.em.fork({ disableContextResolution: true });
  const database: Database = {
    get connections() {
      const { totalCount = 0, idleCount = 0, waitingCount = 0 } = pool ?? {};
      return { busy: totalCount - idleCount, idle: idleCount, waiting: waitingCount };
    },
    fork,
    check: async () => {
      await fork().execute('select 1');
    },
    close: () => orm.close(true),
  };
  try {
    await migrate(orm);
  } catch (error) {
    await orm.close(true);
    throw error;
  }
  return database;
}

/** MikroORM tells its logger of a statement where it was asked for, asynchronously speaking, and values apart from its text. */
class StatementLogger extends DefaultLogger {
  readonly #tell: NonNullable<SubgraphTelemetry['statement']>;

  constructor(options: LoggerOptions, tell: NonNullable<SubgraphTelemetry['statement']>) {
    super(options);
    this.#tell = tell;
  }

  override logQuery(context: { query: string } & LogContext): void {
    const { query, took, level } = context;
    if (took !== undefined) this.#tell(query, took, level === 'error');
    super.logQuery(context);
  }
}

async function migrate(orm: MikroORM): Promise<void> {
  await orm.em.fork().transactional(async (em) => {
    // Held until the end: a second process waits here and then finds nothing to do. One lock for all subgraphs of a
    // database, because two may create the same extension. This transaction does no more than hold it; the migrator
    // looks at its table over a connection of its own and would wait for what stands uncommitted here.
    await em.execute("select pg_advisory_xact_lock(hashtextextended('migrate', 0))");
    await orm.migrator.up();
  });
}
