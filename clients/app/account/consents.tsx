/*
 * What the person has agreed to: the terms and the privacy notice, as they hold now, to read and to agree to; and the list of
 * what they agreed to before, with the way to take it back. A calm screen: nothing here stands in anybody's way.
 */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { useMutation, useQuery } from 'urql';
import { Link } from 'wouter';
import { useFormats } from '../../interface/language.tsx';
import { useNotice } from '../../interface/notices.tsx';
import { Answer, More } from '../../interface/page-state.tsx';
import { Badge, Button, Note, ScreenTitle } from '../../interface/parts.tsx';
import { explain } from '../../interface/refusals.ts';
import {
  AgreeToDocument,
  type DocumentPartsFragment,
  OwnAgreementsDocument,
  type OwnAgreementsQuery,
  TakeBackConsentDocument,
} from '../generated/graphql.ts';
import { BackToPrivacy } from './back.tsx';
import { useDocumentLanguage, useTitle } from './documents-to-read.tsx';
import { NeedsAccount } from './needs-account.tsx';

const PAGE = 20;

export function Agreements() {
  const { i18n } = useLingui();
  return (
    <>
      <BackToPrivacy />
      <ScreenTitle>{i18n._('Terms and permissions')}</ScreenTitle>
      <NeedsAccount>
        <Own />
      </NeedsAccount>
    </>
  );
}

function Own() {
  const [after, setAfter] = useState<string | null>(null);
  const language = useDocumentLanguage();
  const [{ data, error, fetching }, ask] = useQuery({
    query: OwnAgreementsDocument,
    variables: { language, first: PAGE, after },
  });
  const again = () => ask({ requestPolicy: 'network-only' });
  return (
    <Answer data={data?.me} error={error} fetching={fetching} retry={again}>
      {({ openConsents, consents }) => (
        <>
          {openConsents && openConsents.length > 0 && <Open documents={openConsents} onAgreed={again} />}
          {consents && <Given consents={consents} onTakenBack={again} />}
          {consents && (
            <More
              has={consents.pageInfo.hasNextPage}
              busy={fetching}
              onMore={() => setAfter(consents.pageInfo.endCursor)}
            />
          )}
        </>
      )}
    </Answer>
  );
}

interface OpenProperties {
  readonly documents: readonly DocumentPartsFragment[];
  onAgreed(): void;
}

function Open({ documents, onAgreed }: OpenProperties) {
  const { i18n } = useLingui();
  const tell = useNotice();
  const [agreeing, agree] = useMutation(AgreeToDocument);
  const isNew = documents.some(({ version }) => version > 1);
  const give = async () => {
    const result = await agree({ input: { documentIds: documents.map(({ id }) => id) } });
    onAgreed();
    if (!result.error) tell(i18n._('Thank you. You have agreed.'));
  };
  return (
    <section className="stack">
      <p>
        {isNew
          ? i18n._('This has changed since you read it. Take your time.')
          : i18n._('This is what everybody here agrees to. Take your time.')}
      </p>
      {documents.map((document) => (
        <Words key={document.id} document={document} />
      ))}
      {agreeing.error && <Note tone="bad">{explain(agreeing.error, i18n)}</Note>}
      <Button look="accent" busy={agreeing.fetching} onClick={() => void give()}>
        {i18n._('I agree')}
      </Button>
      <p className="quiet small">
        {i18n._('If you do not agree, you can leave:')} <Link href="/account/leave">{i18n._('Erase my account')}</Link>
      </p>
    </section>
  );
}

function Words({ document }: { readonly document: DocumentPartsFragment }) {
  const { i18n } = useLingui();
  const { day } = useFormats();
  const titleOf = useTitle();
  return (
    <article className="card">
      <h2>{titleOf(document.kind)}</h2>
      <p className="quiet small">
        {i18n._('Version {version}, since {day}', { version: document.version, day: day(document.publishedAt) })}
      </p>
      <p className="own-words">{document.text}</p>
      {document.webUrl && (
        <a href={document.webUrl} rel="noreferrer">
          {i18n._('Read it in full')}
        </a>
      )}
    </article>
  );
}

type OwnConsents = NonNullable<OwnAgreementsQuery['me']['consents']>;

function Given({ consents, onTakenBack }: { readonly consents: OwnConsents; onTakenBack(): void }) {
  const { i18n } = useLingui();
  const { day } = useFormats();
  const titleOf = useTitle();
  const tell = useNotice();
  const [taking, takeBack] = useMutation(TakeBackConsentDocument);
  if (consents.edges.length === 0) return null;
  return (
    <section className="stack">
      <h2>{i18n._('What you agreed to')}</h2>
      {taking.error && <Note tone="bad">{explain(taking.error, i18n)}</Note>}
      <ul className="stack">
        {consents.edges.map(({ node: { id, document, givenAt, withdrawnAt } }) => {
          const what = i18n._('{title}, version {version}', {
            title: titleOf(document.kind),
            version: document.version,
          });
          return (
            <li key={id} className="card">
              <div className="row" data-spread="">
                <div>
                  <h3>{what}</h3>
                  <p className="quiet small">{i18n._('Agreed on {day}', { day: day(givenAt) })}</p>
                  {withdrawnAt && <Badge tone="warn">{i18n._('Taken back on {day}', { day: day(withdrawnAt) })}</Badge>}
                </div>
                {!withdrawnAt && (
                  <Button
                    aria-label={i18n._('Take back: {what}', { what })}
                    busy={taking.fetching}
                    onClick={async () => {
                      const result = await takeBack({ input: { consentId: id } });
                      if (result.error) return;
                      tell(i18n._('You have taken it back. You can agree again, or leave.'));
                      onTakenBack();
                    }}
                  >
                    {i18n._('Take back')}
                  </Button>
                )}
              </div>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
