/* Municipalities and their schemes on the graph: everybody reads what is in force, those who act for one write. */
import {
  Arg,
  Args,
  Ctx,
  Directive,
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
import { Requires, ShownIn } from '../../kernel/caller.ts';
import { decodeCursor, type Page, PageArguments, toPage } from '../../kernel/page.ts';
import { BasisPoints, Cents, DateTime, ShortText, Text, Version, WebAddress, ZipCode } from '../../kernel/scalars.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { beginChange, MemberRole, requireRole } from '../organisations/standing.ts';
import { type CatalogCall, loadMunicipalities, loadSchemes } from './loaders.ts';
import {
  archiveScheme,
  Municipality,
  MunicipalityPage,
  municipalityOfScheme,
  pauseScheme,
  publishScheme,
  resumeScheme,
  Scheme,
  SchemePage,
  SchemeRole,
  saveMunicipality,
  saveScheme,
} from './municipality.ts';

@InputType({ description: "A municipality's listing; what is left out stays as it is." })
export class SaveMunicipalityInput {
  @Field(() => ID, { description: 'The municipality.' })
  municipalityId!: string;

  @Field(() => ShortText, { nullable: true, description: 'Its name.' })
  name?: string | null;

  @Field(() => [ZipCode], { nullable: true, description: 'All the ZIP codes that it covers.' })
  zipCodes?: string[] | null;

  @Field(() => WebAddress, { nullable: true, description: 'Where it is on the web.' })
  webUrl?: string | null;

  @Field(() => Version, { nullable: true, description: 'The version that this is a change of.' })
  expectedVersion?: number | null;
}

@InputType({ description: 'A scheme as it shall be; of what is optional, what is left out stays as it is.' })
export class SaveSchemeInput {
  @Field(() => ID, { nullable: true, description: 'The scheme to change; without it, a new draft.' })
  schemeId?: string | null;

  @Field(() => ID, { description: 'Whose scheme it is.' })
  municipalityId!: string;

  @Field(() => ShortText, { description: 'What it is called.' })
  title!: string;

  @Field(() => Text, { nullable: true, description: 'The terms in full.' })
  description?: string | null;

  @Field(() => ShortText, { description: 'The kind of fee, such as parking.' })
  feeKind!: string;

  @Field(() => Cents, { description: 'What a point is worth, in cents, above zero.' })
  centsPerPoint!: number;

  @Field(() => BasisPoints, { description: 'The largest part of a fee that points may pay.' })
  largestShareBasisPoints!: number;

  @Field(() => Cents, { description: 'What the municipality gives for it in all, in cents, above zero.' })
  budgetCents!: number;

  @Field(() => [ZipCode], {
    nullable: true,
    description: 'Where people live who may use it, of the municipality; none: everywhere in it.',
  })
  zipCodes?: string[] | null;

  @Field(() => [SchemeRole], { nullable: true, description: 'Who may use it; none: everybody who has points.' })
  eligibleRoles?: SchemeRole[] | null;

  @Field(() => Cents, { nullable: true, description: 'What one person may save in all, in cents, above zero.' })
  perPersonCents?: number | null;

  @Field(() => DateTime, { nullable: true, description: 'From when it is in force; now unless said.' })
  startsAt?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'Until when; null for no end.' })
  endsAt?: Date | null;

  @Field(() => Version, { nullable: true, description: 'The version that this is a change of.' })
  expectedVersion?: number | null;
}

@InputType({ description: 'Which scheme to put in force.' })
export class PublishSchemeInput {
  @Field(() => ID, { description: 'The scheme.' })
  schemeId!: string;

  @Field(() => Version, { nullable: true, description: 'The version that was looked at.' })
  expectedVersion?: number | null;
}

@InputType({ description: 'Which scheme is paused.' })
export class PauseSchemeInput {
  @Field(() => ID, { description: 'The scheme.' })
  schemeId!: string;
}

@InputType({ description: 'Which paused scheme takes claims again.' })
export class ResumeSchemeInput {
  @Field(() => ID, { description: 'The scheme.' })
  schemeId!: string;
}

@InputType({ description: 'Which scheme to close for good.' })
export class ArchiveSchemeInput {
  @Field(() => ID, { description: 'The scheme.' })
  schemeId!: string;
}

@ObjectType({ description: 'The municipality that was changed.' })
export class MunicipalityPayload {
  @Field(() => Municipality, { description: 'The municipality as it is now.' })
  municipality!: Municipality;
}

@ObjectType({ description: 'The scheme that was changed.' })
export class SchemePayload {
  @Field(() => Scheme, { description: 'The scheme as it is now.' })
  scheme!: Scheme;
}

const CODES = 'UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, NOT_FOUND, LISTING_STATE';
const WHO = 'For those who act for the municipality (editors), and administrators.';

