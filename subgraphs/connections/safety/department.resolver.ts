/* Departments and their duty on the graph: for administrators. */
import { Arg, Args, Ctx, Field, InputType, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import type { Call } from '../../kernel/call.ts';
import { Requires, ShownIn } from '../../kernel/caller.ts';
import { decodeCursor, type Page, PageArguments, toPage } from '../../kernel/page.ts';
import { ShortText } from '../../kernel/scalars.ts';
import type { ConnectionsServices } from '../connections.ts';
import { Department, DepartmentPage, setDepartmentDuty } from './department.ts';

@InputType({ description: 'Whether the officers of a department may be found.' })
export class SetDepartmentDutyInput {
  @Field(() => ShortText, { description: 'The department, as its officers were registered with.' })
  departmentName!: string;

  @Field(() => Boolean, { description: 'False: none of its officers can be found from now on.' })
  onDuty!: boolean;
}

@ObjectType({ description: 'The department whose duty was set.' })
export class SetDepartmentDutyPayload {
  @Field(() => Department, { description: 'The department as it is now.' })
  department!: Department;
}

type ConnectionsCall = Call<ConnectionsServices>;

@Resolver(() => Department)
export class DepartmentResolver {
  @Query(() => DepartmentPage, {
    description:
      'The departments of which officers have registered, by name. For administrators. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT.',
  })
  @ShownIn('admin')
  @Requires('administrator')
  async departments(
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() call: ConnectionsCall,
  ): Promise<Page<Department>> {
    const [after] = page.after ? decodeCursor(page.after, 'string') : [];
    const rows = await call.em.find(Department, after === undefined ? {} : { name: { $gt: after } }, {
      orderBy: { name: 'asc' },
      limit: page.first + 1,
    });
    return toPage(rows, page, ({ name }) => [name]);
  }

  @Mutation(() => SetDepartmentDutyPayload, {
    description:
      'Takes a department off duty, or back: off duty the windows of its officers close, requests to them end, and none of them can open a window. Again changes nothing. For administrators. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, NOT_FOUND.',
  })
  @ShownIn('admin')
  @Requires('administrator')
  async setDepartmentDuty(
    @Arg('input', () => SetDepartmentDutyInput, { description: 'Which, and whether.' }) input: SetDepartmentDutyInput,
    @Ctx() call: ConnectionsCall,
  ): Promise<SetDepartmentDutyPayload> {
    const { departmentName, onDuty } = input;
    const department = await call.work((work) => setDepartmentDuty(work, departmentName, onDuty, call.accountId));
    await call.services.restraints.refresh();
    return { department };
  }
}
