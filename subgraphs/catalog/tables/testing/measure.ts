/* Opens the file that it is named in a process of its own and writes as JSON what came of it, how long it computed and how much memory it took. */
import { open } from 'node:fs/promises';
import { cpuUsage, resourceUsage } from 'node:process';
import { openTable } from '../read-table.ts';

const [file = ''] = process.argv.slice(2);
const { size } = await open(file).then(async (handle) => handle.stat().finally(() => handle.close()));
const bytes = {
  async *[Symbol.asyncIterator]() {
    const handle = await open(file);
    yield* handle.createReadStream();
  },
};
/** By all threads, which is the same on a machine that is busy with something else. */
const computed = (since: NodeJS.CpuUsage) => {
  const { user, system } = cpuUsage(since);
  return (user + system) / 1000;
};
const peak = () => resourceUsage().maxRSS / 1024;
const before = peak();
const begun = cpuUsage();
let message = '';
let rows = 0;
try {
  const table = await openTable({ name: file, size, bytes });
  for await (const batch of table.rows()) rows += batch.length;
} catch (error) {
  message = (error as Error).message;
}
process.stdout.write(
  JSON.stringify({ message, rows, milliseconds: computed(begun), growthMegabytes: peak() - before }),
);
