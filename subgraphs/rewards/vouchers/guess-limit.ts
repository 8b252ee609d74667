/*
 * Who tries codes waits, each time longer. A code with a wrong check symbol is a slip of the tongue and counts for nothing;
 * a well-formed code that no voucher of the retailer carries is a typing mistake at best. Counted for each till, key or
 * person, so that a clumsy clerk or a key that leaked ends nothing for others, and for all codes of a retailer together:
 * while many are tried everybody's patience is shorter, and who has tried nothing wrong waits for nothing. A token that we
 * signed is no guess and never waits. Counted in a transaction of its own, because the one that refuses is rolled back.
 */
import type { Call } from '../../kernel/call.ts';
import { Refusal } from '../../kernel/errors.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';

export const GUESSES = {
  /** So many are answered in a row; from the last of them on each makes wait, twice as long as the one before. */
  free: 10,
  /** The same while many are tried at the retailer. */
  freeUnderAttack: 3,
  /** One is forgiven in this time. */
  forgivenSeconds: 90,
  firstWaitSeconds: 5,
  mostWaitSeconds: 900,
  /** So many of a retailer's codes, tried wrong, are many; one is forgiven in as much as ten seconds. */
  many: 100,
  manyForgivenSeconds: 10,
} as const;

/** Beyond these, counting on would only make forgiving take longer than the longest wait. */
const MOST = { ofOne: GUESSES.free + 8, ofRetailer: 2 * GUESSES.many };

export interface Guesser {
  /** Whose codes are looked at. */
  readonly retailerId: string;
  /** Who is counted: a till that was looked up, a key or a person, never anything they could choose anew. */
  readonly subject: string;
}

/**
 * Runs what looks for a voucher by something that could be a guess, unless the caller has to wait.
 * @throws Refusal RATE_LIMITED, also for codes that would have been right.
 */
export async function limitingGuesses<Result>(
  call: Pick<Call, 'work'>,
  guesser: Guesser,
  task: (work: UnitOfWork) => Promise<Result>,
): Promise<Result> {
  try {
    return await call.work(async (work) => {
      await refuseGuesser(work, guesser);
      return task(work);
    });
  } catch (error) {
    if (error instanceof Refusal && error.code === 'VOUCHER_INVALID')
      await call.work((work) => noteGuess(work, guesser));
    throw error;
  }
}

async function refuseGuesser({ em, now }: UnitOfWork, { subject }: Guesser): Promise<void> {
  const [row] = await em.execute<{ locked_until: string }[]>(
    'select locked_until from rewards.voucher_guess where subject = ? and locked_until > ?',
    [subject, now],
  );
  if (!row) return;
  const until = new Date(row.locked_until).toISOString();
  throw new Refusal(
    'RATE_LIMITED',
    `Too many codes were typed that nobody has: scan the voucher, or type a code after ${until}.`,
  );
}

async function noteGuess(work: UnitOfWork, { retailerId, subject }: Guesser): Promise<void> {
  const { em, now } = work;
  // The retailer before the subject, as everybody does.
  const tried = await count(work, `retailer codes ${retailerId}`, GUESSES.manyForgivenSeconds, MOST.ofRetailer);
  const wrong = await count(work, subject, GUESSES.forgivenSeconds, MOST.ofOne);
  const free = tried >= GUESSES.many ? GUESSES.freeUnderAttack : GUESSES.free;
  if (wrong < free) return;
  const seconds = Math.min(GUESSES.mostWaitSeconds, GUESSES.firstWaitSeconds * 2 ** (wrong - free));
  await em.execute('update rewards.voucher_guess set locked_until = greatest(locked_until, ?) where subject = ?', [
    new Date(now.getTime() + seconds * 1000),
    subject,
  ]);
}

/** Adds one to what has not been forgiven meanwhile. @returns the sum, at most `most`; one that is forgiven in part counts. */
async function count({ em, now }: UnitOfWork, subject: string, forgivenSeconds: number, most: number): Promise<number> {
  const [row] = await em.execute<{ wrong: number }[]>(
    `insert into rewards.voucher_guess as g (subject, wrong, since) values (?, 1, ?)
     on conflict (subject) do update set since = greatest(g.since, excluded.since),
       wrong = least(?, 1 + greatest(0, g.wrong - greatest(0, extract(epoch from excluded.since - g.since)) / ?))
     returning wrong`,
    [subject, now, most, forgivenSeconds],
  );
  return Math.ceil(Number(row?.wrong));
}
