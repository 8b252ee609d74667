import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { projectRoot } from './source-tree.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hey-blue-ci-'));
  mkdirSync(join(folder, '.ci'));
  copyFileSync(join(projectRoot, '.ci/run'), join(folder, '.ci/run'));
  mkdirSync(join(folder, 'bin'));
});

afterEach(() => rmSync(folder, { recursive: true }));

/**
 * Runs .ci/run in a project of one test file, with the real Jest and reporter. Only `npm ci` is left out: a stand-in on
 * the PATH answers it with `install` and runs Jest for `npm test`.
 */
function run(
  testFile: string,
  { install = 'true', node = process.execPath } = {},
): { lines: string[]; status: number } {
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(folder, 'one.test.js'), testFile);
  const reporter = JSON.stringify(join(import.meta.dirname, 'tally.js'));
  writeFileSync(join(folder, 'jest.config.js'), `export default { reporters: ['default', ${reporter}] };`);
  const jest = `'${node}' --experimental-vm-modules '${join(projectRoot, 'node_modules/jest/bin/jest.js')}'`;
  const npm = join(folder, 'bin/npm');
  writeFileSync(npm, `#!/bin/sh\nif [ "$1" = ci ]; then ${install}; else ${jest}; fi\n`);
  chmodSync(npm, 0o755);
  const path = [join(folder, 'bin'), dirname(process.execPath), '/usr/bin', '/bin'].join(delimiter);
  const { stdout, status } = spawnSync(join(folder, '.ci/run'), { encoding: 'utf8', env: { PATH: path } });
  return { lines: stdout.trim().split('\n'), status: status ?? -1 };
}

const passing = `test('adds', () => expect(1 + 1).toBe(2));`;
const failing = `test('adds wrongly', () => expect(1 + 1).toBe(3));`;

test('ends with the numbers of tests and a good exit code when all pass', () => {
  const { lines, status } = run(passing + passing.replace('adds', 'adds again'));
  expect(lines.at(-1)).toBe('2 passed, 0 failed');
  expect(status).toBe(0);
});

test('counts failures and says so by its exit code', () => {
  const { lines, status } = run(passing + failing);
  expect(lines.at(-1)).toBe('1 passed, 1 failed');
  expect(status).toBe(1);
});

test('counts a test that does not run as a failure', () => {
  const { lines, status } = run(`${passing} test${'.skip'}('rests', () => {});`);
  expect(lines.at(-1)).toBe('1 passed, 1 failed');
  expect(status).toBe(1);
});

test('counts a file that cannot be loaded, and one without tests, as a failure', () => {
  expect(run(`import './absent.js';`)).toMatchObject({ status: 1 });
  expect(run(`import './absent.js';`).lines.at(-1)).toBe('0 passed, 1 failed');
  expect(run('').lines.at(-1)).toBe('0 passed, 1 failed');
});

test('counts what breaks before any test as one failure', () => {
  const uninstalled = run(passing, { install: 'false' });
  expect(uninstalled.lines.at(-1)).toBe('0 passed, 1 failed');
  expect(uninstalled.status).toBe(1);
  const crashed = run(passing, { node: 'false' });
  expect(crashed.lines.at(-1)).toBe('0 passed, 1 failed');
  expect(crashed.status).toBe(1);
});

test('counts a process that ends in the middle as a failure', () => {
  const { lines, status } = run(`${passing} test('ends', () => process.kill(process.pid, 'SIGKILL'));`);
  expect(lines.at(-1)).toMatch(/^0 passed, 1 failed$/);
  expect(status).toBe(1);
});
