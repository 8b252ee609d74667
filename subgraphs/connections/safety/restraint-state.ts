/*
 * Who is kept from what, as one process remembers it: only those who differ from everybody else stand here, so that it
 * grows with what is restrained and not with the people. Filled from rows; whatever ends by an instant ends by it here,
 * whether a row says so yet or not.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Position } from '../../kernel/position.ts';
import type { RingVertex } from '../../kernel/scalars.ts';
import { WITHOUT_CONSENT } from './person.ts';
import { restoredPolygon } from './polygon.ts';
import { ZoneIndex } from './zone-index.ts';

/** Whom a change concerns. Told once more where nothing has changed in the end; never missing where something has. */
export interface RestraintChange {
  readonly accountIds: readonly string[];
  /** Two people who may or may not meet any more; in blocks either may be the officer. */
  readonly pairs: readonly (readonly [string, string])[];
  /** Whether areas have changed. */
  readonly zones: boolean;
}

interface Standing {
  readonly youth: boolean;
  /** A youth whose guardian consents no more. */
  readonly withoutConsent: boolean;
  readonly offDuty: boolean;
  readonly suspended: boolean;
  /** Milliseconds since 1970; undefined for a suspension without an end. */
  readonly suspendedUntil: number | undefined;
}

interface PersonRow {
  account_id: string;
  youth: boolean;
  without_consent: boolean;
  off_duty: boolean;
  suspended: boolean;
  suspended_until: string | null;
  changed_at: string;
}

interface PairRow {
  first_id: string;
  second_id: string;
  ends_at: string | null;
  changed_at: string;
}

interface ZoneRow {
  id: string;
  ring: RingVertex[];
  archived: boolean;
  changed_at: string;
}

/** `true` where it holds without an end, else the instant of its end in milliseconds since 1970. */
type Until = true | number;

export class RestraintState {
  readonly #people = new Map<string, Standing>();
  /** Directed: who blocked, then whom. */
  readonly #blocks = new Set<string>();
  /** Officer, then citizen, and until when the citizen does not find the officer. */
  readonly #hidden = new Map<string, number>();
  readonly #zones = new ZoneIndex();
  /** Rows read lately, as they were, so that each change is told once though it is read several times. */
  readonly #seen = new Map<string, { readonly text: string; readonly changedAt: number }>();

  isSuspended(accountId: string, now: Date): boolean {
    const standing = this.#people.get(accountId);
    return standing !== undefined && isSuspendedAt(standing, now.getTime());
  }

  isOffDuty(officerId: string): boolean {
    return this.#people.get(officerId)?.offDuty ?? false;
  }

  isYouth(accountId: string): boolean {
    return this.#people.get(accountId)?.youth ?? false;
  }

  isWithoutConsent(accountId: string): boolean {
    return this.#people.get(accountId)?.withoutConsent ?? false;
  }

