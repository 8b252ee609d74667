/*
 * One voucher, as it is held out to a till: the code and its QR, also without a connection. The moment the till takes it,
 * this says so.
 */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { useSubscription } from 'urql';
import { Link, useParams } from 'wouter';
import { useFormats } from '../../interface/language.tsx';
import { Badge, Button, Empty, Note, ScreenTitle } from '../../interface/parts.tsx';
import {
  OneVoucherDocument,
  OwnVoucherChangesDocument,
  type OwnVoucherFragment,
  VoucherHistoryDocument,
} from '../generated/graphql.ts';
import { Members, Shown, Up, useAnswered } from './answered.tsx';
import { GiveBack } from './give-back.tsx';
import { useNow } from './now.ts';
import { QrCode } from './qr-code.tsx';
import { inGroups, nameOf, statusAt, timeLeft, toneOf } from './voucher-state.ts';
import './spend.css';

export function Voucher() {
  const { i18n } = useLingui();
  return (
    <Members title={i18n._('Voucher')}>
      <Own />
    </Members>
  );
}

function Own() {
  const { i18n } = useLingui();
  const { id = '' } = useParams();
  const answered = useAnswered(OneVoucherDocument, { id });
  // The cache takes each change, and with it the screen.
  useSubscription({ query: OwnVoucherChangesDocument });
  return (
    <>
      <Up to="/vouchers">{i18n._('My vouchers')}</Up>
      <Shown of={answered} data={answered.data?.voucher} title={i18n._('Voucher')}>
        {(voucher) =>
          voucher ? (
            <Big voucher={voucher} />
          ) : (
            <Empty title={i18n._('This voucher is not yours')}>
              <Link className="button" href="/vouchers">
                {i18n._('My vouchers')}
              </Link>
            </Empty>
          )
        }
      </Shown>
    </>
  );
}

function Big({ voucher }: { readonly voucher: OwnVoucherFragment }) {
  const { i18n } = useLingui();
  const formats = useFormats();
  const now = useNow();
  const [asking, setAsking] = useState(false);
  const status = statusAt(voucher, now);
  const isGood = status === 'ISSUED' || status === 'HELD';
  const { offer } = voucher;
  return (
    <>
      <ScreenTitle>{offer?.title ?? i18n._('Voucher')}</ScreenTitle>
      <div className="row" data-spread="">
        <p className="quiet">
          {[offer?.retailer.name, i18n._('worth {value}', { value: formats.money(voucher.valueCents) })]
            .filter(Boolean)
            .join(' · ')}
        </p>
        <Badge tone={toneOf(status)}>{nameOf(status, i18n)}</Badge>
      </div>
      <State voucher={voucher} now={now} />
      {isGood && (
        <section className="card" aria-label={i18n._('For the till')}>
          <QrCode text={voucher.token} label={i18n._('QR code of this voucher, for the till to scan')} />
          <p className="code">
            <span className="spoken">{i18n._('Code to read aloud:')} </span>
            {inGroups(voucher.code)}
          </p>
          <p className="number" style={{ textAlign: 'center' }}>
            <span role="timer">{timeLeft(voucher.expiresAt, now, i18n)}</span>
            {' · '}
            {i18n._('until {instant}', { instant: formats.instant(voucher.expiresAt) })}
          </p>
        </section>
      )}
      {isGood && (
        <p className="quiet small">
          {i18n._('Show this at the till, or read the code aloud. It works without a connection on this phone.')}
        </p>
      )}
      {voucher.refundable && status === 'ISSUED' && (
        <Button onClick={() => setAsking(true)}>{i18n._('Give it back')}</Button>
      )}
      {!isGood && (
        <Link className="button" href="/offers">
          {i18n._('Find an offer')}
        </Link>
      )}
      <GiveBack voucher={voucher} open={asking} onClose={() => setAsking(false)} />
      <History id={voucher.id} status={voucher.status} />
    </>
  );
}

/** What became of it, announced the moment it does. */
function State({ voucher, now }: { readonly voucher: OwnVoucherFragment; readonly now: Date }) {
  const { i18n } = useLingui();
  const formats = useFormats();
  const { refundDueAt, redeemedAt, refundsExpired, points } = voucher;
  switch (statusAt(voucher, now)) {
    case 'HELD':
      return <Note tone="warn">{i18n._('A till is looking at it right now.')}</Note>;
    case 'REDEEMED':
      return (
        <Note tone="good">
          {redeemedAt
            ? i18n._('Used on {instant}. Enjoy!', { instant: formats.instant(redeemedAt) })
            : i18n._('Used. Enjoy!')}
        </Note>
      );
    case 'REFUNDED':
      return (
        <Note tone="good">
          {i18n._('Given back: {points, plural, one {# point} other {# points}} returned to you.', { points })}
        </Note>
      );
    case 'VOID':
      return (
        <Note tone="warn">
          {refundDueAt
            ? i18n._('Given back. Your points return on {instant}.', { instant: formats.instant(refundDueAt) })
            : i18n._('This voucher is good no more.')}
        </Note>
      );
    case 'EXPIRED':
      return (
        <Note tone="warn">
          {refundsExpired
            ? i18n._('It ran out unused. Your points come back by themselves.')
            : i18n._('It ran out unused.')}
        </Note>
      );
    default:
      return null;
  }
}

/** Read when it is opened; without a connection only where it was seen before. */
function History({ id, status }: { readonly id: string; readonly status: string }) {
  const { i18n } = useLingui();
  const [open, setOpen] = useState(false);
  return (
    <details className="filters" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{i18n._('What happened to it')}</summary>
      {open && <Events key={status} id={id} />}
    </details>
  );
}

function Events({ id }: { readonly id: string }) {
  const { i18n } = useLingui();
  const formats = useFormats();
  const answered = useAnswered(VoucherHistoryDocument, { id });
  return (
    <Shown of={answered} data={answered.data?.voucher ?? undefined}>
      {({ history }) => (
        <ul className="entries">
          {history.map(({ status, happenedAt, reason }) => (
            <li key={`${status} ${happenedAt}`}>
              <div>
                <p>{status === 'ISSUED' ? i18n._('Yours') : nameOf(status, i18n)}</p>
                {reason && <p className="quiet small">{reason}</p>}
              </div>
              <p className="quiet small">{formats.instant(happenedAt)}</p>
            </li>
          ))}
        </ul>
      )}
    </Shown>
  );
}
