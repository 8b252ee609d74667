/*
 * Departments as far as they decide who may be found: one that is off duty has no officer who can be. Known from the
 * registration of its officers.
 */
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Field, ObjectType } from 'type-graphql';
import { Refusal } from '../../kernel/errors.ts';
import { pageOf } from '../../kernel/page.ts';
import { DateTime, ShortText } from '../../kernel/scalars.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { closeWindows, endConnections } from './ending.ts';
import { announceRestraint } from './restraints.ts';

@ObjectType({ description: 'A department of which officers have registered. Administrators see it.' })
@Entity({ schema: 'connections', tableName: 'department' })
export class Department {
  @Field(() => ShortText, { description: 'Its name, as its officers were registered with.' })
  @PrimaryKey({ type: 'text' })
  name!: string;

  @Field(() => Boolean, { description: 'Whether its officers may be found.' })
  @Property({ type: 'boolean' })
  onDuty!: boolean;

  @Property({ type: 'uuid', nullable: true })
  changedBy?: string | null;

  @Field(() => DateTime, { description: 'When that was said.' })
  @Property({ type: 'datetime' })
  updatedAt!: Date;
}

export const DepartmentPage = pageOf(Department);

/**
 * Says whether the officers of a department may be found. Off duty, their windows close and requests to them end; those
 * whom they have accepted they may still meet.
 * @throws Refusal NOT_FOUND.
 */
export async function setDepartmentDuty(
  work: UnitOfWork,
  name: string,
  onDuty: boolean,
  changedBy: string,
): Promise<Department> {
  const { em, now } = work;
  // Whoever opens a window just now holds the row until that is committed (person.ts).
  await em.execute(
    'update connections.department set on_duty = ?, changed_by = ?, updated_at = ? where name = ? and on_duty <> ?',
    [onDuty, changedBy, now, name, onDuty],
  );
  const department = await em.findOne(Department, { name });
  if (!department) throw new Refusal('NOT_FOUND', 'No officer of such a department has registered.');
  if (department.onDuty) announceRestraint(work);
  else announceRestraint(work, await endDuty(work, name));
  return department;
}

async function endDuty(work: UnitOfWork, name: string) {
  const officers = await work.em.execute<{ officer_id: string }[]>(
    `select officer_id from connections.availability_window
     join connections.person on person.account_id = officer_id
     where closed_at is null and department_name = ?`,
    [name],
  );
  const officerIds = officers.map(({ officer_id }) => officer_id);
  const windowIds = await closeWindows(work, officerIds);
  const connectionIds = officerIds.length > 0 ? await endConnections(work, { officerIds, requestsOnly: true }) : [];
  return { windowIds, connectionIds };
}
