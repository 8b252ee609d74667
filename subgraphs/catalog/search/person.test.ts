import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { openTestSubgraph, type TestSubgraph } from '../../kernel/testing/harness.ts';
import { type CatalogServices, catalog } from '../catalog.ts';
import { deletePerson, HISTORY_KEPT } from './person.ts';
import { ask, type Found, fillShops, type Listed, titlesOf } from './testing/shops.ts';

let subject: TestSubgraph<CatalogServices>;

beforeAll(async () => {
  subject = await openTestSubgraph(catalog);
});

beforeEach(async () => {
  await subject
    .em()
    .execute('truncate catalog.search_person, catalog.person_offer, catalog.offer_pair, catalog.offer_popularity');
});

afterAll(async () => {
  await subject.close();
});

const citizen = (accountId: string) => ({ accountId, scopes: ['citizen'] as const });

function take(
  accountId: string,
  { id, retailerId }: Pick<Listed, 'id' | 'retailerId'>,
  more: { at?: Date; eventId?: string } = {},
) {
  const { at = subject.clock.now(), eventId = subject.newId() } = more;
  const body = {
    ...{ voucherId: subject.newId(), transactionId: subject.newId(), accountId, offerId: id, retailerId },
    ...{ points: 10, zipCode: null, issuedAt: at.toISOString() },
  };
  return subject.deliver('voucher.issued', body, { id: eventId });
}

const setPersonal = async (accountId: string, personal: boolean) =>
  (
    await subject.execute(
      'mutation ($personal: Boolean!) { setSearchPreference(input: { personal: $personal }) { preference { personal } } }',
      { personal },
      citizen(accountId),
    )
  ).data.setSearchPreference.preference.personal;

const historyOf = async (accountId: string) =>
  (
    await subject
      .em()
      .execute<{ id: string }[]>('select offer_id as id from catalog.person_offer where account_id = ? order by 1', [
        accountId,
      ])
  ).map(({ id }) => id);

/** The pairs of all histories that are kept, counted anew, and the same as the table has them. */
async function pairs() {
  const counted = `select a.offer_id as one, b.offer_id as other, count(*)::int as people
    from catalog.person_offer a join catalog.person_offer b on b.account_id = a.account_id and a.offer_id < b.offer_id
    group by 1, 2 order by 1, 2`;
  const em = subject.em();
  return {
    expected: await em.execute(counted),
    kept: await em.execute('select one, other, people from catalog.offer_pair order by one, other'),
  };
}

const kindsOf = ({ reasons }: Found) => reasons.map(({ kind }) => kind);

