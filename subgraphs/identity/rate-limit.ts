/*
 * Limits that must hold across processes and restarts, counted in the database over a sliding window. A turn is taken in
 * the caller's transaction: what is refused or rolled back costs no turn.
 */
import { Refusal } from '../kernel/errors.ts';
import type { UnitOfWork } from '../kernel/unit-of-work.ts';

export interface RateLimit {
  readonly name: string;
  readonly most: number;
  readonly windowSeconds: number;
}

export interface Turn {
  readonly limit: RateLimit;
  /** Who or what is counted: an id or a hash, nothing personal. */
  readonly subject: string;
}

/** Each text message costs money and may wake a stranger, so both the sender and the number are limited. */
export const phoneCodeLimits = {
  perAccountShort: { name: 'phone-code-account-short', most: 3, windowSeconds: 10 * 60 },
  perAccountDay: { name: 'phone-code-account-day', most: 10, windowSeconds: 24 * 3600 },
  perNumberShort: { name: 'phone-code-number-short', most: 3, windowSeconds: 10 * 60 },
  perNumberDay: { name: 'phone-code-number-day', most: 10, windowSeconds: 24 * 3600 },
} as const satisfies Record<string, RateLimit>;

/** That an erasure was asked for: whoever asks again and again wakes nobody more often. */
export const erasureTextLimit: RateLimit = { name: 'erasure-text', most: 2, windowSeconds: 24 * 3600 };

/** Takes all turns or none. @throws Refusal RATE_LIMITED, whose message says when a turn is free again. */
export async function takeTurns(turns: readonly Turn[], { em, now }: UnitOfWork): Promise<void> {
  // One order for everybody, or two callers that share a limit could wait for each other.
  const ordered = [...turns].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  let freeAt = 0;
  for (const turn of ordered) {
    await em.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [keyOf(turn)]);
    const { limit, subject } = turn;
    const since = new Date(now.getTime() - limit.windowSeconds * 1000);
    await em.execute('delete from identity.turn where limit_name = ? and subject = ? and taken_at <= ?', [
      limit.name,
      subject,
      since,
    ]);
    const taken = await em.execute<{ taken_at: string }[]>(
      'select taken_at from identity.turn where limit_name = ? and subject = ? order by taken_at desc limit ?',
      [limit.name, subject, limit.most],
    );
    const blocking = taken[limit.most - 1];
    if (blocking) freeAt = Math.max(freeAt, new Date(blocking.taken_at).getTime() + limit.windowSeconds * 1000);
  }
  if (freeAt > 0) {
    const when = new Date(Math.ceil(freeAt / 1000) * 1000).toISOString();
    throw new Refusal('RATE_LIMITED', `Too many codes were asked for; try again after ${when}.`);
  }
  for (const { limit, subject } of ordered) {
    await em.execute('insert into identity.turn (limit_name, subject, taken_at) values (?, ?, ?)', [
      limit.name,
      subject,
      now,
    ]);
  }
}

function keyOf({ limit, subject }: Turn): string {
  return `${limit.name} ${subject}`;
}
