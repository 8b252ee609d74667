/*
 * Two people leave, an officer and a citizen, after a life in every domain; two others stay. Everything that the leaving ones
 * said of themselves is made of words that nobody else uses, so that a look at every row of the database shows what is left.
 */
import { randomUUID } from 'node:crypto';
import {
  AcceptConnectionDocument,
  ApplyAsOrganisationDocument,
  BlockPersonDocument,
  CharitiesDocument,
  ConfirmConnectionDocument,
  ConnectionsDocument,
  ConsentToStoryDocument,
  DeclareResidenceDocument,
  DonatePointsDocument,
  GatheringDocument,
  ImportTableDocument,
  LedgerAuditDocument,
  MeDocument,
  OffersDocument,
  OpenWindowDocument,
  OwnStoriesDocument,
  ProposeStoryDocument,
  RedeemOfferDocument,
  RegisterOfficersDocument,
  ReportLocationDocument,
  ReportPersonDocument,
  RequestConnectionDocument,
  RequestErasureDocument,
  ResolvePersonReportDocument,
  RespondToGatheringDocument,
  ScheduleGatheringDocument,
  StoryFeedDocument,
  UpdateProfileDocument,
} from '../../clients/generated/graphql.ts';
import { type SignedIn, signIn, signInByBrowser } from '../../clients/sign-in.ts';
import { createTestDatabase, type TestDatabase } from '../../subgraphs/kernel/testing/servers.ts';
import { eventually, newPhoneNumber, refusalOf, signInAdministrator, signInCitizen, signInOfficer } from './people.ts';
import { type RunningSystem, type SystemOfProcesses, startOneProcess, startSevenProcesses } from './systems.ts';
import { redisTracesOf, rowsWith, tracesOf } from './traces.ts';

const capitol = { latitude: 30.2747, longitude: -97.7404 };
const home = { latitude: 30.29387, longitude: -97.71234 };
const minute = 60_000;
const day = 24 * 60 * minute;
/** In everything that the leaving ones wrote; the second one in a report that nobody has decided yet. */
const WORD = 'quillfeather';
const EVIDENCE = 'brambleshade';

/** The next step, when the one before has been taken in. */
async function insist<Result>(ask: () => Promise<Result>): Promise<Result> {
  return eventually(() => ask().catch(() => undefined));
}

let sequence = 0;
const here = ({ client }: SignedIn) =>
  client.request(ReportLocationDocument, { input: { position: capitol, accuracyMeters: 5, sequence: ++sequence } });

async function meet(officer: SignedIn, citizen: SignedIn): Promise<string> {
  await refusalOf(officer.client.request(OpenWindowDocument, { input: { position: capitol } }));
  await here(officer);
  await here(citizen);
  const { requestConnection } = await insist(() =>
    citizen.client.request(RequestConnectionDocument, { input: { officerId: officer.accountId } }),
  );
  const connectionId = requestConnection.connection.id;
  await officer.client.request(AcceptConnectionDocument, { input: { connectionId } });
  for (const { client } of [officer, citizen]) {
    await client.request(ConfirmConnectionDocument, { input: { connectionId } });
  }
  return connectionId;
}

async function leaveSystem(person: SignedIn, emailAddress: string): Promise<void> {
  await signInByBrowser(person.client, emailAddress);
  await person.client.request(RequestErasureDocument, { input: { understood: true } });
}

/** Two weeks until the sessions end, and then as long as a token may live, until nobody finds these accounts any more. */
async function letItHappen(system: RunningSystem, databaseUrl: string, people: readonly SignedIn[]): Promise<void> {
  await system.advance(14 * day + 1000);
  const ids = people.map(({ accountId }) => accountId);
  await eventually(async () => {
    await system.advance(2 * minute);
    return (await tracesOf(databaseUrl, ids)).includes('identity.account') ? undefined : true;
  });
}

