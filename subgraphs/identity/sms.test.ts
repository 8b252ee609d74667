/* One contract, two adapters: the development inbox, and the HTTP sender against a local server with the provider's API. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemClock } from '../kernel/clock.ts';
import { HttpSmsSender } from './sms.http.ts';
import { DevelopmentInbox } from './sms.inbox.ts';
import { SMS_LIMIT, SmsNotSent, type SmsSender, type TextMessage } from './sms.ts';
import { openTown, operations } from './testing/people.ts';

interface Opened {
  readonly sender: SmsSender;
  arrived(to: string): readonly TextMessage[];
  close(): Promise<void>;
}

/** Takes messages as Twilio does; `answer` says with which status, undefined leaves the caller waiting. */
async function openService(answer: () => number | undefined = () => 201) {
  const messages: (TextMessage & { from: string })[] = [];
  const credentials: (string | undefined)[] = [];
  const server: Server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const form = new URLSearchParams(Buffer.concat(chunks).toString());
    credentials.push(request.headers.authorization);
    const status = answer();
    if (status === undefined) return;
    const message = { to: form.get('To') ?? '', text: form.get('Body') ?? '', from: form.get('From') ?? '' };
    if (status < 300) messages.push(message);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(status < 300 ? { sid: 'SM1' } : { code: 21211, message: `not sent to ${message.to}` }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/2010-04-01/Accounts/AC1/Messages.json`;
  return {
    url,
    messages,
    credentials,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const account = { account: 'AC1', token: 'secret-token', from: '+15125550100' };

const adapters: Record<string, () => Promise<Opened>> = {
  'the development inbox': async () => {
    const inbox = new DevelopmentInbox(systemClock);
    return { sender: inbox, arrived: (to) => inbox.received(to), close: async () => undefined };
  },
  'the HTTP service': async () => {
    const service = await openService();
    return {
      sender: new HttpSmsSender({ url: service.url, ...account }),
      arrived: (to) => service.messages.filter((message) => message.to === to),
      close: service.close,
    };
  },
};

describe.each(Object.entries(adapters))('%s', (_, open) => {
  let opened: Opened;

  beforeEach(async () => {
    opened = await open();
  });

  afterEach(async () => {
    await opened.close();
  });

  const textsTo = (to: string) => opened.arrived(to).map(({ text }) => text);

  test('delivers the text as it is to the number and no other', async () => {
    const text = '123456 is your code & more = 100 % + “naïve” ✓\nsecond line';
    await opened.sender.send({ to: '+15125550111', text });
    expect(textsTo('+15125550111')).toEqual([text]);
    expect(textsTo('+15125550112')).toEqual([]);
  });

  test('keeps the order of messages sent one after the other', async () => {
    for (const text of ['1', '2', '3']) await opened.sender.send({ to: '+15125550111', text });
    expect(textsTo('+15125550111')).toEqual(['1', '2', '3']);
  });

  test('delivers what is sent at once', async () => {
    const numbers = Array.from({ length: 20 }, (_, index) => `+1512555${String(1000 + index)}`);
    await Promise.all(numbers.map((to) => opened.sender.send({ to, text: to })));
    for (const to of numbers) expect(textsTo(to)).toEqual([to]);
  });

  test('refuses what no service takes, and sends nothing', async () => {
    for (const message of [
      { to: '5125550111', text: 'x' },
      { to: '+15125550111', text: '' },
      { to: '+15125550111', text: 'x'.repeat(SMS_LIMIT + 1) },
    ]) {
      await expect(opened.sender.send(message)).rejects.toThrow(SmsNotSent);
    }
    expect(textsTo('+15125550111')).toEqual([]);
  });
});

describe('the HTTP service', () => {
  test('gets credentials and sender', async () => {
    const service = await openService();
    await new HttpSmsSender({ url: service.url, ...account }).send({ to: '+15125550111', text: 'x' });
    expect(service.credentials).toEqual([`Basic ${Buffer.from('AC1:secret-token').toString('base64')}`]);
    expect(service.messages[0]?.from).toBe('+15125550100');
    await service.close();
  });

  test.each([400, 401, 429, 500])('a refusal with %i is told without number, text or credentials', async (status) => {
    const service = await openService(() => status);
    const sender = new HttpSmsSender({ url: service.url, ...account });
    const error = await sender.send({ to: '+15125550111', text: '123456' }).catch((thrown: Error) => thrown);
    expect(error).toBeInstanceOf(SmsNotSent);
    expect(`${error}`).toContain(String(status));
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toMatch(/5550111|123456|secret-token/);
    await service.close();
  });

  test('silence and a closed door are told in time', async () => {
    const service = await openService(() => undefined);
    const silent = new HttpSmsSender({ url: service.url, ...account, timeoutSeconds: 0.2 });
    await expect(silent.send({ to: '+15125550111', text: 'x' })).rejects.toThrow('in time');
    await service.close();
    const closed = new HttpSmsSender({ url: service.url, ...account });
    await expect(closed.send({ to: '+15125550111', text: 'x' })).rejects.toThrow('no connection');
  });

  test('registers people, and a refused message leaves its code valid', async () => {
    let status = 201;
    const service = await openService(() => status);
    const town = await openTown({ configuration: { sms: { url: service.url, ...account } } });
    const { caller } = await town.signIn('pat@people.example');
    const phoneNumber = '+15125550111';
    expect(Object.keys(town.subgraph.routes)).not.toContain('/development/messages');
    status = 500;
    expect(await town.refusal(operations.requestCode, { input: { phoneNumber } }, caller)).toBe('UNAVAILABLE');
    const [pending] = await town.em().execute('select 1 from identity.phone_code');
    expect(pending).toBeDefined();
    status = 201;
    await town.ask(operations.requestCode, { input: { phoneNumber } }, caller);
    const code = service.messages.at(-1)?.text.match(/\d{6}/)?.[0];
    await town.ask(operations.verify, { input: { phoneNumber, code } }, caller);
    await town.close();
    await service.close();
  });
});

describe('the development inbox over HTTP', () => {
  test('answers the messages to a number, the newest last, and says how to ask', async () => {
    const town = await openTown();
    await town.services.developmentInbox?.send({ to: '+15125550177', text: 'one' });
    await town.services.developmentInbox?.send({ to: '+15125550177', text: 'two' });
    const ask = async (query: string) => fetch(`${town.url}/development/messages${query}`);
    const texts = ((await (await ask('?to=%2B15125550177')).json()) as TextMessage[]).map(({ text }) => text);
    expect(texts).toEqual(['one', 'two']);
    expect(await (await ask('?to=+15125550177')).json()).toHaveLength(2);
    expect(await (await ask('?to=%2B15125550178')).json()).toEqual([]);
    expect((await ask('')).status).toBe(400);
    await town.close();
  });
});
