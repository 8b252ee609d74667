/* Tables that are fetched again and again, on the graph: set up, change, fetch at once, delete. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { Arg, Args, ArgsType, Ctx, Field, ID, InputType, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import type { Call } from '../../kernel/call.ts';
import { type Caller, organisationsOf, Requires, ShownIn } from '../../kernel/caller.ts';
import { Refusal } from '../../kernel/errors.ts';
import { checkAddress, type OutboundPolicy, OutboundRefused } from '../../kernel/outbound.ts';
import { decodeCursor, type Page, PageArguments, toPage } from '../../kernel/page.ts';
import { Hours, WebAddress } from '../../kernel/scalars.ts';
import type { CatalogServices } from '../catalog.ts';
import { ImportKind } from '../importing/import-kinds.ts';
import { MemberRole, requireRole } from '../organisations/standing.ts';
import { ownersOf, TablePull, TablePullPage, TablePullState } from './pull.ts';

type CatalogCall = Call<CatalogServices>;

/** Of one organisation, or of administrators together. */
const PULLS_LIMIT = 20;
const WHO = 'For administrators, and for those who act for the organisation.';

@InputType({ description: 'A table to fetch again and again.' })
export class CreateTablePullInput {
  @Field(() => ImportKind, { description: 'What its rows are.' })
  kind!: ImportKind;

  @Field(() => ID, {
    nullable: true,
    description: 'The retailer or department whose things it is about; only administrators may leave it out.',
  })
  organisationId?: string | null;

  @Field(() => WebAddress, { description: 'Where it is; an address of the public internet.' })
  url!: string;

  @Field(() => Hours, { description: 'How often: every so many hours.' })
  everyHours!: number;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether it lists everything there is, so that what it lacks is archived; no unless said.',
  })
  complete?: boolean | null;
}

@InputType({ description: 'What to change of a pull; what is left out stays.' })
export class ChangeTablePullInput {
  @Field(() => ID, { description: 'The pull.' })
  pullId!: string;

  @Field(() => WebAddress, { nullable: true, description: 'Where the table is now.' })
  url?: string | null;

  @Field(() => Hours, { nullable: true, description: 'How often: every so many hours.' })
  everyHours?: number | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether it lists everything there is.' })
  complete?: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'true pauses it; false sets it going again, also when it stopped.',
  })
  paused?: boolean | null;
}

@InputType({ description: 'Which pull.' })
export class TablePullInput {
  @Field(() => ID, { description: 'The pull.' })
  pullId!: string;
}

@ArgsType()
class TablePullsArguments extends PageArguments {
  @Field(() => ID, { nullable: true, description: 'Those of this organisation only.' })
  organisationId?: string | null;
}

@ObjectType({ description: 'The pull as it is now; of one that was deleted, as it was.' })
export class TablePullPayload {
  @Field(() => TablePull, { description: 'The pull.' })
  pull!: TablePull;
}

@Resolver()
export class TablePullResolver {
  @Query(() => TablePullPage, {
    description: `Tables that are fetched again and again, the oldest first. ${WHO} Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT.`,
  })
  @ShownIn('public', 'admin')
  @Requires('administrator', 'retailer', 'department')
  async tablePulls(@Args() page: TablePullsArguments, @Ctx() { caller, em }: CatalogCall): Promise<Page<TablePull>> {
    const own = [...organisationsOf(caller, 'retailer'), ...organisationsOf(caller, 'department')];
    const [after] = page.after ? decodeCursor(page.after, 'id') : [];
    const organisationId = page.organisationId?.toLowerCase();
    const rows = await em.find(
      TablePull,
      {
        $and: [
          caller.scopes.includes('administrator') ? {} : { organisationId: { $in: own } },
          organisationId ? { organisationId } : {},
          after ? { id: { $gt: after } } : {},
        ],
      },
      { orderBy: { id: 'asc' }, limit: page.first + 1 },
    );
    return toPage(rows, page, ({ id }) => [id]);
  }

