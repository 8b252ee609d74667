/*
 * The one file that reads the environment. Every setting has a name, a meaning and a default that suits a laptop; what
 * production must choose itself is refused there when it is missing. The result is checked at boot and frozen.
 */
import { generateKeyPairSync, hkdfSync, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { type SubgraphName, subgraphNames } from '../../schema/events.ts';

const port = z.coerce.number().int().min(0).max(65_535);
const list = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean),
);
const flag = z.enum(['true', 'false']).transform((text) => text === 'true');
const url = z.url();
/** Of the gateway's limits: `standing=cost,...` */
const costs = z
  .string()
  .regex(
    /^((anonymous|person|analyst|partner|administrator)=[1-9]\d{0,11}(, ?|$))*(?<![, ])$/,
    'write person=5000,partner=10000',
  )
  .transform(
    (text): Partial<CostPerStanding> =>
      Object.fromEntries(text.split(/, ?/).map((entry) => [entry.split('=')[0], Number(entry.split('=')[1])])),
  );

/** Name -> shape and meaning. The compose file, the deployment and the README are held against this table. */
const environmentShape = {
  NODE_ENV: z.enum(['development', 'test', 'production']).default('development').describe('How strict to be.'),
  HOST: z.string().default('127.0.0.1').describe('Address to listen on.'),
  PORT: port.default(4000).describe('Port to listen on; 0 picks a free one.'),
  PUBLIC_URL: url.optional().describe('How clients reach this process; from HOST and PORT when absent.'),
  DATA_DIR: z.string().default('.data').describe('Folder of the embedded database and of generated keys.'),
  SCHEMA_DIR: z
    .string()
    .optional()
    .describe('Folder of supergraph.graphql and of the SDL of each subgraph, watched by the gateway; absent: schema/.'),
  DATABASE_URL: url.optional().describe('PostgreSQL; absent: embedded, in DATA_DIR.'),
  DATABASE_POOL: z.coerce.number().int().min(2).max(200).default(10).describe('Connections per subgraph.'),
  REDIS_URL: url.optional().describe('Redis for events and live messages; absent: in process.'),
  SUBGRAPH_URLS: z
    .string()
    .optional()
    .describe('name=url,... of subgraphs that run as processes of their own; the others run in the gateway.'),
  GATEWAY_PRIVATE_KEY: z
    .string()
    .optional()
    .describe('Ed25519 private key, PKCS 8 in base64: signs calls to subgraphs.'),
  GATEWAY_PUBLIC_KEY: z.string().optional().describe('Its public key, SPKI in base64: subgraphs check calls with it.'),
  SECRET_KEY: z
    .string()
    .min(43)
    .optional()
    .describe('32 random bytes in base64url: encrypts and hashes what is stored.'),
  ADMINISTRATOR_EMAILS: list
    .default(['administrator@hey-blue.example'])
    .describe('Verified e-mails that become administrators.'),
  OIDC_ISSUER: url.optional().describe('OpenID Connect provider; absent: the development provider.'),
  OIDC_CLIENT_ID: z.string().default('hey-blue').describe('Our client id at the provider.'),
  OIDC_CLIENT_SECRET: z.string().optional().describe('Our client secret at the provider, if it gave one.'),
  REDIRECT_URIS: list
    .default([])
    .describe('Where the provider may send people back to, besides loopback in development.'),
  ALLOWED_ORIGINS: list.default([]).describe('Web origins that may call the API from a browser.'),
  SMS_URL: url.optional().describe('Twilio-compatible message endpoint; absent: the development inbox.'),
  SMS_ACCOUNT: z.string().optional().describe('User of the message endpoint.'),
  SMS_TOKEN: z.string().optional().describe('Password of the message endpoint.'),
  SMS_FROM: z.string().default('+15125550100').describe('Sender of messages, E.164.'),
  PUSH_CONTACT: z
    .string()
    .regex(/^(mailto:[^\s@]+@[^\s@]+|https:\/\/\S+)$/, 'write mailto:somebody@example.org or an https address')
    .max(200)
    .optional()
    .describe(
      'mailto: or https: address at which push services reach whoever runs this; absent: no pushes to devices, in development an inbox.',
    ),
  S3_ENDPOINT: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('S3-compatible storage of uploaded files, without a bucket; absent: a folder in DATA_DIR.'),
  S3_BUCKET: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/)
    .default('hey-blue')
    .describe('The bucket of uploaded files.'),
  S3_REGION: z.string().default('us-east-1').describe('The region that requests to the storage are signed for.'),
  S3_ACCESS_KEY_ID: z.string().optional().describe('Who we are to the storage.'),
  S3_SECRET_ACCESS_KEY: z.string().optional().describe('Signs requests to the storage.'),
  UPLOAD_ORIGIN: url
    .optional()
    .describe('Where browsers send files to import; that of S3_ENDPOINT, unless catalog alone knows the storage.'),
  ALERT_RADIUS_METERS: z.coerce.number().min(10).max(50_000).default(150).describe('Who is closer gets an alert.'),
  POSITION_SECONDS: z.coerce.number().int().min(10).max(3_600).default(120).describe('How long a position is kept.'),
  REPORTS_PER_MINUTE: z.coerce
    .number()
    .int()
    .min(6)
    .max(1_000_000)
    .optional()
    .describe('Positions that one account may report, in the long run: 60; in development 6,000, for the simulator.'),
  TRAVEL_METERS_PER_SECOND: z.coerce
    .number()
    .min(10)
    .max(100_000)
    .optional()
    .describe(
      'Who moves faster is not believed: 70; in development 7,000, since the simulator plays faster than life.',
    ),
  PROXIMITY_REDIS_URLS: list
    .default([])
    .describe('Redis for positions on their way, several of a cluster; absent: REDIS_URL. Nothing is stored there.'),
  PROXIMITY_WORKER: flag.default(true).describe('Whether a connections process owns a part of the map itself.'),
  SOCKET_CAPACITY: z.coerce
    .number()
    .int()
    .min(1)
    .max(1_000_000)
    .default(20_000)
    .describe('Sockets that this gateway holds; further ones are closed with 1013.'),
  MAP_STYLE_URL: z
    .url({ protocol: /^https?$/ })
    .max(500)
    .optional()
    .describe("A MapLibre style, for the app's and the console's map; absent: a map without a background."),
  MAP_ORIGINS: list
    .default([])
    .describe('Web origins, besides that of the style, from which it takes tiles and fonts.'),
  REALTIME_URL: z
    .url({ protocol: /^wss?$/ })
    .max(500)
    .optional()
    .describe('WebSocket address at which phones reach this very gateway; from PUBLIC_URL when absent.'),
  DOCUMENTS: z
    .enum(['trusted', 'any'])
    .optional()
    .describe(
      'trusted: people and anonymous callers run documents of clients/generated only; so in production when absent.',
    ),
  COST_LIMITS: costs.default({}).describe('What one operation may cost: anonymous=1000,person=5000, and so on.'),
  RATE_LIMITS: costs.default({}).describe('What operations of one caller may cost in a minute, in the same form.'),
  DEADLINE_SECONDS: z.coerce
    .number()
    .min(1)
    .max(300)
    .default(30)
    .describe('How long the gateway works on an operation at most.'),
  TRUSTED_PROXIES: z.coerce
    .number()
    .int()
    .min(0)
    .max(10)
    .default(0)
    .describe('How many proxies of ours clients come by: so many entries of x-forwarded-for are believed.'),
  DEMO: flag.optional().describe('Load the demonstration set into an empty catalog; on by default in development.'),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent'])
    .default('info')
    .describe('Least level logged.'),
  OTEL_EXPORTER_OTLP_ENDPOINT: url.optional().describe('Collector of traces (OTLP over HTTP); absent: no traces.'),
  TRACE_RATIO: z.coerce
    .number()
    .min(0)
    .max(1)
    .default(0.01)
    .describe('Of traces that begin at the gateway, the part that is kept.'),
  METRICS_PORT: port
    .optional()
    .describe('Port of GET /metrics, on HOST; never publish it. 0 picks a free one; absent: nothing is counted.'),
  CLOCK: z.enum(['system', 'steered']).default('system').describe('steered: a parent process moves the time (tests).'),
} as const;

