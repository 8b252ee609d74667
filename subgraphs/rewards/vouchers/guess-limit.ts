/*
 * Who tries codes is not answered for long. A code with a wrong check symbol is a slip of the tongue and counts for
 * nothing; a well-formed code that no voucher of the retailer carries is nearly always a guess. Counted in a transaction
 * of its own, because the one that refuses is rolled back; as many as try at once may all be answered once more.
 */
import type { Call } from '../../kernel/call.ts';
import { Refusal } from '../../kernel/errors.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';

/** So many within the window, and then no answer for the pause. */
export const GUESSES = { most: 10, windowMinutes: 15, pauseMinutes: 15 } as const;

const minutes = (count: number) => count * 60_000;

/**
 * Runs what looks for a voucher, unless the caller has guessed too often.
 * @param subject who is counted: a retailer's key or a person, never anything they could choose anew.
 * @throws Refusal RATE_LIMITED, also for codes that would have been right.
 */
export async function limitingGuesses<Result>(
  call: Pick<Call, 'work'>,
  subject: string,
  task: (work: UnitOfWork) => Promise<Result>,
): Promise<Result> {
  try {
    return await call.work(async (work) => {
      await refuseGuesser(work, subject);
      return task(work);
    });
  } catch (error) {
    if (error instanceof Refusal && error.code === 'VOUCHER_INVALID')
      await call.work((work) => noteGuess(work, subject));
    throw error;
  }
}

async function refuseGuesser({ em, now }: UnitOfWork, subject: string): Promise<void> {
  const [row] = await em.execute<{ locked_until: string }[]>(
    'select locked_until from rewards.voucher_guess where subject = ? and locked_until > ?',
    [subject, now],
  );
  if (!row) return;
  const until = new Date(row.locked_until).toISOString();
  throw new Refusal('RATE_LIMITED', `Too many codes were tried that nobody has; no code is looked at until ${until}.`);
}

async function noteGuess({ em, now }: UnitOfWork, subject: string): Promise<void> {
  const since = new Date(now.getTime() - minutes(GUESSES.windowMinutes));
  const until = new Date(now.getTime() + minutes(GUESSES.pauseMinutes));
  await em.execute(
    `insert into rewards.voucher_guess as g (subject, wrong, since) values (?, 1, ?)
     on conflict (subject) do update set
       wrong = case when g.since <= ? then 1 else g.wrong + 1 end,
       since = case when g.since <= ? then excluded.since else g.since end,
       locked_until = case when g.since > ? and g.wrong + 1 >= ? then cast(? as timestamptz) else g.locked_until end`,
    [subject, now, since, since, since, GUESSES.most, until],
  );
}
