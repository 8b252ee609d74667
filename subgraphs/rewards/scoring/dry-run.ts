/*
 * A version of the scoring rules tried on the past: what the meetings of a period would have been worth, against what they
 * were. Reads the meetings in the order in which people had them and keeps one running window per person, for the cap;
 * nobody is named, and nothing is written. Meetings that were taken back later count on neither side.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import { Field, Int, ObjectType } from 'type-graphql';
import { Refusal } from '../../kernel/errors.ts';
import { ScoringEvidence, type ScoringVersion } from './scoring-version.ts';

@ObjectType({ description: 'What the meetings of one evidence were and would have been worth.' })
export class ScoringDryRunPart {
  @Field(() => ScoringEvidence, { description: 'Of which evidence.' })
  evidence!: ScoringEvidence;

  @Field(() => Int, { description: 'How many awards: two for each meeting.' })
  awards!: number;

  @Field(() => Int, { description: 'Points that were given.' })
  actualPoints!: number;

  @Field(() => Int, { description: 'Points that the version would have given.' })
  wouldBePoints!: number;
}

@ObjectType({ description: 'What a version of the scoring rules would have given for the meetings of a period.' })
export class ScoringDryRun {
  @Field(() => Int, { description: 'How many awards: two for each meeting.' })
  awards!: number;

  @Field(() => Int, { description: 'Points that were given.' })
  actualPoints!: number;

  @Field(() => Int, { description: 'Points that the version would have given.' })
  wouldBePoints!: number;

  @Field(() => [ScoringDryRunPart], { description: 'The same by evidence, where there were any.' })
  byEvidence!: ScoringDryRunPart[];

  @Field(() => Int, { description: 'Awards that the daily cap of the version would have cut.' })
  cappedAwards!: number;

  @Field(() => Int, { description: 'How many people would have more.' })
  peopleGaining!: number;

  @Field(() => Int, { description: 'How many people would have less.' })
  peopleLosing!: number;

  @Field(() => Int, { description: 'How many people would have the same.' })
  peopleUnchanged!: number;
}

const DAY_MILLISECONDS = 86_400_000;
const LONGEST_DAYS = 366;
const MEETINGS_AT_ONCE = 5_000;

interface Row {
  readonly account_id: string;
  readonly connection_id: string;
  readonly role: 'officer' | 'citizen';
  readonly evidence: string;
  readonly given_points: number;
  readonly confirmed_at: Date | string;
}

/** @throws Refusal BAD_USER_INPUT for a period that ends before it begins or is longer than a year. */
export async function dryRun(em: EntityManager, version: ScoringVersion, from: Date, to: Date): Promise<ScoringDryRun> {
  if (from >= to || to.getTime() - from.getTime() > LONGEST_DAYS * DAY_MILLISECONDS) {
    throw new Refusal('BAD_USER_INPUT', `from must be before to, by at most ${LONGEST_DAYS} days.`);
  }
  const tally = new Tally(version);
  let after: Row | undefined;
  for (;;) {
    const rows = await meetings(em, from, to, after);
    for (const row of rows) tally.add(row);
    after = rows.at(-1);
    if (rows.length < MEETINGS_AT_ONCE) return tally.result();
  }
}

function meetings(em: EntityManager, from: Date, to: Date, after: Row | undefined): Promise<Row[]> {
  const behind = after ? 'and (s.account_id, s.confirmed_at, s.connection_id) > (?, ?, ?)' : '';
  return em.execute<Row[]>(
    `select s.account_id, s.connection_id, s.role, s.evidence, s.given_points, s.confirmed_at
     from rewards.scored_meeting s
     where s.confirmed_at >= ? and s.confirmed_at < ? ${behind} and not exists
       (select 1 from rewards.claw_back b where b.connection_id = s.connection_id and b.account_id = s.account_id)
     order by s.account_id, s.confirmed_at, s.connection_id limit ?`,
    [from, to, ...(after ? [after.account_id, after.confirmed_at, after.connection_id] : []), MEETINGS_AT_ONCE],
  );
}

/** Adds up rows that come ordered by person and time. */
class Tally {
  readonly #version: ScoringVersion;
  readonly #parts = new Map<ScoringEvidence, ScoringDryRunPart>();
  readonly #people = { gaining: 0, losing: 0, unchanged: 0 };
  #cappedAwards = 0;
  #person: { id: string; difference: number; recent: { at: number; points: number }[] } | undefined;

  constructor(version: ScoringVersion) {
    this.#version = version;
  }

  add(row: Row): void {
    if (this.#person?.id !== row.account_id) {
      this.#endPerson();
      this.#person = { id: row.account_id, difference: 0, recent: [] };
    }
    const evidence = row.evidence.toUpperCase() as ScoringEvidence;
    const rule = this.#version.rules.find((each) => each.evidence === evidence);
    const due = (row.role === 'officer' ? rule?.officerPoints : rule?.citizenPoints) ?? 0;
    const wouldBe = this.#underCap(due, new Date(row.confirmed_at).getTime());
    const part = this.#parts.get(evidence) ?? { evidence, awards: 0, actualPoints: 0, wouldBePoints: 0 };
    part.awards += 1;
    part.actualPoints += row.given_points;
    part.wouldBePoints += wouldBe;
    this.#parts.set(evidence, part);
    this.#person.difference += wouldBe - row.given_points;
  }

  #underCap(due: number, at: number): number {
    const { dailyCapPoints } = this.#version;
    const recent = this.#person?.recent;
    if (dailyCapPoints === null || !recent) return due;
    while (recent[0] && recent[0].at <= at - DAY_MILLISECONDS) recent.shift();
    const points = Math.max(0, Math.min(due, dailyCapPoints - recent.reduce((sum, each) => sum + each.points, 0)));
    recent.push({ at, points });
    if (points < due) this.#cappedAwards += 1;
    return points;
  }

  #endPerson(): void {
    if (!this.#person) return;
    const { difference } = this.#person;
    this.#people[difference > 0 ? 'gaining' : difference < 0 ? 'losing' : 'unchanged'] += 1;
    this.#person = undefined;
  }

  result(): ScoringDryRun {
    this.#endPerson();
    const byEvidence = Object.values(ScoringEvidence).flatMap((evidence) => this.#parts.get(evidence) ?? []);
    const sum = (of: 'awards' | 'actualPoints' | 'wouldBePoints') =>
      byEvidence.reduce((total, part) => total + part[of], 0);
    return {
      awards: sum('awards'),
      actualPoints: sum('actualPoints'),
      wouldBePoints: sum('wouldBePoints'),
      byEvidence,
      cappedAwards: this.#cappedAwards,
      peopleGaining: this.#people.gaining,
      peopleLosing: this.#people.losing,
      peopleUnchanged: this.#people.unchanged,
    };
  }
}
