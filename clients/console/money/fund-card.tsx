/* A fund in a list: whose it is, what is in it, whether people are voting. */
import { useLingui } from '@lingui/react';
import { Link } from 'wouter';
import { useFormats } from '../../interface/language.tsx';
import { Badge } from '../../interface/parts.tsx';

interface FundCardProperties {
  readonly zipCode: string;
  /** Undefined until something came into it. */
  readonly balanceCents: number | undefined;
  readonly isVoting: boolean;
}

export function FundCard({ zipCode, balanceCents, isVoting }: FundCardProperties) {
  const { i18n } = useLingui();
  const { money } = useFormats();
  return (
    <article className="card">
      <h2>
        <Link href={`/funds/${zipCode}`}>{zipCode}</Link>
      </h2>
      {balanceCents === undefined ? (
        <p className="quiet">{i18n._('Nothing came into this fund yet.')}</p>
      ) : (
        <p className="number">{money(balanceCents)}</p>
      )}
      {isVoting && (
        <p>
          <Badge tone="good">{i18n._('People are voting')}</Badge>
        </p>
      )}
    </article>
  );
}
