import { randomUUID } from 'node:crypto';
import { openPostOffice, type PostOffice } from './testing/post-office.ts';

const HOUR = 3_600_000;
let office: PostOffice;

beforeEach(async () => {
  office = await openPostOffice();
});

afterEach(async () => {
  await office.close();
});

/** The month that the clock stands in, and the instant of UTC at which the month after it begins. */
function present() {
  const now = office.town.clock.now();
  const end = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1);
  return { month: now.toISOString().slice(0, 7), untilEnd: end - now.getTime() };
}

/** Looks until what the first look has written is delivered too. */
async function later(milliseconds: number): Promise<void> {
  await office.later(milliseconds);
  await office.look();
}

const told = () => office.received.map(({ body }) => JSON.parse(body)).filter(({ type }) => type === 'statement.ready');

test('organisations are told of the statement of a month once it is complete everywhere, and once', async () => {
  const { month, untilEnd } = present();
  const endpoint = await office.endpoint({ events: ['STATEMENT_READY'] });
  await office.endpoint({ events: ['STATEMENT_READY'] }, endpoint.retailerId);
  await office.endpoint();
  await later(untilEnd + 11 * HOUR);
  expect(told()).toEqual([]);
  const nodes = [office.openNode(), office.openNode()];
  // Twelve hours behind UTC at most, and ten days of grace at most that a rule may give.
  office.town.clock.advance(11 * 24 * HOUR);
  await Promise.all([...nodes.map((node) => node.look()), office.look()]);
  await later(2 * HOUR);
  const message = {
    type: 'statement.ready',
    timestamp: expect.any(String),
    data: { kind: 'retailer', organisationId: endpoint.retailerId, month },
  };
  expect(told()).toEqual([message, message]);
  await later(5 * 24 * HOUR);
  expect(told()).toHaveLength(2);
});

test('a month that a fund has open yet is not complete', async () => {
  const { month, untilEnd } = present();
  await office.endpoint({ events: ['STATEMENT_READY'] });
  const { town } = office;
  const fundId = randomUUID();
  await town
    .em()
    .execute("insert into rewards.fund (id, zip_code, time_zone) values (?, '78704', 'America/Chicago')", [fundId]);
  await town.em().execute(
    `insert into rewards.fund_month (id, fund_id, month, starts_at, ends_at)
     values (?, ?, ?, cast(? as timestamptz) - interval '1 day', cast(? as timestamptz) + interval '60 days')`,
    [randomUUID(), fundId, month, town.clock.now(), town.clock.now()],
  );
  await later(untilEnd + 12 * 24 * HOUR);
  expect(told()).toEqual([]);
  await later(60 * 24 * HOUR);
  await town.services.funds.look();
  await later(2 * HOUR);
  expect(told().map(({ data }) => data.month)).toContain(month);
});

test('an endpoint that came later hears nothing of months before it', async () => {
  const { untilEnd } = present();
  await later(untilEnd + 1 * HOUR);
  await office.endpoint({ events: ['STATEMENT_READY'] });
  await later(12 * 24 * HOUR);
  expect(told()).toEqual([]);
});
