/* What was given, to whom, what for and when, to keep. */
import { useLingui } from '@lingui/react';
import { useEffect, useRef } from 'react';
import { Link } from 'wouter';
import { useFormats } from '../../interface/language.tsx';
import { Badge, Button } from '../../interface/parts.tsx';
import type { OwnDonationFragment } from '../generated/graphql.ts';

interface ReceiptProperties {
  readonly donation: OwnDonationFragment;
  readonly available: number;
  onAgain(): void;
}

/** Right after giving: takes the focus, so that it is read aloud. */
export function Receipt({ donation, available, onAgain }: ReceiptProperties) {
  const { i18n } = useLingui();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <section className="card" aria-labelledby={`receipt-${donation.id}`}>
      <h2 id={`receipt-${donation.id}`} ref={heading} tabIndex={-1}>
        {i18n._('Thank you!')}
      </h2>
      <ReceiptFacts donation={donation} />
      <p className="quiet">
        {i18n._('You have {points, plural, one {# point} other {# points}} left.', { points: available })}
      </p>
      <div className="row">
        <Button look="plain" onClick={onAgain}>
          {i18n._('Give again')}
        </Button>
        <Link className="button" href="/given">
          {i18n._('All I have given')}
        </Link>
      </div>
    </section>
  );
}

export function ReceiptFacts({ donation }: { readonly donation: OwnDonationFragment }) {
  const { i18n } = useLingui();
  const formats = useFormats();
  const { points, earmark, donatedAt, charity, receipt } = donation;
  const facts = [
    [i18n._('Given'), i18n._('{points, plural, one {# point} other {# points}}', { points })],
    [i18n._('To'), receipt.charityName ?? charity?.name],
    [i18n._('For'), earmark],
    [i18n._('When'), formats.instant(donatedAt)],
    [i18n._('Receipt number'), receipt.number],
    [i18n._('Tax number of the charity'), receipt.employerNumber],
  ] as const;
  return (
    <>
      {receipt.reversedAt && (
        <p>
          <Badge tone="bad">{i18n._('Taken back on {day}', { day: formats.day(receipt.reversedAt) })}</Badge>
        </p>
      )}
      <dl className="facts">
        {facts.map(([name, value]) =>
          value ? (
            <div key={name}>
              <dt className="quiet">{name}</dt>
              <dd>{value}</dd>
            </div>
          ) : null,
        )}
      </dl>
      <Button onClick={() => save(receipt.html, `receipt-${receipt.number}.html`)}>{i18n._('Save the receipt')}</Button>
    </>
  );
}

/** As a file of the phone. */
function save(html: string, name: string): void {
  const address = URL.createObjectURL(new Blob([html], { type: 'text/html' }));
  const link = Object.assign(document.createElement('a'), { href: address, download: name });
  link.click();
  URL.revokeObjectURL(address);
}
