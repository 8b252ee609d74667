import fc from 'fast-check';
import { ManualClock } from '../../kernel/clock.ts';
import { Asking } from './asking.ts';

test('each report hears its own answer, in whatever order answers come, and however many wait', async () => {
  const order = fc.array(fc.nat(1_000_000), { minLength: 1, maxLength: 4_000 });
  await fc.assert(
    fc.asyncProperty(order, async (ranks) => {
      const asking = new Asking(new ManualClock());
      const waiting = ranks.map((rank, index) => {
        const token = asking.nextReport();
        return { token, rank, index, answer: asking.reported(index) };
      });
      for (const { token, index } of [...waiting].sort((one, other) => one.rank - other.rank)) {
        asking.answered(token, index % 3 > 0, index % 60);
        // Frames may come twice.
        asking.answered(token, false, 0);
      }
      const answers = await Promise.all(waiting.map(({ answer }) => answer));
      for (const [index, answer] of answers.entries()) {
        const expected = { isTaken: index % 3 > 0, remark: undefined, quietSeconds: index % 60, expiresAt: index };
        expect(answer).toEqual(expected);
      }
      asking.close();
    }),
    { numRuns: 20 },
  );
});

test('a report that nobody answers was sent all the same, and says so within two seconds', async () => {
  const clock = new ManualClock();
  const asking = new Asking(clock);
  const lost = asking.reported(asking.nextReport());
  const token = asking.nextReport();
  const answered = asking.reported(0);
  asking.answered(token, false, 5);
  expect((await answered).isTaken).toBe(false);
  for (let step = 0; step < 8; step++) clock.advance(250);
  expect(await lost).toMatchObject({ isTaken: true, quietSeconds: 0 });
  // What comes after that is nothing to anybody.
  asking.answered(1, false, 5);
  asking.close();
});

test('whoever waits when the front ends is answered', async () => {
  const asking = new Asking(new ManualClock());
  const waiting = Array.from({ length: 3_000 }, () => asking.reported(asking.nextReport()));
  const question = asking.ask('worker').reply;
  const refused = expect(question).rejects.toThrow('does not answer');
  asking.close();
  expect((await Promise.all(waiting)).every(({ isTaken }) => isTaken)).toBe(true);
  await refused;
});
