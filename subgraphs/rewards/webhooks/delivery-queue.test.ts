import { waitingDeliveries } from './delivery-queue.ts';
import { openPostOffice, type PostOffice } from './testing/post-office.ts';

let office: PostOffice;
const MINUTE = 60_000;

beforeEach(async () => {
  office = await openPostOffice();
});

afterEach(async () => {
  await office.close();
});

test('messages are counted as waiting, and as late only where it is not their receiver who fails', async () => {
  const { town } = office;
  const endpoint = await office.endpoint();
  const waiting = (now = town.clock.now()) => waitingDeliveries(town, now);
  expect(await waiting()).toEqual({ count: 0, oldestSeconds: 0 });
  office.answer = (_request, response) => response.writeHead(500).end();
  await office.ping(endpoint);
  await office.ping(endpoint);
  await office.look();
  await office.later(MINUTE);
  expect(await waiting()).toEqual({ count: 2, oldestSeconds: 0 });
  // As where no process sends what is due for two minutes.
  await town.em().execute('update rewards.webhook_endpoint set failures = 0');
  const now = town.clock.now();
  const due = new Date(now.getTime() - 2 * MINUTE);
  await town.em().execute('update rewards.webhook_delivery set next_at = ?', [due]);
  expect(await waiting(now)).toEqual({ count: 2, oldestSeconds: 120 });
  const input = { endpointId: endpoint.id, enabled: false };
  const selection = 'endpoint { state }';
  await office.ask('changeWebhookEndpoint', 'ChangeWebhookEndpointInput', selection, input, endpoint.member);
  expect(await waiting()).toEqual({ count: 0, oldestSeconds: 0 });
});
