/*
 * What the servers of this benchmark do alike: they count their subscribers, send on demand in turns of equal size, and
 * say what it took.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { partIsReady } from '../gateway/process.ts';

export interface Usage {
  /** CPU time of the process since its start, user and system. */
  readonly cpuMicroseconds: number;
  /** After a collection of garbage. */
  readonly residentBytes: number;
}

export type Question =
  /** Answered when so many listen. */
  | { readonly listeners: number }
  | { readonly unicast: number }
  | { readonly broadcast: number }
  | { readonly usage: 'cpu' | 'memory' };

export interface ServerPart {
  listeners(): number;
  /** Tells listener number `index` one event. */
  tellOne(index: number): void;
  /** Tells all listeners one event; resolves when all have been written to. */
  tellAll(): Promise<void>;
}

/** Sends of one turn of the event loop. */
const PER_TURN = 32;

setFlagsFromString('--expose-gc');
/** As thoroughly as before an out-of-memory error: what a burst of allocations has left empty is given back too. */
const collectGarbage = () => runInNewContext('gc')({ type: 'major', flavor: 'last-resort', execution: 'sync' });

export function serverIsReady(port: number, server: ServerPart): void {
  partIsReady(port, async (question: Question): Promise<Usage> => {
    if ('listeners' in question) {
      while (server.listeners() < question.listeners) await nextTurn();
    } else if ('unicast' in question) {
      await unicast(server, question.unicast);
    } else if ('broadcast' in question) {
      for (let event = 0; event < question.broadcast; event++) await server.tellAll();
    } else if (question.usage === 'memory') {
      for (let turn = 0; turn < 5; turn++) {
        collectGarbage();
        await nextTurn();
      }
    }
    const { user, system } = process.cpuUsage();
    return { cpuMicroseconds: user + system, residentBytes: process.memoryUsage.rss() };
  });
}

async function unicast(server: ServerPart, events: number): Promise<void> {
  const listeners = server.listeners();
  // A step without a common divisor with the number of listeners reaches them all, neighbours at different times.
  for (let event = 0; event < events; event++) {
    server.tellOne((event * 7_919) % listeners);
    if (event % PER_TURN === PER_TURN - 1) await nextTurn();
  }
}

/** Tells each of `listeners` in turns as long as our gateway's, so that none starves the rest of its process. */
export async function inTurns<Listener>(listeners: readonly Listener[], tell: (listener: Listener) => void) {
  let told = 0;
  for (const listener of listeners) {
    tell(listener);
    if (++told % 256 === 0) await nextTurn();
  }
}
