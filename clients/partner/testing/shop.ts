/*
 * A shop for tests of the package and the till: a retailer in a running system with a key, a terminal and offers, and
 * somebody who has met an officer and spends the points there. All over the public API.
 */
import { randomInt, randomUUID } from 'node:crypto';
import { type Client, ClientError } from '../../client.ts';
import {
  AcceptConnectionDocument,
  ConfirmConnectionDocument,
  CreatePartnerKeyDocument,
  ImportTableDocument,
  MeDocument,
  OpenWindowDocument,
  RegisterOfficersDocument,
  ReportLocationDocument,
  RequestConnectionDocument,
  RetailersDocument,
  SaveOfferDocument,
  TypedDocumentString,
  UpdateProfileDocument,
} from '../../generated/graphql.ts';
import { type SignedIn, signIn } from '../../sign-in.ts';

export interface TestVoucher {
  readonly id: string;
  readonly code: string;
  readonly token: string;
}

export interface Shop {
  readonly url: string;
  readonly retailerId: string;
  readonly apiKey: string;
  /** A key of another retailer. */
  readonly otherKey: string;
  readonly administrator: SignedIn;
  /** Buys vouchers of this shop, 1 point each; `offline` where tills that are cut off may take it. */
  buy(terms?: { readonly offline?: boolean; readonly valueCents?: number }): Promise<TestVoucher>;
  /** Gives the other retailer its first offer. */
  offerElsewhere(): Promise<void>;
  register(name: string, publicKey: string): Promise<string>;
  ask(query: string, variables: object, client?: Client): Promise<unknown>;
  close(): Promise<void>;
}

const place = { latitude: 30.2682, longitude: -97.7429 };
const phoneNumber = () => `+1512${randomInt(1_000_000_000, 9_999_999_999)}`;

export async function openShop(url: string): Promise<Shop> {
  const administrator = await signIn(url, {
    emailAddress: 'administrator@hey-blue.example',
    phoneNumber: phoneNumber(),
  });
  const names = ['Corner Books', 'Lamar Bikes'] as const;
  const content = `name,street,city,state,zip,latitude,longitude\n${names
    .map((name) => `${name},1 Main St,Austin,TX,78701,30.27,-97.74`)
    .join('\n')}`;
  const input = { kind: 'RETAILERS' as const, content, idempotencyKey: randomUUID() };
  await administrator.client.request(ImportTableDocument, { input });
  const { retailers } = await administrator.client.request(RetailersDocument, { first: 100 });
  const idOf = (name: string) => retailers.edges.find(({ node }) => node.name === name)?.node.id ?? '';
  const [retailerId, otherId] = names.map(idOf) as [string, string];
  const keyOf = (id: string) =>
    eventually(async () => {
      const wish = { retailerId: id, label: 'Till', scopes: ['VOUCHERS_REDEEM' as const, 'OFFERS_READ' as const] };
      return (await administrator.client.request(CreatePartnerKeyDocument, { input: wish })).createPartnerKey.secret;
    });
  const [apiKey, otherKey] = [await keyOf(retailerId), await keyOf(otherId)];
  const citizen = await citizenWithPoints(url, administrator);
  const ask: Shop['ask'] = (query, variables, client = administrator.client) =>
    client.request(new TypedDocumentString<unknown, object>(query), variables);
  return {
    url,
    retailerId,
    apiKey,
    otherKey,
    administrator,
    ask,
    async buy({ offline = false, valueCents = 500 } = {}) {
      const title = `${offline ? 'Offline' : 'Online'} ${valueCents}`;
      const terms = { retailerId, title, pricePoints: 1, valueCents, offlineAllowed: offline };
      const { saveOffer } = await administrator.client.request(SaveOfferDocument, { input: terms });
      const wish = { offerId: saveOffer.offer.id, idempotencyKey: randomUUID() };
      // Offers are heard of by event.
      return eventually(async () => {
        const { redeemOffer } = (await ask(
          'mutation ($input: RedeemOfferInput!) { redeemOffer(input: $input) { voucher { id code token } } }',
          { input: wish },
          citizen.client,
        )) as { redeemOffer: { voucher: TestVoucher } };
        return redeemOffer.voucher;
      });
    },
    async offerElsewhere() {
      const terms = { retailerId: otherId, title: 'A bell', pricePoints: 1, valueCents: 800 };
      await administrator.client.request(SaveOfferDocument, { input: terms });
      const query = '{ offerStock(first: 1) { edges { node { open } } } }';
      await eventually(async () => {
        const headers = { 'content-type': 'application/json', 'x-api-key': otherKey };
        const answer = await fetch(`${url}/graphql/partner`, {
          method: 'POST',
          headers,
          body: JSON.stringify({ query }),
        });
        return (await answer.text()).includes('"open"') || undefined;
      });
    },
    async register(name, publicKey) {
      const query = 'mutation ($input: RegisterTerminalInput!) { registerTerminal(input: $input) { terminal { id } } }';
      const answer = await ask(query, { input: { retailerId, name, publicKey } });
      return (answer as { registerTerminal: { terminal: { id: string } } }).registerTerminal.terminal.id;
    },
    async close() {
      await Promise.all([administrator.client.close(), citizen.client.close()]);
    },
  };
}

async function citizenWithPoints(url: string, administrator: SignedIn): Promise<SignedIn> {
  const [officerAddress, citizenAddress] = [`${randomUUID()}@officers.example`, `${randomUUID()}@citizens.example`];
  await administrator.client.request(RegisterOfficersDocument, {
    input: { emailAddresses: [officerAddress], departmentName: 'Austin Police Department' },
  });
  const officer = await signIn(url, { emailAddress: officerAddress, phoneNumber: phoneNumber() });
  const citizen = await signIn(url, { emailAddress: citizenAddress, phoneNumber: phoneNumber() });
  for (const { client } of [officer, citizen]) {
    await eventually(() => client.request(UpdateProfileDocument, { input: { firstName: 'Casey' } }));
  }
  await officer.client.request(OpenWindowDocument, { input: { position: place } });
  for (const { client } of [officer, citizen]) {
    await client.request(ReportLocationDocument, { input: { position: place, accuracyMeters: 5, sequence: 1 } });
  }
  const asked = await eventually(() =>
    citizen.client.request(RequestConnectionDocument, { input: { officerId: officer.accountId } }),
  );
  const input = { connectionId: asked.requestConnection.connection.id };
  await officer.client.request(AcceptConnectionDocument, { input });
  for (const { client } of [officer, citizen]) await client.request(ConfirmConnectionDocument, { input });
  await eventually(async () => ((await citizen.client.request(MeDocument)).me.points?.available ? true : undefined));
  await officer.client.close();
  return citizen;
}

const PATIENCE_MILLISECONDS = 40_000;

/** What follows from an event is true soon: asks until it is answered and not undefined. */
async function eventually<Result>(ask: () => Promise<Result | undefined>): Promise<Result> {
  const until = Date.now() + PATIENCE_MILLISECONDS;
  for (;;) {
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
    } catch (error) {
      if (!(error instanceof ClientError) || Date.now() > until) throw error;
    }
    if (Date.now() > until) throw new Error('It was not true in time');
  }
}