@Resolver(() => Municipality)
export class MunicipalityResolver {
  @Query(() => MunicipalityPage, {
    description: 'Municipalities that take part, by state and name. For everybody. Codes: BAD_USER_INPUT.',
  })
  @ShownIn('public', 'admin')
  @Directive('@cacheControl(maxAge: 300, scope: PUBLIC)')
  async municipalities(
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() call: CatalogCall,
  ): Promise<Page<Municipality>> {
    const [state = '', nameKey = ''] = page.after ? decodeCursor(page.after, 'string', 'string') : [];
    const behind = page.after ? { $or: [{ state: { $gt: state } }, { state, nameKey: { $gt: nameKey } }] } : {};
    const rows = await call.em.find(
      Municipality,
      { $and: [{ suspendedAt: null, archivedAt: null }, behind] },
      { orderBy: { state: 'asc', nameKey: 'asc' }, limit: page.first + 1 },
    );
    return toPage(rows, page, (row) => [row.state, row.nameKey]);
  }

  @Query(() => Municipality, {
    nullable: true,
    description: 'A municipality, listed or not; null when there is none. For everybody. Codes: BAD_USER_INPUT.',
  })
  @ShownIn('public', 'admin')
  @Directive('@cacheControl(maxAge: 300, scope: PUBLIC)')
  municipality(
    @Arg('id', () => ID, { description: 'Which.' }) id: string,
    @Ctx() call: CatalogCall,
  ): Promise<Municipality | null> {
    return call.load(loadMunicipalities, id);
  }

  @Mutation(() => MunicipalityPayload, {
    description: `Changes a municipality's listing. ${WHO} Codes: ${CODES}, CHANGED_MEANWHILE.`,
  })
  @ShownIn('public', 'admin')
  @Requires('municipality', 'administrator')
  async saveMunicipality(
    @Arg('input', () => SaveMunicipalityInput, { description: 'The listing.' }) input: SaveMunicipalityInput,
    @Ctx() call: CatalogCall,
  ): Promise<MunicipalityPayload> {
    const municipality = await call.work(async (work) => {
      await beginChange(work, call.caller, { kind: 'municipality', id: input.municipalityId });
      return saveMunicipality(work, input.municipalityId, input);
    });
    return { municipality };
  }
}

@Resolver(() => Scheme)
export class SchemeResolver {
  @Query(() => SchemePage, {
    description:
      'Schemes that are open now, by title: of one municipality, or of all that cover a ZIP code, or all. For everybody. Codes: BAD_USER_INPUT.',
  })
  @ShownIn('public', 'admin')
  @Directive('@cacheControl(maxAge: 60, scope: PUBLIC)')
  async schemes(
    @Arg('municipalityId', () => ID, { nullable: true, description: 'Only of this municipality.' })
    municipalityId: string | null,
    @Arg('zipCode', () => ZipCode, { nullable: true, description: 'Only those that people who live here may use.' })
    zipCode: string | null,
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() call: CatalogCall,
  ): Promise<Page<Scheme>> {
    const now = call.clock.now();
    const [title, after] = page.after ? decodeCursor(page.after, 'string', 'id') : [];
    const rows = await call.em.execute<{ id: string }[]>(
      `select s.id from catalog.scheme s join catalog.municipality m on m.id = s.municipality_id
       where not s.draft and s.paused_at is null and s.archived_at is null and m.suspended_at is null and m.archived_at is null
         and s.starts_at <= ? and (s.ends_at is null or s.ends_at > ?)
         ${municipalityId ? 'and s.municipality_id = ?' : ''}
         ${zipCode ? 'and ? = any(case when cardinality(s.zip_codes) > 0 then s.zip_codes else m.zip_codes end)' : ''}
         ${after ? 'and (s.title_key, s.id) > (?, cast(? as uuid))' : ''}
       order by s.title_key, s.id limit ?`,
      [
        now,
        now,
        ...(municipalityId ? [municipalityId] : []),
        ...(zipCode ? [zipCode] : []),
        ...(after ? [title, after] : []),
        page.first + 1,
      ],
    );
    const found = await Promise.all(rows.map(({ id }) => call.load(loadSchemes, id)));
    const schemes = found.filter((scheme) => scheme !== null);
    return toPage(schemes, page, (scheme) => [scheme.titleKey, scheme.id]);
  }

  @Query(() => Scheme, {
    nullable: true,
    description: 'A scheme, open or closed; null when there is none. For everybody. Codes: BAD_USER_INPUT.',
  })
  @ShownIn('public', 'admin')
  @Directive('@cacheControl(maxAge: 60, scope: PUBLIC)')
  scheme(@Arg('id', () => ID, { description: 'Which.' }) id: string, @Ctx() call: CatalogCall): Promise<Scheme | null> {
    return call.load(loadSchemes, id);
  }

