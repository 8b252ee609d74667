import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { subgraphNames } from '../../../schema/events.ts';
import { allFiles, type Import, projectRoot, type SourceFile, sourceFiles } from './source-tree.ts';

const files = sourceFiles();
const production = files.filter((file) => !file.isTest);
const testFiles = files.filter((file) => /\.test\.tsx?$/.test(file.path));
const domain = (path: string) => subgraphNames.find((name) => path.startsWith(`subgraphs/${name}/`));
const within = (folder: string) => (file: SourceFile) => file.path.startsWith(`${folder}/`);

/** Where a line of these files matches, as `path:line: text`. */
function linesLike(among: readonly SourceFile[], pattern: RegExp): string[] {
  return among.flatMap((file) =>
    file.lines.flatMap((line, index) => (pattern.test(line) ? [`${file.path}:${index + 1}: ${line.trim()}`] : [])),
  );
}

/** The imports of these files that `forbidden` names, as `path:line imports target`. */
function importsLike(
  among: readonly SourceFile[],
  forbidden: (target: string, file: SourceFile, statement: Import) => boolean,
): string[] {
  return among.flatMap((file) =>
    file.imports
      .filter((statement) => forbidden(statement.target, file, statement))
      .map(({ line, target }) => `${file.path}:${line} imports ${target}`),
  );
}

/** Runs a program of node_modules/.bin under this Node and answers what it wrote when it failed. */
async function complaintsOf(program: string, ...parameters: string[]): Promise<string> {
  const script = realpathSync(join(projectRoot, 'node_modules/.bin', program));
  const run = promisify(execFile)(process.execPath, [script, ...parameters], {
    cwd: projectRoot,
    maxBuffer: 16 * 1024 * 1024,
  });
  return run.then(
    () => '',
    ({ stdout, stderr }) => `${stdout}${stderr}` || `${program} failed and said nothing`,
  );
}

describe('the tools', () => {
  test('find no type error', async () => {
    expect(await complaintsOf('tsc', '--noEmit', '--pretty', 'false')).toBe('');
  });

  test('find nothing to format and nothing to lint', async () => {
    expect(
      await complaintsOf(
        'biome',
        'check',
        '--colors=off',
        '--reporter=github',
        '--error-on-warnings',
        '--max-diagnostics=200',
      ),
    ).toBe('');
  });
});

