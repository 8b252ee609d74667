/* One line that says whether there is a network, and what is waiting for one. */
import { useLingui } from '@lingui/react';
import { Badge } from '../../interface/parts.tsx';
import type { Standing } from './keeping.ts';

export function StandingLine({ standing }: { readonly standing: Standing }) {
  const { i18n } = useLingui();
  const { isConnected, waiting, readyUntil } = standing;
  const isReady = readyUntil !== undefined && readyUntil > new Date();
  return (
    <div className="row small" role="status">
      <Badge tone={isConnected ? 'good' : 'warn'}>{isConnected ? i18n._('Connected') : i18n._('No connection')}</Badge>
      {!isConnected && (
        <span>
          {isReady
            ? i18n._('Scan QR codes: this till goes on without a connection.')
            : i18n._('Vouchers can be taken once it is back.')}
        </span>
      )}
      {waiting > 0 && (
        <span>
          {i18n._('{waiting, plural, one {# voucher waits to be handed in} other {# vouchers wait to be handed in}}', {
            waiting,
          })}
        </span>
      )}
    </div>
  );
}
