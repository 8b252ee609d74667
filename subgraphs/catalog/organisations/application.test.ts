import { randomUUID } from 'node:crypto';
import type { Caller } from '../../kernel/caller.ts';
import { isSameName } from './exempt-organisations.ts';
import { actingFor, exempt, type Marketplace, openMarketplace, somebody } from './testing/marketplace.ts';

const DAY_MILLISECONDS = 86_400_000;
let market: Marketplace;

beforeEach(async () => {
  market = await openMarketplace();
});

afterEach(async () => {
  await market.close();
});

const decide = (applicationId: string, terms: object = {}, caller: Caller = market.administrator) =>
  market.change('decideOrganisationApplication', { applicationId, approve: true, reason: 'Seen.', ...terms }, caller);
const check = (applicationId: string, caller: Caller) =>
  market.change('checkOrganisationDomain', { applicationId }, caller);
const names = async (list: string) => {
  const answer = await market.ask(`{ ${list}(first: 100) { edges { node { name } } } }`);
  return answer[list].edges.map(({ node }: { node: { name: string } }) => node.name);
};

describe('an application', () => {
  test('shows nothing before it is approved, and then the listing with its applicant as owner', async () => {
    const applicant = somebody();
    const applied = await market.apply('charity', applicant, { name: 'Peace Corps Friends' });
    expect(applied).toMatchObject({ status: 'APPLIED', employerCheck: 'PASSED', domainProvedAt: null });
    expect(applied.contact).toEqual({ name: 'Pat Doe', email: expect.stringMatching(/^pat@/) });
    expect(await check(applied.id, applicant)).toMatchObject({ status: 'APPLIED' });
    await market.publishText(applied.domainName, `something else\n${applied.domainText}`);
    expect(await check(applied.id, applicant)).toMatchObject({ status: 'CHECKING' });
    expect(await names('charities')).toEqual([]);
    expect(await market.subject.recorded('charity.listed')).toEqual([]);

    const decided = await decide(applied.id);
    expect(decided).toMatchObject({ status: 'LISTED', despiteChecks: false, contact: null });
    expect(await names('charities')).toEqual(['Peace Corps Friends']);
    const id = decided.organisationId;
    expect(await market.subject.recorded('charity.listed')).toEqual([
      expect.objectContaining({ charityId: id, zipCode: '20008', earmarks: false, acceptsDonations: true }),
    ]);
    expect(await market.subject.recorded('organisation.memberAdded')).toEqual([
      expect.objectContaining({ organisationId: id, kind: 'charity', accountId: applicant.accountId }),
    ]);
    const { organisation } = await market.ask(
      'query ($id: ID!) { organisation(id: $id) { status webDomain myRole contact { email } members { role } } }',
      { id },
      actingFor(applicant, 'charity', id),
    );
    expect(organisation).toMatchObject({ status: 'LISTED', myRole: 'OWNER', members: [{ role: 'OWNER' }] });
    expect(organisation.contact.email).toMatch(/^pat@/);
  });

  test.each(['retailer', 'municipality', 'department'] as const)('lists a %s', async (kind) => {
    const { id, owner } = await market.list(kind);
    const { myOrganisations } = await market.ask(
      '{ myOrganisations(first: 5) { edges { node { id kind } } } }',
      {},
      owner,
    );
    expect(myOrganisations.edges).toEqual([{ node: { id, kind: kind.toUpperCase() } }]);
    if (kind === 'retailer') expect(await names('retailers')).toHaveLength(1);
    if (kind === 'municipality') {
      expect(await market.subject.recorded('municipality.listed')).toEqual([
        expect.objectContaining({ municipalityId: id, zipCodes: ['78701', '78702'] }),
      ]);
    }
  });

  test('needs a domain at which not everybody gets an address, and a contact of that domain', async () => {
    for (const webDomain of ['gmail.com', 'mail.yahoo.com', 'outlook.com']) {
      const contact = { name: 'Pat', email: `pat@${webDomain}` };
      expect(await market.apply('retailer', somebody(), { webDomain, contact })).toEqual({ code: 'BAD_USER_INPUT' });
    }
    const contact = { name: 'Pat', email: 'pat@gmail.com' };
    expect(await market.apply('retailer', somebody(), { contact })).toEqual({ code: 'BAD_USER_INPUT' });
    const below = { webDomain: 'shop.example', contact: { name: 'Pat', email: 'pat@mail.shop.example' } };
    expect(await market.apply('retailer', somebody(), below)).toMatchObject({ status: 'APPLIED' });
    for (const webDomain of ['localhost', 'Shop.Example', 'https://shop.example', '-a.example', '1.2.3.4']) {
      expect(await market.apply('retailer', somebody(), { webDomain })).toEqual({ code: 'BAD_USER_INPUT' });
    }
  });

  test('of a charity whose EIN is not on the list is approved only by who says that it is despite that', async () => {
    const applicant = somebody();
    const { id, employerCheck, domainName, domainText } = await market.apply('charity', applicant, {
      employerNumber: '999999999',
    });
    expect(employerCheck).toBe('NOT_ON_LIST');
    expect(await decide(id)).toEqual({ code: 'CHECKS_OPEN' });
    await market.publishText(domainName, domainText);
    await check(id, applicant);
    expect(await decide(id)).toEqual({ code: 'CHECKS_OPEN' });
    expect(await decide(id, { despiteChecks: true })).toMatchObject({ status: 'LISTED', despiteChecks: true });
  });

  test('under another name than the list has is not passed by itself', async () => {
    const applied = await market.apply('charity', somebody(), { legalName: 'Friends of Something Else' });
    expect(applied).toMatchObject({ employerCheck: 'NAME_DIFFERS', employerName: 'PEACE CORPS FOUNDATION' });
    expect(isSameName('PEACE CORPS FOUNDATION', exempt.legalName)).toBe(true);
    expect(isSameName('The Food Bank of Austin, Inc.', 'AUSTIN FOOD BANK')).toBe(true);
    expect(isSameName('', 'Inc.')).toBe(false);
  });

  test('lacks nothing that its kind needs', async () => {
    for (const missing of ['employerNumber', 'city', 'state', 'zipCode']) {
      expect(await market.apply('charity', somebody(), { [missing]: null })).toEqual({ code: 'BAD_USER_INPUT' });
    }
    for (const missing of ['state', 'zipCodes']) {
      expect(await market.apply('municipality', somebody(), { [missing]: null })).toEqual({ code: 'BAD_USER_INPUT' });
    }
  });

  test('is seen by who made it and by administrators alone', async () => {
    const applicant = somebody();
    const { id } = await market.apply('retailer', applicant);
    const see = async (caller: Caller) =>
      (await market.ask('query ($id: ID!) { organisationApplication(id: $id) { id } }', { id }, caller))
        .organisationApplication;
    expect(await see(applicant)).toEqual({ id });
    expect(await see(market.administrator)).toEqual({ id });
    expect(await see(somebody())).toBeNull();
    expect(await check(id, somebody())).toEqual({ code: 'NOT_FOUND' });
    expect(await decide(id, {}, applicant)).toEqual({ code: 'FORBIDDEN' });
    expect((await market.ask('{ myOrganisationApplications { edges { cursor } } }')).code).toBe('UNAUTHENTICATED');
  });

  test('is decided once, by somebody else than who made it, and by one of many who decide at once', async () => {
    const { id: own } = await market.apply('retailer', market.administrator);
    expect(await decide(own, { despiteChecks: true })).toEqual({ code: 'FORBIDDEN' });
    const { id } = await market.apply('retailer', somebody());
    const outcomes = await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        decide(
          id,
          { approve: index % 2 === 0, despiteChecks: true },
          { ...market.administrator, accountId: randomUUID() },
        ),
      ),
    );
    expect(outcomes.filter(({ code }) => code === 'ALREADY_DECIDED')).toHaveLength(29);
    expect((await market.subject.recorded('organisation.memberAdded')).length).toBeLessThanOrEqual(1);
  });

  test('that is refused or taken back forgets its contact', async () => {
    const applicant = somebody();
    const { id: refused } = await market.apply('retailer', applicant);
    expect(await decide(refused, { approve: false, reason: 'No such shop.' })).toMatchObject({
      status: 'REFUSED',
      reason: 'No such shop.',
      contact: null,
    });
    const { id: withdrawn } = await market.apply('retailer', applicant);
    expect(
      await market.change('withdrawOrganisationApplication', { applicationId: withdrawn }, applicant),
    ).toMatchObject({ status: 'WITHDRAWN', contact: null });
    expect(await check(withdrawn, applicant)).toEqual({ code: 'ALREADY_DECIDED' });
    const rows = await market.subject.em().execute('select contact_sealed from catalog.organisation_application');
    expect(rows).toEqual([{ contact_sealed: null }, { contact_sealed: null }]);
  });

  test('that nobody pursues for ninety days is taken back, and its contact is forgotten', async () => {
    const applicant = somebody();
    const { id: old } = await market.apply('retailer', applicant);
    market.subject.clock.advance(60 * DAY_MILLISECONDS);
    const { id: young } = await market.apply('retailer', applicant);
    const status = async (id: string) => {
      const query = 'query ($id: ID!) { organisationApplication(id: $id) { status contact { name } } }';
      return (await market.ask(query, { id }, applicant)).organisationApplication;
    };
    market.subject.clock.advance(31 * DAY_MILLISECONDS);
    // A look may have been under way when the time came: the next one is a day after that.
    while ((await status(old)).status !== 'WITHDRAWN') market.subject.clock.advance(60_000);
    expect(await status(old)).toEqual({ status: 'WITHDRAWN', contact: null });
    expect(await status(young)).toEqual({ status: 'APPLIED', contact: { name: 'Pat Doe' } });
  });

  test('is one of at most five that somebody has open, also of those made at once', async () => {
    const applicant = somebody();
    const outcomes = await Promise.all(Array.from({ length: 30 }, () => market.apply('retailer', applicant)));
    expect(outcomes.filter(({ code }) => code === 'LIMIT_REACHED')).toHaveLength(25);
    expect(await market.apply('retailer', somebody())).toMatchObject({ status: 'APPLIED' });
  });

  test('of what is listed already is refused; of two who apply for the same, one is listed', async () => {
    await market.list('charity');
    expect(await market.apply('charity', somebody())).toEqual({ code: 'ALREADY_LISTED' });
    const [one, other] = [
      await market.apply('retailer', somebody(), { name: 'Corner Shop' }),
      await market.apply('retailer', somebody(), { name: 'CORNER shop' }),
    ];
    expect(await decide(one.id, { despiteChecks: true })).toMatchObject({ status: 'LISTED' });
    expect(await decide(other.id, { despiteChecks: true })).toEqual({ code: 'ALREADY_LISTED' });
    expect(await market.apply('retailer', somebody(), { name: 'corner shop' })).toEqual({ code: 'ALREADY_LISTED' });
  });
});

