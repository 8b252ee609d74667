import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import type { Courier } from './courier.ts';
import { tellPartners } from './tell-partners.ts';
import { type Endpoint, openPostOffice, type PostOffice } from './testing/post-office.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** What may happen to a receiver, to those who send, and to those who look after an endpoint. */
type Deed =
  | { readonly kind: 'tell'; readonly count: number }
  | { readonly kind: 'answer'; readonly status: number }
  | { readonly kind: 'wait'; readonly milliseconds: number }
  | { readonly kind: 'switch'; readonly enabled: boolean }
  | { readonly kind: 'replay' }
  | { readonly kind: 'restart' };

const deed: fc.Arbitrary<Deed> = fc.oneof(
  fc.record({ kind: fc.constant('tell' as const), count: fc.integer({ min: 1, max: 6 }) }),
  fc.record({
    kind: fc.constant('answer' as const),
    // 0 breaks the connection off.
    status: fc.constantFrom(200, 204, 302, 404, 410, 500, 503, 0),
  }),
  fc.record({
    kind: fc.constant('wait' as const),
    milliseconds: fc.constantFrom(5_000, 10 * MINUTE, 12 * 60 * MINUTE, 2 * DAY),
  }),
  fc.record({ kind: fc.constant('switch' as const), enabled: fc.boolean() }),
  fc.record({ kind: fc.constant('replay' as const) }),
  fc.record({ kind: fc.constant('restart' as const) }),
);

let office: PostOffice;

beforeAll(async () => {
  office = await openPostOffice();
});

afterAll(async () => {
  await office.close();
});

const change = (endpoint: Endpoint, enabled: boolean) =>
  office.ask(
    'changeWebhookEndpoint',
    'ChangeWebhookEndpointInput',
    'endpoint { state }',
    { endpointId: endpoint.id, enabled },
    endpoint.member,
  );
const replay = (endpoint: Endpoint, since: Date) =>
  office.ask(
    'replayWebhookDeliveries',
    'ReplayWebhookDeliveriesInput',
    'count endCursor',
    { endpointId: endpoint.id, since: since.toISOString() },
    endpoint.member,
  );

async function tell(retailerId: string): Promise<string> {
  const voucherId = randomUUID();
  await office.machine().work((work) =>
    tellPartners(work, { kind: 'retailer', id: retailerId }, 'voucher.expired', {
      voucherId,
      offerId: randomUUID(),
      retailerId,
      points: 1,
      expiredAt: work.now.toISOString(),
    }),
  );
  return voucherId;
}

test('whatever happens, everything that was told is taken in the end, each message under one id', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(deed, { minLength: 5, maxLength: 25 }), async (deeds) => {
      office.received.length = 0;
      const since = office.town.clock.now();
      const endpoint = await office.endpoint();
      const told: string[] = [];
      let status = 204;
      office.answer = (_request, response) => {
        if (status === 0) response.destroy();
        else response.writeHead(status, status === 302 ? { location: office.at('elsewhere') } : {}).end();
      };
      let node: Courier = office.openNode();
      const does: { readonly [Kind in Deed['kind']]: (each: never) => Promise<unknown> } = {
        tell: async ({ count }: { count: number }) => {
          for (let each = 0; each < count; each++) told.push(await tell(endpoint.retailerId));
        },
        answer: async (each: { status: number }) => {
          status = each.status;
        },
        wait: ({ milliseconds }: { milliseconds: number }) => office.later(milliseconds),
        switch: ({ enabled }: { enabled: boolean }) => change(endpoint, enabled),
        replay: () => replay(endpoint, since),
        restart: async () => {
          await node.close();
          node = office.openNode();
        },
      };
      for (const each of deeds) {
        await does[each.kind](each as never);
        await Promise.all([node.look(), office.look()]);
      }
      status = 200;
      await change(endpoint, true);
      await replay(endpoint, since);
      // What waits for its next attempt waits for a day and its tenth at most.
      await office.later(1.2 * DAY);
      await node.close();
      // What it broke off.
      await office.look();

      const rows = await office.town
        .em()
        .execute<{ state: string }[]>('select state, message_id from rewards.webhook_delivery where endpoint_id = ?', [
          endpoint.id,
        ]);
      expect(rows.map(({ state }) => state)).toEqual(told.map(() => 'delivered'));
      const ids = new Map<string, Set<unknown>>();
      for (const { body, headers } of office.received) {
        const { voucherId, retailerId } = JSON.parse(body).data;
        expect(retailerId).toBe(endpoint.retailerId);
        ids.set(voucherId, (ids.get(voucherId) ?? new Set()).add(headers['webhook-id']));
      }
      expect([...ids.keys()].sort()).toEqual([...told].sort());
      expect([...ids.values()].every(({ size }) => size === 1)).toBe(true);
      expect(office.received.every(({ path }) => !path.includes('elsewhere'))).toBe(true);
    }),
    { numRuns: 25, endOnFailure: true },
  );
}, 120_000);
