/* How often a phone says where it is, on a clock that is turned by hand. */
import { type Fix, Reporter } from './reporter.ts';

const START = Date.parse('2026-11-21T12:00:00Z');
const here: Fix = { latitude: 30.2682, longitude: -97.7429, accuracyMeters: 5 };
const northBy = (meters: number): Fix => ({ ...here, latitude: here.latitude + meters / 111_195 });

/** Whatever was promised has come. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await Promise.resolve();
}

/** A phone whose clock is turned by hand; `answer` is what the API says to each report. */
function phone(answer: () => { quietSeconds: number; expiresInSeconds?: number } = () => ({ quietSeconds: 0 })) {
  let now = START;
  const tasks = new Map<number, { at: number; task: () => void }>();
  let last = 0;
  const sent: { fix: Fix; sequence: number; second: number }[] = [];
  const failures: unknown[] = [];
  let goesOn = true;
  const reporter = new Reporter({
    send: async (fix, sequence) => {
      sent.push({ fix, sequence, second: (now - START) / 1_000 });
      const { quietSeconds, expiresInSeconds = 120 } = answer();
      return {
        taken: true,
        remark: null,
        quietSeconds,
        expiresAt: new Date(now + expiresInSeconds * 1_000).toISOString(),
      };
    },
    now: () => now,
    later(milliseconds, task) {
      const id = ++last;
      tasks.set(id, { at: now + milliseconds, task });
      return () => tasks.delete(id);
    },
    onAnswer: () => {},
    onFailure: (failure) => {
      failures.push(failure);
      return goesOn;
    },
  });
  return {
    reporter,
    sent,
    failures,
    seconds: () => sent.map(({ second }) => second),
    stopAtFailure: () => {
      goesOn = false;
    },
    /** Turns the clock, second by second. */
    async pass(seconds: number) {
      await settled();
      for (let second = 0; second < seconds; second++) {
        now += 1_000;
        for (const [id, { at, task }] of [...tasks]) {
          if (at > now) continue;
          tasks.delete(id);
          task();
        }
        await settled();
      }
    },
  };
}

test('the first place goes out at once, and who stands still says so every quarter of a minute', async () => {
  const { reporter, seconds, pass } = phone();
  reporter.heard(here);
  await pass(46);
  expect(seconds()).toEqual([0, 15, 30, 45]);
});

test('who moves says so every five seconds, and a tremble is no move', async () => {
  const { reporter, seconds, sent, pass } = phone();
  reporter.heard(here);
  await pass(1);
  reporter.heard(northBy(4));
  await pass(8);
  expect(seconds()).toEqual([0]);
  reporter.heard(northBy(30));
  await pass(1);
  reporter.heard(northBy(60));
  await pass(5);
  expect(sent.map(({ fix }) => fix)).toEqual([here, northBy(30), northBy(60)]);
});

test('counts begin with the seconds since 1970 and grow', async () => {
  const { reporter, sent, pass } = phone();
  reporter.heard(here);
  await pass(30);
  expect(sent.map(({ sequence }) => sequence - START / 1_000)).toEqual([1, 15, 30]);
});

test('nothing is said in the quiet time, except to be remembered', async () => {
  const { reporter, seconds, pass } = phone(() => ({ quietSeconds: 600 }));
  reporter.heard(here);
  for (let second = 0; second < 120; second++) {
    reporter.heard(northBy(second * 10));
    await pass(1);
  }
  expect(seconds()).toEqual([0, 105]);
});

test('a report that is asked for goes out in the quiet time', async () => {
  const { reporter, seconds, pass } = phone(() => ({ quietSeconds: 600 }));
  reporter.heard(here);
  await pass(3);
  reporter.hurry();
  await pass(1);
  expect(seconds()).toEqual([0, 3]);
});

test('failures are repeated less and less often, until one says that it is over', async () => {
  const { reporter, seconds, failures, stopAtFailure, pass } = phone(() => {
    throw new Error('It is refused.');
  });
  reporter.heard(here);
  await pass(36);
  expect(seconds()).toEqual([0, 5, 15, 35]);
  stopAtFailure();
  await pass(200);
  expect(failures).toHaveLength(5);
});

test('nothing is said after the end', async () => {
  const { reporter, seconds, pass } = phone();
  reporter.heard(here);
  await pass(1);
  reporter.end();
  reporter.heard(northBy(100));
  await pass(60);
  expect(seconds()).toEqual([0]);
});
