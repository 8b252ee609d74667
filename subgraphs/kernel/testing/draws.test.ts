import { spawnSync } from 'node:child_process';
import fc from 'fast-check';

test('what is drawn is the same in every run', () => {
  const draw = () => fc.sample(fc.nat(), 20);
  const known = process.env.DRAWS === undefined ? draw() : fc.sample(fc.nat(), { numRuns: 20, seed: 20261121 });
  expect(known).toEqual(fc.sample(fc.nat(), { numRuns: 20, seed: 20261121 }));
});

test.each([
  ['anew', 'undefined'],
  ['7', '7'],
])('DRAWS=%s draws from the seed %s', (wish, seed) => {
  const program = `await import('./subgraphs/kernel/testing/draws.ts');
    const { default: fc } = await import('fast-check');
    process.stdout.write(String(fc.readConfigureGlobal().seed));`;
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', './subgraphs/kernel/typescript.js', '--input-type=module', '--eval', program],
    { encoding: 'utf8', env: { PATH: process.env.PATH, DRAWS: wish } },
  );
  expect([stderr, stdout]).toEqual(['', seed]);
});