/** For one operation or for a minute. */
export interface CostPerStanding {
  readonly anonymous: number;
  readonly person: number;
  readonly analyst: number;
  readonly partner: number;
  readonly administrator: number;
}

/** A page of 20 offers costs 82, a report of a position 11; the dearest of our own clients half of this. */
const COST_PER_OPERATION: CostPerStanding = {
  anonymous: 1_000,
  person: 5_000,
  analyst: 5_000,
  partner: 10_000,
  administrator: 25_000,
};
/** An address is often many people's; a till redeems 75 vouchers in a second; an analyst looks at 25 reports in a minute. */
const COST_PER_MINUTE: CostPerStanding = {
  anonymous: 12_000,
  person: 12_000,
  analyst: 60_000,
  partner: 60_000,
  administrator: 120_000,
};
/** Elsewhere than in production: simulators and benchmarks are one address or one account. */
const unlimited: CostPerStanding = {
  anonymous: 1_000_000_000,
  person: 1_000_000_000,
  analyst: 1_000_000_000,
  partner: 1_000_000_000,
  administrator: 1_000_000_000,
};

/** What is never told in a message: addresses of servers hold passwords. */
const SECRET = /KEY|SECRET|TOKEN|_URLS?$/;

const environmentSchema = z.object(environmentShape);
export const environmentNames = Object.keys(environmentShape) as (keyof typeof environmentShape)[];

