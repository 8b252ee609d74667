/* A youth whose guardian has not agreed: what that means, what to do, and a look whether it has happened. */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { useSite } from '../../graph/site.tsx';
import { useNotice } from '../../interface/notices.tsx';
import { Button } from '../../interface/parts.tsx';
import { explain } from '../../interface/refusals.ts';

export function GuardianNeeded({ accountId, onLooked }: { readonly accountId: string; onLooked(): void }) {
  const { i18n } = useLingui();
  const { renew } = useSite();
  const tell = useNotice();
  const [looking, setLooking] = useState(false);
  const look = async () => {
    setLooking(true);
    try {
      // What a session allows is written when it is renewed.
      await renew();
      onLooked();
      tell(i18n._('We have looked. If they agreed, you see it here.'));
    } catch (error) {
      tell(explain(error, i18n));
    } finally {
      setLooking(false);
    }
  };
  return (
    <section className="card">
      <h2>{i18n._('A parent or guardian has to agree')}</h2>
      <p>{i18n._('Until then you can look around, and nothing more. This is how it goes:')}</p>
      <ol className="steps">
        <li>{i18n._('Show this page to your parent or guardian.')}</li>
        <li>
          {i18n._(
            'They tell the people who run Hey Blue! in your city that they agree, with the number of your account.',
          )}
        </li>
        <li>{i18n._('When that is noted, your account opens by itself.')}</li>
      </ol>
      <p>
        <span className="quiet">{i18n._('The number of your account')}</span>
        <br />
        <strong>{accountId}</strong>
      </p>
      <Button busy={looking} onClick={() => void look()}>
        {i18n._('Look whether they agreed')}
      </Button>
    </section>
  );
}
