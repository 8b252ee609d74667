import { pino } from 'pino';
import { ManualClock } from './clock.ts';
import { type LookoutOptions, openLookout } from './lookout.ts';

const HOUR = 3_600_000;

function lookout(options: Partial<LookoutOptions> = {}) {
  const clock = new ManualClock();
  const lines: string[] = [];
  const log = pino({ level: 'error' }, { write: (line: string) => void lines.push(JSON.parse(line).msg) });
  const looks: Date[] = [];
  const subject = openLookout(
    { clock, log },
    {
      everyMilliseconds: HOUR,
      failed: 'it failed',
      ...options,
      async task(isClosed): Promise<Date | undefined> {
        looks.push(clock.now());
        return (await options.task?.(isClosed)) ?? undefined;
      },
    },
  );
  /** Resolves when no look is under way; looks no further. */
  const settled = async () => {
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  };
  return { clock, lines, looks, subject, settled };
}

test('looks at once and after each interval', async () => {
  const { clock, looks, subject, settled } = lookout();
  await settled();
  expect(looks).toHaveLength(1);
  clock.advance(HOUR - 60_000);
  await settled();
  expect(looks).toHaveLength(1);
  clock.advance(60_000);
  await settled();
  expect(looks).toHaveLength(2);
  await subject.close();
});

test('the first look can wait', async () => {
  const { clock, looks, subject, settled } = lookout({ firstMilliseconds: 60_000 });
  await settled();
  expect(looks).toEqual([]);
  clock.advance(60_000);
  await settled();
  expect(looks).toHaveLength(1);
  await subject.close();
});

test('looks when something is due before the interval is over, and not at once for what was due before', async () => {
  let next = 600_000;
  const { clock, looks, subject, settled } = lookout({ task: async () => new Date(clock.now().getTime() + next) });
  await settled();
  clock.advance(600_000);
  await settled();
  expect(looks).toHaveLength(2);
  next = -1000;
  clock.advance(600_000);
  await settled();
  expect(looks).toHaveLength(3);
  clock.advance(HOUR - 60_000);
  await settled();
  expect(looks).toHaveLength(3);
  clock.advance(60_000);
  await settled();
  expect(looks).toHaveLength(4);
  await subject.close();
});

test('what fails is logged and tried again', async () => {
  const { clock, lines, looks, subject, settled } = lookout({ task: () => Promise.reject(new Error('no database')) });
  await subject.look();
  expect(lines).toEqual(['it failed', 'it failed']);
  clock.advance(HOUR);
  await settled();
  expect(looks).toHaveLength(3);
  await subject.close();
});

test('looks come one after the other, and closing waits for the one under way and begins no other', async () => {
  let running = 0;
  let most = 0;
  const releases: (() => void)[] = [];
  const { clock, looks, subject, settled } = lookout({
    async task() {
      most = Math.max(most, ++running);
      await new Promise<void>((resolve) => releases.push(resolve));
      running--;
    },
  });
  const asked = subject.look();
  await settled();
  expect(looks).toHaveLength(1);
  releases.shift()?.();
  await settled();
  expect(looks).toHaveLength(2);
  const third = subject.look();
  let closed = false;
  const closing = subject.close().then(() => {
    closed = true;
  });
  await settled();
  expect(closed).toBe(false);
  releases.shift()?.();
  await Promise.all([asked, third, closing]);
  expect(looks).toHaveLength(2);
  expect(most).toBe(1);
  clock.advance(2 * HOUR);
  await settled();
  expect(looks).toHaveLength(2);
});