describe('a search of somebody who took offers', () => {
  let offers: Map<string, Listed>;
  const offer = (title: string) => offers.get(title) as Listed;

  beforeEach(async () => {
    const listed = await fillShops(subject, [
      {
        name: 'Baker',
        category: 'Food',
        offers: [
          { title: 'Bread', ageSeconds: 5 },
          { title: 'Cake', ageSeconds: 5 },
        ],
      },
      { name: 'Grocer', category: 'Food', offers: [{ title: 'Apple', ageSeconds: 5 }] },
      {
        name: 'Museum',
        category: 'Culture',
        offers: [
          { title: 'Entry', ageSeconds: 5 },
          { title: 'Tour', ageSeconds: 5 },
        ],
      },
    ]);
    offers = new Map(listed.map((each) => [each.title, each]));
  });

  test('has first what is of their retailers and categories, and says so', async () => {
    const [person, other] = [randomUUID(), randomUUID()];
    await take(person, offer('Cake'));
    const page = await ask(subject, {}, citizen(person));
    expect(page.personal).toBe(true);
    const [cake, bread, apple] = [...page.edges].sort((a, b) => b.score - a.score);
    expect([cake, bread].map(({ node }) => node.title).sort()).toEqual(['Bread', 'Cake']);
    expect(apple.node.title).toBe('Apple');
    expect(kindsOf(bread)).toEqual(expect.arrayContaining(['YOUR_CATEGORIES', 'YOUR_RETAILERS']));
    expect(kindsOf(apple)).toContain('YOUR_CATEGORIES');
    expect(kindsOf(apple)).not.toContain('YOUR_RETAILERS');
    for (const { score, reasons } of page.edges as Found[])
      expect(reasons.reduce((sum, { points }) => sum + points, 0)).toBe(score);
    for (const caller of [citizen(other), undefined]) {
      const { edges } = await ask(subject, {}, caller);
      for (const edge of edges) expect(kindsOf(edge).filter((kind) => kind.startsWith('YOUR'))).toEqual([]);
    }
  });

  test('has what five others took together with theirs, and nothing of four', async () => {
    const person = randomUUID();
    await take(person, offer('Bread'));
    const together = async () => {
      const { edges } = await ask(subject, {}, citizen(person));
      return (edges as Found[]).flatMap(({ node, reasons }) =>
        reasons.flatMap(({ kind, sentence }) => (kind === 'TAKEN_TOGETHER' ? [`${node.title}: ${sentence}`] : [])),
      );
    };
    for (let count = 1; count <= 4; count++) {
      const another = randomUUID();
      // The same person again, and the same event again, is one person.
      for (let again = 0; again < 3; again++) {
        await take(another, offer('Tour'));
        await take(another, offer('Bread'), { eventId: another });
      }
    }
    expect(await together()).toEqual([]);
    const fifth = randomUUID();
    await take(fifth, offer('Bread'));
    await take(fifth, offer('Tour'));
    expect(await together()).toEqual(['Tour: At least 5 people took it and an offer that you took.']);
    await setPersonal(fifth, false);
    expect(await together()).toEqual([]);
  });

  test('leaves history out where it is asked to, for once or for good, and deletes it then', async () => {
    const person = randomUUID();
    await take(person, offer('Cake'));
    expect(await ask(subject, { personal: false }, citizen(person))).toMatchObject({ personal: false });
    expect(await setPersonal(person, false)).toBe(false);
    expect(await historyOf(person)).toEqual([]);
    await take(person, offer('Bread'));
    expect(await historyOf(person)).toEqual([]);
    expect(await ask(subject, {}, citizen(person))).toMatchObject({ personal: false });
    expect(await setPersonal(person, true)).toBe(true);
    await take(person, offer('Bread'));
    expect(await historyOf(person)).toEqual([offer('Bread').id]);
    expect(
      (await subject.execute('{ searchPreference { personal } }', {}, citizen(person))).data.searchPreference.personal,
    ).toBe(true);
    const { errors } = await subject.execute('{ searchPreference { personal } }');
    expect(errors?.[0]?.extensions?.code).toBe('UNAUTHENTICATED');
  });

  test('pages on as it began, although history grows meanwhile; another cannot page on with its cursor', async () => {
    const person = randomUUID();
    await take(person, offer('Cake'));
    const first = await ask(subject, { first: 2 }, citizen(person));
    subject.clock.advance(1_000);
    await take(person, offer('Entry'));
    const after = first.pageInfo.endCursor;
    const second = await ask(subject, { first: 10, after }, citizen(person));
    expect([...titlesOf(first), ...titlesOf(second)].sort()).toEqual(['Apple', 'Bread', 'Cake', 'Entry', 'Tour']);
    expect(await ask(subject, { after }, citizen(randomUUID()))).toMatchObject({ code: 'BAD_USER_INPUT' });
    expect(await ask(subject, { after })).toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  test('has what is taken often before what is not, by doublings', async () => {
    for (let times = 0; times < 4; times++) await take(randomUUID(), offer('Tour'));
    const { edges } = await ask(subject, { filters: { categories: ['Culture'] } });
    expect(titlesOf({ edges })).toEqual(['Tour', 'Entry']);
    expect(edges[0].reasons[0]).toMatchObject({ kind: 'NEW' });
    expect(kindsOf(edges[0])).toContain('TAKEN_OFTEN');
    await subject.em().execute('select catalog.rebuild_offer_search()');
    const anew = await ask(subject, { filters: { categories: ['Culture'] } });
    const scores = (found: Found[]) => found.map(({ node, score }) => [node.id, score]);
    expect(scores(anew.edges)).toEqual(scores(edges));
  });
});

describe('histories', () => {
  const things = Array.from({ length: 6 }, () => ({ id: randomUUID(), retailerId: randomUUID() }));

  test('are the last offers of a person, whenever events come, and pairs are counted from what is kept', async () => {
    const person = randomUUID();
    const many = Array.from({ length: HISTORY_KEPT + 10 }, () => ({ id: randomUUID(), retailerId: randomUUID() }));
    const start = subject.clock.now().getTime();
    const order = [...many.keys()].sort((a, b) => ((a * 7) % 13) - ((b * 7) % 13));
    for (const index of order) await take(person, many[index] as Listed, { at: new Date(start + index * 1_000) });
    expect(await historyOf(person)).toEqual(
      many
        .slice(10)
        .map(({ id }) => id)
        .sort(),
    );
    const { expected, kept } = await pairs();
    expect(kept).toEqual(expected);
    expect(kept).toHaveLength((HISTORY_KEPT * (HISTORY_KEPT - 1)) / 2);
    await subject.execute(
      'mutation { setSearchPreference(input: { personal: false }) { preference { personal } } }',
      {},
      citizen(person),
    );
    expect((await pairs()).kept).toEqual([]);
  });

  test('and counts of pairs agree after any takings, switchings off and erasures; nothing is left of who is erased', async () => {
    const people = Array.from({ length: 4 }, () => randomUUID());
    const step = fc.oneof(
      {
        weight: 8,
        arbitrary: fc.record({
          kind: fc.constant('take' as const),
          who: fc.nat(3),
          what: fc.nat(5),
          late: fc.nat(1_000),
        }),
      },
      {
        weight: 1,
        arbitrary: fc.record({
          kind: fc.constantFrom('off' as const, 'on' as const, 'erase' as const),
          who: fc.nat(3),
        }),
      },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        for (const each of steps) {
          const person = people[each.who] as string;
          if (each.kind === 'take') {
            const at = new Date(subject.clock.now().getTime() - each.late * 1_000);
            const eventId = subject.newId();
            await take(person, things[each.what] as Listed, { at, eventId });
            if (each.late % 3 === 0) await take(person, things[each.what] as Listed, { at, eventId });
          } else if (each.kind === 'erase') await erase(person);
          else await setPersonal(person, each.kind === 'on');
        }
        const { expected, kept } = await pairs();
        expect(kept).toEqual(expected);
        for (const person of people) await erase(person);
        for (const table of ['search_person', 'person_offer', 'offer_pair']) {
          expect(await subject.em().execute(`select * from catalog.${table}`)).toEqual([]);
        }
      }),
      { numRuns: 25 },
    );
  });

  test('of many people who take, switch off and are erased at once are counted right', async () => {
    const people = Array.from({ length: 12 }, () => randomUUID());
    await Promise.all(
      Array.from({ length: 60 }, (_, index) => {
        const person = people[index % 12] as string;
        if (index % 17 === 16) return erase(person);
        if (index % 13 === 12) return setPersonal(person, index % 2 === 0);
        const thing = things[(index * 5) % 6] as Listed;
        return noteAtOnce(person, thing);
      }),
    );
    const { expected, kept } = await pairs();
    expect(kept).toEqual(expected);
  });
});

/** As two processes would: events of one process come one after the other. */
async function noteAtOnce(person: string, { id, retailerId }: Pick<Listed, 'id' | 'retailerId'>): Promise<void> {
  const now = subject.clock.now();
  for (let attempt = 0; ; attempt++) {
    try {
      await subject
        .em()
        .execute('select catalog.note_taking(?, ?, ?, ?, ?, ?)', [person, id, retailerId, now, now, HISTORY_KEPT]);
      return;
    } catch (error) {
      // As the unit of work does.
      if ((error as { code?: string }).code !== '40P01' || attempt === 4) throw error;
    }
  }
}

const erase = (accountId: string) =>
  subject.em().transactional((em) => deletePerson({ em } as Parameters<typeof deletePerson>[0], accountId));
