/* Areas where nobody is to be found, on the graph: for administrators, who draw them. */
import { Arg, Args, Ctx, Field, ID, InputType, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import type { Call } from '../../kernel/call.ts';
import { Requires, ShownIn } from '../../kernel/caller.ts';
import { decodeCursor, type Page, PageArguments, toPage } from '../../kernel/page.ts';
import { Ring, type RingVertex, ShortText } from '../../kernel/scalars.ts';
import type { ConnectionsServices } from '../connections.ts';
import {
  archiveExclusionZone,
  ExclusionReason,
  ExclusionZone,
  ExclusionZonePage,
  saveExclusionZone,
} from './exclusion-zone.ts';

@InputType({ description: 'An area to draw.' })
export class SaveExclusionZoneInput {
  @Field(() => ID, { nullable: true, description: 'The area to draw anew; a new one where it is left out.' })
  zoneId?: string | null;

  @Field(() => ShortText, { description: 'What to call it.' })
  name!: string;

  @Field(() => ExclusionReason, { description: 'Why nobody is to be found there.' })
  reason!: ExclusionReason;

  @Field(() => Ring, {
    description:
      'The line around it: neither crosses nor touches itself, reaches or surrounds no pole, is at most 180 degrees wide.',
  })
  ring!: readonly RingVertex[];
}

@InputType({ description: 'Which area to archive.' })
export class ArchiveExclusionZoneInput {
  @Field(() => ID, { description: 'The area.' })
  zoneId!: string;
}

@ObjectType({ description: 'The area as it was drawn.' })
export class SaveExclusionZonePayload {
  @Field(() => ExclusionZone, { description: 'The area as it is now.' })
  zone!: ExclusionZone;
}

@ObjectType({ description: 'The archived area.' })
export class ArchiveExclusionZonePayload {
  @Field(() => ExclusionZone, { description: 'The area as it is now.' })
  zone!: ExclusionZone;
}

type ConnectionsCall = Call<ConnectionsServices>;

@Resolver(() => ExclusionZone)
export class ExclusionZoneResolver {
  @Query(() => ExclusionZonePage, {
    description:
      'The areas that keep people away, the newest first. For administrators. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT.',
  })
  @ShownIn('admin')
  @Requires('administrator')
  async exclusionZones(
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() call: ConnectionsCall,
  ): Promise<Page<ExclusionZone>> {
    const [after] = page.after ? decodeCursor(page.after, 'id') : [];
    const rows = await call.em.find(
      ExclusionZone,
      { archivedAt: null, ...(after && { id: { $lt: after } }) },
      { orderBy: { id: 'desc' }, limit: page.first + 1 },
    );
    return toPage(rows, page, ({ id }) => [id]);
  }

  @Mutation(() => SaveExclusionZonePayload, {
    description:
      'Draws an area in which nobody is to be found, or draws one anew; holds everywhere within half a minute. For administrators. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT (the message says what is wrong with the ring), NOT_FOUND, LIMIT_REACHED.',
  })
  @ShownIn('admin')
  @Requires('administrator')
  async saveExclusionZone(
    @Arg('input', () => SaveExclusionZoneInput, { description: 'The area.' }) input: SaveExclusionZoneInput,
    @Ctx() call: ConnectionsCall,
  ): Promise<SaveExclusionZonePayload> {
    const zone = await call.work((work) => saveExclusionZone(work, input, call.accountId));
    await call.services.restraints.refresh();
    return { zone };
  }

  @Mutation(() => ArchiveExclusionZonePayload, {
    description:
      'Ends an area: it keeps nobody away any more; again changes nothing. For administrators. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, NOT_FOUND.',
  })
  @ShownIn('admin')
  @Requires('administrator')
  async archiveExclusionZone(
    @Arg('input', () => ArchiveExclusionZoneInput, { description: 'Which.' }) input: ArchiveExclusionZoneInput,
    @Ctx() call: ConnectionsCall,
  ): Promise<ArchiveExclusionZonePayload> {
    const zone = await call.work((work) => archiveExclusionZone(work, input.zoneId));
    await call.services.restraints.refresh();
    return { zone };
  }
}
