/* Windows on the graph: officers open, close and see their own. */
import {
  Arg,
  Ctx,
  Field,
  FieldResolver,
  ID,
  InputType,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import type { Call } from '../../kernel/call.ts';
import { Requires, ShownIn } from '../../kernel/caller.ts';
import { Refusal } from '../../kernel/errors.ts';
import { PositionInput } from '../../kernel/position.ts';
import type { ConnectionsServices } from '../connections.ts';
import { endRequests } from '../handshake/handshake.ts';
import { admitOfficer } from '../safety/person.ts';
import { AvailabilityWindow, closeWindow, findOpenWindow, isOpen, openWindow, WindowState } from './window.ts';

@InputType({ description: 'Where the officer is.' })
export class OpenWindowInput {
  @Field(() => PositionInput, { description: 'The present position. Citizens learn a cell of about 100 m, not this.' })
  position!: PositionInput;
}

@InputType({ description: 'Which window to close.' })
export class CloseWindowInput {
  @Field(() => ID, { description: 'The window.' })
  windowId!: string;
}

@ObjectType({ description: 'The opened window.' })
export class OpenWindowPayload {
  @Field(() => AvailabilityWindow, { description: 'The window as it is now.' })
  window!: AvailabilityWindow;
}

@ObjectType({ description: 'The closed window.' })
export class CloseWindowPayload {
  @Field(() => AvailabilityWindow, { description: 'The window as it is now.' })
  window!: AvailabilityWindow;
}

type ConnectionsCall = Call<ConnectionsServices>;

@Resolver(() => AvailabilityWindow)
export class WindowResolver {
  @Query(() => AvailabilityWindow, {
    nullable: true,
    description: "The caller's open window; null when there is none. For officers. Codes: UNAUTHENTICATED, FORBIDDEN.",
  })
  @ShownIn('public')
  @Requires('officer')
  currentWindow(@Ctx() call: ConnectionsCall): Promise<AvailabilityWindow | null> {
    return findOpenWindow(call.em, call.accountId, call.clock.now());
  }

  @Mutation(() => OpenWindowPayload, {
    description:
      'Lets citizens nearby find the officer for 15 minutes. For officers. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, WINDOW_ALREADY_OPEN, OFF_DUTY, EXCLUDED_ZONE (nobody is to be found there), ACCOUNT_SUSPENDED, AGE_RESTRICTED.',
  })
  @ShownIn('public')
  @Requires('officer')
  async openWindow(
    @Arg('input', () => OpenWindowInput, { description: 'Where the officer is.' }) input: OpenWindowInput,
    @Ctx() call: ConnectionsCall,
  ): Promise<OpenWindowPayload> {
    const { proximity, restraints } = call.services;
    const refusal = restraints.refusalToBeFound(call.accountId, input.position);
    if (refusal) throw new Refusal(refusal);
    const window = await call.work(async (work) => {
      await admitOfficer(work, call.accountId);
      return openWindow(work.em, work.newId(), call.accountId, work.now);
    });
    proximity.officerChanged(call.accountId);
    const here = { position: input.position, accuracyMeters: undefined, sequence: undefined, measuredAt: undefined };
    // The window is open; where nobody takes the position in now, the phone's next report does.
    await proximity.report(call.accountId, true, here).catch((error: Error) => {
      call.log.warn({ reason: error.name }, 'the position of a new window was not taken in');
    });
    return { window };
  }

  @Mutation(() => CloseWindowPayload, {
    description:
      'Ends the window at once: nobody finds the officer any more. Closing it twice does no harm. For officers, of their own. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, NOT_FOUND, UNAVAILABLE (closed, but a part of the system has not said so yet: close it again).',
  })
  @ShownIn('public')
  @Requires('officer')
  async closeWindow(
    @Arg('input', () => CloseWindowInput, { description: 'Which one.' }) input: CloseWindowInput,
    @Ctx() call: ConnectionsCall,
  ): Promise<CloseWindowPayload> {
    const { accountId, services } = call;
    const { window, ended } = await call.work(async (work) => {
      const window = await closeWindow(work.em, input.windowId, accountId, work.now);
      const current = await findOpenWindow(work.em, accountId, work.now);
      return { window, ended: current ? [] : await endRequests(work, accountId) };
    });
    for (const connection of ended) services.schedule(connection);
    await services.proximity.windowClosed(accountId, window);
    return { window };
  }

  @FieldResolver(() => WindowState, { description: 'Whether the officer can be found now.' })
  state(@Root() window: AvailabilityWindow, @Ctx() call: ConnectionsCall): WindowState {
    return isOpen(window, call.clock.now()) ? WindowState.OPEN : WindowState.CLOSED;
  }
}
