/* How a call ends over a line that is slow, broken or busy, and what it costs the caller: without a system, by a `fetch` of ours. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildSchema, Kind, parse } from 'graphql';
import { refusalCodes } from '../../subgraphs/kernel/errors.ts';
import { Partner } from './partner.ts';
import { PartnerError, partnerErrorCodes } from './transport.ts';

type Answering = (call: number, signal: AbortSignal) => Response | Promise<Response>;

const url = 'https://api.hey-blue.example';
const keys = () => Response.json({ data: { voucherKeys: [] } });
const refusal = (code: string, headers: Record<string, string> = {}, status = 200) =>
  Response.json({ errors: [{ message: 'No.', path: ['voucherKeys'], extensions: { code } }] }, { headers, status });

function partnerOver(answering: Answering, more: object = {}) {
  const calls: string[] = [];
  const send = (async (_url: string, { body, signal }: { body: string; signal: AbortSignal }) => {
    calls.push(body);
    return answering(calls.length, signal);
  }) as never as typeof fetch;
  return { partner: new Partner({ url, apiKey: 'hb_key', fetch: send, ...more }), calls };
}

/** As fetch does: never, unless it is given up. */
const never: Answering = (_call, signal) =>
  new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

const failureOf = (promise: Promise<unknown>): Promise<PartnerError> =>
  promise.then(
    () => Promise.reject(new Error('it was answered')),
    (error) => error,
  );

test('an address or a key that is none is told where the program makes its mistake', () => {
  for (const wrong of [undefined, 'api.hey-blue.example', '']) {
    expect(() => new Partner({ url: wrong, apiKey: 'hb_key' } as never)).toThrow(/^url has to be a base address/);
  }
  for (const apiKey of [undefined, '', 'hb key', 'hb_kéy']) {
    expect(() => new Partner({ url, apiKey } as never)).toThrow(/^apiKey has to be the key/);
  }
});

test('where nothing was decided the same question is asked again, with the same key', async () => {
  const { partner, calls } = partnerOver((call) => {
    if (call === 1) throw new TypeError('cut off');
    if (call === 2) return new Response('<h1>Bad Gateway</h1>', { status: 502 });
    return Response.json({ data: { redeemVoucher: { voucher: { id: 'v' } } } });
  });
  expect(await partner.redeemVoucher({ code: '7Z3K' })).toEqual({ id: 'v' });
  expect([calls.length, new Set(calls).size]).toEqual([3, 1]);
  expect(JSON.parse(calls[0] ?? '').variables.input.idempotencyKey).toMatch(/^[\da-f-]{36}$/);
});

test('what refuses is not asked again, and carries what to quote', async () => {
  const { partner, calls } = partnerOver(() => refusal('VOUCHER_REDEEMED', { 'x-request-id': 'request-1' }));
  const failure = await failureOf(partner.redeemVoucher({ code: '7Z3K' }));
  expect(failure).toMatchObject({
    code: 'VOUCHER_REDEEMED',
    message: 'No.',
    requestId: 'request-1',
    isUncertain: false,
  });
  expect(calls).toHaveLength(1);
});

test('who is told to come back soon does so, and who is told to come back late is told when', async () => {
  const busy = (seconds: string) => refusal('RATE_LIMITED', { 'retry-after': seconds }, 429);
  const soon = partnerOver((call) => (call === 1 ? busy('0') : keys()));
  expect(await soon.partner.voucherKeys()).toEqual([]);
  expect(soon.calls).toHaveLength(2);
  const late = partnerOver(() => busy('45'));
  expect(await failureOf(late.partner.voucherKeys())).toMatchObject({ code: 'RATE_LIMITED', retryAfterSeconds: 45 });
  const untold = partnerOver(() => refusal('RATE_LIMITED'));
  expect(await failureOf(untold.partner.voucherKeys())).toMatchObject({ retryAfterSeconds: undefined });
  expect([late.calls.length, untold.calls.length]).toEqual([1, 1]);
});