  @Query(() => SchemePage, {
    description:
      'The schemes of a municipality in every state, drafts too, the newest first. For those who act for it, and administrators. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT.',
  })
  @ShownIn('public', 'admin')
  @Requires('municipality', 'administrator')
  async municipalitySchemes(
    @Arg('municipalityId', () => ID, { description: 'The municipality.' }) municipalityId: string,
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() call: CatalogCall,
  ): Promise<Page<Scheme>> {
    await requireRole(call.em, call.caller, { kind: 'municipality', id: municipalityId }, MemberRole.VIEWER);
    const [after] = page.after ? decodeCursor(page.after, 'id') : [];
    const rows = await call.em.find(
      Scheme,
      { municipalityId, ...(after && { id: { $lt: after } }) },
      { orderBy: { id: 'desc' }, limit: page.first + 1 },
    );
    return toPage(rows, page, ({ id }) => [id]);
  }

  @Mutation(() => SchemePayload, {
    description: `Writes a draft of a scheme, or changes one; a change of what is published is in force at once. ${WHO} Codes: ${CODES}, CHANGED_MEANWHILE.`,
  })
  @ShownIn('public', 'admin')
  @Requires('municipality', 'administrator')
  async saveScheme(
    @Arg('input', () => SaveSchemeInput, { description: 'The scheme.' }) input: SaveSchemeInput,
    @Ctx() call: CatalogCall,
  ): Promise<SchemePayload> {
    const scheme = await call.work(async (work) => {
      await beginChange(work, call.caller, { kind: 'municipality', id: input.municipalityId });
      return saveScheme(work, input);
    });
    return { scheme };
  }

  @Mutation(() => SchemePayload, {
    description: `Puts a draft in force; again changes nothing. ${WHO} Codes: ${CODES}, CHANGED_MEANWHILE.`,
  })
  @ShownIn('public', 'admin')
  @Requires('municipality', 'administrator')
  async publishScheme(
    @Arg('input', () => PublishSchemeInput, { description: 'Which.' }) input: PublishSchemeInput,
    @Ctx() call: CatalogCall,
  ): Promise<SchemePayload> {
    const { schemeId, expectedVersion } = input;
    return { scheme: await changeOf(call, schemeId, (work) => publishScheme(work, schemeId, expectedVersion)) };
  }

  @Mutation(() => SchemePayload, {
    description: `Takes no new claims by a scheme for a while; claims made before are decided as ever; again changes nothing. ${WHO} Codes: ${CODES}.`,
  })
  @ShownIn('public', 'admin')
  @Requires('municipality', 'administrator')
  async pauseScheme(
    @Arg('input', () => PauseSchemeInput, { description: 'Which.' }) { schemeId }: PauseSchemeInput,
    @Ctx() call: CatalogCall,
  ): Promise<SchemePayload> {
    return { scheme: await changeOf(call, schemeId, (work) => pauseScheme(work, schemeId)) };
  }

  @Mutation(() => SchemePayload, {
    description: `Takes claims by a paused scheme again; again changes nothing. ${WHO} Codes: ${CODES}.`,
  })
  @ShownIn('public', 'admin')
  @Requires('municipality', 'administrator')
  async resumeScheme(
    @Arg('input', () => ResumeSchemeInput, { description: 'Which.' }) { schemeId }: ResumeSchemeInput,
    @Ctx() call: CatalogCall,
  ): Promise<SchemePayload> {
    return { scheme: await changeOf(call, schemeId, (work) => resumeScheme(work, schemeId)) };
  }

  @Mutation(() => SchemePayload, {
    description: `Closes a scheme for good; again changes nothing. ${WHO} Codes: ${CODES}.`,
  })
  @ShownIn('public', 'admin')
  @Requires('municipality', 'administrator')
  async archiveScheme(
    @Arg('input', () => ArchiveSchemeInput, { description: 'Which.' }) { schemeId }: ArchiveSchemeInput,
    @Ctx() call: CatalogCall,
  ): Promise<SchemePayload> {
    return { scheme: await changeOf(call, schemeId, (work) => archiveScheme(work, schemeId)) };
  }

  @FieldResolver(() => Municipality, { description: 'Whose scheme it is.' })
  async municipality(@Root() { municipalityId }: Scheme, @Ctx() call: CatalogCall): Promise<Municipality> {
    const municipality = await call.load(loadMunicipalities, municipalityId);
    if (!municipality) throw new Error('A scheme belongs to a municipality');
    return municipality;
  }
}

/** Begins a change in the name of the scheme's municipality and makes it. */
function changeOf(call: CatalogCall, schemeId: string, change: (work: UnitOfWork) => Promise<Scheme>): Promise<Scheme> {
  return call.work(async (work) => {
    await beginChange(work, call.caller, { kind: 'municipality', id: await municipalityOfScheme(work.em, schemeId) });
    return change(work);
  });
}
