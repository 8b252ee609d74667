/* A thing changes in the real catalog, and the next read by anybody is new. */
import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { type EventTopic, eventCatalogue, type SubgraphName, subgraphNames } from '../../schema/events.ts';
import { subgraphs } from '../../subgraphs/index.ts';
import { anonymous, type Caller, CallerSigner } from '../../subgraphs/kernel/caller.ts';
import { ManualClock } from '../../subgraphs/kernel/clock.ts';
import { generateGatewayKeys, readConfiguration } from '../../subgraphs/kernel/configuration.ts';
import { MemoryEventBus } from '../../subgraphs/kernel/event-bus.memory.ts';
import { RedisEventBus } from '../../subgraphs/kernel/event-bus.redis.ts';
import { MemoryLiveMessages } from '../../subgraphs/kernel/live-messages.memory.ts';
import { openSubgraph, type Subgraph } from '../../subgraphs/kernel/subgraph.ts';
import { createTestDatabase, startRedisServer } from '../../subgraphs/kernel/testing/servers.ts';
import { createExecutor } from '../executor/executor.ts';
import type { OperationCall } from '../operations.ts';
import { readAnnotations } from './annotations.ts';
import { type GatewayCache, openGatewayCache } from './gateway-cache.ts';
import { staleBy } from './staleness.ts';

const log = pino({ level: 'silent' });
const readSchema = (name: string) => readFileSync(join(import.meta.dirname, `../../schema/${name}.graphql`), 'utf8');
const supergraphSdl = readSchema('supergraph');
/** Everything is kept for a day, so that nothing is new for being old. */
const lasting = (sdl: string) => sdl.replace(/maxAge: [1-9]\d*/g, 'maxAge: 86400');
const sdls = Object.fromEntries(subgraphNames.map((name) => [name, lasting(readSchema(name))])) as Record<
  SubgraphName,
  string
>;
const newVersion = () => randomUUID();
/** Of a machine that runs other tests as well. */
const patienceMilliseconds = 5_000;

const administrator: Caller = { accountId: randomUUID(), scopes: ['administrator'] };
const readers: Caller[] = [anonymous, { accountId: randomUUID(), scopes: ['citizen'] }, administrator];

interface Gateway {
  readonly cache: GatewayCache;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers freely
  ask(query: string, variables?: object, caller?: Caller): Promise<any>;
}

interface System {
  readonly gateways: readonly Gateway[];
  /** Asks the catalog past every gateway. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers freely
  directly(query: string, variables: object): Promise<any>;
  close(): Promise<void>;
}

async function start(isOverRedis: boolean): Promise<System> {
  const clock = new ManualClock();
  const redis = isOverRedis ? await startRedisServer({ persistent: false }) : undefined;
  const database = await createTestDatabase();
  const bus = redis ? await RedisEventBus.connect({ url: redis.url, log, clock }) : new MemoryEventBus({ log, clock });
  const live = new MemoryLiveMessages();
  const keys = generateGatewayKeys();
  const configuration = readConfiguration({
    NODE_ENV: 'test',
    GATEWAY_PRIVATE_KEY: keys.gatewayPrivateKey,
    GATEWAY_PUBLIC_KEY: keys.gatewayPublicKey,
    SECRET_KEY: randomBytes(32).toString('base64url'),
    DEMO: 'true',
  });
  const definition = subgraphs.find(({ name }) => name === 'catalog');
  if (!definition) throw new Error('There is a catalog');
  const host = { configuration, databaseUrl: database.url, clock, random: randomBytes, log, bus, live };
  const catalog = await openSubgraph(definition, host);
  const signer = new CallerSigner(keys.gatewayPrivateKey, clock);
  const options = { clock, log, newVersion, patienceMilliseconds };
  const gateways = [await openGateway(catalog, signer, { ...options, bus, redisUrl: redis?.url })];
  // Another process: it hears facts on a connection of its own, in the same group.
  if (redis) gateways.push(await openGateway(catalog, signer, { ...options, redisUrl: redis.url }));
  catalog.relay();
  return {
    gateways,
    async directly(query, variables) {
      const authorization = await signer.sign(administrator, 'catalog');
      const { data, errors } = await catalog.execute({ query, variables: { ...variables } }, { authorization });
      expect(errors).toBeUndefined();
      return data;
    },
    async close() {
      await catalog.quiesce();
      for (const { cache } of gateways) await cache.close();
      await catalog.close();
      await bus.close();
      await live.close();
      await database.drop();
      await redis?.stop();
    },
  };
}

async function openGateway(
  catalog: Subgraph,
  signer: CallerSigner,
  options: Parameters<typeof openGatewayCache>[0],
): Promise<Gateway> {
  const cache = await openGatewayCache(options);
  const fetch = cache.forGraph(sdls).around(async (subgraph, request, { caller }) => {
    if (subgraph !== 'catalog') throw new Error(`${subgraph} is not here.`);
    return catalog.execute(request, { authorization: await signer.sign(caller, 'catalog') });
  });
  const executor = createExecutor<OperationCall>({ supergraphSdl, fetch });
  return {
    cache,
    async ask(query, variables = {}, caller = anonymous) {
      const prepared = executor.prepare(query);
      if (prepared.errors) throw prepared.errors[0];
      const { data, errors } = await executor.execute(
        prepared.operation,
        { ...variables },
        { caller, requestId: 'test' },
      );
      expect(errors).toBeUndefined();
      return data;
    },
  };
}

const OFFERS = '{ offers(first: 100) { edges { node { id title pricePoints retailer { id name } } } } }';
const SAVE = 'mutation ($input: SaveOfferInput!) { saveOffer(input: $input) { offer { id } } }';
const IMPORT =
  'mutation ($input: ImportTableInput!) { importTable(input: $input) { import { rowsChanged problems { reason } } } }';

interface Offer {
  readonly id: string;
  readonly title: string;
  readonly pricePoints: number;
  readonly retailer: { readonly id: string; readonly name: string };
}

const offersOf = async ({ ask }: Gateway, caller?: Caller): Promise<Offer[]> =>
  (await ask(OFFERS, {}, caller)).offers.edges.map(({ node }: { node: Offer }) => node);
const priced = ({ id, title, retailer }: Offer, pricePoints: number) => ({
  input: { offerId: id, retailerId: retailer.id, title, pricePoints, valueCents: 500 },
});

describe.each([
  ['in one process', false],
  ['over Redis, behind two gateways', true],
])('%s', (_name, isOverRedis) => {
  let system: System;
  let gateways: readonly Gateway[];

  beforeAll(async () => {
    system = await start(isOverRedis);
    gateways = system.gateways;
  });

  afterAll(async () => {
    await system.close();
  });

  /** The offer as everybody reads it who comes next, at every gateway. */
  async function readings(id: string): Promise<(number | undefined)[]> {
    const prices: (number | undefined)[] = [];
    for (const gateway of gateways) {
      for (const reader of readers) {
        prices.push((await offersOf(gateway, reader)).find((offer) => offer.id === id)?.pricePoints);
        const { offer } = await gateway.ask('query ($id: ID!) { offer(id: $id) { pricePoints } }', { id }, reader);
        prices.push(offer.pricePoints);
      }
    }
    return prices;
  }

