import { createHash } from 'node:crypto';
import { ManualClock } from '../../subgraphs/kernel/clock.ts';
import { Refusal } from '../../subgraphs/kernel/errors.ts';
import { Documents } from './documents.ts';
import { documentsInMemory } from './persisted-documents.memory.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const trusted = 'query Trusted { __typename }';
const other = 'query Other { __typename }';

const person = { accountId: 'a', scopes: ['citizen'] as const };
const nobody = { scopes: [] };
const partner = { retailerId: 'r', scopes: ['offers:read'] as const };
const administrator = { accountId: 'b', scopes: ['administrator'] as const };

const open = (trustedOnly: boolean) =>
  new Documents({
    manifest: { [`sha256:${sha256(trusted)}`]: trusted },
    trustedOnly,
    persisted: documentsInMemory(new ManualClock()),
  });

const persistedQuery = (text: string) => ({ extensions: { persistedQuery: { version: 1, sha256Hash: sha256(text) } } });
const codeOf = (found: unknown) => (found instanceof Refusal ? found.code : undefined);

describe('where only trusted documents run', () => {
  const documents = open(true);

  test.each([
    ['its id', { documentId: `sha256:${sha256(trusted)}` }],
    ['its bare hash', { documentId: sha256(trusted).toUpperCase() }],
    ["Apollo's extension", persistedQuery(trusted)],
    ['its very text', { query: trusted }],
    ['both text and hash', { query: trusted, ...persistedQuery(trusted) }],
  ])('everybody runs one by %s', (_name, request) => {
    for (const caller of [nobody, person, partner, administrator]) {
      expect(documents.find(request, caller)).toEqual({ text: trusted, isTrusted: true });
    }
  });

  test('nobody and people run no other, known by hash or not', async () => {
    await documents.register(sha256(other), other);
    const requests = [{ query: other }, { query: `${trusted} ` }, persistedQuery(other), { query: '' }, {}];
    for (const request of [...requests, { query: other, ...persistedQuery(other) }]) {
      for (const caller of [nobody, person]) {
        expect(codeOf(await documents.find(request, caller))).toBe('DOCUMENT_NOT_TRUSTED');
      }
    }
  });

  test('partners and administrators run any text', () => {
    for (const caller of [partner, administrator]) {
      expect(documents.find({ query: other }, caller)).toEqual({ text: other, isTrusted: false });
    }
  });
});

describe('where any document runs', () => {
  test('one is registered by its hash and found by it', async () => {
    const documents = open(false);
    expect(await documents.find(persistedQuery(other), nobody)).toMatchObject({
      code: 'PERSISTED_QUERY_NOT_FOUND',
      message: 'PersistedQueryNotFound',
    });
    const given = await documents.find({ query: other, ...persistedQuery(other) }, nobody);
    expect(given).toEqual({ text: other, isTrusted: false, registerAs: sha256(other) });
    await documents.register(sha256(other), other);
    expect(documents.find(persistedQuery(other), nobody)).toEqual({ text: other, isTrusted: false });
    expect(documents.find({ query: other, ...persistedQuery(other) }, nobody)).not.toHaveProperty('registerAs');
  });

  test('what another gateway registered is found', async () => {
    const persisted = documentsInMemory(new ManualClock());
    await persisted.keep(sha256(other), other);
    const documents = new Documents({ manifest: {}, trustedOnly: false, persisted });
    expect(await documents.find(persistedQuery(other), nobody)).toEqual({ text: other, isTrusted: false });
  });

  test.each([
    ['the hash of another text', { query: other, ...persistedQuery(trusted) }],
    ['another version', { query: other, extensions: { persistedQuery: { version: 2, sha256Hash: sha256(other) } } }],
    ['no hash', { documentId: 'trusted' }],
    ['something else than a hash', { extensions: { persistedQuery: { version: 1, sha256Hash: { x: 1 } } } }],
    ['nothing', { query: '' }],
  ])('%s is refused', (_name, request) => {
    expect(codeOf(open(false).find(request, administrator))).toBe('BAD_USER_INPUT');
  });
});

test('a manifest whose hashes are not those of its texts is not taken', () => {
  const persisted = documentsInMemory(new ManualClock());
  for (const manifest of [{ [sha256(trusted)]: other }, { trusted }]) {
    expect(() => new Documents({ manifest, trustedOnly: true, persisted })).toThrow('names one wrongly');
  }
});