describe('a person who leaves', () => {
  let database: TestDatabase;
  let system: RunningSystem;
  let administrator: SignedIn;
  let officer: SignedIn;
  let citizen: SignedIn;
  let stayingOfficer: SignedIn;
  let stayingCitizen: SignedIn;
  const officerMail = `${WORD}.officer@leaving.example`;
  const citizenMail = `${WORD}.citizen@leaving.example`;
  const phones = [newPhoneNumber(), newPhoneNumber()] as const;
  /** Proposed by the one who stays: the words are theirs. */
  const keptText = 'I thank {officer} for the flowers.';
  let undecided: string;
  let theirGathering: string;
  let stayed: unknown;

  beforeAll(async () => {
    database = await createTestDatabase();
    system = await startOneProcess({ databaseUrl: database.url });
    administrator = await signInAdministrator(system.url);
    stayingOfficer = await signInOfficer(system.url, administrator, 'Sam');
    stayingCitizen = await signInCitizen(system.url, 'Casey');
    await administrator.client.request(RegisterOfficersDocument, {
      input: { emailAddresses: [officerMail], departmentName: 'Austin Police Department' },
    });
    officer = await signIn(system.url, { emailAddress: officerMail, phoneNumber: phones[0] });
    citizen = await signIn(system.url, { emailAddress: citizenMail, phoneNumber: phones[1] });
  });

  afterAll(async () => {
    for (const each of [administrator, officer, citizen, stayingOfficer, stayingCitizen]) await each?.client.close();
    await system?.close();
    await database?.drop();
  });

  const everything = () => [WORD, ...phones.map((phone) => phone.slice(1))];
  const lifeOf = async ({ client }: SignedIn) => [
    (await client.request(MeDocument)).me,
    (await client.request(ConnectionsDocument, { first: 10 })).connections.edges.map(({ node }) => node.id),
    (await client.request(OwnStoriesDocument, { first: 10 })).ownStories.edges.map(({ node }) => node.text),
  ];

  test('leaves traces in every domain as long as they take part', async () => {
    for (const person of [officer, citizen]) {
      const input = { firstName: `${WORD}1`, about: `${WORD} likes kites`, pictureUrl: `https://p.example/${WORD}` };
      await insist(() => person.client.request(UpdateProfileDocument, { input }));
    }
    await citizen.client.request(DeclareResidenceDocument, { input: { zipCode: '78701' } });
    await takeTables();
    const first = await meet(stayingOfficer, citizen);
    const second = await meet(officer, stayingCitizen);
    const third = await meet(officer, citizen);
    await stories(first, second);
    await reports(first, second, third);
    await gatherings();
    await citizen.client.request(BlockPersonDocument, { input: { accountId: officer.accountId } });
    await spend();
    await citizen.client.request(ApplyAsOrganisationDocument, {
      input: {
        kind: 'RETAILER',
        legalName: 'Kites LLC',
        name: 'Kites',
        webDomain: 'kites.example',
        contact: { name: `${WORD} Smith`, email: `${WORD}@kites.example` },
      },
    });
    const traces = await tracesOf(database.url, everything());
    expect(traces).toEqual([
      'connections.gathering',
      'connections.person_report',
      'connections.story',
      'profile.profile',
    ]);
    stayed = [await lifeOf(stayingOfficer), await lifeOf(stayingCitizen)];
  });

  async function takeTables(): Promise<void> {
    const tables = [
      ['RETAILERS', 'name,street,city,state,zip,latitude,longitude\nBooks,1 Main St,Austin,TX,78701,30.27,-97.74'],
      ['OFFERS', 'retailer,title,price_points,value_usd\nBooks,A bookmark,5,2.50'],
      ['CHARITIES', 'ein,name,city,state,zip\n742172233,Central Texas Helpers,Austin,TX,78741'],
    ] as const;
    for (const [kind, content] of tables) {
      const input = { kind, content, idempotencyKey: randomUUID() };
      await administrator.client.request(ImportTableDocument, { input });
    }
  }

  async function stories(withStayingOfficer: string, withStayingCitizen: string): Promise<void> {
    const tell = async (connectionId: string, author: SignedIn, other: SignedIn, text: string) => {
      const isOfficer = author === officer;
      const { proposeStory } = await insist(() =>
        author.client.request(ProposeStoryDocument, {
          input: { connectionId, text, ...(isOfficer && { delay: 'NONE' as const }) },
        }),
      );
      const storyId = proposeStory.story.id;
      await other.client.request(ConsentToStoryDocument, {
        input: { storyId, ...(!isOfficer && { delay: 'NONE' as const }) },
      });
    };
    await tell(withStayingOfficer, citizen, stayingOfficer, `{citizen} found a ${WORD} with {officer}.`);
    await tell(withStayingCitizen, stayingCitizen, officer, keptText);
    const { storyFeed } = await administrator.client.request(StoryFeedDocument, { first: 10 });
    expect(storyFeed.edges).toHaveLength(2);
  }

  async function reports(decided: string, open: string, another: string): Promise<void> {
    const report = async (person: SignedIn, connectionId: string, text: string) =>
      (await person.client.request(ReportPersonDocument, { input: { connectionId, reason: 'OTHER', text } }))
        .reportPerson.reportId;
    const reportId = await report(citizen, decided, `${WORD} was pushed.`);
    await administrator.client.request(ResolvePersonReportDocument, {
      input: { reportId, outcome: 'DISMISSED', note: `Spoke with ${WORD}.` },
    });
    undecided = await report(officer, open, `${EVIDENCE} was shown to me.`);
    const own = await report(stayingCitizen, open, `${WORD} laughed at me.`);
    await administrator.client.request(ResolvePersonReportDocument, {
      input: { reportId: own, outcome: 'WARNED', note: 'Warned.' },
    });
    await report(citizen, another, `${EVIDENCE} again.`);
  }

  async function gatherings(): Promise<void> {
    const schedule = async (host: SignedIn, title: string, name: string, position: typeof home) => {
      const startsAt = new Date(system.now().getTime() + 30 * day);
      const input = {
        place: { name, position },
        title,
        description: `${title}, for all.`,
        startsAt: startsAt.toISOString(),
        endsAt: new Date(startsAt.getTime() + 60 * minute).toISOString(),
        idempotencyKey: randomUUID(),
      };
      return (await host.client.request(ScheduleGatheringDocument, { input })).scheduleGathering.gathering.id;
    };
    theirGathering = await schedule(officer, `Kites with ${WORD}`, `Garden of ${WORD}`, home);
    const other = await schedule(stayingOfficer, 'Coffee', 'Main library', capitol);
    const come = (person: SignedIn, gatheringId: string) =>
      person.client.request(RespondToGatheringDocument, { input: { gatheringId, coming: true } });
    await come(stayingCitizen, theirGathering);
    await come(citizen, other);
  }

  async function spend(): Promise<void> {
    const [offer] = (await citizen.client.request(OffersDocument, { first: 1 })).offers.edges;
    const [charity] = (await citizen.client.request(CharitiesDocument, { first: 1 })).charities.edges;
    const [offerId, charityId] = [offer?.node.id ?? '', charity?.node.id ?? ''];
    for (const _ of [1, 2]) {
      const input = { offerId, idempotencyKey: randomUUID() };
      await insist(() => citizen.client.request(RedeemOfferDocument, { input }));
    }
    const gift = { charityId, points: 3, idempotencyKey: randomUUID() };
    await insist(() => officer.client.request(DonatePointsDocument, { input: gift }));
  }

  test('is forgotten two weeks after they asked for it, in every row of every domain', async () => {
    await leaveSystem(officer, officerMail);
    await leaveSystem(citizen, citizenMail);
    await letItHappen(system, database.url, [officer, citizen]);
    await eventually(async () => ((await tracesOf(database.url, everything())).length === 0 ? true : undefined));
    expect(await refusalOf(citizen.client.request(MeDocument))).toBeDefined();
    expect(await refusalOf(officer.client.request(MeDocument))).toBeDefined();
  });

  test('stays as an id in what has to stay, and in nothing else', async () => {
    const kept = await tracesOf(database.url, [officer.accountId, citizen.accountId]);
    expect(kept).toEqual(KEPT);
    // Reports never knew anybody.
    expect(kept.filter((table) => table.startsWith('reporting.'))).toEqual([]);
  });

  test('is in evidence that nobody has decided about, until somebody has', async () => {
    expect(await tracesOf(database.url, [EVIDENCE])).toEqual(['connections.person_report']);
    const rows = (await rowsWith(database.url, EVIDENCE))['connections.person_report'] ?? [];
    expect(rows).toHaveLength(2);
    for (const reportId of rows.map((row) => /[0-9a-f-]{36}/.exec(row)?.[0] ?? '')) {
      await administrator.client.request(ResolvePersonReportDocument, {
        input: { reportId, outcome: reportId === undecided ? 'DISMISSED' : 'SUSPENDED', note: `${EVIDENCE}, I think.` },
      });
    }
    expect(await tracesOf(database.url, [EVIDENCE])).toEqual([]);
  });

  test('takes nothing from those who stay, but what they did together in public', async () => {
    expect([await lifeOf(stayingOfficer), await lifeOf(stayingCitizen)]).toEqual(
      JSON.parse(JSON.stringify(stayed).replaceAll(/"[^"]*quillfeather[^"]*"/g, '"—"')),
    );
    expect(JSON.stringify(await lifeOf(stayingCitizen))).toContain(keptText);
    const { storyFeed } = await administrator.client.request(StoryFeedDocument, { first: 10 });
    expect(storyFeed.edges).toEqual([]);
    const { gathering } = await stayingCitizen.client.request(GatheringDocument, { id: theirGathering });
    expect(gathering).toMatchObject({ state: 'CANCELLED', title: '—', placeName: '—', host: { firstName: null } });
  });

  test('leaves books that balance, with no points behind', async () => {
    const { ledgerAudit } = await administrator.client.request(LedgerAuditDocument);
    expect(ledgerAudit).toMatchObject({ balanced: true, problems: [] });
    const accounts = Object.values(await rowsWith(database.url, citizen.accountId)).flat();
    const [book] = accounts.filter((row) => row.includes(',person,'));
    // kind, owner, balance
    expect(book).toMatch(/,person,[0-9a-f-]{36},0,/);
  });

  test('comes back as somebody new, whom nothing is known of', async () => {
    const back = await signIn(system.url, { emailAddress: citizenMail, phoneNumber: phones[1] });
    expect(back.accountId).not.toBe(citizen.accountId);
    const me = await eventually(async () => {
      const answer = await back.client.request(MeDocument);
      return answer.me.profile ? answer.me : undefined;
    });
    expect(me).toMatchObject({ profile: { firstName: null, connectionCount: 0 }, points: { available: 0, earned: 0 } });
    await back.client.close();
  });
});

