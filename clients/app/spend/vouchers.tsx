/* The own vouchers by state; those that are ready are known without a connection too. */
import { useLingui } from '@lingui/react';
import { useSubscription } from 'urql';
import { Link } from 'wouter';
import { useFormats } from '../../interface/language.tsx';
import { PagedList, usePaged } from '../../interface/paged.tsx';
import { Tabs } from '../../interface/panels.tsx';
import { Badge, Empty, ScreenTitle } from '../../interface/parts.tsx';
import {
  OwnVoucherChangesDocument,
  type OwnVoucherFragment,
  OwnVouchersDocument,
  type VoucherStatus,
} from '../generated/graphql.ts';
import { Members, Up } from './answered.tsx';
import { useNow } from './now.ts';
import { nameOf, statusAt, timeLeft, toneOf } from './voucher-state.ts';
import './spend.css';

export function Vouchers() {
  const { i18n } = useLingui();
  // What a till does is seen at once: the cache takes each change.
  useSubscription({ query: OwnVoucherChangesDocument });
  const tabs = [
    { id: 'ready', label: i18n._('Ready'), content: <Ready /> },
    { id: 'used', label: i18n._('Used'), content: <OfStatus status="REDEEMED" /> },
    { id: 'back', label: i18n._('Given back'), content: <OfStatus status="REFUNDED" /> },
    { id: 'out', label: i18n._('Ran out'), content: <OfStatus status="EXPIRED" /> },
  ];
  return (
    <Members title={i18n._('My vouchers')}>
      <Up to="/points">{i18n._('Points')}</Up>
      <ScreenTitle>{i18n._('My vouchers')}</ScreenTitle>
      <Tabs label={i18n._('Vouchers by state')} tabs={tabs} />
    </Members>
  );
}

/** Those at a till stand first: somebody waits for them. */
function Ready() {
  return (
    <>
      <OfStatus status="HELD" quietly />
      <OfStatus status="ISSUED" />
      <OfStatus status="VOID" quietly />
    </>
  );
}

/** @param quietly shows nothing where there is none. */
function OfStatus({ status, quietly }: { readonly status: VoucherStatus; readonly quietly?: boolean }) {
  const { i18n } = useLingui();
  const now = useNow();
  const list = usePaged(OwnVouchersDocument, { status }, ({ me }) => me.vouchers);
  // One that a till has taken since stands in another tab.
  const vouchers = list.page?.edges.filter(({ node }) => node.status === status) ?? [];
  if (quietly && vouchers.length === 0) return null;
  return (
    <>
      <PagedList
        list={{ ...list, page: list.page && { ...list.page, edges: vouchers } }}
        idOf={({ id }) => id}
        empty={<None status={status} />}
      >
        {(voucher) => <VoucherCard voucher={voucher} now={now} />}
      </PagedList>
      {vouchers.length > 0 && status === 'ISSUED' && (
        <p className="quiet small">{i18n._('These work at the till without a connection on this phone.')}</p>
      )}
    </>
  );
}

function None({ status }: { readonly status: VoucherStatus }) {
  const { i18n } = useLingui();
  if (status !== 'ISSUED') return <Empty title={i18n._('None here')} />;
  return (
    <Empty title={i18n._('No vouchers yet')}>
      <p>{i18n._('Spend points on something nice, and its voucher waits here.')}</p>
      <Link className="button" data-look="accent" href="/offers">
        {i18n._('Find an offer')}
      </Link>
    </Empty>
  );
}

function VoucherCard({ voucher, now }: { readonly voucher: OwnVoucherFragment; readonly now: Date }) {
  const { i18n } = useLingui();
  const formats = useFormats();
  const status = statusAt(voucher, now);
  const { offer } = voucher;
  return (
    <article className="card">
      <div className="row" data-spread="">
        <h2>
          <Link href={`/vouchers/${voucher.id}`}>{offer?.title ?? i18n._('A voucher')}</Link>
        </h2>
        <Badge tone={toneOf(status)}>{nameOf(status, i18n)}</Badge>
      </div>
      <p className="quiet">
        {[offer?.retailer.name, i18n._('worth {value}', { value: formats.money(voucher.valueCents) })]
          .filter(Boolean)
          .join(' · ')}
      </p>
      {status === 'ISSUED' && <p className="number">{timeLeft(voucher.expiresAt, now, i18n)}</p>}
      {status === 'REDEEMED' && voucher.redeemedAt && (
        <p className="quiet">{i18n._('Used on {day}', { day: formats.instant(voucher.redeemedAt) })}</p>
      )}
    </article>
  );
}