  @Mutation(() => TablePullPayload, {
    description: `Has a table fetched from now on; each new file begins an import. ${WHO} Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, NOT_FOUND, LIMIT_REACHED.`,
  })
  @ShownIn('public', 'admin')
  @Requires('administrator', 'retailer', 'department')
  async createTablePull(
    @Arg('input', () => CreateTablePullInput, { description: 'Which and how often.' }) input: CreateTablePullInput,
    @Ctx() call: CatalogCall,
  ): Promise<TablePullPayload> {
    const { accountId, caller, services } = call;
    const organisationId = input.organisationId?.toLowerCase() ?? null;
    refuseStrangers(caller, input.kind, organisationId);
    refuseAddress(input.url, services.pulls.policy);
    const pull = await call.work(async ({ em, now, newId }) => {
      await refuseUnknown(em, input.kind, organisationId);
      await requireEditor(em, caller, input.kind, organisationId);
      await em.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`pulls ${organisationId}`]);
      if ((await em.count(TablePull, { organisationId })) >= PULLS_LIMIT) {
        throw new Refusal('LIMIT_REACHED', `${PULLS_LIMIT} tables are fetched already: delete one first.`);
      }
      const created = em.create(TablePull, {
        id: newId(),
        accountId,
        organisationId,
        kind: input.kind,
        complete: input.complete ?? false,
        url: input.url,
        everyHours: input.everyHours,
        state: TablePullState.ACTIVE,
        failures: 0,
        lastFailure: null,
        lastTriedAt: null,
        lastChangedAt: null,
        nextAt: now,
        createdAt: now,
        etag: null,
        lastModified: null,
        sha256: null,
        leaseToken: null,
        leaseUntil: null,
      });
      em.persist(created);
      return created;
    });
    return { pull };
  }

  @Mutation(() => TablePullPayload, {
    description: `Changes, pauses or resumes a pull; another address begins anew. ${WHO} Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, NOT_FOUND.`,
  })
  @ShownIn('public', 'admin')
  @Requires('administrator', 'retailer', 'department')
  async changeTablePull(
    @Arg('input', () => ChangeTablePullInput, { description: 'What.' }) input: ChangeTablePullInput,
    @Ctx() call: CatalogCall,
  ): Promise<TablePullPayload> {
    if (input.url) refuseAddress(input.url, call.services.pulls.policy);
    const pull = await call.work(async ({ em, now }) => {
      const found = await ownPull(em, call.caller, input.pullId);
      if (input.url && input.url !== found.url) {
        found.url = input.url;
        found.etag = null;
        found.lastModified = null;
        found.sha256 = null;
        found.failures = 0;
        found.lastFailure = null;
        found.nextAt = now;
      }
      found.everyHours = input.everyHours ?? found.everyHours;
      found.complete = input.complete ?? found.complete;
      if (input.paused === true) found.state = TablePullState.PAUSED;
      if (input.paused === false && found.state !== TablePullState.ACTIVE) {
        found.state = TablePullState.ACTIVE;
        found.failures = 0;
        found.nextAt = now;
      }
      // What is being fetched was asked for under other terms: it is not written back.
      found.leaseToken = null;
      found.leaseUntil = null;
      return found;
    });
    return { pull };
  }

  @Mutation(() => TablePullPayload, {
    description: `Has the table fetched within a minute, whether or not its server says that it has changed. ${WHO} Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, NOT_FOUND.`,
  })
  @ShownIn('public', 'admin')
  @Requires('administrator', 'retailer', 'department')
  async pullTableNow(
    @Arg('input', () => TablePullInput, { description: 'Which.' }) input: TablePullInput,
    @Ctx() call: CatalogCall,
  ): Promise<TablePullPayload> {
    const pull = await call.work(async ({ em, now }) => {
      const found = await ownPull(em, call.caller, input.pullId);
      if (found.state !== TablePullState.ACTIVE)
        throw new Refusal('BAD_USER_INPUT', 'The pull is paused: resume it first.');
      found.nextAt = now;
      found.etag = null;
      found.lastModified = null;
      return found;
    });
    return { pull };
  }

  @Mutation(() => TablePullPayload, {
    description: `Deletes a pull. What it brought stays. ${WHO} Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, NOT_FOUND.`,
  })
  @ShownIn('public', 'admin')
  @Requires('administrator', 'retailer', 'department')
  async deleteTablePull(
    @Arg('input', () => TablePullInput, { description: 'Which.' }) input: TablePullInput,
    @Ctx() call: CatalogCall,
  ): Promise<TablePullPayload> {
    const pull = await call.work(async ({ em }) => {
      const found = await ownPull(em, call.caller, input.pullId);
      await em.nativeDelete(TablePull, { id: found.id });
      return found;
    });
    return { pull };
  }
}

function refuseStrangers(caller: Caller, kind: ImportKind, organisationId: string | null): void {
  const owner = ownersOf[kind];
  if (organisationId !== null && owner === null) {
    throw new Refusal('BAD_USER_INPUT', 'organisationId is for tables of retailers and departments.');
  }
  if (organisationId === null && kind === ImportKind.OFFICERS) {
    throw new Refusal('BAD_USER_INPUT', 'organisationId must name the department whose officers they are.');
  }
  if (caller.scopes.includes('administrator')) return;
  if (owner === null || organisationId === null || !organisationsOf(caller, owner).includes(organisationId)) {
    throw new Refusal('FORBIDDEN', 'This is for administrators and for those who act for the organisation.');
  }
}

/** As the organisation's members are now, whatever a token says. @throws Refusal FORBIDDEN. */
async function requireEditor(
  em: EntityManager,
  caller: Caller,
  kind: ImportKind,
  organisationId: string | null,
): Promise<void> {
  const owner = ownersOf[kind];
  if (owner === null || organisationId === null) return;
  await requireRole(em, caller, { kind: owner, id: organisationId }, MemberRole.EDITOR);
}

async function refuseUnknown(em: EntityManager, kind: ImportKind, organisationId: string | null): Promise<void> {
  if (organisationId === null) return;
  const found = await em.execute('select from catalog.organisation where id = ? and kind = ?', [
    organisationId,
    ownersOf[kind],
  ]);
  if (found.length === 0) throw new Refusal('NOT_FOUND', 'There is no such organisation of this kind.');
}

function refuseAddress(url: string, policy: OutboundPolicy): void {
  try {
    checkAddress(url, policy);
  } catch (error) {
    if (error instanceof OutboundRefused) throw new Refusal('BAD_USER_INPUT', `url: ${error.message}`);
    throw error;
  }
}

/** Locked, so that what is read is what is changed. @throws Refusal NOT_FOUND also for all whom it does not concern. */
async function ownPull(em: EntityManager, caller: Caller, id: string): Promise<TablePull> {
  await em.execute('select from catalog.table_pull where id = ? for update', [id]);
  const pull = await em.findOne(TablePull, { id });
  const own = pull ? organisationsOf(caller, ownersOf[pull.kind] ?? 'retailer') : [];
  const isTheirs = pull && (caller.scopes.includes('administrator') || own.includes(pull.organisationId ?? ''));
  if (!isTheirs) throw new Refusal('NOT_FOUND', 'There is no such pull.');
  await requireEditor(em, caller, pull.kind, pull.organisationId);
  return pull;
}