test('an attempt is given up in its time, which a call may have of its own', async () => {
  const { partner, calls } = partnerOver(never, { retries: 0 });
  const failure = await failureOf(partner.voucherKeys({ timeoutMilliseconds: 20 }));
  expect(failure).toMatchObject({ code: 'UNREACHABLE', isUncertain: true, requestId: undefined });
  expect(failure.message).toBe(`${url}/graphql/partner does not answer within 20 ms.`);
  await failureOf(partner.voucherKeys({ timeoutMilliseconds: 20, retries: 1 }));
  expect(calls).toHaveLength(3);
});

test('a call that is given up ends at once: before it is asked, while it is asked, and between two attempts', async () => {
  const before = partnerOver(keys);
  const failure = await failureOf(before.partner.voucherKeys({ signal: AbortSignal.abort('closing time') }));
  expect(failure).toMatchObject({ code: 'ABORTED', cause: 'closing time', isUncertain: true });
  expect(before.calls).toHaveLength(0);
  const meanwhile = new AbortController();
  const during = partnerOver((call, signal) => {
    queueMicrotask(() => meanwhile.abort());
    return never(call, signal);
  });
  expect(await failureOf(during.partner.voucherKeys({ signal: meanwhile.signal }))).toMatchObject({ code: 'ABORTED' });
  const pausing = new AbortController();
  const between = partnerOver(
    () => {
      setImmediate(() => pausing.abort());
      return refusal('UNAVAILABLE', { 'retry-after': '9' });
    },
    { signal: pausing.signal },
  );
  expect(await failureOf(between.partner.voucherKeys())).toMatchObject({ code: 'ABORTED' });
  expect([during.calls.length, between.calls.length]).toEqual([1, 1]);
});

test('an address that is no system of ours says what it answered', async () => {
  const { partner } = partnerOver(() => new Response('Not found', { status: 404 }), { retries: 0 });
  const failure = await failureOf(partner.voucherKeys());
  expect(failure).toMatchObject({ code: 'UNREACHABLE', message: `${url}/graphql/partner answers 404 and no graph.` });
});

describe('the codes', () => {
  const ours = ['ABORTED', 'INTERNAL', 'LIST_INVALID', 'RETAILER_UNKNOWN', 'UNREACHABLE'];

  test('are those that the API documents for what the package asks, and ours', async () => {
    const read = (path: string) => readFile(join(import.meta.dirname, path), 'utf8');
    const schema = buildSchema(await read('../../schema/contracts/partner.graphql'), { assumeValid: true });
    const asked = parse(await read('operations/partner.graphql')).definitions.flatMap((definition) => {
      if (definition.kind !== Kind.OPERATION_DEFINITION) return [];
      const root = definition.operation === 'query' ? schema.getQueryType() : schema.getMutationType();
      return definition.selectionSet.selections.map((field) =>
        field.kind === Kind.FIELD ? (root?.getFields()[field.name.value]?.description ?? '') : '',
      );
    });
    expect(asked.length).toBeGreaterThan(12);
    const documented = asked.flatMap((text) => text.split('Codes:')[1]?.match(/[A-Z]+(?:_[A-Z]+)+|FORBIDDEN/g) ?? []);
    const everywhere = ['COST_EXCEEDED', 'RATE_LIMITED', 'UNAVAILABLE', 'UNAUTHENTICATED', ...ours];
    const codes = [...new Set([...documented, ...everywhere])].filter(
      (code) => ours.includes(code) || code in refusalCodes,
    );
    expect(codes.sort()).toEqual([...partnerErrorCodes].sort());
  });

  test('stand in the README, each with what to do', async () => {
    const readme = await readFile(join(import.meta.dirname, 'README.md'), 'utf8');
    const told = [...readme.matchAll(/^\| (`[A-Z_`, ]+`) \| .{20,} \|$/gm)].flatMap(
      ([, cell = '']) => cell.match(/[A-Z_]+/g) ?? [],
    );
    expect(told.sort()).toEqual([...partnerErrorCodes].sort());
  });
});