export interface Configuration {
  readonly environment: 'development' | 'test' | 'production';
  readonly host: string;
  readonly port: number;
  /** Base address without a trailing slash; undefined until the port is known. */
  readonly publicUrl: string | undefined;
  readonly dataFolder: string;
  /** Where the gateway finds the supergraph, and is given another. */
  readonly schemaFolder: string;
  readonly databaseUrl: string | undefined;
  readonly databasePool: number;
  readonly redisUrl: string | undefined;
  readonly subgraphUrls: Readonly<Partial<Record<SubgraphName, string>>>;
  /** PKCS 8 and SPKI, base64. */
  readonly gatewayPrivateKey: string | undefined;
  readonly gatewayPublicKey: string;
  /** 32 bytes. Use a key derived from it for each purpose, never itself. */
  readonly secretKey: Buffer;
  readonly administratorEmails: readonly string[];
  readonly oidc: {
    readonly issuer: string | undefined;
    readonly clientId: string;
    readonly clientSecret: string | undefined;
  };
  readonly redirectUris: readonly string[];
  readonly allowedOrigins: readonly string[];
  readonly sms:
    | { readonly url: string; readonly account: string; readonly token: string; readonly from: string }
    | undefined;
  /** Where push services may write to us; undefined: nothing is pushed to devices. */
  readonly pushContact: string | undefined;
  /** Web origin of that storage, as browsers reach it; undefined: ours. */
  readonly uploadOrigin: string | undefined;
  /** Storage of uploaded files; undefined: a folder. */
  readonly s3:
    | {
        readonly endpoint: string;
        readonly bucket: string;
        readonly region: string;
        readonly accessKeyId: string;
        readonly secretAccessKey: string;
      }
    | undefined;
  readonly proximity: {
    readonly alertRadiusMeters: number;
    readonly positionTimeToLiveSeconds: number;
    readonly reportsPerMinute: number;
    readonly travelMetersPerSecond: number;
    /** One of a server, several of a cluster; none in one process. */
    readonly redisUrls: readonly string[];
    readonly isWorker: boolean;
  };
  readonly map: {
    readonly styleUrl: string | undefined;
    /** From which it takes tiles and fonts, besides that of the style. */
    readonly origins: readonly string[];
  };
  readonly sockets: {
    readonly capacity: number;
    /** With its path; undefined where it follows from publicUrl. */
    readonly url: string | undefined;
  };
  /** The gateway's limits. */
  readonly protection: {
    readonly documents: 'trusted' | 'any';
    readonly costPerOperation: CostPerStanding;
    readonly costPerMinute: CostPerStanding;
    readonly deadlineMilliseconds: number;
    readonly trustedProxies: number;
  };
  readonly telemetry: {
    readonly tracesEndpoint: string | undefined;
    readonly traceRatio: number;
    readonly metricsPort: number | undefined;
  };
  readonly demo: boolean;
  readonly logLevel: string;
  readonly clock: 'system' | 'steered';
}

