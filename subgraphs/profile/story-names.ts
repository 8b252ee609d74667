/*
 * The names in a story. The domain of meetings knows no names and this one knows no meetings: the gateway brings the two
 * accounts of a story here (@requires), and first names go out, nothing else. A story that comes so is taken as it is,
 * without a look at any table; nobody but the gateway can bring one.
 */
import {
  Arg,
  Ctx,
  Directive,
  Field,
  FieldResolver,
  ID,
  ObjectType,
  Resolver,
  Root,
  registerEnumType,
} from 'type-graphql';
import type { Call } from '../kernel/call.ts';
import { isId } from '../kernel/graph.ts';
import { DateTime, ShortText, StoryText, Text } from '../kernel/scalars.ts';
import { asCitizen, Profile } from './person.ts';

export enum StoryLanguage {
  ENGLISH = 'en',
  SPANISH = 'es',
}

registerEnumType(StoryLanguage, {
  name: 'StoryLanguage',
  description: 'The language of what is written around a story; the story itself is in that of its author.',
  valuesConfig: {
    ENGLISH: { description: 'English.' },
    SPANISH: { description: 'Spanish.' },
  },
});

@ObjectType()
@Directive('@key(fields: "id")')
export class Story {
  @Field(() => ID)
  id!: string;

  @Field(() => ID, { description: 'For the domain that knows names; not in the API.' })
  @Directive('@external')
  officerId!: string;

  @Field(() => ID, { description: 'For the domain that knows names; not in the API.' })
  @Directive('@external')
  citizenId!: string;

  @Field(() => StoryText, { description: 'The text.' })
  @Directive('@external')
  text!: string;

  @Field(() => DateTime, { nullable: true, description: 'When it appeared on the feed; null while it is not there.' })
  @Directive('@external')
  publishedAt!: Date | null;
}

const words = {
  [StoryLanguage.ENGLISH]: { officer: 'a police officer', citizen: 'a neighbor', met: 'We met on Hey Blue!' },
  [StoryLanguage.SPANISH]: {
    officer: 'alguien de la policía',
    citizen: 'alguien del barrio',
    met: 'Nos conocimos en Hey Blue!',
  },
} as const;

@Resolver(() => Story)
export class StoryNamesResolver {
  @FieldResolver(() => ShortText, {
    nullable: true,
    description: "The officer's first name, for `{officer}` in the text; null when not given or withheld.",
  })
  @Directive('@requires(fields: "officerId")')
  officerFirstName(@Root() story: Story, @Ctx() call: Call): Promise<string | null> {
    return call.load(loadFirstNames, story.officerId);
  }

  @FieldResolver(() => ShortText, {
    nullable: true,
    description: "The citizen's first name, for `{citizen}` in the text; null when not given or withheld.",
  })
  @Directive('@requires(fields: "citizenId")')
  citizenFirstName(@Root() story: Story, @Ctx() call: Call): Promise<string | null> {
    return call.load(loadFirstNames, story.citizenId);
  }

  @FieldResolver(() => Text, {
    nullable: true,
    description:
      "The story with the names in it, to paste into one's own social accounts. For its two people; null for others, and while it is not on the feed.",
  })
  @Directive('@requires(fields: "text officerId citizenId publishedAt")')
  async shareText(
    @Root() story: Story,
    @Arg('language', () => StoryLanguage, {
      nullable: true,
      description: 'The language of what is written around it; English when left out.',
    })
    language: StoryLanguage | null | undefined,
    @Ctx() call: Call,
  ): Promise<string | null> {
    const { accountId } = call.caller;
    const isTheirs = accountId !== undefined && [story.officerId, story.citizenId].includes(accountId);
    if (!isTheirs || !story.publishedAt) return null;
    const [officer, citizen] = await Promise.all([
      call.load(loadFirstNames, story.officerId),
      call.load(loadFirstNames, story.citizenId),
    ]);
    return shareText(story.text, language ?? StoryLanguage.ENGLISH, { officer, citizen });
  }
}

/** The text with names, or words where there are none, in place of `{officer}` and `{citizen}`; then where they met. */
export function shareText(
  text: string,
  language: StoryLanguage,
  names: { readonly officer: string | null; readonly citizen: string | null },
): string {
  const { met, ...neutral } = words[language];
  const told = text.replaceAll(
    /\{(officer|citizen)\}/g,
    (_all, who: 'officer' | 'citizen') => names[who] ?? neutral[who],
  );
  const sentence = told.charAt(0).toLocaleUpperCase(language) + told.slice(1);
  return `${sentence}\n\n${met} #HeyBlue`;
}

/** First names by account; null where none was given, where it is withheld, and for whoever is not known. */
export async function loadFirstNames(ids: readonly string[], call: Call): Promise<(string | null)[]> {
  const profiles = await call.em.find(Profile, { id: { $in: ids.filter(isId) } });
  const byId = new Map(profiles.map((profile) => [profile.id, asCitizen(profile).firstName]));
  return ids.map((id) => byId.get(id) ?? null);
}
