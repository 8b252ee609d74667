/*
 * A shop joins, told through the public API alone, in both ways to run: somebody applies for it, acts for it, offers
 * something, takes the voucher of a person who met an officer, and tells of a sale whose fee feeds the fund of the ZIP
 * code. Each test is a step that stands on those before it.
 */
import { randomUUID } from 'node:crypto';
import { Client } from '../../clients/client.ts';
import {
  AcceptConnectionDocument,
  ApplyAsOrganisationDocument,
  CommunityFundDocument,
  ConfirmConnectionDocument,
  CreatePartnerKeyDocument,
  DecideApplicationDocument,
  LedgerAuditDocument,
  MeDocument,
  OpenWindowDocument,
  RedeemOfferDocument,
  RedeemVoucherDocument,
  RefreshSessionDocument,
  ReportLocationDocument,
  ReportSalesDocument,
  RequestConnectionDocument,
  SaveOfferDocument,
  SaveStoreDocument,
  SearchedOffersDocument,
} from '../../clients/generated/graphql.ts';
import type { SignedIn } from '../../clients/sign-in.ts';
import { eventually, refusalOf, signInAdministrator, signInCitizen, signInOfficer } from './people.ts';
import { type RunningSystem, startOneProcess, startSevenProcesses } from './systems.ts';

const capitol = { latitude: 30.2747, longitude: -97.7404 };

describe.each([
  ['in one process', () => startOneProcess()],
  ['as seven processes', () => startSevenProcesses()],
])('a shop joins, %s', (_name, start) => {
  let system: RunningSystem;
  let administrator: SignedIn;
  let officer: SignedIn;
  let citizen: SignedIn;
  let clerk: SignedIn;
  let retailerId: string;
  let offerId: string;
  let code: string;

  beforeAll(async () => {
    system = await start();
    administrator = await signInAdministrator(system.url);
    officer = await signInOfficer(system.url, administrator, 'Sam');
    citizen = await signInCitizen(system.url, 'Casey');
    clerk = await signInCitizen(system.url, 'Robin');
  });

  afterAll(async () => {
    for (const person of [administrator, officer, citizen, clerk]) await person?.client.close();
    await system?.close();
  });

  test('who applies for a shop acts for it once an administrator has decided', async () => {
    const { applyAsOrganisation } = await clerk.client.request(ApplyAsOrganisationDocument, {
      input: {
        kind: 'RETAILER',
        legalName: 'Sixth Street Records LLC',
        name: 'Sixth Street Records',
        category: 'Music',
        webDomain: 'records.example',
        contact: { name: 'Robin', email: 'robin@records.example' },
      },
    });
    const { application } = applyAsOrganisation;
    const decision = { applicationId: application.id, approve: true, reason: 'Seen in person.', despiteChecks: true };
    expect(await refusalOf(clerk.client.request(DecideApplicationDocument, { input: decision }))).toBe('FORBIDDEN');
    const decided = await administrator.client.request(DecideApplicationDocument, { input: decision });
    retailerId = decided.decideOrganisationApplication.application.organisationId ?? '';
    await eventually(async () => {
      const input = { refreshToken: clerk.client.session?.refreshToken ?? '' };
      clerk.client.takeSession((await clerk.client.request(RefreshSessionDocument, { input })).refreshSession.session);
      const claims = clerk.client.session?.accessToken.split('.')[1] ?? '';
      return Buffer.from(claims, 'base64url').toString().includes(`retailer:${retailerId}`) || undefined;
    });
  });

  test('who acts for a shop opens a store and offers something, which everybody finds; nobody else may', async () => {
    const store = {
      retailerId,
      street: '600 Congress Ave',
      city: 'Austin',
      state: 'TX',
      zipCode: '78701',
      position: capitol,
    };
    await clerk.client.request(SaveStoreDocument, { input: store });
    const offer = { retailerId, title: 'A forty-five', pricePoints: 15, valueCents: 2_500, stock: 3, draft: false };
    expect(await refusalOf(citizen.client.request(SaveOfferDocument, { input: offer }))).toBe('FORBIDDEN');
    offerId = (await clerk.client.request(SaveOfferDocument, { input: offer })).saveOffer.offer.id;
    await eventually(async () => {
      const { searchOffers } = await citizen.client.request(SearchedOffersDocument, { query: 'fourty-five', first: 5 });
      const [found] = searchOffers.edges;
      return found?.node.id === offerId && found.node.remaining === 3 ? found : undefined;
    });
  });

  test('points of a meeting become a voucher, which the shop takes once', async () => {
    await officer.client.request(OpenWindowDocument, { input: { position: capitol } });
    let sequence = 0;
    for (const person of [officer, citizen]) {
      const input = { position: capitol, accuracyMeters: 5, sequence: ++sequence };
      await person.client.request(ReportLocationDocument, { input });
    }
    const asked = await eventually(() =>
      citizen.client
        .request(RequestConnectionDocument, { input: { officerId: officer.accountId } })
        .catch(() => undefined),
    );
    const input = { connectionId: asked.requestConnection.connection.id };
    await officer.client.request(AcceptConnectionDocument, { input });
    await officer.client.request(ConfirmConnectionDocument, { input });
    await citizen.client.request(ConfirmConnectionDocument, { input });
    await eventually(async () => {
      const { me } = await citizen.client.request(MeDocument);
      return (me.points?.available ?? 0) >= 15 ? me : undefined;
    });
    const wish = { offerId, idempotencyKey: randomUUID() };
    const { redeemOffer } = await citizen.client.request(RedeemOfferDocument, { input: wish });
    code = redeemOffer.voucher.code;
    const taken = await clerk.client.request(RedeemVoucherDocument, { input: { code, retailerId } });
    expect(taken.redeemVoucher.voucher).toMatchObject({ status: 'REDEEMED', offer: { id: offerId } });
    expect(await refusalOf(clerk.client.request(RedeemVoucherDocument, { input: { code, retailerId } }))).toBe(
      'VOUCHER_REDEEMED',
    );
  });

  test("the shop's system tells of the sale with a key of its own, and the fee feeds the fund of its ZIP code", async () => {
    const { createPartnerKey } = await clerk.client.request(CreatePartnerKeyDocument, {
      input: { retailerId, label: 'Till', scopes: ['VOUCHERS_REDEEM'] },
    });
    const till = new Client({ url: system.url, apiKey: createPartnerKey.secret });
    const sale = { externalId: 'receipt-1', cents: 7_500, zipCode: '78701', soldAt: system.now().toISOString() };
    const report = () => till.request(ReportSalesDocument, { input: { sales: [sale] } });
    const [first] = (await report()).reportSales.results;
    expect(first).toMatchObject({
      outcome: 'RECORDED',
      sale: { feeCents: 375, administrationCents: 100, fundCents: 275 },
    });
    expect((await report()).reportSales.results[0]?.outcome).toBe('REPEATED');
    const { fund } = await citizen.client.request(CommunityFundDocument, { zipCode: '78701' });
    expect(fund).toMatchObject({ zipCode: '78701', balanceCents: 275 });
    expect((await administrator.client.request(LedgerAuditDocument)).ledgerAudit).toMatchObject({
      balanced: true,
      problems: [],
    });
  });
});