/** The settings are wrong; the message lists each with what to do. */
export class ConfigurationError extends Error {}

/**
 * Reads and checks the settings of the process of the gateway, or of the one subgraph that runs alone in it. On a laptop,
 * keys that are absent are made once and kept in the data folder.
 * @throws ConfigurationError naming every wrong or missing setting.
 */
export function readConfiguration(
  environment: Record<string, string | undefined> = process.env,
  runs: 'gateway' | SubgraphName = 'gateway',
): Configuration {
  // An empty value is how compose files and shells say "not set".
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = environmentSchema.safeParse(given);
  if (!parsed.success) {
    const lines = parsed.error.issues.map(({ path, message }) => {
      const name = path.join('.') as keyof typeof environmentShape;
      const value = SECRET.test(name) ? '' : `=${given[name]}`;
      return `  ${name}${value}: ${message}. ${environmentShape[name].description ?? ''}`;
    });
    throw new ConfigurationError(`These settings are wrong:\n${lines.join('\n')}`);
  }
  const set = parsed.data;
  const production = set.NODE_ENV === 'production';
  const subgraphUrls = parseSubgraphUrls(set.SUBGRAPH_URLS);
  const missing = production ? missingInProduction(set, runs, subgraphUrls) : [];
  if (missing.length > 0) {
    throw new ConfigurationError(`In production these settings are needed: ${missing.join(', ')}`);
  }
  const dataFolder = resolve(set.DATA_DIR);
  const keys = set.SECRET_KEY && set.GATEWAY_PUBLIC_KEY ? undefined : developmentKeys(dataFolder);
  return Object.freeze({
    environment: set.NODE_ENV,
    host: set.HOST,
    port: set.PORT,
    publicUrl: set.PUBLIC_URL?.replace(/\/$/, '') ?? (set.PORT === 0 ? undefined : `http://localhost:${set.PORT}`),
    dataFolder,
    schemaFolder: set.SCHEMA_DIR ? resolve(set.SCHEMA_DIR) : join(import.meta.dirname, '../../schema'),
    databaseUrl: set.DATABASE_URL,
    databasePool: set.DATABASE_POOL,
    redisUrl: set.REDIS_URL,
    subgraphUrls,
    gatewayPrivateKey: set.GATEWAY_PRIVATE_KEY ?? keys?.gatewayPrivateKey,
    gatewayPublicKey: set.GATEWAY_PUBLIC_KEY ?? keys?.gatewayPublicKey ?? '',
    secretKey: Buffer.from(set.SECRET_KEY ?? keys?.secretKey ?? '', 'base64url'),
    administratorEmails: set.ADMINISTRATOR_EMAILS.map((email) => email.toLowerCase()),
    oidc: { issuer: set.OIDC_ISSUER, clientId: set.OIDC_CLIENT_ID, clientSecret: set.OIDC_CLIENT_SECRET },
    redirectUris: set.REDIRECT_URIS,
    allowedOrigins: set.ALLOWED_ORIGINS,
    sms:
      set.SMS_URL && set.SMS_ACCOUNT && set.SMS_TOKEN
        ? { url: set.SMS_URL, account: set.SMS_ACCOUNT, token: set.SMS_TOKEN, from: set.SMS_FROM }
        : undefined,
    pushContact: set.PUSH_CONTACT,
    uploadOrigin: originOf(set.UPLOAD_ORIGIN ?? set.S3_ENDPOINT),
    s3: storageOf(set),
    proximity: {
      alertRadiusMeters: set.ALERT_RADIUS_METERS,
      positionTimeToLiveSeconds: set.POSITION_SECONDS,
      reportsPerMinute: set.REPORTS_PER_MINUTE ?? (set.NODE_ENV === 'development' ? 6_000 : 60),
      travelMetersPerSecond: set.TRAVEL_METERS_PER_SECOND ?? (set.NODE_ENV === 'development' ? 7_000 : 70),
      redisUrls: set.PROXIMITY_REDIS_URLS.length > 0 ? set.PROXIMITY_REDIS_URLS : [set.REDIS_URL ?? []].flat(),
      isWorker: set.PROXIMITY_WORKER,
    },
    sockets: { capacity: set.SOCKET_CAPACITY, url: set.REALTIME_URL },
    map: { styleUrl: set.MAP_STYLE_URL, origins: set.MAP_ORIGINS },
    protection: {
      documents: set.DOCUMENTS ?? (production ? 'trusted' : 'any'),
      costPerOperation: { ...COST_PER_OPERATION, ...set.COST_LIMITS },
      costPerMinute: {
        ...(production ? COST_PER_MINUTE : unlimited),
        ...set.RATE_LIMITS,
      },
      deadlineMilliseconds: set.DEADLINE_SECONDS * 1000,
      trustedProxies: set.TRUSTED_PROXIES,
    },
    telemetry: {
      tracesEndpoint: set.OTEL_EXPORTER_OTLP_ENDPOINT,
      traceRatio: set.TRACE_RATIO,
      metricsPort: set.METRICS_PORT,
    },
    demo: set.DEMO ?? set.NODE_ENV === 'development',
    logLevel: set.LOG_LEVEL,
    clock: set.CLOCK,
  });
}

