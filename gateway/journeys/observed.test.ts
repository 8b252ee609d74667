/*
 * What the system tells of itself while people use it well and badly: that a trace leads from the phone to SQL and on to
 * whoever takes in what came of it, and that no trace, no number and no line of the log holds anything of a person.
 */
import { once } from 'node:events';
import { WebSocket } from 'ws';
import {
  MeDocument,
  NearbyOfficersDocument,
  OpenWindowDocument,
  ReportLocationDocument,
  RequestConnectionDocument,
  UpdateProfileDocument,
} from '../../clients/generated/graphql.ts';
import type { SignedIn } from '../../clients/sign-in.ts';
import { signIn } from '../../clients/sign-in.ts';
import type { CollectedSpan } from '../../subgraphs/kernel/testing/collector.ts';
import { type ObservedSystem, startObserved } from './observed.ts';
import { eventually, refusalOf, signInAdministrator, signInOfficer } from './people.ts';

/** What phones send and must not be found again: unusual enough to be nothing else. */
const planted = {
  emailAddress: 'quillfeather@zanzibar.example',
  phoneNumber: '+15125550187',
  firstName: 'Quillfeather',
  lastName: 'Zanzibarovich',
  latitude: 30.271828,
  longitude: -97.731415,
  token: 'plantedtoken0123456789',
  apiKey: 'hb_plantedkey0123456789',
  text: 'Thanks to Sergeant Wigglesworth',
};
const place = { latitude: planted.latitude, longitude: planted.longitude };
const trace = 'c0ffee0000000000000000000000beef';
const traceparent = `00-${trace}-00000000000000aa-01`;