  async function firstOffer(): Promise<Offer> {
    const [offer] = await offersOf(gateways[0] as Gateway);
    if (!offer) throw new Error('The demonstration has offers');
    return offer;
  }

  test('what nobody changes is asked for once, when the facts of the demonstration are told', async () => {
    const hitsOf = () => gateways.map(({ cache }) => cache.statistics.hits);
    await eventually(async () => {
      const before = hitsOf();
      for (const gateway of gateways) for (const reader of readers) await offersOf(gateway, reader);
      return hitsOf().every((hits, index) => hits === (before[index] ?? 0) + readers.length);
    });
  });

  test('what is changed through a gateway is new in the next read of everybody', async () => {
    const offer = await firstOffer();
    await readings(offer.id);
    for (const price of [111, 222, 333]) {
      await gateways[0]?.ask(SAVE, priced(offer, price), administrator);
      expect(new Set(await readings(offer.id))).toEqual(new Set([price]));
    }
  });

  test('what is changed past the gateways is new once its fact is told', async () => {
    const offer = await firstOffer();
    await readings(offer.id);
    await system.directly(SAVE, priced(offer, 444));
    await eventually(async () => (await readings(offer.id)).every((price) => price === 444));
  });

  test('a table that is taken in is read at once', async () => {
    const { retailer } = await firstOffer();
    await Promise.all(gateways.map((gateway) => offersOf(gateway)));
    const content = `retailer,title,price_points,value_usd\n${retailer.name},A coffee that nobody has yet,5,3.00`;
    const input = { kind: 'OFFERS', content, idempotencyKey: randomUUID() };
    const [first] = gateways as [Gateway];
    const { importTable } = await first.ask(IMPORT, { input }, administrator);
    expect(importTable.import).toEqual({ rowsChanged: 1, problems: [] });
    for (const gateway of gateways) {
      expect((await offersOf(gateway)).map(({ title }) => title)).toContain('A coffee that nobody has yet');
    }
  });

  /** Has something changed past the gateways, and waits until everybody reads it so. */
  async function everybodyReads(
    query: string,
    variables: object,
    change: readonly [mutation: string, type: string, input: object],
    // biome-ignore lint/suspicious/noExplicitAny: tests look into answers freely
    isNew: (data: any) => boolean,
  ): Promise<void> {
    const [mutation, type, input] = change;
    const read = async () => {
      const answers: boolean[] = [];
      for (const gateway of gateways) {
        for (const reader of readers) answers.push(isNew(await gateway.ask(query, variables, reader)));
      }
      return answers;
    };
    // Facts that were told before have been heard once what was read twice stays as it is kept.
    await read();
    expect(await read()).not.toContain(true);
    await system.directly(`mutation ($input: ${type}!) { ${mutation}(input: $input) { __typename } }`, { input });
    await eventually(async () => (await read()).every(Boolean));
  }

