import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { ManualClock } from '../subgraphs/kernel/clock.ts';
import { LOOK_MILLISECONDS, SupergraphWatch } from './supergraph.ts';

describe('the watch over the supergraph', () => {
  let folder: string;
  let file: string;
  let clock: ManualClock;
  let taken: string[];
  let lines: string[];
  let watch: SupergraphWatch;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hey-blue-supergraph-'));
    file = join(folder, 'supergraph.graphql');
    await writeFile(file, 'first');
    clock = new ManualClock();
    taken = [];
    lines = [];
    watch = new SupergraphWatch({
      file,
      served: 'first',
      take: async (text) => {
        if (text.startsWith('bad')) throw new Error('It cannot be served');
        taken.push(text);
      },
      clock,
      log: pino({ level: 'info' }, { write: (line: string) => lines.push(line) }),
    });
  });

  afterEach(async () => {
    await watch.close();
    await rm(folder, { recursive: true });
  });

  test('takes what has changed by itself, also where the file is exchanged for another', async () => {
    await watch.look();
    expect(taken).toEqual([]);
    await writeFile(join(folder, 'next'), 'second');
    await rename(join(folder, 'next'), file);
    clock.advance(LOOK_MILLISECONDS);
    await watch.look();
    expect(taken).toEqual(['second']);
  });

  test('refuses a bad one once, says why, and takes the next good one, even the one before', async () => {
    await writeFile(file, 'bad');
    await watch.look();
    await watch.look();
    expect(taken).toEqual([]);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('It cannot be served');
    await writeFile(file, 'first');
    await watch.look();
    expect(taken).toEqual(['first']);
  });

  test('goes on while the file is away', async () => {
    await rm(file);
    await watch.look();
    expect(lines).toHaveLength(1);
    await writeFile(file, 'second');
    await watch.look();
    expect(taken).toEqual(['second']);
  });

  test('takes nothing once it is closed', async () => {
    await watch.close();
    await writeFile(file, 'second');
    await watch.look();
    expect(taken).toEqual([]);
  });
});
