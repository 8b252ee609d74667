/* Votes for tests: a fund with money in it, residents, four proposals, and the end of the month. */
import type { Person } from '../../testing/town.ts';
import { DAY, HOUR, type Treasury } from './treasury.ts';

export interface OpenRound {
  readonly id: string;
  readonly zipCode: string;
  readonly people: readonly Person[];
  /** Ids of the five options, "none of these" last. */
  readonly options: readonly [string, string, string, string, string];
  readonly closesAt: string;
}

/** Opens a vote on this much (a multiple of 5 dollars) among so many residents. */
export async function openRoundIn(
  treasury: Treasury,
  zipCode: string,
  residents: number,
  cents = 50_000,
): Promise<OpenRound> {
  const longAgo = new Date(treasury.clock.now().getTime() - 30 * DAY).toISOString();
  const people = await treasury.settle(residents, zipCode, longAgo);
  await treasury.fill(zipCode, cents);
  for (const title of ['Benches', 'Lights', 'Trees', 'Court']) await treasury.propose(zipCode, title);
  const { month } = await treasury.fund(zipCode);
  await treasury.until(new Date(new Date(month.endsAt).getTime() + 25 * HOUR));
  const { round } = await treasury.fund(zipCode);
  if (!round) throw new Error('No vote was opened');
  const options = round.options.map(({ id }: { id: string }) => id);
  return { id: round.id, zipCode, people, options, closesAt: round.closesAt };
}

/** Casts votes: how many for each option, by position. */
export async function castVotes(treasury: Treasury, round: OpenRound, ...counts: readonly number[]): Promise<void> {
  let next = 0;
  for (const [position, count] of counts.entries()) {
    for (let cast = 0; cast < count; cast++) {
      const { code } = await treasury.vote(round.people[next++] as Person, round.id, round.options[position] as string);
      if (code) throw new Error(code);
    }
  }
}
