/* Codes made on the phone, against those that the API makes. */
import { randomBytes, randomUUID } from 'node:crypto';
import * as theirs from '../../../subgraphs/connections/handshake/meeting-code.ts';
import { inGroups, readCode, type Shown, stepAt, writeCode } from './meeting-code.ts';

const now = new Date('2026-11-21T12:34:56Z');

test.each<Shown>(['officer', 'citizen', 'window'])('a code of the %s is the one that the API makes', async (shown) => {
  const subjectId = randomUUID();
  const secret = theirs.secretOf(randomBytes(32), subjectId, shown);
  const step = stepAt(now.getTime(), 30);
  const code = await writeCode({ subjectId, secret: secret.toString('base64url'), stepSeconds: 30 }, shown, step);
  expect(step).toBe(theirs.stepAt(now));
  expect(code).toBe(theirs.writeCode(secret, { subjectId, shown, step }));
  expect(theirs.isGenuine(secret, code)).toBe(true);
  expect(readCode(code)).toEqual({ code, shown });
});

test('a code is read as it was copied in groups, and nothing else is taken for one', async () => {
  const secret = randomBytes(32).toString('base64url');
  const code = await writeCode({ subjectId: randomUUID(), secret, stepSeconds: 30 }, 'window', 1);
  expect(readCode(` ${inGroups(code)}\n`)?.code).toBe(code);
  expect(['', 'https://example.org', code.slice(1), `${code}A`, '!!!!'].map((text) => readCode(text))).toEqual(
    Array.from({ length: 5 }),
  );
});
