import fc from 'fast-check';
import { Mailbox, type Reader } from './mailbox.ts';

/** Takes so many messages at a time, then has had enough. */
function readerOf(atOnce: number) {
  const heard: (number | string)[] = [];
  let left = atOnce;
  const reader: Reader<number> = {
    told(message) {
      heard.push(message);
      return --left > 0;
    },
    ended: (failure) => heard.push(failure ? `failed: ${(failure as Error).message}` : 'end'),
  };
  return {
    heard,
    reader,
    wantMore: () => {
      left = atOnce;
    },
  };
}

test('a reader is told each message as it comes, and what waited before', () => {
  const box = new Mailbox<number>(10, () => {});
  const { heard, reader } = readerOf(100);
  box.push(1);
  box.push(2);
  box.tell(reader);
  expect(heard).toEqual([1, 2]);
  box.push(3);
  box.end();
  box.push(4);
  expect(heard).toEqual([1, 2, 3, 'end']);
});

test('a reader that has had enough is told the rest when it resumes, then the end', () => {
  const box = new Mailbox<number>(10, () => {});
  const { heard, reader, wantMore } = readerOf(2);
  box.tell(reader);
  for (const message of [1, 2, 3, 4, 5]) box.push(message);
  box.fail(new Error('away'));
  expect(heard).toEqual([1, 2]);
  wantMore();
  box.resume();
  expect(heard).toEqual([1, 2, 3, 4]);
  wantMore();
  box.resume();
  expect(heard).toEqual([1, 2, 3, 4, 5, 'failed: away']);
});

test('whoever pushes while being told is told later, in order', () => {
  const box = new Mailbox<number>(10, () => {});
  const heard: number[] = [];
  box.tell({
    told(message) {
      if (message < 4) box.push(message + 1);
      heard.push(message);
      return true;
    },
    ended: () => {},
  });
  box.push(1);
  expect(heard).toEqual([1, 2, 3, 4]);
});

test('after a reader has left nothing is told, and whoever fills the box hears of it once', async () => {
  let left = 0;
  const box = new Mailbox<number>(10, () => left++);
  const { heard, reader } = readerOf(100);
  box.tell(reader);
  await box.return();
  box.push(1);
  box.end();
  await box.return();
  expect([heard, left]).toEqual([[], 1]);
});

test('one message too many ends it, for whoever pulls and whoever is told', async () => {
  const [pulled, told] = [new Mailbox<number>(2, () => {}), new Mailbox<number>(2, () => {})];
  const { heard, reader, wantMore } = readerOf(1);
  told.tell(reader);
  told.push(0);
  for (const message of [1, 2, 3]) {
    pulled.push(message);
    told.push(message);
  }
  wantMore();
  told.resume();
  expect(heard).toEqual([0, 'failed: The subscription fell too far behind; subscribe again.']);
  await expect(pulled.next()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  expect((await pulled.next()).done).toBe(true);
});

test('pulled and pushed, the same is read, however pushing and reading take turns', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom<'push' | 'read'>('push', 'read'), { maxLength: 30 }),
      fc.integer({ min: 1, max: 3 }),
      async (steps, atOnce) => {
        const [pulled, told] = [new Mailbox<number>(100, () => {}), new Mailbox<number>(100, () => {})];
        const { heard, reader, wantMore } = readerOf(atOnce);
        told.tell(reader);
        let count = 0;
        for (const step of steps) {
          if (step === 'push') {
            count++;
            pulled.push(count);
            told.push(count);
          } else {
            wantMore();
            told.resume();
          }
        }
        const read: number[] = [];
        pulled.end();
        for await (const message of pulled) read.push(message);
        while (heard.length < count) {
          wantMore();
          told.resume();
        }
        expect(heard).toEqual(read);
      },
    ),
  );
});