const originOf = (address: string | undefined) => (address === undefined ? undefined : new URL(address).origin);

function storageOf(set: z.infer<typeof environmentSchema>): Configuration['s3'] {
  const { S3_ENDPOINT: endpoint, S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey } = set;
  if (!endpoint) return undefined;
  if (!accessKeyId || !secretAccessKey) {
    throw new ConfigurationError('S3_ENDPOINT needs S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY.');
  }
  return { endpoint, bucket: set.S3_BUCKET, region: set.S3_REGION, accessKeyId, secretAccessKey };
}

function parseSubgraphUrls(text: string | undefined): Partial<Record<SubgraphName, string>> {
  const urls: Partial<Record<SubgraphName, string>> = {};
  for (const entry of text?.split(',').filter(Boolean) ?? []) {
    const [name, address] = entry.trim().split(/=(.*)/s);
    if (!subgraphNames.includes(name as SubgraphName) || !url.safeParse(address).success) {
      throw new ConfigurationError(`SUBGRAPH_URLS: "${entry}" is not name=url with one of ${subgraphNames.join(', ')}`);
    }
    urls[name as SubgraphName] = address;
  }
  return urls;
}

/** Each process is asked for what runs in it, so that a secret stands where it is used and nowhere else. */
function missingInProduction(
  set: z.infer<typeof environmentSchema>,
  runs: 'gateway' | SubgraphName,
  subgraphUrls: Partial<Record<SubgraphName, string>>,
): string[] {
  const inside = runs === 'gateway' ? subgraphNames.filter((name) => !subgraphUrls[name]) : [runs];
  const needed: (keyof typeof environmentShape)[] = ['GATEWAY_PUBLIC_KEY', 'SECRET_KEY'];
  if (runs === 'gateway') needed.push('GATEWAY_PRIVATE_KEY');
  if (inside.length > 0) needed.push('DATABASE_URL', 'REDIS_URL');
  if (inside.includes('identity')) needed.push('OIDC_ISSUER', 'SMS_URL', 'SMS_ACCOUNT', 'SMS_TOKEN');
  return needed.filter((name) => set[name] === undefined);
}

interface DevelopmentKeys {
  gatewayPrivateKey: string;
  gatewayPublicKey: string;
  secretKey: string;
}

/** Keys of a laptop: made on the first start, kept readable by their owner only, so that a restart can read its data. */
function developmentKeys(dataFolder: string): DevelopmentKeys {
  const file = join(dataFolder, 'development-keys.json');
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'));
  const keys = { ...generateGatewayKeys(), secretKey: randomBytes(32).toString('base64url') };
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  writeFileSync(file, JSON.stringify(keys), { mode: 0o600 });
  return keys;
}

/** A fresh key pair for the gateway's signature, in the form that GATEWAY_PRIVATE_KEY and GATEWAY_PUBLIC_KEY take. */
export function generateGatewayKeys(): { gatewayPrivateKey: string; gatewayPublicKey: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    gatewayPrivateKey: privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64'),
    gatewayPublicKey: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
  };
}

/** A 32-byte key for one purpose (HKDF, RFC 5869), so that what leaks of one use says nothing about another. */
export function deriveKey(secretKey: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secretKey, '', `hey-blue ${purpose}`, 32));
}
