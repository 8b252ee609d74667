/* What was given, to whom and when, to keep. */
import { useLingui } from '@lingui/react';
import { useEffect, useRef } from 'react';
import { useFormats } from '../../interface/language.tsx';
import { Button } from '../../interface/parts.tsx';
import type { DonateMutation } from '../generated/graphql.ts';

interface ReceiptProperties {
  readonly donation: DonateMutation['donatePoints']['donation'];
  readonly available: number;
  readonly charityName: string;
  onAgain(): void;
}

export function Receipt({ donation, available, charityName, onAgain }: ReceiptProperties) {
  const { i18n } = useLingui();
  const formats = useFormats();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const { id, points, donatedAt, charity } = donation;
  return (
    <section className="card" aria-labelledby={`receipt-${id}`}>
      <h2 id={`receipt-${id}`} ref={heading} tabIndex={-1}>
        {i18n._('Thank you!')}
      </h2>
      <dl className="entries">
        <div>
          <dt className="quiet small">{i18n._('Given')}</dt>
          <dd>{i18n._('{points, plural, one {# point} other {# points}}', { points })}</dd>
        </div>
        <div>
          <dt className="quiet small">{i18n._('To')}</dt>
          <dd>{charity?.name ?? charityName}</dd>
        </div>
        <div>
          <dt className="quiet small">{i18n._('When')}</dt>
          <dd>{formats.instant(donatedAt)}</dd>
        </div>
        <div>
          <dt className="quiet small">{i18n._('Receipt number')}</dt>
          <dd className="small">{id}</dd>
        </div>
      </dl>
      <p className="quiet">
        {i18n._('You have {points, plural, one {# point} other {# points}} left.', { points: available })}
      </p>
      <div className="row">
        <Button onClick={() => print()}>{i18n._('Print or save')}</Button>
        <Button look="plain" onClick={onAgain}>
          {i18n._('Give again')}
        </Button>
      </div>
    </section>
  );
}
