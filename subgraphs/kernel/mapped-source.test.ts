import fc from 'fast-check';
import { Mailbox, type Source } from './mailbox.ts';
import { mapSource } from './mapped-source.ts';

/** The messages of a box, only to be pulled. */
function pullOnly(box: Mailbox<number>): AsyncIterator<number> {
  return { next: () => box.next(), return: () => box.return() };
}

/** All that a source has, by being pulled or by being told, a few at a time. */
async function readAll(source: Source<number | string>, isTold: boolean, atOnce: number): Promise<(number | string)[]> {
  const heard: (number | string)[] = [];
  if (!isTold) {
    try {
      for await (const message of source) heard.push(message);
    } catch (error) {
      heard.push((error as Error).message);
    }
    return heard;
  }
  let isOver = false;
  let left = atOnce;
  source.tell({
    told(message) {
      heard.push(message);
      return --left > 0;
    },
    ended(failure) {
      isOver = true;
      if (failure) heard.push((failure as Error).message);
    },
  });
  while (!isOver) {
    await new Promise(setImmediate);
    left = atOnce;
    source.resume();
  }
  return heard;
}

type Fate = 'kept' | 'dropped' | 'later' | 'droppedLater' | 'throws' | 'rejects';
const fates: readonly Fate[] = ['kept', 'kept', 'kept', 'dropped', 'later', 'droppedLater', 'throws', 'rejects'];

function map(fate: Fate, message: number): string | undefined | Promise<string | undefined> {
  if (fate === 'throws') throw new Error('wrong');
  if (fate === 'rejects') return Promise.reject(new Error('wrong'));
  const made = fate.startsWith('dropped') ? undefined : `${message}`;
  return fate.endsWith('ater') ? new Promise((resolve) => setImmediate(() => resolve(made))) : made;
}

test('what is read is what was mapped, in order, until something goes wrong, however it is read', async () => {
  const plan = fc.record({
    messages: fc.array(fc.constantFrom(...fates), { maxLength: 12 }),
    first: fc.array(fc.constantFrom('a', 'b'), { maxLength: 3 }),
    isPushed: fc.boolean(),
    isTold: fc.boolean(),
    fails: fc.boolean(),
    hasLast: fc.boolean(),
    atOnce: fc.integer({ min: 1, max: 3 }),
  });
  await fc.assert(
    fc.asyncProperty(plan, async ({ messages, first, isPushed, isTold, fails, hasLast, atOnce }) => {
      let left = 0;
      const box = new Mailbox<number>(100, () => left++);
      const source = mapSource<number, string>(isPushed ? box : pullOnly(box), {
        map: (message) => map(messages[message] as Fate, message),
        first,
        ...(hasLast && { failed: (failure) => `last: ${(failure as Error).message}` }),
      });
      const reading = readAll(source, isTold, atOnce);
      messages.forEach((_, index) => {
        box.push(index);
      });
      if (fails) box.fail(new Error('lost'));
      else box.end();

      const wrong = messages.findIndex((fate) => fate === 'throws' || fate === 'rejects');
      const taken = wrong === -1 ? messages : messages.slice(0, wrong);
      const failure = wrong === -1 ? fails && 'lost' : 'wrong';
      expect(await reading).toEqual([
        ...first,
        ...taken.flatMap((fate, index) => (fate.startsWith('dropped') ? [] : [`${index}`])),
        ...(failure ? [hasLast ? `last: ${failure}` : failure] : []),
      ]);
      expect(left).toBe(1);
    }),
    { numRuns: 300 },
  );
});

test('a failure ends the source below, so that nobody listens for nobody', async () => {
  for (const isTold of [false, true]) {
    let left = 0;
    const box = new Mailbox<number>(100, () => left++);
    const source = mapSource<number, string>(box, { map: () => map('throws', 0) });
    const reading = readAll(source, isTold, 1);
    box.push(1);
    expect([await reading, left]).toEqual([['wrong'], 1]);
  }
});

test('return ends it at once, also while somebody waits, and nobody is told any more', async () => {
  const [box, other] = [new Mailbox<number>(100, () => {}), new Mailbox<number>(100, () => {})];
  const pulled = mapSource<number, string>(box, { map: (message) => `${message}` });
  const waiting = pulled.next();
  await pulled.return?.();
  expect([(await waiting).done, (await pulled.next()).done]).toEqual([true, true]);

  const heard: unknown[] = [];
  const told = mapSource<number, string>(other, { map: (message) => map('later', message) });
  told.tell({ told: (message) => heard.push(message) > 0, ended: () => heard.push('end') });
  other.push(1);
  await told.return?.();
  await new Promise(setImmediate);
  expect(heard).toEqual([]);
});
