/*
 * In which ZIP code a person lives, as they say: it decides in which community fund they vote. Of the address nothing else
 * is asked or kept, and of earlier ones nothing. Declared at most once in 90 days, so that nobody wanders from vote to
 * vote. Youths declare none: of them no place is known here.
 */
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { LockMode, OptionalProps } from '@mikro-orm/postgresql';
import { Field, ObjectType } from 'type-graphql';
import type { EventBody } from '../../schema/events.ts';
import { Refusal } from '../kernel/errors.ts';
import { DateTime, ZipCode } from '../kernel/scalars.ts';
import { isErased } from '../kernel/tombstone.ts';
import type { UnitOfWork } from '../kernel/unit-of-work.ts';
import type { ZipCodes } from '../kernel/zip-codes.ts';

/** For how long a declared residence stays. */
export const RESIDENCE_DAYS = 90;
const DAY_MILLISECONDS = 86_400_000;

@ObjectType({ description: 'In which ZIP code a person says to live. Only they themselves see it.' })
@Entity({ schema: 'profile', tableName: 'residence' })
export class Residence {
  [OptionalProps]?: 'changeableAt';

  @PrimaryKey({ type: 'uuid' })
  accountId!: string;

  @Field(() => ZipCode, { description: 'The ZIP code.' })
  @Property({ type: 'text' })
  zipCode!: string;

  @Field(() => DateTime, { description: 'When that was declared.' })
  @Property({ type: 'datetime' })
  declaredAt!: Date;

  @Field(() => DateTime, { description: 'From when on another one can be declared.' })
  get changeableAt(): Date {
    return new Date(this.declaredAt.getTime() + RESIDENCE_DAYS * DAY_MILLISECONDS);
  }
}

/**
 * Notes where a person lives and tells it. The same ZIP code again changes nothing.
 * @throws Refusal AGE_RESTRICTED for youths, BAD_USER_INPUT for a ZIP code that does not exist, LIMIT_REACHED within 90
 * days of the last declaration, NOT_FOUND before the registration is complete.
 */
export async function declareResidence(
  work: UnitOfWork,
  zipCodes: ZipCodes,
  accountId: string,
  zipCode: string,
): Promise<Residence> {
  const { em, now } = work;
  // Held until the end: two declarations at once of a person without one would both be the first.
  const known = await em.execute<unknown[]>('select 1 from profile.profile where id = ? for update', [accountId]);
  if (known.length === 0) throw new Refusal('NOT_FOUND', 'Complete the registration first.');
  const youths = await em.execute<unknown[]>('select 1 from profile.youth where account_id = ?', [accountId]);
  if (youths.length > 0) throw new Refusal('AGE_RESTRICTED', 'Until you are 18, no residence is kept.');
  const before = await em.findOne(Residence, { accountId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  if (before?.zipCode === zipCode) return before;
  if (!zipCodes.middleOf(zipCode)) {
    throw new Refusal('BAD_USER_INPUT', 'input.zipCode: there is no such ZIP code.');
  }
  if (before && before.changeableAt > now) {
    const day = before.changeableAt.toISOString().slice(0, 10);
    throw new Refusal('LIMIT_REACHED', `A residence stays for ${RESIDENCE_DAYS} days: declare another after ${day}.`);
  }
  const residence = before ?? em.create(Residence, { accountId, zipCode, declaredAt: now });
  residence.zipCode = zipCode;
  residence.declaredAt = now;
  work.record('residence.declared', { accountId, zipCode, declaredAt: now.toISOString() });
  return residence;
}

/** Notes who is a youth. Identity tells the facts of one account in their order. */
export async function recordAgeBand(fact: EventBody<'account.registered'>, { em }: UnitOfWork): Promise<void> {
  if (fact.ageBand !== 'youth' || (await isErased(em, 'profile', fact.accountId))) return;
  await em.execute('insert into profile.youth (account_id) values (?) on conflict do nothing', [fact.accountId]);
}

export async function recordComingOfAge(fact: EventBody<'account.cameOfAge'>, { em }: UnitOfWork): Promise<void> {
  await em.execute('delete from profile.youth where account_id = ?', [fact.accountId]);
}
