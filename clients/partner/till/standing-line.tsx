/* One line that says whether there is a network, and what is waiting for one. */
import { useLingui } from '@lingui/react';
import { Badge } from '../../interface/parts.tsx';
import type { Standing } from './keeping.ts';

export function StandingLine({ standing }: { readonly standing: Standing }) {
  const { i18n } = useLingui();
  const { isConnected, isKeyRefused, waiting, readyUntil } = standing;
  const isReady = readyUntil !== undefined && readyUntil > new Date();
  return (
    <div className="row small" role="status">
      <Badge tone={isConnected ? 'good' : 'warn'}>{isConnected ? i18n._('Connected') : i18n._('No connection')}</Badge>
      {isConnected && isKeyRefused && (
        <>
          <Badge tone="bad">{i18n._('The key is not good any more')}</Badge>
          <span>{i18n._('Ask whoever manages your shop for a new one, and enter it under “This till”.')}</span>
        </>
      )}
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
