/*
 * To what people have agreed: versions of the terms and of the privacy notice, which administrators publish, and who agreed
 * to which of them when. Nothing of it is ever changed; a consent that is taken back gets a row that says so, and the
 * document is open again.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Refusal } from '../kernel/errors.ts';
import { decodeCursor, type Page, type PageArguments, pageOf, toPage } from '../kernel/page.ts';
import { DateTime, WebAddress } from '../kernel/scalars.ts';
import type { UnitOfWork } from '../kernel/unit-of-work.ts';
import { lockAccount } from './account.ts';

export enum LegalDocumentKind {
  TERMS = 'terms',
  PRIVACY = 'privacy',
}

registerEnumType(LegalDocumentKind, {
  name: 'LegalDocumentKind',
  description: 'What people are asked to agree to.',
  valuesConfig: {
    TERMS: { description: 'The terms on which people take part.' },
    PRIVACY: { description: 'What is known of people, and what is done with it.' },
  },
});

@ObjectType({ description: 'A version of the terms or of the privacy notice. Published once, never changed.' })
export class LegalDocument {
  @Field(() => ID, { description: 'Names this version.' })
  id!: string;

  @Field(() => LegalDocumentKind, { description: 'Which of the two.' })
  kind!: LegalDocumentKind;

  @Field(() => Int, { description: '1 for the first.' })
  version!: number;

  textEnglish!: string;

  textSpanish!: string | null;

  @Field(() => WebAddress, {
    nullable: true,
    description: 'Where it stands in full; null where the text is all of it.',
  })
  webUrl!: string | null;

  @Field(() => DateTime, { description: 'Since when it holds.' })
  publishedAt!: Date;
}

@ObjectType({ description: 'That a person agreed to a version of a document. Only they themselves see it.' })
export class Consent {
  @Field(() => ID, { description: 'Names the consent.' })
  id!: string;

  @Field(() => LegalDocument, { description: 'To what.' })
  document!: LegalDocument;

  @Field(() => DateTime, { description: 'When.' })
  givenAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When it was taken back; null while it holds.' })
  withdrawnAt!: Date | null;
}

export const ConsentPage = pageOf(Consent);

/** What is written here stays for ever: nobody fills it by agreeing and taking that back again and again. */
export const CONSENTS_PER_DAY = 20;

interface DocumentRow {
  id: string;
  kind: LegalDocumentKind;
  version: number;
  text: string;
  text_spanish: string | null;
  web_url: string | null;
  published_at: string;
}

const asDocument = (row: DocumentRow): LegalDocument =>
  Object.assign(new LegalDocument(), {
    id: row.id,
    kind: row.kind,
    version: row.version,
    textEnglish: row.text,
    textSpanish: row.text_spanish,
    webUrl: row.web_url,
    publishedAt: new Date(row.published_at),
  });

const COLUMNS = 'd.id, d.kind, d.version, d.text, d.text_spanish, d.web_url, d.published_at';
/** The newest of each kind. */
const CURRENT = `select distinct on (kind) * from identity.legal_document order by kind, version desc`;
/** Of a consent `c`. */
const HOLDS = 'not exists (select 1 from identity.consent_withdrawal w where w.consent_id = c.id)';

/** What holds now, the terms first. */
export async function currentDocuments(em: EntityManager): Promise<LegalDocument[]> {
  const rows = await em.execute<DocumentRow[]>(`select ${COLUMNS} from (${CURRENT}) d order by d.kind desc`);
  return rows.map(asDocument);
}

/** What holds now and the account has not agreed to, the terms first. */
export async function openConsents(em: EntityManager, accountId: string): Promise<LegalDocument[]> {
  const rows = await em.execute<DocumentRow[]>(
    `select ${COLUMNS} from (${CURRENT}) d where not exists
       (select 1 from identity.consent c where c.account_id = ? and c.document_id = d.id and ${HOLDS})
     order by d.kind desc`,
    [accountId],
  );
  return rows.map(asDocument);
}

export interface NewDocument {
  readonly kind: LegalDocumentKind;
  readonly text: string;
  readonly textSpanish?: string | null | undefined;
  readonly webUrl?: string | null | undefined;
  /** Of the version that it replaces, as its author has seen it. */
  readonly replaces: number;
}

