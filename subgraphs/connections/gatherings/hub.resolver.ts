/* Hubs on the graph: reading is for everybody, writing for administrators. */
import { Arg, Args, Ctx, Directive, Field, ID, InputType, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import { areaOf, NearInput } from '../../kernel/area.ts';
import type { Call } from '../../kernel/call.ts';
import { Requires, ShownIn } from '../../kernel/caller.ts';
import { type Page, PageArguments } from '../../kernel/page.ts';
import { PositionInput } from '../../kernel/position.ts';
import { ShortText, Text } from '../../kernel/scalars.ts';
import type { ConnectionsServices } from '../connections.ts';
import { archiveHub, findHubs, Hub, HubPage, putHub } from './hub.ts';
import { followHub } from './schedule.ts';

@InputType({ description: 'A hub as it shall be.' })
export class SaveHubInput {
  @Field(() => ID, {
    nullable: true,
    description: 'The hub to change; without it, the one on the list with this very name and place, or a new one.',
  })
  hubId?: string | null;

  @Field(() => ShortText, { description: 'Its name.' })
  name!: string;

  @Field(() => Text, { description: 'What it is and how to find the entrance.' })
  description!: string;

  @Field(() => PositionInput, { description: 'Where the building is; the ZIP code follows from it.' })
  place!: PositionInput;

  @Field(() => ShortText, { nullable: true, description: 'When it is open, in words.' })
  openingNote?: string | null;
}

@InputType({ description: 'Which hub to take off the list.' })
export class ArchiveHubInput {
  @Field(() => ID, { description: 'The hub.' })
  hubId!: string;
}

@ObjectType({ description: 'The saved hub.' })
export class SaveHubPayload {
  @Field(() => Hub, { description: 'The hub as it is now.' })
  hub!: Hub;
}

@ObjectType({ description: 'The archived hub.' })
export class ArchiveHubPayload {
  @Field(() => Hub, { description: 'The hub as it is now.' })
  hub!: Hub;
}

type ConnectionsCall = Call<ConnectionsServices>;

@Resolver(() => Hub)
export class HubResolver {
  @Query(() => HubPage, {
    description:
      'Hubs on the list: the nearest first where a place is given, by name otherwise. For everybody. Codes: BAD_USER_INPUT.',
  })
  @ShownIn('public', 'admin')
  @Directive('@cacheControl(maxAge: 60, scope: PUBLIC)')
  hubs(
    @Arg('near', () => NearInput, { nullable: true, description: 'Only those near this place.' })
    near: NearInput | null,
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() { em, services }: ConnectionsCall,
  ): Promise<Page<Hub>> {
    return findHubs(em, near ? areaOf(near, services.zipCodes) : undefined, page);
  }

  @Query(() => Hub, {
    nullable: true,
    description: 'A hub, on the list or archived; null when there is none. For everybody. Codes: BAD_USER_INPUT.',
  })
  @ShownIn('public', 'admin')
  @Directive('@cacheControl(maxAge: 60, scope: PUBLIC)')
  hub(@Arg('id', () => ID, { description: 'The hub.' }) id: string, @Ctx() call: ConnectionsCall): Promise<Hub | null> {
    return call.em.findOne(Hub, id);
  }

  @Mutation(() => SaveHubPayload, {
    description:
      'Makes or changes a hub; upcoming gatherings there follow its name and place, and whoever has answered is told. For administrators. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, NOT_FOUND, HUB_ARCHIVED.',
  })
  @ShownIn('admin')
  @Requires('administrator')
  async saveHub(
    @Arg('input', () => SaveHubInput, { description: 'The hub.' }) input: SaveHubInput,
    @Ctx() call: ConnectionsCall,
  ): Promise<SaveHubPayload> {
    const hub = await call.work(async (work) => {
      const { hub, moved } = await putHub(work, call.services.zipCodes, input);
      if (moved) await followHub(work, hub);
      return hub;
    });
    return { hub };
  }

  @Mutation(() => ArchiveHubPayload, {
    description:
      'Takes a hub off the list: no new gathering can be held there; those that are announced stand until they are cancelled. Doing so twice changes nothing. For administrators. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, NOT_FOUND.',
  })
  @ShownIn('admin')
  @Requires('administrator')
  async archiveHub(
    @Arg('input', () => ArchiveHubInput, { description: 'Which.' }) input: ArchiveHubInput,
    @Ctx() call: ConnectionsCall,
  ): Promise<ArchiveHubPayload> {
    return { hub: await call.work((work) => archiveHub(work, input.hubId)) };
  }
}
