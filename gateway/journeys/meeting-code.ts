/*
 * Codes as an app without a network makes them, from what the graph publishes of them (the type MeetingCode) and nothing
 * else: so that an app can be written from the description alone.
 */
import { createHmac } from 'node:crypto';

const shownBy = { officer: 0, citizen: 1, window: 2 } as const;

/** @param secret base64url, as the graph gave it beforehand. */
export function codeMadeOffline(
  { subjectId, secret, stepSeconds }: { subjectId: string; secret: string; stepSeconds: number },
  side: keyof typeof shownBy,
  at: Date,
): string {
  const step = Buffer.alloc(4);
  step.writeUInt32BE(Math.floor(at.getTime() / 1000 / stepSeconds));
  const id = Buffer.from(subjectId.replaceAll('-', ''), 'hex');
  const signed = Buffer.concat([Buffer.of(1), id, Buffer.of(shownBy[side]), step]);
  const mark = createHmac('sha256', Buffer.from(secret, 'base64url')).update(signed).digest().subarray(0, 16);
  return Buffer.concat([signed, mark]).toString('base64url');
}
