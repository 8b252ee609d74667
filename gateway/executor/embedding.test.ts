/* Whether another project can take the folders: what they import, and the example, run from a copy of nothing but them. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Client, createClient, type ExecutionResult } from 'graphql-ws';
import { WebSocket } from 'ws';
import { projectRoot, sourceFiles } from '../../subgraphs/kernel/testing/source-tree.ts';

const FOLDERS = ['executor', 'subscriptions'] as const;

describe('the imports', () => {
  const files = sourceFiles().filter(({ path, isTest }) => !isTest && !path.includes('/example/'));
  const within = (folder: string) => files.filter(({ path }) => path.startsWith(`gateway/${folder}/`));

  test.each(FOLDERS)('of %s reach the two folders, Node and the packages that its README names', (folder) => {
    const readme = readFileSync(join(projectRoot, `gateway/${folder}/README.md`), 'utf8');
    const targets = within(folder).flatMap(({ imports }) => imports.map(({ target }) => target));
    expect(targets.length).toBeGreaterThan(20);
    const packages = new Set(targets.filter((target) => target.startsWith('npm:')).map((target) => target.slice(4)));
    expect([...packages].filter((name) => !readme.includes(`\`${name}\``))).toEqual([]);
    const others = targets.filter((target) => !/^(npm:|node:|gateway\/(executor|subscriptions)\/)/.test(target));
    expect(others).toEqual([]);
  });
});

describe('the example, in a project that has nothing else', () => {
  let project: string;
  let running: ChildProcess;
  let url: string;
  const clients: Client[] = [];

  beforeAll(async () => {
    project = mkdtempSync(join(tmpdir(), 'embedding-'));
    for (const folder of FOLDERS) {
      const filter = (path: string) => !/\.test\.ts$|\/(testing|conformance)$/.test(path);
      cpSync(join(projectRoot, 'gateway', folder), join(project, folder), { recursive: true, filter });
    }
    symlinkSync(join(projectRoot, 'node_modules'), join(project, 'node_modules'));
    writeFileSync(join(project, 'package.json'), '{ "type": "module" }');
    const program = join(project, 'executor/example/main.ts');
    running = spawn(process.execPath, [program, '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const lines = createInterface({ input: running.stdout as NodeJS.ReadableStream });
    [url] = (await once(lines, 'line')) as [string];
  });

  afterAll(async () => {
    for (const client of clients) await client.dispose();
    const ended = running && once(running, 'exit');
    running?.kill();
    await ended;
    rmSync(project, { recursive: true });
  });

  async function ask(query: string, headers: Record<string, string> = {}): Promise<ExecutionResult> {
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query }) });
    return response.json() as Promise<ExecutionResult>;
  }

  test('joins two subgraphs, and keeps from strangers what is for who has signed in', async () => {
    const query = '{ people { name email points } }';
    const { data, errors } = await ask(query);
    expect(data?.people).toContainEqual({ name: 'Ada', email: null, points: 10 });
    expect(errors).toHaveLength(2);
    expect(await ask(query, { authorization: 'mine' })).toMatchObject({
      data: { people: [{ email: 'Ada@example.org' }, { email: 'Grace@example.org' }] },
    });
  });

  test('tells events over a socket, with fields of the other subgraph', async () => {
    const client = createClient({ url: url.replace('http', 'ws'), webSocketImpl: WebSocket });
    clients.push(client);
    const events = client.iterate({ query: 'subscription { greeted { name email points } }' });
    const first = events.next();
    // A query on the same socket is answered after the subscription has begun.
    await client.iterate({ query: '{ people { id } }' }).next();
    const greeted = await ask('mutation { greet(id: "2") { name } }', { authorization: 'mine' });
    expect(greeted).toEqual({ data: { greet: { name: 'Grace' } } });
    expect((await first).value).toMatchObject({
      data: { greeted: { name: 'Grace', email: null, points: 20 } },
      errors: [{ path: ['greeted', 'email'] }],
    });
    await events.return?.();
  });
});
