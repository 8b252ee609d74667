/*
 * The main job, told through the public API alone, in both ways to run: an officer and a citizen meet, and points become a
 * voucher. Each test is a step that stands on those before it.
 */
import { randomUUID } from 'node:crypto';
import { Client } from '../../clients/client.ts';
import {
  AcceptConnectionDocument,
  CelebrationsDocument,
  CharitiesDocument,
  ConfirmConnectionDocument,
  ConnectionDocument,
  ConnectionRequestsDocument,
  ConnectionUpdatesDocument,
  CreatePartnerKeyDocument,
  CurrentWindowDocument,
  DonatePointsDocument,
  ImportTableDocument,
  LedgerAuditDocument,
  MeDocument,
  NearbyOfficersDocument,
  OffersDocument,
  OpenWindowDocument,
  PointsChangesDocument,
  ProximityAlertsDocument,
  RedeemOfferDocument,
  RedeemVoucherDocument,
  RefreshSessionDocument,
  ReportLocationDocument,
  ReportsDocument,
  RequestConnectionDocument,
  RetailersDocument,
} from '../../clients/generated/graphql.ts';
import { type SignedIn, signInByBrowser } from '../../clients/sign-in.ts';
import {
  eventually,
  nextOf,
  refusalOf,
  signInAdministrator,
  signInCitizen,
  signInOfficer,
  untilEvent,
} from './people.ts';
import { type RunningSystem, startOneProcess, startSevenProcesses } from './systems.ts';

const capitol = { latitude: 30.2747, longitude: -97.7404 };
const acrossTheStreet = { latitude: 30.2752, longitude: -97.7404 };
const minute = 60_000;

const retailersTable = `name,category,street,city,state,zip,latitude,longitude
Corner Books,Books,1100 Congress Ave,Austin,TX,78701,30.2745,-97.7400
Lamar Bikes,Bicycles,2000 S Lamar Blvd,Austin,TX,78704,30.2470,-97.7710
Nowhere Cafe,Food,5 Null Island Rd,Austin,TX,78702,0,0
Short Zip,,9 Elm St,Austin,TX,12,30.28,-97.74`;
const offersTable = `retailer,title,price_points,value_usd,stock,per_person_limit
Corner Books,A paperback,15,12.50,100,2
Unknown Shop,Nothing,10,5.00,,
Lamar Bikes,A bell,free,8.00,,`;
const charitiesTable = `ein,name,city,state,zip
742172233,Central Texas Helpers,Austin,TX,78741
12,Too Short,Austin,TX,78701`;

