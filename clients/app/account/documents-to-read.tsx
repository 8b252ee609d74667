/* The terms and the privacy notice, for somebody who registers: what holds now, to open and read. */
import { useLingui } from '@lingui/react';
import { useQuery } from 'urql';
import { useLanguage } from '../../interface/language.tsx';
import { Answer } from '../../interface/page-state.tsx';
import { DocumentsDocument, type LegalDocumentKind } from '../generated/graphql.ts';

export const useTitle = () => {
  const { i18n } = useLingui();
  const titles: Readonly<Record<LegalDocumentKind, string>> = {
    TERMS: i18n._('Terms'),
    PRIVACY: i18n._('Privacy notice'),
  };
  return (kind: LegalDocumentKind) => titles[kind];
};

export const useDocumentLanguage = () => (useLanguage().language === 'es' ? 'SPANISH' : 'ENGLISH');

export function DocumentsToRead() {
  const language = useDocumentLanguage();
  const titleOf = useTitle();
  const [{ data, error, fetching }, ask] = useQuery({ query: DocumentsDocument, variables: { language } });
  return (
    <Answer
      data={data?.legalDocuments}
      error={error}
      fetching={fetching}
      retry={() => ask({ requestPolicy: 'network-only' })}
    >
      {(documents) =>
        documents.map((document) => (
          <details key={document.id}>
            <summary>{titleOf(document.kind)}</summary>
            <p className="own-words">{document.text}</p>
            {document.webUrl && <a href={document.webUrl}>{document.webUrl}</a>}
          </details>
        ))
      }
    </Answer>
  );
}
