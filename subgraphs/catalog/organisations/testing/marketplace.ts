/*
 * A catalog for tests in which organisations are listed as they come to be in life: applied for, their domain proved by a
 * text that the test publishes, approved by an administrator. Answers are data, or the code of the refusal.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Caller, OrganisationKind } from '../../../kernel/caller.ts';
import { openTestSubgraph, type TestSubgraph } from '../../../kernel/testing/harness.ts';
import { type CatalogServices, catalog } from '../../catalog.ts';

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers freely
type Answer = any;

export interface Marketplace {
  readonly subject: TestSubgraph<CatalogServices>;
  readonly administrator: Caller;
  ask(query: string, variables?: object, caller?: Caller): Promise<Answer>;
  /** One mutation with one input: what its payload's field holds. */
  change(mutation: string, input: object, caller: Caller, fields?: string): Promise<Answer>;
  /** Publishes a text under a name, as whoever owns the domain would. */
  publishText(name: string, text: string): Promise<void>;
  /** Applies in the name of `caller`; answers the application. */
  apply(kind: OrganisationKind, caller: Caller, terms?: object): Promise<Answer>;
  /** An organisation that is listed, and its owner as the caller that tokens name afterwards. */
  list(kind: OrganisationKind, terms?: object): Promise<{ readonly id: string; readonly owner: Caller }>;
  /** Somebody who joined an organisation by an invitation. */
  join(kind: OrganisationKind, id: string, owner: Caller, role: string): Promise<Caller>;
  close(): Promise<void>;
}

export const somebody = (): Caller => ({ accountId: randomUUID(), scopes: ['citizen'] });

/** A caller as their token is once identity has heard for whom they act. */
export const actingFor = ({ accountId }: Caller, kind: OrganisationKind, id: string): Caller => ({
  accountId: accountId ?? '',
  scopes: ['citizen', kind],
  organisations: [`${kind}:${id}`],
});

const applicationFields = `id status employerCheck employerName domainName domainText domainProvedAt reason despiteChecks
  organisationId claimedId contact { name email }`;
/** What mutations of organisations answer with, where a test asks for nothing else. */
const answers: Readonly<Record<string, string>> = {
  applyAsOrganisation: `application { ${applicationFields} }`,
  claimOrganisation: `application { ${applicationFields} }`,
  checkOrganisationDomain: `application { ${applicationFields} }`,
  withdrawOrganisationApplication: `application { ${applicationFields} }`,
  decideOrganisationApplication: `application { ${applicationFields} }`,
  inviteMember: 'invitation { id role expiresAt } code',
};
/** On the bundled extract of the list of the IRS. */
export const exempt = { employerNumber: '010554700', legalName: 'Peace Corps Foundation, Inc.' };

const termsOf = (kind: OrganisationKind): object => {
  if (kind === 'charity') return { ...exempt, city: 'Washington', state: 'DC', zipCode: '20008' };
  if (kind === 'municipality') return { state: 'TX', zipCodes: ['78701', '78702'] };
  return {};
};

export async function openMarketplace(): Promise<Marketplace> {
  const subject = await openTestSubgraph(catalog);
  const administrator: Caller = { accountId: randomUUID(), scopes: ['administrator'] };
  const folder = join(subject.configuration.dataFolder, 'domains');
  await mkdir(folder, { recursive: true });
  let count = 0;
  const market: Marketplace = {
    subject,
    administrator,
    async ask(query, variables = {}, caller) {
      const { data, errors } = await subject.execute(query, variables, caller);
      return errors ? { code: errors[0]?.extensions?.code, message: errors[0]?.message } : data;
    },
    async change(mutation, input, caller, fields = answers[mutation] ?? '__typename') {
      const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`.replace(
        'Organisation',
        inputNames(mutation),
      );
      const answer = await market.ask(
        `mutation ($input: ${type}!) { ${mutation}(input: $input) { ${fields} } }`,
        { input },
        caller,
      );
      if (answer.code) return { code: answer.code };
      const payload = answer[mutation];
      const names = Object.keys(payload);
      return names.length === 1 ? payload[names[0] ?? ''] : payload;
    },
    publishText: (name, text) => writeFile(join(folder, `${name}.txt`), `${text}\n`),
    apply(kind, caller, terms = {}) {
      count++;
      const webDomain = `place-${count}.example`;
      const contact = { name: 'Pat Doe', email: `pat@${webDomain}` };
      const input = {
        kind: kind.toUpperCase(),
        legalName: `Place ${count}`,
        webDomain,
        contact,
        ...termsOf(kind),
        ...terms,
      };
      return market.change('applyAsOrganisation', input, caller);
    },
    async list(kind, terms = {}) {
      const applicant = somebody();
      const { id, domainName, domainText, code } = await market.apply(kind, applicant, terms);
      if (code) throw new Error(`The application was refused: ${code}`);
      await market.publishText(domainName, domainText);
      await market.change('checkOrganisationDomain', { applicationId: id }, applicant);
      const decision = { applicationId: id, approve: true, reason: 'All is well.' };
      const decided = await market.change('decideOrganisationApplication', decision, administrator);
      if (decided.code) throw new Error(`The approval was refused: ${decided.code}`);
      return { id: decided.organisationId, owner: actingFor(applicant, kind, decided.organisationId) };
    },
    async join(kind, id, owner, role) {
      const { code } = await market.change('inviteMember', { organisationId: id, role }, owner);
      const person = somebody();
      const joined = await market.change('acceptInvitation', { code }, person, 'organisation { myRole }');
      if (joined.myRole !== role) throw new Error(`The invitation was refused: ${joined.code}`);
      return actingFor(person, kind, id);
    },
    close: () => subject.close(),
  };
  return market;
}

/** The inputs about applications are named shorter than their mutations. */
function inputNames(mutation: string): string {
  return /^(withdraw|decide)Organisation/.test(mutation) ? '' : 'Organisation';
}