describe.each([
  ['in one process', () => startOneProcess()],
  ['as seven processes', () => startSevenProcesses()],
])('the story, %s', (_name, start) => {
  let system: RunningSystem;
  let administrator: SignedIn;
  let officer: SignedIn;
  let citizen: SignedIn;
  let connectionId: string;
  let sequence = 0;

  beforeAll(async () => {
    system = await start();
  });

  afterAll(async () => {
    for (const person of [administrator, officer, citizen]) await person?.client.close();
    await system?.close();
  });

  const report = (person: SignedIn, position: typeof capitol) =>
    person.client.request(ReportLocationDocument, { input: { position, accuracyMeters: 5, sequence: ++sequence } });
  const me = async ({ client }: SignedIn) => (await client.request(MeDocument)).me;
  const request = async () =>
    (await citizen.client.request(RequestConnectionDocument, { input: { officerId: officer.accountId } }))
      .requestConnection.connection;
  const importTable = async (kind: 'RETAILERS' | 'OFFERS' | 'CHARITIES', content: string) =>
    (
      await administrator.client.request(ImportTableDocument, {
        input: { kind, content, idempotencyKey: randomUUID() },
      })
    ).importTable.import;

  test('people sign in, verify a phone and get a profile', async () => {
    administrator = await signInAdministrator(system.url);
    officer = await signInOfficer(system.url, administrator, 'Sam');
    citizen = await signInCitizen(system.url, 'Casey');
    expect(await me(administrator)).toMatchObject({ roles: ['ADMINISTRATOR'], phoneVerified: true });
    expect(await me(officer)).toMatchObject({
      roles: ['OFFICER'],
      profile: { role: 'OFFICER', firstName: 'Sam', departmentName: 'Austin Police Department', connectionCount: 0 },
      points: { available: 0 },
    });
    expect(await me(citizen)).toMatchObject({ roles: ['CITIZEN'], profile: { role: 'CITIZEN', complete: true } });
  });

  test('a refresh token is used once, and its second use ends the session', async () => {
    const client = new Client({ url: system.url });
    await signInByBrowser(client, `${randomUUID()}@citizens.example`);
    const first = client.session?.refreshToken ?? '';
    const refresh = (refreshToken: string) => client.request(RefreshSessionDocument, { input: { refreshToken } });
    const { refreshSession } = await refresh(first);
    const second = refreshSession.session.refreshToken;
    expect(second).not.toBe(first);
    await refresh(second);
    expect(await refusalOf(refresh(first))).toBe('SESSION_ENDED');
    expect(await refusalOf(refresh(second))).toBe('SESSION_ENDED');
  });

  test('an administrator imports retailers, offers and charities, and is told of the bad rows', async () => {
    const retailers = await importTable('RETAILERS', retailersTable);
    expect(retailers).toMatchObject({ rowsRead: 4, rowsTaken: 2, rowsRefused: 2 });
    expect(retailers.problems.map(({ line, code }) => `${line} ${code}`)).toEqual([
      '4 OUT_OF_RANGE',
      '4 OUT_OF_RANGE',
      '5 FORMAT',
    ]);
    const offers = await importTable('OFFERS', offersTable);
    expect(offers).toMatchObject({ rowsTaken: 1, rowsRefused: 2 });
    expect(offers.problems.map(({ code }) => code)).toEqual(['UNKNOWN_RETAILER', 'FORMAT']);
    expect(await importTable('CHARITIES', charitiesTable)).toMatchObject({ rowsTaken: 1, rowsRefused: 1 });
    expect((await importTable('RETAILERS', retailersTable)).rowsChanged).toBe(0);
    expect(
      await refusalOf(
        citizen.client.request(ImportTableDocument, {
          input: { kind: 'OFFERS', content: offersTable, idempotencyKey: randomUUID() },
        }),
      ),
    ).toBe('FORBIDDEN');
  });

  test('an officer opens a window, and a citizen nearby is alerted with the public profile', async () => {
    const alerts = citizen.client.subscribe(ProximityAlertsDocument);
    const { openWindow } = await officer.client.request(OpenWindowDocument, { input: { position: capitol } });
    expect(Date.parse(openWindow.window.closesAt) - Date.parse(openWindow.window.opensAt)).toBe(15 * minute);
    await report(officer, capitol);
    await report(citizen, acrossTheStreet);
    const { proximityAlerts } = await nextOf(alerts);
    expect(proximityAlerts).toMatchObject({
      state: 'ENTERED',
      officer: {
        id: officer.accountId,
        firstName: 'Sam',
        departmentName: 'Austin Police Department',
        connectionCount: 0,
      },
    });
    expect(proximityAlerts.cell).not.toEqual(capitol);
    await alerts.return?.();
  });

  test('the citizen asks, the officer is told and accepts, both confirm; of two requests at once one is made', async () => {
    const requests = officer.client.subscribe(ConnectionRequestsDocument);
    const updates = citizen.client.subscribe(ConnectionUpdatesDocument);
    const codes = await Promise.all([refusalOf(request()), refusalOf(request())]);
    expect(codes.sort()).toEqual(['REQUEST_ALREADY_OPEN', undefined]);
    const { connectionRequests } = await nextOf(requests);
    expect(connectionRequests).toMatchObject({
      state: 'REQUESTED',
      citizen: { id: citizen.accountId, firstName: 'Casey' },
      meetingPoint: null,
    });
    connectionId = connectionRequests.id;
    await officer.client.request(AcceptConnectionDocument, { input: { connectionId } });
    const accepted = await untilEvent(updates, ({ connectionUpdates }) => connectionUpdates.state === 'ACCEPTED');
    expect(accepted.connectionUpdates.meetingPoint).toEqual(capitol);
    const celebrations = citizen.client.subscribe(CelebrationsDocument);
    await report(citizen, capitol);
    const confirm = (person: SignedIn) => person.client.request(ConfirmConnectionDocument, { input: { connectionId } });
    await Promise.all([confirm(officer), confirm(citizen), confirm(officer), confirm(citizen)]);
    // Each update tells the newest state: that of the points may overtake that of the meeting.
    const counted = ['CONFIRMED', 'REWARDED'];
    await untilEvent(updates, ({ connectionUpdates }) => counted.includes(connectionUpdates.state));
    const celebrated = await nextOf(celebrations);
    expect(celebrated.celebrations).toMatchObject({ connectionId, number: 1, trophy: { name: 'First Hello' } });
    await Promise.all([requests.return?.(), updates.return?.(), celebrations.return?.()]);
  });

  test('both are awarded by event, the profiles count, and there is something to celebrate', async () => {
    const changes = officer.client.subscribe(PointsChangesDocument);
    await untilEvent(changes, ({ pointsChanges }) => pointsChanges.balance.available === 20);
    await changes.return?.();
    for (const person of [officer, citizen]) {
      const celebrated = await eventually(async () => {
        const { connection } = await person.client.request(ConnectionDocument, { id: connectionId });
        return connection?.celebration && connection.pointsAwarded ? connection : undefined;
      });
      expect(celebrated).toMatchObject({
        pointsAwarded: 20,
        celebration: { number: 1, trophy: { name: 'First Hello' } },
      });
      expect(celebrated.celebration?.quote.text).toMatch(/\w/);
      expect(await me(person)).toMatchObject({
        profile: { connectionCount: 1 },
        points: { available: 20, earned: 20 },
      });
    }
  });

  test('a second rewarded connection of the pair within 24 hours is refused', async () => {
    expect(await refusalOf(request())).toBe('PAIR_REWARDED_RECENTLY');
    expect(await Promise.all([refusalOf(request()), refusalOf(request())])).toEqual(
      Array(2).fill('PAIR_REWARDED_RECENTLY'),
    );
  });

  test('points become a voucher near the citizen, and the retailer takes it once', async () => {
    const { offers } = await citizen.client.request(OffersDocument, { near: { position: capitol }, first: 10 });
    const [found] = offers.edges;
    expect(found?.node).toMatchObject({ title: 'A paperback', pricePoints: 15, retailer: { name: 'Corner Books' } });
    const input = { offerId: found?.node.id ?? '', idempotencyKey: randomUUID() };
    const spend = () => citizen.client.request(RedeemOfferDocument, { input });
    const { redeemOffer } = await eventually(async () => {
      // The offer's terms reach the ledger's side by event.
      const code = await refusalOf(spend());
      return code === 'OFFER_UNAVAILABLE' ? undefined : spend();
    });
    expect(redeemOffer).toMatchObject({
      voucher: { status: 'ISSUED', points: 15, offer: { title: 'A paperback' } },
      balance: { available: 5 },
    });
    expect(redeemOffer.voucher.qrCode).toMatch(/^<svg /);

    const { retailers } = await administrator.client.request(RetailersDocument, { first: 10 });
    const till = async (name: string) => {
      const retailerId = retailers.edges.find(({ node }) => node.name === name)?.node.id ?? '';
      const { createPartnerKey } = await administrator.client.request(CreatePartnerKeyDocument, {
        input: { retailerId, label: 'Till', scopes: ['VOUCHERS_REDEEM'] },
      });
      return new Client({ url: system.url, apiKey: createPartnerKey.secret });
    };
    const [own, other] = [await till('Corner Books'), await till('Lamar Bikes')];
    const take = (client: Client) =>
      client.request(RedeemVoucherDocument, { input: { code: redeemOffer.voucher.code } });
    expect(await refusalOf(take(other))).toBe('VOUCHER_INVALID');
    expect((await take(own)).redeemVoucher.voucher).toMatchObject({
      status: 'REDEEMED',
      offer: { title: 'A paperback' },
    });
    expect(await refusalOf(take(own))).toBe('VOUCHER_REDEEMED');
    expect(await refusalOf(own.request(MeDocument))).toBe('GRAPHQL_VALIDATION_FAILED');
    expect(await refusalOf(take(citizen.client))).toBe('FORBIDDEN');
  });

  test('the officer gives points to a charity', async () => {
    const { charities } = await officer.client.request(CharitiesDocument, { first: 10 });
    const input = { charityId: charities.edges[0]?.node.id ?? '', points: 8, idempotencyKey: randomUUID() };
    const { donatePoints } = await eventually(async () => {
      const give = () => officer.client.request(DonatePointsDocument, { input });
      return (await refusalOf(give())) === 'CHARITY_UNAVAILABLE' ? undefined : give();
    });
    expect(donatePoints).toMatchObject({
      donation: { points: 8, charity: { name: 'Central Texas Helpers' } },
      balance: { available: 12 },
    });
  });

  test('the administrator reads connections and points by day and zip, and the books balance', async () => {
    const day = system.now().toISOString().slice(0, 10);
    const range = { from: day, to: day };
    const expected = [
      { day, zipCode: '78701', pointsAwarded: 40, pointsSpent: 15, pointsDonated: 0, vouchersRedeemed: 1 },
      { day, zipCode: '78741', pointsAwarded: 0, pointsSpent: 0, pointsDonated: 8, vouchersRedeemed: 0 },
    ];
    const reports = await eventually(async () => {
      const read = await administrator.client.request(ReportsDocument, range);
      return JSON.stringify(read.pointsByDayAndZip) === JSON.stringify(expected) ? read : undefined;
    });
    expect(reports.connectionsByDayAndZip).toEqual([{ day, zipCode: '78701', connections: 1 }]);
    const { ledgerAudit } = await administrator.client.request(LedgerAuditDocument);
    expect(ledgerAudit).toEqual({ balanced: true, transactions: 4, postings: 4, problems: [] });
    expect(await refusalOf(officer.client.request(ReportsDocument, range))).toBe('FORBIDDEN');
  });

  test('the window ends by itself after 15 minutes, and nobody finds the officer any more', async () => {
    const alerts = citizen.client.subscribe(ProximityAlertsDocument);
    expect((await nextOf(alerts)).proximityAlerts.state).toBe('PRESENT');
    await system.advance(14 * minute);
    await report(officer, capitol);
    await report(citizen, acrossTheStreet);
    const { nearbyOfficers } = await citizen.client.request(NearbyOfficersDocument);
    expect(nearbyOfficers.map(({ officer: { id } }) => id)).toEqual([officer.accountId]);
    await system.advance(minute);
    await untilEvent(alerts, ({ proximityAlerts }) => proximityAlerts.state === 'LEFT');
    await alerts.return?.();
    expect((await citizen.client.request(NearbyOfficersDocument)).nearbyOfficers).toEqual([]);
    expect((await officer.client.request(CurrentWindowDocument)).currentWindow).toBeNull();
    expect(await refusalOf(request())).toBe('OFFICER_UNAVAILABLE');
    expect(await refusalOf(report(officer, capitol))).toBe('WINDOW_NOT_OPEN');
  });

  test('after 24 hours the pair may meet again', async () => {
    await system.advance(24 * 60 * minute);
    await officer.client.request(OpenWindowDocument, { input: { position: capitol } });
    await report(officer, capitol);
    await report(citizen, acrossTheStreet);
    expect((await request()).state).toBe('REQUESTED');
  });
});
