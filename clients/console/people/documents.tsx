/*
 * The terms and the privacy notice: what holds now in both languages, and a new version, which is looked at before it is
 * published, because afterwards nobody can change it and everybody is asked to agree anew.
 */
import type { I18n } from '@lingui/core';
import { useLingui } from '@lingui/react';
import { useQuery } from 'urql';
import { Link, Route, Switch } from 'wouter';
import { useFormats } from '../../interface/language.tsx';
import { Answer } from '../../interface/page-state.tsx';
import { Badge, Note, ScreenTitle } from '../../interface/parts.tsx';
import { type LegalDocumentKind, LegalDocumentsDocument, type LegalPartsFragment } from '../generated/graphql.ts';
import { Texts } from './document-texts.tsx';
import { NewDocument } from './new-document.tsx';

type Titles = Readonly<Record<LegalDocumentKind, (i18n: I18n) => string>>;

const titles: Titles = {
  TERMS: (i18n) => i18n._('Terms'),
  PRIVACY: (i18n) => i18n._('Privacy notice'),
};
const paths: Readonly<Record<LegalDocumentKind, string>> = { TERMS: 'terms', PRIVACY: 'privacy' };
const kinds = Object.keys(paths) as LegalDocumentKind[];

export function Documents() {
  return (
    <Switch>
      {kinds.map((kind) => (
        <Route key={kind} path={`/documents/${paths[kind]}`}>
          <Rewriting kind={kind} />
        </Route>
      ))}
      <Route component={InForce} />
    </Switch>
  );
}

function useDocuments() {
  const [{ data, error, fetching }, ask] = useQuery({ query: LegalDocumentsDocument });
  return { data: data?.legalDocuments, error, fetching, retry: () => ask({ requestPolicy: 'network-only' }) };
}

function InForce() {
  const { i18n } = useLingui();
  const documents = useDocuments();
  return (
    <>
      <ScreenTitle>{i18n._('Terms and privacy')}</ScreenTitle>
      <p className="quiet">
        {i18n._(
          'What people agree to when they register. A new version holds as soon as it is published; the app asks everybody to agree to it.',
        )}
      </p>
      <Answer {...documents}>
        {(known) =>
          kinds.map((kind) => <InForceOf key={kind} kind={kind} document={known.find((each) => each.kind === kind)} />)
        }
      </Answer>
    </>
  );
}

interface InForceProperties {
  readonly kind: LegalDocumentKind;
  readonly document: LegalPartsFragment | undefined;
}

function InForceOf({ kind, document }: InForceProperties) {
  const { i18n } = useLingui();
  const { instant } = useFormats();
  const title = titles[kind](i18n);
  return (
    <article className="card stack" aria-label={title}>
      <h2>{title}</h2>
      {document ? (
        <>
          <p className="row">
            <Badge tone="good">{i18n._('Version {version}', { version: document.version })}</Badge>
            <span className="quiet small">
              {i18n._('holds since {instant}', { instant: instant(document.publishedAt) })}
            </span>
          </p>
          <Texts english={document.english} spanish={document.spanish} webUrl={document.webUrl ?? undefined} />
        </>
      ) : (
        <Note tone="warn">{i18n._('There is none yet: people register without agreeing to anything.')}</Note>
      )}
      <p className="links">
        <Link href={`/documents/${paths[kind]}`} aria-label={i18n._('Write a new version: {title}', { title })}>
          {i18n._('Write a new version')}
        </Link>
      </p>
    </article>
  );
}

function Rewriting({ kind }: { readonly kind: LegalDocumentKind }) {
  const { i18n } = useLingui();
  const documents = useDocuments();
  const title = titles[kind](i18n);
  return (
    <>
      <Link href="/documents">{i18n._('Back to the list')}</Link>
      <ScreenTitle>{i18n._('New version: {title}', { title })}</ScreenTitle>
      <Answer {...documents}>
        {(known) => {
          const before = known.find((each) => each.kind === kind);
          return <NewDocument kind={kind} title={title} before={before} onLookAgain={documents.retry} />;
        }}
      </Answer>
    </>
  );
}
