import fc from 'fast-check';
import { evenly, place } from '../testing/places.ts';
import { FrameWriter, type PlacedReport, readFrame, senderOf } from './frames.ts';
import { type Worker, workerAddress } from './membership.ts';
import { TERRITORY_CELL_METERS, Territory } from './territory.ts';
import { NIL, textOf, type Uuid, uuidOf } from './uuid.ts';

const word = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const id: fc.Arbitrary<Uuid> = fc.record({ a: word, b: word, c: word, d: word });
const instant = fc.integer({ min: 0, max: 2e12 });

const report: fc.Arbitrary<PlacedReport> = fc
  .record({
    id,
    isOfficer: fc.boolean(),
    isVisible: fc.boolean(),
    place,
    accuracyMeters: fc.oneof(fc.constant(Number.NaN), fc.integer({ min: 0, max: 5_000 })),
    sequence: fc.nat(2 ** 31 - 1),
    reportedAt: instant,
    windowId: id,
    windowClosesAt: instant,
  })
  .map(({ place: { latitude, longitude }, windowId, windowClosesAt, ...rest }) => ({
    ...rest,
    latitude,
    longitude,
    ...(rest.isOfficer ? { windowId, windowClosesAt } : { windowId: NIL, windowClosesAt: Number.NaN }),
  }));

type Message =
  | { readonly kind: 'report'; readonly report: PlacedReport; readonly isPrimary: boolean; readonly token: number }
  | {
      readonly kind: 'leave';
      readonly id: Uuid;
      readonly isOfficer: boolean;
      readonly isGone: boolean;
      readonly sequence: number;
    }
  | { readonly kind: 'answer'; readonly token: number; readonly isTaken: boolean; readonly quietSeconds: number }
  | { readonly kind: 'json'; readonly value: { readonly text: string } };

const message: fc.Arbitrary<Message> = fc.oneof(
  fc.record({ kind: fc.constant('report' as const), report, isPrimary: fc.boolean(), token: fc.nat(0xffffffff) }),
  fc.record({
    kind: fc.constant('leave' as const),
    id,
    isOfficer: fc.boolean(),
    isGone: fc.boolean(),
    sequence: fc.nat(2 ** 31 - 1),
  }),
  fc.record({
    kind: fc.constant('answer' as const),
    token: fc.nat(0xffffffff),
    isTaken: fc.boolean(),
    quietSeconds: fc.nat(0xffff),
  }),
  fc.record({
    kind: fc.constant('json' as const),
    value: fc.record({ text: fc.string({ unit: 'binary', maxLength: 5_000 }) }),
  }),
);

test('frames carry every message as it was said, in order, however many', () => {
  fc.assert(
    fc.property(fc.array(message, { minLength: 1, maxLength: 100 }), fc.uuid(), (messages, front) => {
      const frames: Buffer[] = [];
      const sender = `front:${front}`;
      let flush = () => {};
      const writer = new FrameWriter(
        (_address, frame) => frames.push(Buffer.from(frame)),
        'there',
        sender,
        (later) => {
          flush = later;
        },
      );
      for (const each of messages) {
        if (each.kind === 'report') writer.report(each.report, each.isPrimary, each.token);
        else if (each.kind === 'leave') writer.leave(each.id, each.isOfficer, each.isGone, each.sequence);
        else if (each.kind === 'answer') writer.answer(each.token, each.isTaken, each.quietSeconds);
        else writer.json(each.value);
      }
      flush();
      const read: Message[] = [];
      for (const frame of frames) {
        expect(senderOf(frame)).toBe(sender);
        readFrame(frame, {
          report: (found, isPrimary, token) =>
            read.push({ kind: 'report', report: structuredClone({ ...found }), isPrimary, token }),
          leave: (left, isOfficer, isGone, sequence) =>
            read.push({ kind: 'leave', id: left, isOfficer, isGone, sequence }),
          answer: (token, isTaken, quietSeconds) => read.push({ kind: 'answer', token, isTaken, quietSeconds }),
          json: (value) => read.push({ kind: 'json', value }),
        });
      }
      expect(read).toEqual(messages);
    }),
    { numRuns: 300 },
  );
});

test('an id is the same as a text and as words', () => {
  fc.assert(fc.property(fc.uuid(), (text) => expect(textOf(uuidOf(text))).toBe(text)));
  fc.assert(fc.property(id, (words) => expect(uuidOf(textOf(words))).toEqual(words)));
});

test('a worker that comes or goes moves only its own share of the Earth, and shares are about equal', () => {
  const workers = (count: number): Worker[] =>
    Array.from({ length: count }, (_, index) => ({ id: `worker-${index}`, epoch: 1 }));
  const anywhere = fc.record({ latitude: evenly(-90, 90), longitude: evenly(-180, 180) });
  const places = fc.sample(anywhere, { numRuns: 4_000, seed: 3 });
  const [before, after] = [new Territory(), new Territory()];
  before.workers = workers(5);
  after.workers = workers(5).filter(({ id }) => id !== 'worker-2');
  const gone = workerAddress({ id: 'worker-2', epoch: 1 });
  const shares = new Map<string, number>();
  for (const each of places) {
    const owner = before.ownerOf(each) ?? '';
    shares.set(owner, (shares.get(owner) ?? 0) + 1);
    if (owner !== gone) expect(after.ownerOf(each)).toBe(owner);
  }
  for (const share of shares.values()) expect(share / places.length).toBeGreaterThan(0.1);
});

test('whoever owns a place within reach is among the owners, the owner of the place itself first', () => {
  const territory = new Territory();
  territory.workers = Array.from({ length: 7 }, (_, index) => ({ id: `worker-${index}`, epoch: index + 1 }));
  fc.assert(
    fc.property(place, fc.integer({ min: -1, max: 1 }), fc.integer({ min: -1, max: 1 }), (center, north, east) => {
      const reach = TERRITORY_CELL_METERS / 4;
      const degrees = reach / 111_195;
      const latitude = Math.max(-90, Math.min(90, center.latitude + north * degrees * 0.7));
      const width = Math.cos((Math.max(Math.abs(latitude), Math.abs(center.latitude)) * Math.PI) / 180);
      fc.pre(width > 0.05);
      const turned = center.longitude + (east * degrees * 0.7) / width;
      const longitude = ((((turned + 180) % 360) + 360) % 360) - 180;
      const owners = territory.ownersWithin(center, reach * 1.01);
      expect(owners[0]).toBe(territory.ownerOf(center));
      expect(owners).toContain(
        territory.ownerOf({ latitude, longitude: Math.abs(latitude) === 90 ? center.longitude : longitude }),
      );
    }),
    { numRuns: 3_000 },
  );
});