/** Publishes a version; everybody is asked to agree to it. @throws Refusal CHANGED_MEANWHILE where another one came first. */
export async function publishDocument(
  work: UnitOfWork,
  wanted: NewDocument,
  publishedBy: string,
): Promise<LegalDocument> {
  const { em, now } = work;
  await em.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`legal document ${wanted.kind}`]);
  const before = (await currentDocuments(em)).find(({ kind }) => kind === wanted.kind)?.version ?? 0;
  if (before !== wanted.replaces) throw new Refusal('CHANGED_MEANWHILE');
  const rows = await em.execute<DocumentRow[]>(
    `insert into identity.legal_document as d (id, kind, version, text, text_spanish, web_url, published_at, published_by)
     values (?, ?, ?, ?, ?, ?, ?, ?) returning ${COLUMNS}`,
    [
      work.newId(),
      wanted.kind,
      before + 1,
      wanted.text,
      wanted.textSpanish ?? null,
      wanted.webUrl ?? null,
      now,
      publishedBy,
    ],
  );
  return asDocument(rows[0] as DocumentRow);
}

/**
 * Notes that the account agrees; what it has agreed to stays as it is.
 * @throws Refusal NOT_FOUND, CHANGED_MEANWHILE for a version that holds no more, LIMIT_REACHED, UNAUTHENTICATED.
 */
export async function giveConsent(work: UnitOfWork, accountId: string, documentIds: readonly string[]): Promise<void> {
  const { em, now } = work;
  if (!(await lockAccount(em, accountId))) throw new Refusal('UNAUTHENTICATED', 'There is no such account any more.');
  const wanted = new Set(documentIds.map((id) => id.toLowerCase()));
  const known = await em.execute<{ id: string; current: boolean }[]>(
    `select d.id, d.id in (select id from (${CURRENT}) n) as current from identity.legal_document d where d.id in (?)`,
    [[...wanted]],
  );
  if (known.length < wanted.size) throw new Refusal('NOT_FOUND', 'There is no such document.');
  if (known.some(({ current }) => !current)) {
    throw new Refusal('CHANGED_MEANWHILE', 'There is a newer version: read that one.');
  }
  const open = await openConsents(em, accountId);
  const [today] = await em.execute<{ count: number }[]>(
    'select count(*)::int as count from identity.consent where account_id = ? and given_at > ?',
    [accountId, new Date(now.getTime() - 86_400_000)],
  );
  if (open.length > 0 && (today?.count ?? 0) >= CONSENTS_PER_DAY) {
    throw new Refusal('LIMIT_REACHED', `Nobody agrees more than ${CONSENTS_PER_DAY} times within 24 hours.`);
  }
  for (const { id } of open.filter((document) => wanted.has(document.id))) {
    await em.execute('insert into identity.consent (id, account_id, document_id, given_at) values (?, ?, ?, ?)', [
      work.newId(),
      accountId,
      id,
      now,
    ]);
  }
}

/** Notes that the account agrees no more; again changes nothing. @throws Refusal NOT_FOUND. */
export async function withdrawConsent({ em, now }: UnitOfWork, accountId: string, consentId: string): Promise<void> {
  const rows = await em.execute<unknown[]>('select 1 from identity.consent where id = ? and account_id = ?', [
    consentId,
    accountId,
  ]);
  if (rows.length === 0) throw new Refusal('NOT_FOUND', 'You have given no such consent.');
  await em.execute(
    'insert into identity.consent_withdrawal (consent_id, withdrawn_at) values (?, ?) on conflict do nothing',
    [consentId, now],
  );
}

/** The newest first; those that were taken back are among them. */
export async function consentsOf(em: EntityManager, accountId: string, page: PageArguments): Promise<Page<Consent>> {
  const [after] = page.after ? decodeCursor(page.after, 'id') : [];
  type Row = DocumentRow & { consent_id: string; given_at: string; withdrawn_at: string | null };
  const rows = await em.execute<Row[]>(
    `select c.id as consent_id, c.given_at, w.withdrawn_at, ${COLUMNS} from identity.consent c
       join identity.legal_document d on d.id = c.document_id
       left join identity.consent_withdrawal w on w.consent_id = c.id
     where c.account_id = ? and (?::uuid is null or c.id < ?::uuid) order by c.id desc limit ?`,
    [accountId, after ?? null, after ?? null, page.first + 1],
  );
  const consents = rows.map((row) =>
    Object.assign(new Consent(), {
      id: row.consent_id,
      document: asDocument(row),
      givenAt: new Date(row.given_at),
      withdrawnAt: row.withdrawn_at === null ? null : new Date(row.withdrawn_at),
    }),
  );
  return toPage(consents, page, ({ id }) => [id]);
}
