/*
 * What the tests of spending begin with: people who have met and earned points through the API, and a vote that is open now
 * (one opens at the end of a month only, so its rows are written as the month's end would write them).
 */
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { eventually, signInAdministrator } from '../../../../gateway/journeys/people.ts';
import { Client } from '../../../client.ts';
import {
  AcceptConnectionDocument,
  ConfirmConnectionDocument,
  CreatePartnerKeyDocument,
  MeDocument,
  OpenWindowDocument,
  RegisterOfficersDocument,
  ReportLocationDocument,
  RequestConnectionDocument,
  RetailersDocument,
  UpdateProfileDocument,
  VouchersDocument,
} from '../../../generated/graphql.ts';
import { type SignedIn, signIn } from '../../../sign-in.ts';
import type { Person, PersonOptions, TestBrowser } from '../../../testing/browser.ts';

const CORNER = { latitude: 30.2682, longitude: -97.7429 };

/** Digits of the address's letters: an account has one phone. */
const phoneOf = (address: string) =>
  `+1512${String([...address].reduce((sum, letter) => (sum * 37 + letter.charCodeAt(0)) % 10_000_000, 11)).padStart(7, '3')}`;

export async function register(url: string, address: string, firstName: string): Promise<SignedIn> {
  const signedIn = await signIn(url, { emailAddress: address, phoneNumber: phoneOf(address) });
  // The profile comes into being by an event of the registration.
  await eventually(() =>
    signedIn.client.request(UpdateProfileDocument, { input: { firstName } }).catch(() => undefined),
  );
  return signedIn;
}

export async function registerOfficer(url: string, address: string, firstName: string): Promise<SignedIn> {
  const administrator = await signInAdministrator(url);
  await administrator.client.request(RegisterOfficersDocument, {
    input: { emailAddresses: [address], departmentName: 'Austin Police Department' },
  });
  return register(url, address, firstName);
}

/** The two meet at a corner of Austin and earn 20 points each. */
export async function meet(officer: SignedIn, citizen: SignedIn): Promise<void> {
  await officer.client.request(OpenWindowDocument, { input: { position: CORNER } });
  for (const { client } of [officer, citizen]) {
    await client.request(ReportLocationDocument, { input: { position: CORNER, accuracyMeters: 5, sequence: 1 } });
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
  for (const { client } of [officer, citizen]) await eventually(() => pointsOf(client));
}

/** A till of the shop that the person's newest voucher is good at. */
export async function tillFor(url: string, owner: SignedIn): Promise<Client> {
  const administrator = await signInAdministrator(url);
  const { me } = await owner.client.request(VouchersDocument, { first: 1 });
  const name = me.vouchers?.edges[0]?.node.offer?.retailer.name;
  const { retailers } = await administrator.client.request(RetailersDocument, { first: 100 });
  const shop = retailers.edges.find(({ node }) => node.name === name);
  const { createPartnerKey } = await administrator.client.request(CreatePartnerKeyDocument, {
    input: { retailerId: shop?.node.id ?? '', label: 'Till', scopes: ['VOUCHERS_REDEEM'] },
  });
  return new Client({ url, apiKey: createPartnerKey.secret });
}

async function pointsOf(client: Client): Promise<number | undefined> {
  const { me } = await client.request(MeDocument);
  return me.points?.available || undefined;
}

/** A window of somebody's own in which they are signed in already. */
export async function openWindowOf(
  browser: TestBrowser,
  { client }: SignedIn,
  url: string,
  path: string,
  options: PersonOptions = {},
): Promise<Person> {
  const person = await browser.person(options);
  await person.context.addInitScript((session) => {
    const key = 'hey-blue app session';
    // The page renews it, and begins with what it kept.
    if (!localStorage.getItem(key)) localStorage.setItem(key, session);
  }, JSON.stringify(client.session));
  await person.page.goto(`${url}/app${path}`);
  return person;
}

/** Closes the vote that is open there: the first option has it, with twelve votes. */
export async function closeVote(databaseUrl: string): Promise<void> {
  const database = new pg.Client({ connectionString: databaseUrl });
  await database.connect();
  const decision = randomUUID();
  try {
    await database.query(
      `update rewards.fund_round set state = 'decided', votes_count = 12, decided_at = now(), pays_at = now() + interval '7 days'
       where state = 'open'`,
    );
    await database.query(
      `insert into rewards.fund_count (round_id, option_id, votes)
       select round_id, id, case position when 1 then 8 when 2 then 4 else 0 end from rewards.fund_option`,
    );
    await database.query(
      `insert into rewards.fund_decision (id, round_id, number, ground, decided_at)
       select $1, id, 1, 'majority', now() from rewards.fund_round`,
      [decision],
    );
    await database.query(
      'insert into rewards.fund_award (decision_id, option_id, cents) select $1, id, 40000 from rewards.fund_option where position = 1',
      [decision],
    );
  } finally {
    await database.end();
  }
}

/** Opens a vote on 400 dollars in which these people may vote, and which is open for two days. */
export async function openVote(databaseUrl: string, zipCode: string, voters: readonly SignedIn[]): Promise<void> {
  const database = new pg.Client({ connectionString: databaseUrl });
  await database.connect();
  const [fund, month, round] = [randomUUID(), randomUUID(), randomUUID()];
  try {
    await database.query('begin');
    await database.query('insert into rewards.fund (id, zip_code, time_zone) values ($1, $2, $3)', [
      fund,
      zipCode,
      'America/Chicago',
    ]);
    await database.query(
      `insert into rewards.fund_month (id, fund_id, month, starts_at, ends_at, state, carried_cents, entries_cents,
         amount_cents, hash, closed_at)
       values ($1, $2, '2026-10', '2026-10-01T05:00:00Z', '2026-11-01T05:00:00Z', 'closed', 0, 40000, 40000, $3, now())`,
      [month, fund, 'a'.repeat(64)],
    );
    await database.query(
      `insert into rewards.fund_round (id, fund_id, month_id, amount_cents, rule_version, state, opened_at, closes_at)
       values ($1, $2, $3, 40000, 1, 'preparing', now(), now() + interval '2 days')`,
      [round, fund, month],
    );
    for (const [index, title] of ['Benches', 'Street lights', 'Trees', 'A basketball court'].entries()) {
      const proposal = randomUUID();
      await database.query(
        `insert into rewards.fund_proposal (id, fund_id, title, text, recipient_name, proposed_by, proposed_at)
         values ($1, $2, $3, 'For everybody in the neighborhood.', 'Parks and Recreation', $4, now())`,
        [proposal, fund, title, randomUUID()],
      );
      await database.query(
        `insert into rewards.fund_option (id, round_id, position, proposal_id, title, text, recipient_name)
         values ($1, $2, $3, $4, $5, 'For everybody in the neighborhood.', 'Parks and Recreation')`,
        [randomUUID(), round, index + 1, proposal, title],
      );
    }
    await database.query(
      `insert into rewards.fund_option (id, round_id, position, title, text) values ($1, $2, 5, 'None of these', 'It stays.')`,
      [randomUUID(), round],
    );
    for (const { accountId } of voters) {
      await database.query(
        `insert into rewards.fund_eligible (round_id, account_id, month) values ($1, $2, '2026-10')`,
        [round, accountId],
      );
    }
    await database.query(
      `update rewards.fund_round set state = 'open', eligible_count = $2, quorum = 1 where id = $1`,
      [round, voters.length],
    );
    await database.query('commit');
  } finally {
    await database.end();
  }
}