test('of departments that apply for one domain at once, one is listed', async () => {
  const terms = { webDomain: 'pd.example', contact: { name: 'Pat', email: 'pat@pd.example' } };
  const applied = [];
  for (let count = 0; count < 6; count++) applied.push(await market.apply('department', somebody(), terms));
  const outcomes = await Promise.all(applied.map(({ id }) => decide(id, { despiteChecks: true })));
  expect(outcomes.filter(({ status }) => status === 'LISTED')).toHaveLength(1);
  expect(outcomes.filter(({ code }) => code === 'ALREADY_LISTED')).toHaveLength(5);
});

describe('a listing that came by a file', () => {
  const imported = async () => {
    const content = 'name,street,city,state,zip,latitude,longitude\nOld Shop,1 Main St,Austin,TX,78701,30.27,-97.74';
    const input = { kind: 'RETAILERS', content, idempotencyKey: randomUUID() };
    await market.change('importTable', input, market.administrator, 'import { rowsTaken }');
    const { retailers } = await market.ask('{ retailers(first: 1) { edges { node { id } } } }');
    return retailers.edges[0].node.id as string;
  };
  const claim = (organisationId: string, caller: Caller, terms: object = {}) => {
    const contact = { name: 'Pat', email: 'pat@old-shop.example' };
    const input = { organisationId, legalName: 'Old Shop LLC', webDomain: 'old-shop.example', contact, ...terms };
    return market.change('claimOrganisation', input, caller);
  };

  test('is claimed by the same checks, under its own id, by one of those who try', async () => {
    const id = await imported();
    const people = [somebody(), somebody()];
    const claims = [];
    for (const person of people) claims.push(await claim(id, person));
    for (const [index, { id: applicationId, domainName, domainText }] of claims.entries()) {
      expect(await decide(applicationId)).toEqual({ code: 'CHECKS_OPEN' });
      await market.publishText(domainName, domainText);
      expect(await check(applicationId, people[index] as Caller)).toMatchObject({ status: 'CHECKING', claimedId: id });
    }
    const outcomes = await Promise.all(claims.map((each) => decide(each.id)));
    expect(outcomes.filter(({ organisationId }) => organisationId === id)).toHaveLength(1);
    expect(outcomes.filter(({ code }) => code === 'ALREADY_LISTED')).toHaveLength(1);
    expect(await market.subject.recorded('organisation.memberAdded')).toHaveLength(1);
    expect(await claim(id, somebody())).toEqual({ code: 'ALREADY_LISTED' });
  });

  test('is not claimed from a free domain, and what is not listed cannot be claimed', async () => {
    const contact = { name: 'Pat', email: 'pat@gmail.com' };
    expect(await claim(await imported(), somebody(), { webDomain: 'gmail.com', contact })).toEqual({
      code: 'BAD_USER_INPUT',
    });
    expect(await claim(randomUUID(), somebody())).toEqual({ code: 'NOT_FOUND' });
  });
});

test('the contact of an organisation is sealed, and stands in no event and no history', async () => {
  await market.list('retailer');
  const em = market.subject.em();
  const texts = await em.execute<{ text: string }[]>(
    `select o::text as text from catalog.organisation o union all select a::text from catalog.organisation_application a
     union all select c::text from catalog.listing_change c union all select b::text from catalog.outbox b`,
  );
  expect(texts.length).toBeGreaterThan(4);
  expect(texts.filter(({ text }) => /Pat Doe|pat@/.test(text))).toEqual([]);
});
