/* A document in both languages, as people read it in the app. */
import { useLingui } from '@lingui/react';

interface TextsProperties {
  readonly english: string;
  readonly spanish: string;
  readonly webUrl: string | undefined;
}

export function Texts({ english, spanish, webUrl }: TextsProperties) {
  const { i18n } = useLingui();
  return (
    <>
      <section className="stack">
        <h3>English</h3>
        <p className="own-words" lang="en">
          {english}
        </p>
      </section>
      <section className="stack">
        <h3>Español</h3>
        {spanish === english ? (
          <p className="quiet">{i18n._('There is no Spanish text: people read the English one.')}</p>
        ) : (
          <p className="own-words" lang="es">
            {spanish}
          </p>
        )}
      </section>
      {webUrl && (
        <p>
          <a href={webUrl} rel="noreferrer">
            {webUrl}
          </a>
        </p>
      )}
    </>
  );
}
