/* Opens the file that it is named in a process of its own and writes as JSON what came of it, how long it took and how much memory. */
import { open } from 'node:fs/promises';
import { resourceUsage } from 'node:process';
import { openTable } from '../read-table.ts';

const [file = ''] = process.argv.slice(2);
const { size } = await open(file).then(async (handle) => handle.stat().finally(() => handle.close()));
const bytes = {
  async *[Symbol.asyncIterator]() {
    const handle = await open(file);
    yield* handle.createReadStream();
  },
};
const peak = () => resourceUsage().maxRSS / 1024;
const before = peak();
const begun = performance.now();
let message = '';
let rows = 0;
try {
  const table = await openTable({ name: file, size, bytes });
  for await (const batch of table.rows()) rows += batch.length;
} catch (error) {
  message = (error as Error).message;
}
process.stdout.write(
  JSON.stringify({ message, rows, milliseconds: performance.now() - begun, growthMegabytes: peak() - before }),
);
