import type { Caller } from '../kernel/caller.ts';
import { CONSENTS_PER_DAY } from './consent.ts';
import { openTown, type Town } from './testing/people.ts';

let town: Town;

beforeAll(async () => {
  town = await openTown();
});

afterAll(async () => {
  await town.close();
});

const open = `{ me { openConsents { id kind version text spanish: text(language: SPANISH) }
  consents { edges { node { id givenAt withdrawnAt document { kind version } } } } } }`;
const give = 'mutation ($input: GiveConsentInput!) { giveConsent(input: $input) { account { openConsents { id } } } }';
const withdraw =
  'mutation ($input: WithdrawConsentInput!) { withdrawConsent(input: $input) { account { openConsents { kind } } } }';
const publish =
  'mutation ($input: PublishDocumentInput!) { publishDocument(input: $input) { document { id kind version text } } }';
const administrator = (): Partial<Caller> => ({ accountId: town.newId(), scopes: ['administrator'] });

interface OpenDocument {
  id: string;
  kind: string;
  version: number;
  text: string;
  spanish: string;
}

async function ownConsents(caller: Partial<Caller>) {
  const { me } = await town.ask(open, {}, caller);
  return {
    open: me.openConsents as OpenDocument[],
    given: me.consents.edges.map(({ node }: { node: unknown }) => node) as {
      id: string;
      givenAt: string;
      withdrawnAt: string | null;
      document: { kind: string; version: number };
    }[],
  };
}
const agree = (caller: Partial<Caller>, documentIds: string[]) => town.ask(give, { input: { documentIds } }, caller);

test('a new system asks everybody to agree to the first terms and privacy notice, in two languages', async () => {
  const { caller } = await town.signIn('first@consents.example');
  const before = await ownConsents(caller);
  expect(before.open.map(({ kind, version }) => [kind, version])).toEqual([
    ['TERMS', 1],
    ['PRIVACY', 1],
  ]);
  expect(before.open[0]?.text).toContain('one account and one phone');
  expect(before.open[0]?.spanish).toContain('una cuenta y un teléfono');
  const ids = before.open.map(({ id }) => id);
  expect((await agree(caller, ids)).giveConsent.account.openConsents).toEqual([]);
  await agree(caller, ids);
  const after = await ownConsents(caller);
  expect(after.given).toHaveLength(2);
  expect(after.given[0]).toMatchObject({ givenAt: expect.stringContaining('T'), withdrawnAt: null });
  const everybody = await town.ask('{ legalDocuments { kind version } }');
  expect(everybody.legalDocuments).toHaveLength(2);
});

test('what is taken back is open again, and both stay written', async () => {
  const { caller } = await town.signIn('back@consents.example');
  const { open: documents } = await ownConsents(caller);
  await agree(
    caller,
    documents.map(({ id }) => id),
  );
  const [consent] = (await ownConsents(caller)).given.filter(({ document }) => document.kind === 'PRIVACY');
  const input = { consentId: consent?.id };
  const stranger = await town.signIn('stranger@consents.example');
  expect(await town.refusal(withdraw, { input }, stranger.caller)).toBe('NOT_FOUND');
  for (const _ of [1, 2]) {
    const { withdrawConsent } = await town.ask(withdraw, { input }, caller);
    expect(withdrawConsent.account.openConsents).toEqual([{ kind: 'PRIVACY' }]);
  }
  await agree(
    caller,
    documents.map(({ id }) => id),
  );
  const { given } = await ownConsents(caller);
  expect(given.map(({ document, withdrawnAt }) => [document.kind, withdrawnAt !== null]).sort()).toEqual([
    ['PRIVACY', false],
    ['PRIVACY', true],
    ['TERMS', false],
  ]);
});

test('a new version is asked of everybody anew; an old one cannot be agreed to, and of two authors one is told', async () => {
  const { caller } = await town.signIn('new@consents.example');
  const { open: documents } = await ownConsents(caller);
  await agree(
    caller,
    documents.map(({ id }) => id),
  );
  const input = { kind: 'TERMS', text: 'What is new.', replaces: 1 };
  expect(await town.refusal(publish, { input }, caller)).toBe('FORBIDDEN');
  const outcomes = await Promise.all([1, 2].map(() => town.refusal(publish, { input }, administrator())));
  expect(outcomes.toSorted()).toEqual(['CHANGED_MEANWHILE', undefined]);
  const after = await ownConsents(caller);
  expect(after.open).toMatchObject([{ kind: 'TERMS', version: 2, text: 'What is new.', spanish: 'What is new.' }]);
  expect(await town.refusal(give, { input: { documentIds: [documents[0]?.id] } }, caller)).toBe('CHANGED_MEANWHILE');
  expect(await town.refusal(give, { input: { documentIds: [town.newId()] } }, caller)).toBe('NOT_FOUND');
  expect(await town.refusal(give, { input: { documentIds: [] } }, caller)).toBe('BAD_USER_INPUT');
});

test('nobody fills the ledger by agreeing and taking that back again and again', async () => {
  const { caller } = await town.signIn('often@consents.example');
  const [document] = (await ownConsents(caller)).open;
  const documentIds = [document?.id ?? ''];
  for (let time = 0; time < CONSENTS_PER_DAY; time++) {
    await agree(caller, documentIds);
    const { given } = await ownConsents(caller);
    const held = given.find(({ withdrawnAt }) => withdrawnAt === null);
    await town.ask(withdraw, { input: { consentId: held?.id } }, caller);
  }
  expect(await town.refusal(give, { input: { documentIds } }, caller)).toBe('LIMIT_REACHED');
  town.clock.advance(86_400_000);
  await agree(caller, documentIds);
});

test('the database changes and deletes nothing of it', async () => {
  for (const table of ['legal_document', 'consent', 'consent_withdrawal']) {
    for (const forbidden of [`delete from identity.${table}`, `truncate identity.${table} cascade`]) {
      await expect(town.em().execute(forbidden)).rejects.toThrow('append-only');
    }
  }
  await expect(town.em().execute('update identity.consent set given_at = now()')).rejects.toThrow('append-only');
  await expect(town.em().execute("update identity.legal_document set text = ''")).rejects.toThrow('append-only');
});