  isKeptApart(officerId: string, citizenId: string, now: Date): boolean {
    if (this.#blocks.has(pairKey(officerId, citizenId)) || this.#blocks.has(pairKey(citizenId, officerId))) return true;
    const until = this.#hidden.get(pairKey(officerId, citizenId));
    return until !== undefined && until > now.getTime();
  }

  isExcluded(position: Position): boolean {
    return this.#zones.contains(position);
  }

  /**
   * Takes in the rows that changed since an instant, or all that say anything where there is none.
   * @returns what is news among them.
   */
  async read(em: EntityManager, since: Date | undefined, now: Date): Promise<RestraintChange> {
    const people = await em.execute<PersonRow[]>(...peopleQuery(since));
    const blocks = await em.execute<PairRow[]>(...blocksQuery(since));
    const hidden = await em.execute<PairRow[]>(...hiddenQuery(since, now));
    const zones = await em.execute<ZoneRow[]>(...zonesQuery(since));
    if (since) this.#forgetSeenBefore(since.getTime());
    const fresh = <Row extends { changed_at: string }>(rows: Row[], keyOf: (row: Row) => string) =>
      rows.filter((row) => this.#isNews(keyOf(row), row));
    const newPeople = fresh(people, (row) => `person ${row.account_id}`);
    const newBlocks = fresh(blocks, (row) => `block ${row.first_id} ${row.second_id}`);
    const newHidden = fresh(hidden, (row) => `hidden ${row.first_id} ${row.second_id}`);
    const newZones = fresh(zones, (row) => `zone ${row.id}`);
    for (const row of newPeople) this.#setPerson(row, now.getTime());
    for (const { first_id, second_id, ends_at } of newBlocks) {
      if (ends_at === null) this.#blocks.add(pairKey(first_id, second_id));
      else this.#blocks.delete(pairKey(first_id, second_id));
    }
    for (const { first_id, second_id, ends_at } of newHidden) {
      const until = new Date(ends_at ?? 0).getTime();
      if (until > now.getTime()) this.#hidden.set(pairKey(first_id, second_id), until);
      else this.#hidden.delete(pairKey(first_id, second_id));
    }
    for (const { id, ring, archived } of newZones) {
      if (archived) this.#zones.delete(id);
      else this.#zones.set(id, restoredPolygon(ring));
    }
    return {
      accountIds: newPeople.map(({ account_id }) => account_id),
      pairs: [...newBlocks, ...newHidden].map(({ first_id, second_id }) => [first_id, second_id] as const),
      zones: newZones.length > 0,
    };
  }

  /** Lets go of what has ended by its instant. @returns whom that concerns. */
  lapse(now: Date): RestraintChange {
    const accountIds: string[] = [];
    for (const [accountId, standing] of this.#people) {
      if (!standing.suspended || isSuspendedAt(standing, now.getTime())) continue;
      accountIds.push(accountId);
      this.#keep(accountId, { ...standing, suspended: false, suspendedUntil: undefined });
    }
    const pairs: [string, string][] = [];
    for (const [key, until] of this.#hidden) {
      if (until > now.getTime()) continue;
      this.#hidden.delete(key);
      pairs.push(key.split(' ') as [string, string]);
    }
    return { accountIds, pairs, zones: false };
  }

  /** Whom it concerns to go over from `other` to this state. */
  differenceFrom(other: RestraintState): RestraintChange {
    const accountIds = differing(this.#people, other.#people, isSameStanding);
    const blocks = differing(keyed(this.#blocks), keyed(other.#blocks), Object.is);
    const hidden = differing(this.#hidden as Map<string, Until>, other.#hidden, Object.is);
    const pairs = [...blocks, ...hidden].map((key) => key.split(' ') as [string, string]);
    return { accountIds, pairs, zones: this.#zones.size + other.#zones.size > 0 };
  }

  #setPerson(row: PersonRow, now: number): void {
    const until = row.suspended_until === null ? undefined : new Date(row.suspended_until).getTime();
    const { youth, without_consent: withoutConsent, off_duty: offDuty, suspended } = row;
    const standing = { youth, withoutConsent, offDuty, suspended, suspendedUntil: until };
    this.#keep(row.account_id, { ...standing, suspended: isSuspendedAt(standing, now) });
  }

  #keep(accountId: string, standing: Standing): void {
    if (standing.youth || standing.offDuty || standing.suspended) this.#people.set(accountId, standing);
    else this.#people.delete(accountId);
  }

  /** The instant alone does not tell: two changes may carry the same. */
  #isNews(key: string, row: { changed_at: string }): boolean {
    const text = JSON.stringify(row);
    if (this.#seen.get(key)?.text === text) return false;
    this.#seen.set(key, { text, changedAt: new Date(row.changed_at).getTime() });
    return true;
  }

  #forgetSeenBefore(instant: number): void {
    for (const [key, { changedAt }] of this.#seen) if (changedAt < instant) this.#seen.delete(key);
  }
}

const pairKey = (first: string, second: string) => `${first} ${second}`;

function isSuspendedAt({ suspended, suspendedUntil }: Standing, now: number): boolean {
  return suspended && (suspendedUntil === undefined || suspendedUntil > now);
}

function isSameStanding(a: Standing, b: Standing): boolean {
  const same = a.youth === b.youth && a.withoutConsent === b.withoutConsent && a.offDuty === b.offDuty;
  return same && a.suspended === b.suspended && a.suspendedUntil === b.suspendedUntil;
}

function differing<Value>(
  one: ReadonlyMap<string, Value>,
  other: ReadonlyMap<string, Value>,
  isSame: (a: Value, b: Value) => boolean,
): string[] {
  const keys = new Set([...one.keys(), ...other.keys()]);
  return [...keys].filter((key) => {
    const [a, b] = [one.get(key), other.get(key)];
    return a === undefined || b === undefined || !isSame(a, b);
  });
}

const keyed = (keys: ReadonlySet<string>): Map<string, Until> => new Map([...keys].map((key) => [key, true]));

type Query = [sql: string, parameters: unknown[]];

function peopleQuery(since: Date | undefined): Query {
  const columns = `select person.account_id, person.age_band <> 'adult' as youth, ${WITHOUT_CONSENT} as without_consent,
      not coalesce(department.on_duty, true) as off_duty, person.suspended_at is not null as suspended,
      person.suspended_until, greatest(person.updated_at, department.updated_at) as changed_at
    from connections.person left join connections.department on department.name = person.department_name`;
  if (since) {
    // Most who register are kept from nothing, and never were.
    const concerned = `person.standing_at is not null or person.came_of_age_at is not null
      or person.age_band <> 'adult' or person.department_name is not null`;
    return [
      `${columns} where (person.updated_at >= ? and (${concerned})) or department.updated_at >= ?`,
      [since, since],
    ];
  }
  return [
    `${columns} where person.suspended_at is not null or person.age_band <> 'adult' or not department.on_duty`,
    [],
  ];
}

function blocksQuery(since: Date | undefined): Query {
  const columns = `select blocker_id as first_id, blocked_id as second_id, ended_at as ends_at, updated_at as changed_at
    from connections.block`;
  return since ? [`${columns} where updated_at >= ?`, [since]] : [`${columns} where ended_at is null`, []];
}

function hiddenQuery(since: Date | undefined, now: Date): Query {
  const columns = `select officer_id as first_id, citizen_id as second_id, ends_at, updated_at as changed_at
    from connections.restraint`;
  return since ? [`${columns} where updated_at >= ?`, [since]] : [`${columns} where ends_at > ?`, [now]];
}

function zonesQuery(since: Date | undefined): Query {
  const columns = `select id, ring, archived_at is not null as archived, updated_at as changed_at
    from connections.exclusion_zone`;
  return since ? [`${columns} where updated_at >= ?`, [since]] : [`${columns} where archived_at is null`, []];
}