describe('the tree', () => {
  test('holds at its top what the client fixed, and the files that tools look for there', () => {
    const fixed = ['gateway', 'subgraphs', 'schema', 'clients', 'codegen.ts', 'docker-compose.yml', 'package.json'];
    fixed.push('tsconfig.json', 'README.md');
    const ours = ['docs', 'deploy', 'bench', 'package-lock.json', 'jest.config.js', 'biome.json'];
    const ignored = readFileSync(join(projectRoot, '.gitignore'), 'utf8').split('\n').filter(Boolean);
    const there = readdirSync(projectRoot).filter((name) => !name.startsWith('.') && !ignored.includes(`${name}/`));
    expect(fixed.filter((name) => !there.includes(name))).toEqual([]);
    expect(there.filter((name) => ![...fixed, ...ours].includes(name) && !name.endsWith('.log'))).toEqual([]);
  });

  test('keeps the machine of all subgraphs to a closed list of files', () => {
    const kernel = readdirSync(join(projectRoot, 'subgraphs/kernel')).filter((name) => !name.endsWith('.test.ts'));
    expect(kernel.sort()).toEqual([
      'area.ts',
      'call.ts',
      'caller.ts',
      'clock.ts',
      'coercion.ts',
      'configuration.ts',
      'database.ts',
      'embedded-postgres.ts',
      'errors.ts',
      'event-bus.memory.ts',
      'event-bus.redis.ts',
      'event-bus.ts',
      'execution.ts',
      'graph.ts',
      'host.ts',
      'inbox.ts',
      'live-messages.memory.ts',
      'live-messages.redis.ts',
      'live-messages.ts',
      'lookout.ts',
      'mailbox.ts',
      'mapped-source.ts',
      'methods.ts',
      'metrics.ts',
      'outbound.ts',
      'outbox.ts',
      'page.ts',
      'position.ts',
      'present-first.ts',
      'request-body.ts',
      'scalar.ts',
      'scalars.ts',
      'serve.ts',
      'server-process.ts',
      'stream-reader.redis.ts',
      'subgraph.ts',
      'telemetry.ts',
      'testing',
      'tombstone.ts',
      'tracing.ts',
      'typescript.js',
      'unit-of-work.ts',
      'zip-codes',
      'zip-codes.ts',
    ]);
  });

  test('has a folder for each subgraph, with the definition that the table reads', () => {
    expect(subgraphNames.filter((name) => !existsSync(join(projectRoot, `subgraphs/${name}/${name}.ts`)))).toEqual([]);
    const known = [...subgraphNames, 'kernel', 'index.ts', 'main.ts'];
    expect(readdirSync(join(projectRoot, 'subgraphs')).filter((name) => !known.includes(name))).toEqual([]);
  });

  test('has names that say what is in them', () => {
    const empty =
      /(^|[-.])(utils?|helpers?|common|shared|misc|managers?|impl|info|stuff)([-.]|$)|^(data|base|lib)(\.|$)/;
    const named = (path: string) => path.split('/').some((part) => empty.test(part));
    const code = /^(gateway|subgraphs|schema|clients|bench|deploy)\//;
    expect(allFiles().filter((path) => code.test(path) && named(path))).toEqual([]);
    expect(linesLike(files, /^(export )?(interface|type) I[A-Z][a-z]/)).toEqual([]);
  });

  test('has files in kebab-case with their role as a suffix', () => {
    const kebab = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*$/;
    expect(files.filter(({ path }) => !kebab.test(basename(path))).map(({ path }) => path)).toEqual([]);
  });
});

