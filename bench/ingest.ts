/*
 * Position reports over real sockets through the gateway into the proximity engine, the whole system in one process,
 * against a bare `ws` server that parses and answers the same JSON; and how long an alert takes at half that load.
 */
import { type Part, startPart, type Usage } from './gateway/process.ts';
import type { PhoneOrder, PhoneResult } from './ingest/phones.ts';
import type { Bench } from './run.ts';

const PHONES = 64;

interface Contender {
  readonly name: string;
  readonly server: Part;
  readonly phones: Part;
  readonly rounds: Round[];
}

interface Round {
  readonly perSecond: number;
  readonly cpuMicroseconds: number;
}

export const bench: Bench = async ({ quick, progress }) => {
  const rounds = quick ? 4 : 8;
  const milliseconds = quick ? 1_500 : 4_000;
  progress.total(2 + 2 * (rounds + 1) + 1);
  const parts: Part[] = [];
  const start = async (name: string, file: string, signIn: boolean): Promise<Contender> => {
    progress.now(`${name}: ${PHONES} phones`);
    const server = await startPart(file, null);
    parts.push(server);
    const phones = await startPart('../ingest/phones.ts', null);
    parts.push(phones);
    await phones.ask({ url: server.url, phones: PHONES, signIn } satisfies PhoneOrder);
    progress.step();
    return { name, server, phones, rounds: [] };
  };
  try {
    const ours = await start('ours', '../ingest/ours.ts', true);
    const bare = await start('bare ws', '../ingest/bare-ws.ts', false);
    for (let round = 0; round <= rounds; round++) {
      for (const contender of [ours, bare]) {
        progress.now(round === 0 ? `warming ${contender.name}` : `round ${round}: ${contender.name}`);
        const result = await measure(contender, { milliseconds });
        if (round > 0) contender.rounds.push(result);
        progress.step();
      }
    }
    progress.now('alerts at half the load');
    const perSecond = medianOf(ours, 'perSecond') / 2;
    const order = { milliseconds: milliseconds * 4, perSecond } satisfies PhoneOrder;
    const { alertMilliseconds, ...load } = await ours.phones.ask<PhoneResult>(order);
    progress.step();
    const waited = [...alertMilliseconds].sort((one, other) => one - other);
    const at = (part: number) => round2(waited[Math.floor(waited.length * part)] ?? 0);
    const row = (contender: Contender) => ({
      server: contender.name,
      'reports/s': medianOf(contender, 'perSecond'),
      'CPU µs/report': medianOf(contender, 'cpuMicroseconds'),
    });
    return {
      rows: [row(ours), row(bare)],
      notes: [
        `${PHONES} phones, each with one report under way; medians of ${rounds} rounds taken in turn. The share compares CPU time`,
        'of the server process. Ours is the whole system; the peer only parses, and answers with the same two messages in one write.',
        `At ${Math.round(load.reports / load.seconds)} reports/s ${waited.length} alerts took ${at(0.5)} ms in the middle and ${at(0.99)} ms at the 99th percentile.`,
      ],
      figures: {
        shareOfBareWs: round2(
          median(ours.rounds.map((mine, at) => (bare.rounds[at]?.cpuMicroseconds ?? 0) / mine.cpuMicroseconds)),
        ),
        rateShareOfBareWs: round2(
          median(ours.rounds.map((mine, at) => mine.perSecond / (bare.rounds[at]?.perSecond ?? 0))),
        ),
        reportsPerSecond: Math.round(medianOf(ours, 'perSecond')),
        reportCpuMicroseconds: round2(medianOf(ours, 'cpuMicroseconds')),
        alertP50Milliseconds: at(0.5),
        alertP99Milliseconds: at(0.99),
        alerts: waited.length,
      },
    };
  } finally {
    await Promise.all(parts.map((part) => part.stop()));
  }
};

async function measure({ server, phones }: Contender, order: PhoneOrder): Promise<Round> {
  const before = await server.ask<Usage>(null);
  const { reports, seconds } = await phones.ask<PhoneResult>(order);
  const after = await server.ask<Usage>(null);
  return {
    perSecond: reports / seconds,
    cpuMicroseconds: (after.cpuMicroseconds - before.cpuMicroseconds) / reports,
  };
}

const medianOf = ({ rounds }: Contender, figure: keyof Round) => median(rounds.map((round) => round[figure]));

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? 0)) / 2;
}

function round2(value: number): number {
  return Math.round(value * 100) / 100;
}