describe('an erasure that finds domains dead', () => {
  let system: SystemOfProcesses;

  beforeAll(async () => {
    system = await startSevenProcesses();
  });

  afterAll(async () => {
    await system?.close();
  });

  test('is carried out by each of them when it is back', async () => {
    const administrator = await signInAdministrator(system.url);
    const officer = await signInOfficer(system.url, administrator);
    const emailAddress = `${WORD}@leaving.example`;
    const citizen = await signIn(system.url, { emailAddress, phoneNumber: newPhoneNumber() });
    await insist(() => citizen.client.request(UpdateProfileDocument, { input: { firstName: WORD } }));
    await meet(officer, citizen);
    await eventually(async () => (await citizen.client.request(MeDocument)).me.points?.available || undefined);
    await leaveSystem(citizen, emailAddress);
    await Promise.all([system.kill('profile'), system.kill('rewards')]);
    await letItHappen(system, system.databaseUrl, [citizen]);
    await eventually(
      async () =>
        (await tracesOf(system.databaseUrl, [citizen.accountId])).includes('connections.erased_account') || undefined,
    );
    expect(await tracesOf(system.databaseUrl, [WORD])).toEqual(['profile.profile']);
    await Promise.all([system.restart('profile'), system.restart('rewards')]);
    await eventually(async () => (await tracesOf(system.databaseUrl, [WORD])).length === 0 || undefined);
    // The streams hold the facts about the person, and no word of them.
    expect(await redisTracesOf(system.redisUrl, citizen.accountId)).not.toEqual([]);
    expect(await redisTracesOf(system.redisUrl, WORD)).toEqual([]);
    await eventually(async () => {
      const [book] = Object.values(await rowsWith(system.databaseUrl, citizen.accountId))
        .flat()
        .filter((row) => row.includes(',person,'));
      return book?.match(/,person,[0-9a-f-]{36},0,/) ?? undefined;
    });
    const { ledgerAudit } = await administrator.client.request(LedgerAuditDocument);
    expect(ledgerAudit).toMatchObject({ balanced: true, problems: [] });
    for (const { client } of [administrator, officer, citizen]) await client.close();
  });
});

/**
 * The records that have to stay, of these two: that people met and what evidence there was; reports, without words; stories,
 * without words; the books; consents; what was told between domains, by ids; and that the account is no more.
 */
const KEPT = [
  'catalog.erased_account',
  'catalog.organisation_application',
  'connections.availability_window',
  'connections.connection',
  'connections.erased_account',
  'connections.gathering',
  'connections.outbox',
  'connections.person',
  'connections.person_report',
  'connections.story',
  'connections.story_consent',
  'identity.consent',
  'identity.erased_account',
  // Until somebody has decided about the reports.
  'identity.left_under_report',
  'identity.open_report',
  'identity.outbox',
  'profile.erased_account',
  'profile.outbox',
  'rewards.account',
  'rewards.donation',
  'rewards.erased_account',
  'rewards.offer_use',
  'rewards.outbox',
  'rewards.scored_meeting',
  'rewards.transaction',
  'rewards.voucher',
  'rewards.voucher_event',
];