describe('imports', () => {
  test('of a subgraph stay within it, the kernel and the event catalogue', () => {
    const among = files.filter((file) => domain(file.path));
    expect(
      importsLike(among, (target, file) => {
        if (/^(npm|node):/.test(target)) return false;
        const allowed = [`subgraphs/${domain(file.path)}/`, 'subgraphs/kernel/', 'schema/events.ts'];
        return !allowed.some((prefix) => target.startsWith(prefix));
      }),
    ).toEqual([]);
  });

  test('of the kernel reach no domain', () => {
    const among = production.filter(within('subgraphs/kernel'));
    expect(
      importsLike(among, (target) => {
        if (/^(npm|node):/.test(target)) return false;
        return !['subgraphs/kernel/', 'schema/events.ts', '.swcrc.json'].some((prefix) => target.startsWith(prefix));
      }),
    ).toEqual([]);
  });

  test('of subgraphs and schema never reach the gateway or the clients', () => {
    const among = files.filter((file) => within('subgraphs')(file) || within('schema')(file));
    expect(importsLike(among, (target) => /^(gateway|clients)\//.test(target))).toEqual([]);
  });

  test('of the gateway reach subgraphs through their table and the kernel alone', () => {
    const among = files.filter(within('gateway'));
    expect(importsLike(among, (target) => domain(target) !== undefined)).toEqual([]);
  });

  test('of the plan executor and of subscriptions reach nothing of Hey Blue!', () => {
    const among = production.filter((file) => /^gateway\/(executor|subscriptions)\//.test(file.path));
    expect(importsLike(among, (target) => !/^(npm:|node:|gateway\/(executor|subscriptions)\/)/.test(target))).toEqual(
      [],
    );
  });

  test('of the clients reach the public API alone', () => {
    const among = production.filter(within('clients'));
    expect(importsLike(among, (target) => !/^(npm:|node:|clients\/)/.test(target))).toEqual([]);
  });

  test('of a running system reach no test', () => {
    expect(
      importsLike(
        production.filter((file) => !within('bench')(file)),
        (target) => /\.(test|contract)\.tsx?$|\/(testing|journeys)\//.test(target),
      ),
    ).toEqual([]);
  });

  test('name packages that package.json declares, and a running system needs none of the development ones', () => {
    const manifest = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8'));
    const runtime = new Set(Object.keys(manifest.dependencies));
    const all = new Set([...runtime, ...Object.keys(manifest.devDependencies)]);
    // The explorer is bundled by npm ci; types are gone before anything runs.
    const runs = (file: SourceFile) =>
      !file.isTest && /^(gateway|subgraphs|schema)\//.test(file.path) && !/explorer\//.test(file.path);
    expect(
      importsLike(files, (target, file, { typeOnly }) => {
        if (!target.startsWith('npm:')) return false;
        const name = target.slice('npm:'.length);
        return !(runs(file) && !typeOnly ? runtime : all).has(name);
      }),
    ).toEqual([]);
  });
});

describe('the code', () => {
  test('reads the environment in one file', () => {
    const elsewhere = production.filter(
      ({ path }) => path !== 'subgraphs/kernel/configuration.ts' && !/^bench\/|vite\.config\.ts$/.test(path),
    );
    expect(linesLike(elsewhere, /\bprocess\.env\b/)).toEqual([]);
  });

  test('has no file of more than 500 lines', () => {
    const counts = files.map(({ path, lines }) => ({ path, count: lines.length - 1 }));
    expect(counts.filter(({ count }) => count > 500).map(({ path, count }) => `${path}: ${count} lines`)).toEqual([]);
  });

  test('says at the top of each file, in at most six lines, what it hides', () => {
    const without = production
      .filter(({ path }) => !path.endsWith('.d.ts'))
      .filter(({ lines }) => {
        const start = lines[0]?.startsWith('#!') ? 1 : 0;
        const end = lines.findIndex((line) => line.includes('*/'));
        const textLines = lines.slice(start, end + 1).filter((line) => /[A-Za-z]/.test(line)).length;
        return !lines[start]?.startsWith('/*') || textLines < 1 || textLines > 6;
      });
    expect(without.map(({ path }) => path)).toEqual([]);
  });

  test('exports by name, except to tools that want a default', () => {
    const wanted =
      /(^|\/)(jest\.config\.js|codegen\.ts|lingui\.config\.js|.*vite\.config\.ts|start-servers\.ts|stop-servers\.ts|tally\.js)$|\.d\.ts$/;
    const others = files.filter(({ path }) => !wanted.test(path));
    expect(linesLike(others, /^\s*export default\b|^\s*export \{[^}]*\bas default\b/)).toEqual([]);
  });

  test('has no barrel', () => {
    expect(linesLike(files, /^\s*export \* /)).toEqual([]);
    const indexes = files.filter(({ path }) => /(^|\/)index\.tsx?$/.test(path)).map(({ path }) => path);
    expect(indexes.filter((path) => path !== 'subgraphs/index.ts')).toEqual([]);
  });

  test('keeps no state in modules, so that two systems run side by side in one process', () => {
    const kept =
      /^(export )?(let|var) |^(export )?const \w+(: [^=]+)? = new (Map|Set|LRUCache|EventEmitter|Redis)\b[^(]*\(\)/;
    expect(linesLike(production, kept)).toEqual([]);
  });

  test('takes time and randomness from what it is given', () => {
    const domains = production.filter((file) => domain(file.path) ?? within('gateway/executor')(file));
    expect(linesLike(domains, /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\brandom(UUID|Bytes|Int)\(/)).toEqual([]);
  });

  test('asks no table of another subgraph', () => {
    for (const name of subgraphNames) {
      const others = subgraphNames.filter((other) => other !== name).join('|');
      const foreign = new RegExp(`\\b(from|join|into|update|references|table|exists)\\s+"?(${others})"?\\."?\\w`, 'i');
      expect(linesLike(files.filter(within(`subgraphs/${name}`)), foreign)).toEqual([]);
    }
  });

  test('leaves nothing to be done', () => {
    expect(linesLike(files, /\b(T[O]DO|F[I]XME|X[X]X|H[A]CK)\b/)).toEqual([]);
  });
});

describe('what is written for people', () => {
  const pages = allFiles().filter((path) => path.endsWith('.md'));
  const mentions = (pattern: RegExp) =>
    pages.flatMap((path) =>
      readFileSync(join(projectRoot, path), 'utf8')
        .split('\n')
        .flatMap((line, index) =>
          [...line.matchAll(pattern)].map(([, name = '']) => ({ at: `${path}:${index + 1}`, name })),
        ),
    );

  test('names files and folders that exist', () => {
    const paths = mentions(/`((?:gateway|subgraphs|schema|clients|deploy|docs|bench)\/[\w./-]*)`/g);
    expect(paths.length).toBeGreaterThan(10);
    const absent = paths.filter(({ name }) => !existsSync(join(projectRoot, name)));
    expect(absent.map(({ at, name }) => `${at}: ${name}`)).toEqual([]);
    const names = new Set(allFiles().map((path) => basename(path)));
    const absentTests = mentions(/`([\w.-]+\.test\.ts)`/g).filter(({ name }) => !names.has(name));
    expect(absentTests.map(({ at, name }) => `${at}: ${name}`)).toEqual([]);
  });

  test('names commands that package.json has', () => {
    const { scripts } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8'));
    const unknown = mentions(/\bnpm run ([\w:-]+)/g).filter(({ name }) => !(name in scripts));
    expect(unknown.map(({ at, name }) => `${at}: npm run ${name}`)).toEqual([]);
  });

  test('numbers decisions one after the other, each with its date and the test that holds it', () => {
    const decisions = readdirSync(join(projectRoot, 'docs/decisions')).sort();
    decisions.forEach((name, index) => {
      expect(name).toMatch(new RegExp(`^${String(index + 1).padStart(4, '0')}-[a-z0-9-]+\\.md$`));
      const text = readFileSync(join(projectRoot, 'docs/decisions', name), 'utf8');
      expect(text).toMatch(/^# .+\n\n(Accepted|Superseded by \d{4}), \d{4}-\d{2}-\d{2}\./);
      expect(text).toMatch(/\n## Held by\n.*\S/);
    });
  });
});

describe('the tests', () => {
  test('all run', () => {
    const held = /\b(test|it|describe)\.(only|skip|todo|failing|if)\b|^\s*(xit|xtest|xdescribe|fit|fdescribe)\(/;
    expect(
      linesLike(
        files.filter(({ isTest }) => isTest),
        held,
      ),
    ).toEqual([]);
  });

  test('wait for events and never for time', () => {
    const sleeps = /(?<!\.)\bsetTimeout\(|timers\/promises|\bsleep\(|\bAtomics\.wait\(|useFakeTimers/;
    const others = testFiles.filter(({ path }) => !path.endsWith('/house.test.ts'));
    expect(linesLike(others, sleeps)).toEqual([]);
  });

  test('have titles that are sentences in the present tense', () => {
    const wrong = /\b(should|shall|will|must be able)\b|^(test|tests|check|checks that)\b|\.$|^\S+$/i;
    const strange = testFiles.flatMap(({ path, lines }) => {
      const text = lines.join('\n');
      return [...text.matchAll(/^\s*test(?:\.each\([\s\S]*?\))?\(\s*(['"`])(.*?)\1,/gm)]
        .filter(([, , title = '']) => wrong.test(title))
        .map((match) => `${path}:${text.slice(0, match.index + match[0].length).split('\n').length}: ${match[2]}`);
    });
    expect(strange).toEqual([]);
  });

  test('are written with test, so that titles read alike', () => {
    expect(linesLike(testFiles, /^\s*it(\.each\b.*)?\(/)).toEqual([]);
  });
});
