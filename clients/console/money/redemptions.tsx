/* The vouchers that a shop took, the latest first; one that was taken by mistake is asked to be taken back. */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { useFormats } from '../../interface/language.tsx';
import { usePaged } from '../../interface/paged.tsx';
import { Badge, Button, Empty } from '../../interface/parts.tsx';
import { Table } from '../catalog/table.tsx';
import {
  type RedemptionMethod,
  type RedemptionPartsFragment,
  RedemptionsDocument,
  RequestReversalDocument,
} from '../generated/graphql.ts';
import { AccountName } from '../shell/account-name.tsx';
import { Decision } from '../shell/decision.tsx';
import { useMayChange } from '../shell/rights.tsx';
import { PagedTable } from './paged-table.tsx';

export function Redemptions({ retailerId }: { readonly retailerId: string }) {
  const { i18n } = useLingui();
  const { money, instant } = useFormats();
  const mayChange = useMayChange()(retailerId);
  const [asked, setAsked] = useState<RedemptionPartsFragment>();
  const list = usePaged(RedemptionsDocument, { retailerId }, (data) => data.redemptions);
  const ways: Readonly<Record<RedemptionMethod, string>> = {
    CODE: i18n._('By its code'),
    TOKEN: i18n._('Scanned'),
    OFFLINE: i18n._('While cut off'),
  };
  return (
    <>
      <PagedTable list={list} empty={<Empty title={i18n._('No voucher was taken yet')} />}>
        {(redemptions) => (
          <Table
            label={i18n._('Vouchers taken')}
            heads={[
              i18n._('When'),
              i18n._('Offer'),
              i18n._('Worth'),
              i18n._('How'),
              i18n._('Receipt'),
              i18n._('What can be done'),
            ]}
          >
            {redemptions.map((each) => (
              <tr key={each.id}>
                <th scope="row">{instant(each.redeemedAt)}</th>
                <td>{each.offer?.title ?? '–'}</td>
                <td className="number">{money(each.valueCents)}</td>
                <td>{ways[each.method]}</td>
                <td>{each.saleReference ?? '–'}</td>
                <td>
                  <Asked redemption={each} />
                  {mayChange && each.status === 'REDEEMED' && !each.reversal && (
                    <Button onClick={() => setAsked(each)}>{i18n._('Ask to take it back')}</Button>
                  )}
                </td>
              </tr>
            ))}
          </Table>
        )}
      </PagedTable>
      {asked && (
        <Decision
          document={RequestReversalDocument}
          variables={(reason) => ({ input: { voucherId: asked.id, retailerId, reason } })}
          title={i18n._('Ask to take this redemption back?')}
          consequence={i18n._('An administrator decides, never the one who asked. Until then the voucher stays used.')}
          action={i18n._('Ask')}
          done={i18n._('An administrator will decide.')}
          onClose={() => setAsked(undefined)}
        />
      )}
    </>
  );
}

/** What became of the wish to take it back. */
function Asked({ redemption: { status, reversal } }: { readonly redemption: RedemptionPartsFragment }) {
  const { i18n } = useLingui();
  const { instant } = useFormats();
  if (status !== 'REDEEMED') return <Badge tone="warn">{i18n._('Taken back')}</Badge>;
  if (!reversal) return null;
  if (reversal.state !== 'OPEN') {
    return (
      <>
        <Badge>{i18n._('Stands')}</Badge> <span className="small">{reversal.decisionReason}</span>
      </>
    );
  }
  return (
    <>
      <Badge tone="warn">{i18n._('Waits for an administrator')}</Badge>
      <p className="small">
        {i18n._('Asked {instant} by:', { instant: instant(reversal.askedAt) })}{' '}
        {reversal.askedById && <AccountName id={reversal.askedById} />}
      </p>
    </>
  );
}
