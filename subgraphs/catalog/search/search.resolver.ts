/*
 * Searching on the graph. Answers may depend on who asks and are kept by nobody; what costs extra (counts, divisions) is
 * reckoned only where it is asked for.
 */
import { Arg, Args, Ctx, Directive, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import { NearInput } from '../../kernel/area.ts';
import type { Call } from '../../kernel/call.ts';
import { Authenticated, Requires, ShownIn } from '../../kernel/caller.ts';
import { decodeCursor, type Page, PageArguments, toPage } from '../../kernel/page.ts';
import { SearchText } from '../../kernel/scalars.ts';
import type { CatalogServices } from '../catalog.ts';
import { Retailer, Store } from '../listings/listing.ts';
import { DISTANCE_RANGES, type Divided, type Division, divide, PRICE_RANGES } from './facets.ts';
import { readPreference, setPreference } from './person.ts';
import type { Question } from './question.ts';
import { reasonsOf } from './reasons.ts';
import { searchOffers } from './search-offers.ts';
import {
  FacetCounts,
  FacetRanges,
  MatchCount,
  MatchReason,
  OfferFacets,
  OfferFilterInput,
  OfferSearchEdge,
  OfferSearchPage,
  OfferSortOrder,
  SearchPreference,
  type SearchSynonymGroup,
  SearchSynonymGroupPage,
  SetSearchPreferenceInput,
  SetSearchPreferencePayload,
  SetSearchSynonymsInput,
  SetSearchSynonymsPayload,
} from './search-page.ts';
import { suggestSearches } from './suggestions.ts';
import { readSynonyms, setSynonyms, synonymGroups } from './synonyms.ts';

type CatalogCall = Call<CatalogServices>;

@Resolver(() => OfferSearchPage)
export class OfferSearchResolver {
  @Query(() => OfferSearchPage, {
    description:
      'Offers that are open now and answer a question: all words that are asked for, with typing errors and synonyms; the last one may be a beginning. By relevance, of more than about 2,000 matches the best known are ranked first, then the next. For everybody. Codes: BAD_USER_INPUT.',
  })
  @ShownIn('public', 'partner', 'admin')
  @Directive('@cost(weight: 10)')
  @Directive('@cacheControl(maxAge: 0, scope: PRIVATE)')
  async searchOffers(
    @Arg('search', () => SearchText, {
      nullable: true,
      description: 'Only with all these words, or what is much like them, in title, terms, category or retailer.',
    })
    search: string | null,
    @Arg('near', () => NearInput, { nullable: true, description: 'Only with a store near this place.' })
    near: NearInput | null,
    @Arg('filters', () => OfferFilterInput, { nullable: true, description: 'Only among these.' })
    filters: OfferFilterInput | null,
    @Arg('sort', () => OfferSortOrder, { defaultValue: OfferSortOrder.RELEVANCE, description: 'What comes first.' })
    sort: OfferSortOrder,
    @Arg('personal', () => Boolean, {
      defaultValue: true,
      description: 'Whether what the caller took before counts, unless they do not want that at all.',
    })
    personal: boolean,
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() call: CatalogCall,
  ): Promise<OfferSearchPage> {
    const { accountId } = call.caller;
    const person = personal && accountId && (await readPreference(call.em, accountId)) ? accountId : null;
    const asked = { search, near, filters, sort, person };
    const found = await searchOffers(call.em, call.services.zipCodes, asked, page, call.clock.now());
    const isRanked = sort === OfferSortOrder.RELEVANCE;
    const edges = found.edges.map(({ cursor, node, row, storeId }) =>
      Object.assign(new OfferSearchEdge(), {
        ...{ cursor, node, row, storeId },
        score: isRanked ? row.key : 0,
        distanceMeters: row.meters,
      }),
    );
    const { terms } = found.question;
    return Object.assign(new OfferSearchPage(), {
      edges,
      pageInfo: {
        startCursor: edges[0]?.cursor ?? null,
        endCursor: edges.at(-1)?.cursor ?? null,
        hasNextPage: found.hasNextPage,
        hasPreviousPage: page.after != null,
      },
      corrected: terms?.some(({ kind }) => kind === 'TYPO') ? terms.map(({ best }) => best).join(' ') : null,
      personal: person !== null && isRanked,
      question: found.question,
    });
  }

  @Query(() => [SearchText], {
    description:
      'What somebody who typed this may be about to search for: at most ten texts, the most usual first. For everybody. Codes: BAD_USER_INPUT.',
  })
  @ShownIn('public', 'admin')
  @Directive('@listSize(assumedSize: 10)')
  suggestOffers(
    @Arg('prefix', () => SearchText, { description: 'What was typed so far.' }) prefix: string,
    @Ctx() call: CatalogCall,
  ): Promise<string[]> {
    return suggestSearches(call.em, prefix, call.clock.now());
  }

  @Query(() => SearchPreference, {
    description: 'What the caller wants of searches. For those who are signed in. Codes: UNAUTHENTICATED.',
  })
  @ShownIn('public')
  @Authenticated()
  async searchPreference(@Ctx() call: CatalogCall): Promise<SearchPreference> {
    return { personal: await readPreference(call.em, call.accountId) };
  }

  @Mutation(() => SetSearchPreferencePayload, {
    description:
      'Says whether what the caller took is kept for searches and counts in them; false deletes it. For those who are signed in. Codes: UNAUTHENTICATED.',
  })
  @ShownIn('public')
  @Authenticated()
  async setSearchPreference(
    @Arg('input', () => SetSearchPreferenceInput, { description: 'What is wanted.' }) input: SetSearchPreferenceInput,
    @Ctx() call: CatalogCall,
  ): Promise<SetSearchPreferencePayload> {
    await call.work((work) => setPreference(work, call.accountId, input.personal));
    return { preference: { personal: input.personal } };
  }

  @Query(() => [SearchText], {
    description:
      'The words that mean the same as one in searches, itself among them; none where it has no synonyms. For administrators. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT.',
  })
  @ShownIn('admin')
  @Requires('administrator')
  @Directive('@listSize(assumedSize: 20)')
  searchSynonyms(
    @Arg('word', () => SearchText, { description: 'The word.' }) word: string,
    @Ctx() call: CatalogCall,
  ): Promise<string[]> {
    return readSynonyms(call.em, word);
  }

  @Query(() => SearchSynonymGroupPage, {
    description:
      'All words that mean the same in searches, group by group, by the first word of each. For administrators. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT.',
  })
  @ShownIn('admin')
  @Requires('administrator')
  async searchSynonymGroups(
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() call: CatalogCall,
  ): Promise<Page<SearchSynonymGroup>> {
    const [behind] = page.after ? decodeCursor(page.after, 'string') : [];
    return toPage(await synonymGroups(call.em, page.first + 1, behind), page, ({ words }) => [words[0] ?? '']);
  }

  @Mutation(() => SetSearchSynonymsPayload, {
    description:
      'Says which words mean the same in searches; a word is in one group at most and leaves its former one. For administrators. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT.',
  })
  @ShownIn('admin')
  @Requires('administrator')
  async setSearchSynonyms(
    @Arg('input', () => SetSearchSynonymsInput, { description: 'The words.' }) input: SetSearchSynonymsInput,
    @Ctx() call: CatalogCall,
  ): Promise<SetSearchSynonymsPayload> {
    return { words: await call.work((work) => setSynonyms(work, input.words)) };
  }

  @FieldResolver(() => MatchCount, { description: 'How many offers answer, on all pages.' })
  @Directive('@cost(weight: 10)')
  async total(@Root() { question }: OfferSearchPage, @Ctx() call: CatalogCall): Promise<MatchCount> {
    const { matches, isCapped } = await call.load(loadDivisions, { question, division: 'total' });
    return { count: matches, isCapped };
  }

  @FieldResolver(() => OfferFacets, { description: 'How the offers that answer divide, on all pages.' })
  @Directive('@cost(weight: 10)')
  facets(@Root() { question }: OfferSearchPage): OfferFacets {
    return Object.assign(new OfferFacets(), { question });
  }
}

@Resolver(() => OfferFacets)
export class OfferFacetsResolver {
  @FieldResolver(() => FacetCounts, { description: 'By category.' })
  async categories(@Root() { question }: OfferFacets, @Ctx() call: CatalogCall): Promise<FacetCounts> {
    const { counts, isCapped } = await call.load(loadDivisions, { question, division: 'category' });
    return { counts: counts.map(({ value, count }) => ({ label: value, retailerId: null, count })), isCapped };
  }

  @FieldResolver(() => FacetCounts, { description: 'By retailer.' })
  async retailers(@Root() { question }: OfferFacets, @Ctx() call: CatalogCall): Promise<FacetCounts> {
    const { counts, isCapped } = await call.load(loadDivisions, { question, division: 'retailer' });
    const retailers = await call.em.find(Retailer, { id: { $in: counts.map(({ value }) => value) } });
    const names = new Map(retailers.map(({ id, name }) => [id, name]));
    const named = counts.flatMap(({ value, count }) => {
      const label = names.get(value);
      return label === undefined ? [] : [{ label, retailerId: value, count }];
    });
    return { counts: named, isCapped };
  }

  @FieldResolver(() => FacetRanges, { description: 'By price in points.' })
  async prices(@Root() { question }: OfferFacets, @Ctx() call: CatalogCall): Promise<FacetRanges> {
    return toRanges(await call.load(loadDivisions, { question, division: 'price' }), PRICE_RANGES);
  }

  @FieldResolver(() => FacetRanges, { description: 'By meters to the nearest store; empty without `near`.' })
  async distances(@Root() { question }: OfferFacets, @Ctx() call: CatalogCall): Promise<FacetRanges> {
    return toRanges(await call.load(loadDivisions, { question, division: 'distance' }), DISTANCE_RANGES);
  }
}

@Resolver(() => OfferSearchEdge)
export class OfferSearchEdgeResolver {
  @FieldResolver(() => [MatchReason], {
    description: 'What the score is made of, most points first; empty where another order was asked for.',
  })
  @Directive('@listSize(assumedSize: 8)')
  reasons(@Root() { score, row }: OfferSearchEdge): MatchReason[] {
    return score === 0 ? [] : reasonsOf(row);
  }

  @FieldResolver(() => Store, {
    nullable: true,
    description: 'The nearest store where it is good; null without `near`.',
  })
  async nearestStore(@Root() { storeId }: OfferSearchEdge, @Ctx() call: CatalogCall): Promise<Store | null> {
    return storeId ? call.load(loadStoresById, storeId) : null;
  }
}

interface AskedDivision {
  readonly question: Question;
  readonly division: Division;
}

/** The divisions that one operation asks of a question are counted together. */
async function loadDivisions(asked: readonly AskedDivision[], call: CatalogCall): Promise<Divided[]> {
  const byQuestion = new Map<Question, Map<Division, Divided>>();
  for (const { question } of asked) {
    if (byQuestion.has(question)) continue;
    const divisions = new Set(asked.filter((each) => each.question === question).map(({ division }) => division));
    byQuestion.set(question, await divide(call.em, question, [...divisions]));
  }
  return asked.map(({ question, division }) => {
    const divided = byQuestion.get(question)?.get(division);
    if (!divided) throw new Error('Each division that was asked for is counted');
    return divided;
  });
}

async function loadStoresById(ids: readonly string[], call: CatalogCall): Promise<(Store | null)[]> {
  const stores = new Map((await call.em.find(Store, { id: { $in: [...ids] } })).map((store) => [store.id, store]));
  return ids.map((id) => stores.get(id) ?? null);
}

interface Range {
  readonly least: number;
  readonly most: number | null;
}

function toRanges({ counts, isCapped }: Divided, ranges: readonly Range[]): FacetRanges {
  const countOf = new Map(counts.map(({ value, count }) => [Number(value), count]));
  const some = ranges.flatMap(({ least, most }, index) => {
    const count = countOf.get(index);
    return count === undefined ? [] : [{ least, most, count }];
  });
  return { ranges: some, isCapped };
}