  test('products and stores that are changed past the gateways are new once it is told', async () => {
    const { retailer } = await firstOffer();
    const { id: retailerId } = retailer;
    const products = 'query ($id: ID!) { products(retailerId: $id, first: 100) { edges { node { id sku name } } } }';
    type Answer = { products: { edges: { node: { id: string; sku: string; name: string } }[] } };
    const named = (name: string) => (answer: Answer) => answer.products.edges.some(({ node }) => node.name === name);
    const mug = { retailerId, sku: 'MUG', name: 'A mug', priceCents: 900 };
    await everybodyReads(products, { id: retailerId }, ['saveProduct', 'SaveProductInput', mug], named('A mug'));
    const better = { ...mug, name: 'A better mug' };
    await everybodyReads(products, { id: retailerId }, ['saveProduct', 'SaveProductInput', better], named(better.name));
    const [first] = gateways as [Gateway];
    const { edges } = ((await first.ask(products, { id: retailerId })) as Answer).products;
    const productId = edges.find(({ node }) => node.sku === 'MUG')?.node.id;
    const gone = (answer: Answer) => !named('A better mug')(answer);
    const archive = ['archiveProduct', 'ArchiveProductInput', { productId }] as const;
    await everybodyReads(products, { id: retailerId }, archive, gone);

    const stores = 'query ($id: ID!) { retailer(id: $id) { profile stores { id street } } }';
    type Shop = { retailer: { profile: string | null; stores: { id: string; street: string }[] } };
    const at = (street: string) => (answer: Shop) => answer.retailer.stores.some((store) => store.street === street);
    const place = { city: 'Austin', state: 'TX', zipCode: '78701', position: { latitude: 30.27, longitude: -97.74 } };
    const store = { retailerId, street: '1 New Street', ...place };
    const save = ['saveStore', 'SaveStoreInput', store] as const;
    await everybodyReads(stores, { id: retailerId }, save, at('1 New Street'));
    const { retailer: shop } = (await first.ask(stores, { id: retailerId })) as Shop;
    const storeId = shop.stores.find(({ street }) => street === '1 New Street')?.id;
    const close = ['archiveStore', 'ArchiveStoreInput', { storeId }] as const;
    await everybodyReads(stores, { id: retailerId }, close, (answer) => !at('1 New Street')(answer));
    // It opens again as it was: nothing of it is other than before, but that it is there.
    await everybodyReads(stores, { id: retailerId }, save, at('1 New Street'));
    const profile = ['saveRetailer', 'SaveRetailerInput', { retailerId, profile: 'Since 1920.' }] as const;
    await everybodyReads(stores, { id: retailerId }, profile, (answer) => answer.retailer.profile === 'Since 1920.');
  });

  test('an offer that is closed past the gateways leaves the list', async () => {
    const { id } = await firstOffer();
    await system.directly('mutation ($input: ArchiveOfferInput!) { archiveOffer(input: $input) { offer { id } } }', {
      input: { offerId: id },
    });
    await eventually(async () => {
      const lists = await Promise.all(gateways.map((gateway) => offersOf(gateway)));
      return lists.every((offers) => !offers.some((offer) => offer.id === id));
    });
  });
});

test('a gateway that nobody tells of facts keeps nothing', async () => {
  const cache = await openGatewayCache({ clock: new ManualClock(), log, newVersion });
  let asked = 0;
  const fetch = cache.forGraph(sdls).around(async () => ({ data: { offer: { id: ++asked } } }));
  const request = {
    query: '{ offers { edges { node { id } } } }',
    variables: {},
    kind: 'query' as never,
    encode: () => '',
  };
  for (let count = 0; count < 2; count++) await fetch('catalog', request, { caller: anonymous, requestId: 'test' });
  expect(asked).toBe(2);
  await cache.close();
});

test('a fact makes stale only what its own producer answers, and that is kept somewhere', () => {
  const id = randomUUID();
  for (const [topic, stale] of Object.entries(staleBy)) {
    const { producer, key } = eventCatalogue[topic as EventTopic];
    const types = readAnnotations(sdls[producer]);
    for (const tag of (stale as (fact: object) => string[])({ [key]: id })) {
      const type = types.get(tag.split(':')[0] ?? '');
      expect([tag, type?.annotation]).toEqual([tag, expect.objectContaining({})]);
      expect(type?.annotation.maxAge ?? type?.annotation.inheritMaxAge).toBeTruthy();
    }
  }
});

/** Repeats until it is true; each try takes turns of the event loop, and reads what is kept. */
async function eventually(isTrue: () => Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await new Promise((resolve) => setImmediate(resolve));
}
