/*
 * Postings per second against pgbench's TPC-B on the same server: the embedded PostgreSQL as the product runs it, durable,
 * 8 clients, both sides prepared and in turn. Afterwards the audit proves every balance from what was posted, or this fails.
 */
import { CLIENTS, findPgbench, oneOfTpcB, prepareTpcB, runClients, runPgbench } from './ledger/clients.ts';
import { BATCH, manyPostings, onePosting, scripts } from './ledger/postings.ts';
import { startLedgerServer } from './ledger/server.ts';
import type { Bench } from './run.ts';

export const bench: Bench = async ({ quick, progress }) => {
  const rounds = quick ? 3 : 6;
  const seconds = quick ? 2 : 5;
  progress.total(2 + 3 * (rounds + 1));
  progress.now('a server with ten thousand people');
  const server = await startLedgerServer();
  progress.step();
  try {
    const pgbench = await findPgbench();
    await prepareTpcB(server.url, pgbench);
    const contenders = [
      {
        name: 'pgbench TPC-B',
        perSecond: [] as number[],
        run: (time: number) =>
          pgbench ? runPgbench(pgbench, server.url, time) : runClients(server.url, time, oneOfTpcB),
      },
      {
        name: 'postings, one per call',
        perSecond: [] as number[],
        run: (time: number) =>
          pgbench ? runPgbench(pgbench, server.url, time, scripts) : runClients(server.url, time, onePosting),
      },
      {
        name: `postings, ${BATCH} per call`,
        perSecond: [] as number[],
        run: (time: number) => runClients(server.url, time, manyPostings),
      },
    ] as const;
    for (let round = 0; round <= rounds; round++) {
      for (const { name, perSecond, run } of contenders) {
        progress.now(round === 0 ? `warming ${name}` : `round ${round}: ${name}`);
        const rate = await run(round === 0 ? 1 : seconds);
        if (round > 0) perSecond.push(rate);
        progress.step();
      }
    }
    progress.now('the proof of the books');
    const proved = await server.prove();
    progress.step();
    const [peer, single, batched] = contenders;
    const times = (rates: readonly number[]) => median(rates.map((rate, round) => rate / (peer.perSecond[round] ?? 0)));
    return {
      rows: contenders.map(({ name, perSecond }) => ({
        what: name,
        'per second': median(perSecond),
        'times TPC-B': round2(times(perSecond)),
      })),
      notes: [
        `${CLIENTS} clients, ${rounds} rounds of ${seconds} s taken in turn, medians; the ratio is that of the rounds. One server, fsync on.`,
        pgbench
          ? 'TPC-B and single postings by pgbench with prepared statements, batches over node-postgres.'
          : 'pgbench is not installed: its statements, and the postings, over node-postgres with prepared statements.',
        'Half of the postings give a person points and make a lot, half spend, first what runs out first; all under a key of their own.',
        `The audit proved ${proved.toLocaleString('en')} postings afterwards.`,
      ],
      figures: {
        shareOfPgbench: round2(times(single.perSecond)),
        batchedTimesPgbench: round2(times(batched.perSecond)),
        pgbenchPerSecond: Math.round(median(peer.perSecond)),
        postingsPerSecond: Math.round(median(single.perSecond)),
        batchedPostingsPerSecond: Math.round(median(batched.perSecond)),
        postingsProved: proved,
      },
    };
  } finally {
    await server.stop();
  }
};

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? 0)) / 2;
}

const round2 = (value: number): number => Math.round(value * 100) / 100;
