/* What a search answers on the graph: offers with the reasons why they are where they are, how they divide, how many. */
import { Directive, Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { PageInfo, pageOf } from '../../kernel/page.ts';
import { Cursor, Points, SearchText, ShortText } from '../../kernel/scalars.ts';
import { Offer } from '../listings/offer.ts';
import type { Question } from './question.ts';
import type { FoundRow } from './search-offers.ts';

export enum OfferSortOrder {
  RELEVANCE = 'RELEVANCE',
  DISTANCE = 'DISTANCE',
  PRICE = 'PRICE',
  NEWEST = 'NEWEST',
}

registerEnumType(OfferSortOrder, {
  name: 'OfferSortOrder',
  description: 'What comes first in a search.',
  valuesConfig: {
    RELEVANCE: { description: 'What answers best, by the points that each entry explains.' },
    DISTANCE: { description: 'The nearest; only with a place in `near`.' },
    PRICE: { description: 'What costs the fewest points.' },
    NEWEST: { description: 'What began last.' },
  },
});

export enum MatchReasonKind {
  WORDS_IN_TITLE = 'WORDS_IN_TITLE',
  WORDS = 'WORDS',
  NEAR = 'NEAR',
  TAKEN_OFTEN = 'TAKEN_OFTEN',
  NEW = 'NEW',
  YOUR_CATEGORIES = 'YOUR_CATEGORIES',
  YOUR_RETAILERS = 'YOUR_RETAILERS',
  TAKEN_TOGETHER = 'TAKEN_TOGETHER',
}

registerEnumType(MatchReasonKind, {
  name: 'MatchReasonKind',
  description: 'Why an offer is where it is in a search.',
  valuesConfig: {
    WORDS_IN_TITLE: { description: 'Words that were asked for are in its title.' },
    WORDS: { description: 'Words that were asked for are in its terms, category or retailer.' },
    NEAR: { description: 'A store is near the place that was given.' },
    TAKEN_OFTEN: { description: 'Many vouchers were issued for it.' },
    NEW: { description: 'It began a short while ago.' },
    YOUR_CATEGORIES: { description: 'The caller took offers of its category before.' },
    YOUR_RETAILERS: { description: 'The caller took offers of its retailer before.' },
    TAKEN_TOGETHER: { description: 'Five people or more took it and an offer that the caller took.' },
  },
});

@InputType({ description: 'Which offers are looked among.' })
export class OfferFilterInput {
  @Field(() => [ShortText], { nullable: true, description: 'Only of one of these categories.' })
  categories?: string[] | null;

  @Field(() => [ID], { nullable: true, description: 'Only of one of these retailers.' })
  retailerIds?: string[] | null;

  @Field(() => Points, { nullable: true, description: 'Only what costs as many points or more.' })
  pricePointsMin?: number | null;

  @Field(() => Points, { nullable: true, description: 'Only what costs as many points or fewer.' })
  pricePointsMax?: number | null;
}

@ObjectType({ description: 'One reason why an offer is where it is.' })
export class MatchReason {
  @Field(() => MatchReasonKind, { description: 'What kind of reason.' })
  kind!: MatchReasonKind;

  @Field(() => Int, { description: 'How many points of the score it makes.' })
  points!: number;

  @Field(() => String, { description: 'The same as a sentence in English.' })
  sentence!: string;
}

@ObjectType({ description: 'An offer that was found.' })
export class OfferSearchEdge {
  @Field(() => Cursor, { description: 'Its place in the list.' })
  cursor!: string;

  @Field(() => Offer, { description: 'The offer.' })
  node!: Offer;

  @Field(() => Int, {
    description: 'How well it answers, 0 to 1,200 points, as `reasons` explain; 0 where another order was asked for.',
  })
  score!: number;

  @Field(() => Int, {
    nullable: true,
    description: 'Meters to the nearest store where it is good; null without `near`.',
  })
  distanceMeters!: number | null;

  /** For the reasons. */
  row!: FoundRow;

  /** Where it is nearest. */
  storeId!: string | null;
}

@ObjectType({ description: 'How many of the matches are of one kind.' })
export class FacetCount {
  @Field(() => String, { description: 'The kind: a category, or the name of a retailer.' })
  label!: string;

  @Field(() => ID, { nullable: true, description: 'The retailer, where it is one.' })
  retailerId!: string | null;

  @Field(() => Int, { description: 'How many.' })
  count!: number;
}

@ObjectType({ description: 'How many of the matches are in one range of numbers.' })
export class FacetRange {
  @Field(() => Int, { description: 'The least number of the range.' })
  least!: number;

  @Field(() => Int, { nullable: true, description: 'The greatest; null where it has no end.' })
  most!: number | null;

  @Field(() => Int, { description: 'How many.' })
  count!: number;
}

@ObjectType({ description: 'How the matches divide into kinds.' })
export class FacetCounts {
  @Field(() => [FacetCount], { description: 'The most frequent kinds first, at most 20.' })
  counts!: FacetCount[];

  @Field(() => Boolean, { description: 'Whether there are more than 5,000 matches: then 5,000 of them were counted.' })
  isCapped!: boolean;
}

@ObjectType({ description: 'How the matches divide into ranges of numbers.' })
export class FacetRanges {
  @Field(() => [FacetRange], { description: 'The ranges that have any, in their order.' })
  ranges!: FacetRange[];

  @Field(() => Boolean, { description: 'Whether there are more than 5,000 matches: then 5,000 of them were counted.' })
  isCapped!: boolean;
}

@ObjectType({ description: 'How the matches divide; each division leaves out the filter on itself.' })
export class OfferFacets {
  /** For what is counted only when it is asked for. */
  question!: Question;
}

@ObjectType({ description: 'How many offers answer a question.' })
export class MatchCount {
  @Field(() => Int, { description: 'As many, or 5,000 where there are more.' })
  count!: number;

  @Field(() => Boolean, { description: 'Whether there are more: say "5,000+".' })
  isCapped!: boolean;
}

@ObjectType({ description: 'A page of what a search found.' })
export class OfferSearchPage {
  @Field(() => [OfferSearchEdge], { description: 'What was found, in order.' })
  edges!: OfferSearchEdge[];

  @Field(() => PageInfo, { description: 'Where this page stands.' })
  pageInfo!: PageInfo;

  @Field(() => SearchText, {
    nullable: true,
    description: 'What was searched for instead, where a word is in no offer but one much like it is; null otherwise.',
  })
  corrected!: string | null;

  @Field(() => Boolean, { description: "Whether the caller's own history counted." })
  personal!: boolean;

  /** For what is counted only when it is asked for. */
  question!: Question;
}

@ObjectType({ description: 'What the caller wants of searches.' })
export class SearchPreference {
  @Field(() => Boolean, {
    description:
      'Whether what they took before is kept, the last 100 offers, and counts; true until they say otherwise.',
  })
  personal!: boolean;
}

@ObjectType({ description: 'Words that mean the same in searches.' })
export class SearchSynonymGroup {
  @Field(() => [SearchText], { description: 'The words as they are compared, 2 to 20, in order.' })
  @Directive('@listSize(assumedSize: 20)')
  words!: string[];
}

export const SearchSynonymGroupPage = pageOf(SearchSynonymGroup);

@InputType({ description: 'Words that mean the same.' })
export class SetSearchSynonymsInput {
  @Field(() => [SearchText], {
    description: '1 to 20 single words: a group of their own from now on. One alone means the same as no other.',
  })
  words!: string[];
}

@ObjectType({ description: 'Words that mean the same from now on.' })
export class SetSearchSynonymsPayload {
  @Field(() => [SearchText], { description: 'The words as they are compared.' })
  words!: string[];
}

@InputType({ description: 'What the caller wants of searches.' })
export class SetSearchPreferenceInput {
  @Field(() => Boolean, { description: 'Whether their history is kept and counts. False deletes it at once.' })
  personal!: boolean;
}

@ObjectType({ description: 'What the caller wants from now on.' })
export class SetSearchPreferencePayload {
  @Field(() => SearchPreference, { description: 'The preference as it is now.' })
  preference!: SearchPreference;
}
