/* Giving an unused voucher back for its points. */
import { useLingui } from '@lingui/react';
import { useMutation } from 'urql';
import { useFormats } from '../../interface/language.tsx';
import { useNotice } from '../../interface/notices.tsx';
import { Dialog } from '../../interface/panels.tsx';
import { Button, Note } from '../../interface/parts.tsx';
import { codeOf, explain } from '../../interface/refusals.ts';
import { GiveVoucherBackDocument, type OwnVoucherFragment } from '../generated/graphql.ts';
import { useWish } from './wish.ts';

interface GiveBackProperties {
  readonly voucher: OwnVoucherFragment;
  readonly open: boolean;
  onClose(): void;
}

export function GiveBack({ voucher, open, onClose }: GiveBackProperties) {
  const { i18n } = useLingui();
  const formats = useFormats();
  const tell = useNotice();
  const [, giveBack] = useMutation(GiveVoucherBackDocument);
  const { busy, failure, attempt, forgive } = useWish();
  const { id, points } = voucher;
  const close = () => {
    if (busy) return;
    forgive();
    onClose();
  };
  const confirm = async () => {
    const given = await attempt(`give back ${id}`, (idempotencyKey) =>
      giveBack({ input: { voucherId: id, idempotencyKey } }),
    );
    if (!given) return;
    const { status, refundDueAt } = given.refundVoucher.voucher;
    tell(
      status === 'REFUNDED' || !refundDueAt
        ? i18n._('{points, plural, one {# point is} other {# points are}} yours again.', { points })
        : i18n._('Your points return on {instant}.', { instant: formats.instant(refundDueAt) }),
    );
    onClose();
  };
  return (
    <Dialog
      open={open}
      title={i18n._('Give this voucher back?')}
      description={
        voucher.offlineAllowed
          ? i18n._(
              'It is good no more at once. {points, plural, one {# point returns} other {# points return}} two days later, because some tills are not always connected.',
              { points },
            )
          : i18n._('It is good no more, and {points, plural, one {# point returns} other {# points return}} to you.', {
              points,
            })
      }
      onClose={close}
    >
      {failure && (
        <Note tone="bad">
          {codeOf(failure) === 'UNREACHABLE'
            ? i18n._('There is no connection. Try again in a moment.')
            : explain(failure, i18n)}
        </Note>
      )}
      <Button look="danger" wide busy={busy} onClick={() => void confirm()}>
        {busy ? i18n._('One moment…') : i18n._('Give it back')}
      </Button>
      <Button wide onClick={close}>
        {i18n._('Keep it')}
      </Button>
    </Dialog>
  );
}
