/* What administrators did to the books by hand, and why; nobody can change it. */
import { useLingui } from '@lingui/react';
import { useFormats } from '../../interface/language.tsx';
import { usePaged } from '../../interface/paged.tsx';
import { Badge, Empty } from '../../interface/parts.tsx';
import { Table } from '../catalog/table.tsx';
import { type LedgerDecisionKind, LedgerDecisionsDocument } from '../generated/graphql.ts';
import { AccountName, shortId } from '../shell/account-name.tsx';
import { PagedTable } from './paged-table.tsx';
import { TransactionLink } from './transaction-link.tsx';

export function LedgerDecisions() {
  const { i18n } = useLingui();
  const { instant } = useFormats();
  const list = usePaged(LedgerDecisionsDocument, {}, (data) => data.ledgerDecisions);
  const kinds: Readonly<Record<LedgerDecisionKind, string>> = {
    FREEZE: i18n._('Points frozen'),
    UNFREEZE: i18n._('Points released'),
    REVERSAL: i18n._('Transaction undone'),
  };
  return (
    <PagedTable
      list={list}
      empty={
        <Empty title={i18n._('Nothing was done by hand yet')}>
          <p>{i18n._('What administrators freeze, release or undo stands here with its reason, for good.')}</p>
        </Empty>
      }
    >
      {(decisions) => (
        <Table
          label={i18n._('Done by hand')}
          heads={[i18n._('When'), i18n._('What'), i18n._('Of'), i18n._('Reason'), i18n._('By')]}
        >
          {decisions.map(({ id, kind, accountId, transactionId, reason, decidedById, decidedAt }) => (
            <tr key={id}>
              <th scope="row">{instant(decidedAt)}</th>
              <td>
                <Badge>{kinds[kind]}</Badge>
              </td>
              <td>
                {accountId && <AccountName id={accountId} />}
                {transactionId && (
                  <TransactionLink id={transactionId}>
                    {i18n._('Transaction {id}', { id: shortId(transactionId) })}
                  </TransactionLink>
                )}
              </td>
              <td>{reason}</td>
              <td>
                <AccountName id={decidedById} />
              </td>
            </tr>
          ))}
        </Table>
      )}
    </PagedTable>
  );
}
