/* One's own profile, and the views of others that federation reaches through Officer, Citizen and Account. */
import {
  Arg,
  Ctx,
  Directive,
  Field,
  FieldResolver,
  ID,
  InputType,
  Mutation,
  ObjectType,
  Resolver,
  Root,
} from 'type-graphql';
import type { Call } from '../kernel/call.ts';
import { Requires, ShownIn } from '../kernel/caller.ts';
import { Refusal } from '../kernel/errors.ts';
import { ShortText, Text, WebAddress } from '../kernel/scalars.ts';
import { asCitizen, asOfficer, type Citizen, type Officer, Profile } from './person.ts';

@ObjectType()
@Directive('@key(fields: "id")')
export class Account {
  @Field(() => ID)
  id!: string;
}

@InputType({ description: 'What to change of the own profile; what is left out stays, null takes it away.' })
export class UpdateProfileInput {
  @Field(() => ShortText, { nullable: true, description: 'First name, shown to the people one meets.' })
  firstName?: string | null;

  @Field(() => Text, { nullable: true, description: 'A few words about oneself.' })
  about?: string | null;

  @Field(() => WebAddress, { nullable: true, description: 'Address of a picture.' })
  pictureUrl?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Withhold name and picture from others.' })
  hidden?: boolean | null;
}

@ObjectType({ description: 'The changed profile.' })
export class UpdateProfilePayload {
  @Field(() => Profile, { description: 'The profile as it is now.' })
  profile!: Profile;
}

@Resolver(() => Account)
export class ProfileResolver {
  @FieldResolver(() => Profile, {
    nullable: true,
    description:
      "The account's profile, for its owner and administrators; null for others, and until the registration is complete.",
  })
  async profile(@Root() account: Account, @Ctx() call: Call): Promise<Profile | null> {
    const { accountId, scopes } = call.caller;
    if (account.id !== accountId && !scopes.includes('administrator')) return null;
    return call.load(loadProfiles, account.id);
  }

  @Mutation(() => UpdateProfilePayload, {
    description:
      'Changes the own profile. For everybody whose registration is complete and who is not suspended. Codes: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND (registration is not complete), BAD_USER_INPUT.',
  })
  @ShownIn('public')
  @Requires('citizen', 'officer', 'administrator')
  async updateProfile(
    @Arg('input', () => UpdateProfileInput, { description: 'What to change.' }) input: UpdateProfileInput,
    @Ctx() call: Call,
  ): Promise<UpdateProfilePayload> {
    return call.work(async ({ em, now }) => {
      const profile = await em.findOne(Profile, call.accountId);
      if (!profile)
        throw new Refusal('NOT_FOUND', 'There is no profile yet: verify a phone to complete the registration.');
      if (input.firstName !== undefined) profile.firstName = input.firstName;
      if (input.about !== undefined) profile.about = input.about;
      if (input.pictureUrl !== undefined) profile.pictureUrl = input.pictureUrl;
      if (input.hidden != null) profile.hidden = input.hidden;
      profile.updatedAt = now;
      return { profile };
    });
  }
}

async function loadProfiles(ids: readonly string[], call: Call): Promise<(Profile | null)[]> {
  const profiles = await call.em.find(Profile, { id: { $in: [...ids] } });
  const byId = new Map(profiles.map((profile) => [profile.id, profile]));
  return ids.map((id) => byId.get(id) ?? null);
}

/** Officers by id as citizens see them; null for whoever is none. */
export async function loadOfficers(ids: readonly string[], call: Call): Promise<(Officer | null)[]> {
  const profiles = await loadProfiles(ids, call);
  return profiles.map((profile) => (profile?.role === 'officer' ? asOfficer(profile) : null));
}

/** Citizens by id as officers see them; null for whoever is none. */
export async function loadCitizens(ids: readonly string[], call: Call): Promise<(Citizen | null)[]> {
  const profiles = await loadProfiles(ids, call);
  return profiles.map((profile) => (profile?.role === 'citizen' ? asCitizen(profile) : null));
}
