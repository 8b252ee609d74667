/*
 * Spending points on an offer: asks once, at the price and terms that were shown, and goes on to the voucher. Nothing is
 * spent twice, whatever becomes of the connection.
 */
import { useLingui } from '@lingui/react';
import { useClient, useMutation } from 'urql';
import { useLocation } from 'wouter';
import { useFormats } from '../../interface/language.tsx';
import { Dialog } from '../../interface/panels.tsx';
import { Button, Note } from '../../interface/parts.tsx';
import { codeOf, explain } from '../../interface/refusals.ts';
import { type OfferPartsFragment, OwnVouchersDocument, TakeOfferDocument } from '../generated/graphql.ts';
import { useWish } from './wish.ts';

interface TakeOfferProperties {
  readonly offer: OfferPartsFragment;
  readonly open: boolean;
  onClose(): void;
  /** The offer is another by now than what is shown. */
  onChanged(): void;
}

/** What another look at the offer explains. */
const CHANGED = new Set(['OFFER_CHANGED', 'OFFER_UNAVAILABLE', 'SOLD_OUT']);

export function TakeOffer({ offer, open, onClose, onChanged }: TakeOfferProperties) {
  const { i18n } = useLingui();
  const formats = useFormats();
  const graph = useClient();
  const [, go] = useLocation();
  const [, take] = useMutation(TakeOfferDocument);
  const { busy, failure, attempt, forgive } = useWish();
  const close = () => {
    if (busy) return;
    if (failure && CHANGED.has(codeOf(failure))) onChanged();
    forgive();
    onClose();
  };
  const confirm = async () => {
    const { id, version, pricePoints } = offer;
    const taken = await attempt(`take ${id} ${version} ${pricePoints}`, (idempotencyKey) =>
      take({ input: { offerId: id, expectedVersion: version, expectedPricePoints: pricePoints, idempotencyKey } }),
    );
    if (!taken) return;
    // So that the list knows the voucher, should the connection be gone when it is opened.
    void graph
      .query(OwnVouchersDocument, { first: 20, after: null, status: 'ISSUED' }, { requestPolicy: 'network-only' })
      .toPromise();
    go(`/vouchers/${taken.redeemOffer.voucher.id}`);
  };
  const code = failure && codeOf(failure);
  return (
    <Dialog
      open={open}
      title={i18n._('Get “{title}”?', { title: offer.title })}
      description={i18n._('{retailer} gives you {value} for it at the till.', {
        retailer: offer.retailer.name,
        value: formats.money(offer.valueCents),
      })}
      onClose={close}
    >
      {failure && (
        <Note tone="bad">
          {code === 'UNREACHABLE'
            ? i18n._('There is no connection. Try again: you will not pay twice.')
            : explain(failure, i18n)}
        </Note>
      )}
      {code && CHANGED.has(code) ? (
        <Button look="accent" wide onClick={close}>
          {i18n._('Look at the offer again')}
        </Button>
      ) : (
        <Button look="accent" wide busy={busy} onClick={() => void confirm()}>
          {busy
            ? i18n._('One moment…')
            : i18n._('Yes, spend {points, plural, one {# point} other {# points}}', { points: offer.pricePoints })}
        </Button>
      )}
      <Button wide onClick={close}>
        {i18n._('Not now')}
      </Button>
    </Dialog>
  );
}