describe.each(['one process', 'seven processes'] as const)('as %s', (ways) => {
  let system: ObservedSystem;
  let citizen: SignedIn;
  /** Everything secret that came up on the way. */
  const secrets = new Set<string>();
  let numbers: string;

  const post = (body: unknown, headers: Record<string, string> = {}) =>
    fetch(`${system.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  const bearer = ({ client }: SignedIn) => ({ authorization: `Bearer ${client.session?.accessToken}` });
  const spans = (fits: (span: CollectedSpan) => boolean) => system.collector.spans.filter(fits);

  beforeAll(async () => {
    system = await startObserved(ways);
    await useIt();
    await misuseIt();
    numbers = await system.metrics();
    await system.stop();
  });

  afterAll(async () => {
    await citizen?.client.close();
    await system?.close();
  });

  async function useIt(): Promise<void> {
    const administrator = await signInAdministrator(system.url);
    const officer = await signInOfficer(system.url, administrator, planted.lastName);
    citizen = await signIn(system.url, planted);
    const { client } = citizen;
    await eventually(async () => {
      const naming = client.request(UpdateProfileDocument, { input: { firstName: planted.firstName } });
      return (await refusalOf(naming)) === undefined ? true : undefined;
    });
    const report = { input: { position: place, accuracyMeters: 5, sequence: 1 } };
    await officer.client.request(OpenWindowDocument, { input: { position: place } });
    await officer.client.request(ReportLocationDocument, report);
    await client.request(ReportLocationDocument, report);
    await client.request(NearbyOfficersDocument);
    await refusalOf(client.request(RequestConnectionDocument, { input: { officerId: officer.accountId } }));
    // A phone that wants its trace kept.
    await post({ query: String(MeDocument) }, { ...bearer(citizen), traceparent });
    for (const { accountId, client } of [administrator, officer, citizen]) {
      secrets.add(accountId);
      secrets.add(client.session?.accessToken ?? '');
      secrets.add(client.session?.refreshToken ?? '');
    }
    await administrator.client.close();
    await officer.client.close();
  }

  async function misuseIt(): Promise<void> {
    const { emailAddress, phoneNumber, firstName, token, apiKey, text } = planted;
    const as = bearer(citizen);
    const update = 'mutation ($input: UpdateProfileInput!) { updateProfile(input: $input) { profile { firstName } } }';
    await post(`{"query":"{ me { id } }","variables":{"email":"${emailAddress}"`, as);
    await post({ query: `{ me(email: "${emailAddress}") { ${firstName} } }` }, as);
    await post({ query: `query ${firstName} { me { id } }`, operationName: firstName }, as);
    await post(
      { query: `mutation { updateProfile(input: { firstName: "${firstName}", nope: "${text}" }) { x } }` },
      as,
    );
    await post({ query: update, variables: { input: { firstName: { name: firstName, phoneNumber } } } }, as);
    await post({ query: update, variables: { input: { firstName: `${firstName} \0 ${emailAddress}` } } }, as);
    await post({ query: update, variables: { input: { firstName } }, operationName: emailAddress }, as);
    const code = 'mutation ($input: RequestPhoneCodeInput!) { requestPhoneCode(input: $input) { expiresAt } }';
    await post({ query: code, variables: { input: { phoneNumber: `${phoneNumber}00000000` } } }, as);
    const verify = 'mutation ($input: VerifyPhoneInput!) { verifyPhone(input: $input) { account { id } } }';
    await post({ query: verify, variables: { input: { phoneNumber, code: '000000' } } }, as);
    const locate = 'mutation ($input: ReportLocationInput!) { reportLocation(input: $input) { taken } }';
    await post({ query: locate, variables: { input: { position: { ...place, longitude: 1e9 }, sequence: 2 } } }, as);
    await post({ query: '{ me { id } }' }, { authorization: `Bearer ${token}.${token}.${token}` });
    await post({ query: '{ me { id } }' }, { authorization: `Basic ${token}` });
    await post({ query: '{ me { id } }' }, { 'x-api-key': apiKey });
    await post({ query: '{ me { id } }' }, { ...as, traceparent: token, tracestate: `a=${token}`, baggage: token });
    await post({ query: '{ me { id } }', extensions: { persistedQuery: { version: 1, sha256Hash: token } } }, as);
    const query = new URLSearchParams({ query: '{ me { id } }', variables: JSON.stringify({ emailAddress }) });
    await fetch(`${system.url}/graphql?${query}`, { headers: as });
    await fetch(`${system.url}/${encodeURIComponent(emailAddress)}`);
    await fetch(`${system.url}/development/messages?to=${encodeURIComponent(phoneNumber)}`);
    await onSocket({ authorization: `Bearer ${token}` });
    await onSocket({ ...as }, { query: `{ me(a: "${emailAddress}") }`, extensions: { traceparent: token } });
    await onSocket({ ...as }, { query: '{ me { id } }', variables: { emailAddress }, extensions: { traceparent } });
    await system.meddle('alter table profile.profile rename to elsewhere');
    await post({ query: String(MeDocument) }, { ...as, 'x-request-id': 'till-17' });
    await system.meddle('alter table profile.elsewhere rename to profile');
  }

  /** Sends one operation over a socket of its own, and waits until it is over. */
  async function onSocket(parameters: object, operation?: object): Promise<void> {
    const socket = new WebSocket(`${system.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    const closed = once(socket, 'close');
    await once(socket, 'open');
    socket.on('message', (data) => {
      const { type } = JSON.parse(String(data));
      if (type === 'connection_ack') socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: operation }));
      if (type === 'complete' || type === 'error') socket.close();
    });
    socket.send(JSON.stringify({ type: 'connection_init', payload: parameters }));
    await closed;
  }

  test('a trace leads from the phone through the gateway and each subgraph to SQL', () => {
    const ofPhone = spans(({ traceId }) => traceId === trace);
    const own = ways === 'one process' ? 'gateway' : 'profile';
    const statement = ofPhone.find(
      ({ name, attributes }) => name === 'select' && String(attributes['db.query.text']).includes('"profile".'),
    );
    expect(statement && system.collector.pathOf(statement)).toEqual([
      'hey-blue-gateway request',
      'hey-blue-gateway query Me',
      'hey-blue-gateway fetch profile',
      `hey-blue-${own} profile operation`,
      `hey-blue-${own} select`,
    ]);
    const operation = ofPhone.find(({ name }) => name === 'query Me');
    expect(operation?.attributes).toMatchObject({
      'graphql.operation.name': 'Me',
      'graphql.operation.type': 'query',
      'graphql.document.hash': expect.stringMatching(/^[0-9a-f]{16}$/),
    });
    expect(ofPhone.find(({ parentSpanId }) => parentSpanId === '00000000000000aa')?.name).toBe('request');
  });

  test('an operation on a socket is in the trace that its client says', () => {
    const onSocket = spans((span) => span.traceId === trace && span.name === 'query other');
    expect(onSocket.map(({ parentSpanId }) => parentSpanId)).toEqual(['00000000000000aa']);
  });

  test('the first time of a document shows how long it took to plan', () => {
    const plan = spans(({ name }) => name === 'plan')[0];
    expect(plan?.milliseconds).toBeGreaterThan(0);
    expect(plan && system.collector.pathOf(plan).slice(1)[0]).toMatch(/^hey-blue-gateway (query|mutation) /);
  });

  test('what came of a mutation is found in its trace, wherever it was taken in', () => {
    const taken = spans(({ name }) => name === 'take in account.registered');
    const by = (subgraph: string) => taken.filter(({ attributes }) => attributes.subgraph === subgraph);
    expect([by('profile').length, by('connections').length]).toEqual([3, 3]);
    const names = taken.map((span) => system.collector.pathOf(span).map((each) => each.replace(/^\S+ /, '')));
    for (const path of names) {
      expect(path).toEqual([
        'request',
        'mutation VerifyPhone',
        'fetch identity',
        'identity operation',
        'publish account.registered',
        'take in account.registered',
      ]);
    }
    expect(
      spans(({ name, parentSpanId }) => name === 'insert' && taken.some((each) => each.spanId === parentSpanId)).length,
    ).toBeGreaterThan(3);
  });

  test('statements are told without a value', () => {
    const texts = spans(({ attributes }) => 'db.query.text' in attributes).map(({ attributes }) =>
      String(attributes['db.query.text']),
    );
    expect(texts.length).toBeGreaterThan(50);
    expect(texts.filter((text) => /'/.test(text))).toEqual([]);
  });

  test('numbers tell operations by trusted names alone', () => {
    const lines = numbers
      .split('\n')
      .filter((line) => /^hey_blue\w+(total|waiting)\{/.test(line))
      .join('\n');
    expect(lines).toMatch(/hey_blue_operations_total\{operation="Me",kind="query",code="OK"\} \d/);
    expect(lines).toMatch(/hey_blue_operations_total\{operation="other",kind="query",code="OK"\} \d/);
    expect(lines).toMatch(
      /hey_blue_operations_total\{operation="other",kind="none",code="GRAPHQL_VALIDATION_FAILED"\}/,
    );
    expect(lines).toMatch(/hey_blue_fetches_total\{subgraph="profile",outcome="answered"\} \d/);
    expect(lines).toMatch(
      /hey_blue_events_taken_in_total\{subgraph="profile",topic="account.registered",outcome="done"\} 3/,
    );
    expect(lines).toMatch(/hey_blue_http_responses_total\{status="200"\} \d/);
    expect(lines).toMatch(/hey_blue_outbox_waiting\{subgraph="identity"\} 0/);
    expect(lines).toMatch(/hey_blue_inbox_waiting\{subgraph="profile"\} 0/);
  });

  test('lines of the log about a request carry its id and lead to its trace, at the gateway and in subgraphs', () => {
    const lines = system
      .written()
      .split('\n')
      .filter((line) => line.includes('till-17'))
      .map((line) => JSON.parse(line));
    const fault = lines.find(({ subgraph }) => subgraph === 'profile');
    const told = lines.find(({ operation }) => operation === 'Me');
    expect(fault).toMatchObject({ requestId: 'till-17', msg: 'unforeseen error', errorId: expect.any(String) });
    expect(told).toMatchObject({ requestId: 'till-17', code: 'INTERNAL', errorId: fault.errorId });
    expect(fault.traceId).toBe(told.traceId);
    const operation = spans(({ traceId, name }) => traceId === told.traceId && name === 'profile operation')[0];
    expect(operation?.attributes['error.type']).toBe('INTERNAL');
  });

  test('nothing of a person is in a trace, a number or a line of the log', () => {
    const { emailAddress, phoneNumber, firstName, lastName, latitude, longitude, token, apiKey, text } = planted;
    const words = [emailAddress, 'quillfeather', 'zanzibar', phoneNumber, phoneNumber.slice(2), firstName, lastName];
    words.push(String(latitude), String(longitude), String(latitude).slice(0, 6), token, apiKey, 'Wigglesworth', text);
    words.push(...secrets);
    expect(secrets.size).toBeGreaterThan(8);
    const told = { traces: system.collector.texts.join('\n'), numbers, log: system.written() };
    for (const [where, all] of Object.entries(told)) {
      const lower = all.toLowerCase();
      const found = words.filter((word) => word === '' || lower.includes(word.toLowerCase()));
      expect({ where, found }).toEqual({ where, found: [] });
    }
  });
});
