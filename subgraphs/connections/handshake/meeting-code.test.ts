import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { isGenuine, readCode, type Shown, secretOf, shownBy, stepAt, wasShownAt, writeCode } from './meeting-code.ts';

const key = randomBytes(32);
const shown = fc.constantFrom(...(Object.keys(shownBy) as Shown[]));
const parts = fc.record({ subjectId: fc.uuid(), shown, step: fc.nat(2 ** 32 - 1) });

test('what is written is read again, and is genuine under the secret of that side of that connection alone', () => {
  fc.assert(
    fc.property(parts, parts, (one, other) => {
      const code = writeCode(secretOf(key, one.subjectId, one.shown), one);
      expect(code).toMatch(/^[\w-]{51}$/);
      expect(readCode(code)).toEqual(one);
      expect(isGenuine(secretOf(key, one.subjectId, one.shown), code)).toBe(true);
      const same = one.subjectId === other.subjectId && one.shown === other.shown;
      expect(isGenuine(secretOf(key, other.subjectId, other.shown), code)).toBe(same);
      expect(isGenuine(secretOf(randomBytes(32), one.subjectId, one.shown), code)).toBe(false);
    }),
  );
});

test('a code with any bit changed is no code, or not genuine', () => {
  fc.assert(
    fc.property(parts, fc.nat(38 * 8 - 1), (one, bit) => {
      const secret = secretOf(key, one.subjectId, one.shown);
      const bytes = Buffer.from(writeCode(secret, one), 'base64url');
      bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      const forged = bytes.toString('base64url');
      const read = readCode(forged);
      expect(read !== undefined && isGenuine(secretOf(key, read.subjectId, read.shown), forged)).toBe(false);
    }),
    { numRuns: 500 },
  );
});

test('anything else is no code', () => {
  fc.assert(fc.property(fc.string(), (text) => readCode(text) === undefined));
  fc.assert(fc.property(fc.base64String(), (text) => readCode(text) === undefined));
  const one = { subjectId: randomUUID(), shown: 'officer' as const, step: 1 };
  const code = writeCode(secretOf(key, one.subjectId, one.shown), one);
  for (const other of [`${code}=`, ` ${code}`, code.replace(/^./, '!$&'), code.slice(1), `${code}AA`, '']) {
    expect(readCode(other)).toBeUndefined();
    expect(isGenuine(secretOf(key, one.subjectId, one.shown), other)).toBe(false);
  }
});

test('an app that follows the published algorithm makes the same codes', () => {
  const subjectId = '01997c0f-0a4e-7cc1-8d6b-5f3f0f1e2d3c';
  const at = new Date('2026-03-01T12:00:45.000Z');
  const secret = secretOf(key, subjectId, 'citizen');
  const step = Math.floor(at.getTime() / 1000 / 30);
  const signed = Buffer.from(`01${subjectId.replaceAll('-', '')}01${step.toString(16).padStart(8, '0')}`, 'hex');
  const tag = createHmac('sha256', secret).update(signed).digest().subarray(0, 16);
  const code = Buffer.concat([signed, tag]).toString('base64url');
  expect(code).toBe(writeCode(secret, { subjectId, shown: 'citizen', step: stepAt(at) }));
});

test('a code is taken for one step before and after its own', () => {
  const step = 58_000_000;
  const at = (seconds: number) => new Date(step * 30_000 + seconds * 1000);
  for (const seconds of [-30, -1, 0, 29.999, 30, 59.999]) expect(wasShownAt(step, at(seconds))).toBe(true);
  for (const seconds of [-30.001, -3600, 60, 3600]) expect(wasShownAt(step, at(seconds))).toBe(false);
});
