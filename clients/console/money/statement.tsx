/* What an organisation had in a month, its entries as a file, and the points that it settles. */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { useClient, useQuery } from 'urql';
import { useSite } from '../../graph/site.tsx';
import { useFormats } from '../../interface/language.tsx';
import { Answer } from '../../interface/page-state.tsx';
import { usePaged } from '../../interface/paged.tsx';
import { Badge, Button, Empty, Note } from '../../interface/parts.tsx';
import { explain } from '../../interface/refusals.ts';
import { EntryForm } from '../catalog/entry-form.tsx';
import { Table } from '../catalog/table.tsx';
import {
  PointsToSettleDocument,
  ReverseSettlementDocument,
  SettlementFileDocument,
  type SettlementFormat,
  type SettlementKind,
  SettlementsDocument,
  SettlePointsDocument,
  type SettlePointsInput,
  StatementDocument,
  type StatementKind,
} from '../generated/graphql.ts';
import { Figures } from '../imports/figures.tsx';
import { download } from '../reports/download.ts';
import { Decision } from '../shell/decision.tsx';
import { Facts } from '../shell/facts.tsx';
import { useMayChange } from '../shell/rights.tsx';
import { MonthChoice, thisMonth } from './month-choice.tsx';
import { PagedTable } from './paged-table.tsx';
import { TransactionLink } from './transaction-link.tsx';

interface Whose<Kind> {
  readonly kind: Kind;
  readonly organisationId: string;
}

export function Statement({ kind, organisationId }: Whose<StatementKind>) {
  const { i18n } = useLingui();
  const { money } = useFormats();
  const [month, setMonth] = useState(thisMonth);
  const [{ data, error, fetching }, ask] = useQuery({
    query: StatementDocument,
    variables: { kind, organisationId, month },
  });
  return (
    <>
      <div className="row">
        <MonthChoice month={month} onMonth={setMonth} />
      </div>
      <Answer
        data={data?.organisationStatement}
        error={error}
        fetching={fetching}
        retry={() => ask({ requestPolicy: 'network-only' })}
      >
        {({ sales, ...points }) => (
          <section className="stack">
            <h2>{i18n._('Points')}</h2>
            <Figures
              of={[
                [i18n._('At the beginning'), points.openingPoints],
                [i18n._('Received'), points.receivedFromPeoplePoints],
                [i18n._('Given back'), points.returnedPoints],
                ...(kind === 'RETAILER'
                  ? []
                  : ([
                      [i18n._('Settled'), points.settledPoints],
                      [i18n._('Settlements taken back'), points.takenBackPoints],
                      [i18n._('Settled less taken back'), points.settledNetPoints],
                    ] as const)),
                [i18n._('At the end'), points.closingPoints],
              ]}
            />
            {sales && (
              <>
                <h2>{i18n._('Sales')}</h2>
                <Facts
                  entries={[
                    [i18n._('Sales'), `${sales.salesCount} · ${money(sales.salesCents)}`],
                    [i18n._('Refunds'), `${sales.refundsCount} · ${money(sales.refundsCents)}`],
                    [i18n._('Fee'), money(sales.feeCents)],
                    [i18n._('Of it to administration'), money(sales.administrationCents)],
                    [i18n._('Of it to the funds'), money(sales.fundCents)],
                    [i18n._('Vouchers taken'), sales.vouchersRedeemed],
                    [i18n._('Their points'), sales.redeemedPoints],
                  ]}
                />
              </>
            )}
            <Files kind={kind} organisationId={organisationId} month={month} />
          </section>
        )}
      </Answer>
      {kind !== 'RETAILER' && <Settlements kind={kind} organisationId={organisationId} />}
    </>
  );
}

function Files({ kind, organisationId, month }: Whose<StatementKind> & { readonly month: string }) {
  const { i18n } = useLingui();
  const graph = useClient();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>();
  const fetchAll = async (format: SettlementFormat) => {
    setBusy(true);
    setFailure(undefined);
    let part = 1;
    let parts = 1;
    for (; part <= parts; part++) {
      const answer = await graph
        .query(SettlementFileDocument, { kind, organisationId, month, format, part }, { requestPolicy: 'network-only' })
        .toPromise();
      if (!answer.data) {
        setFailure(answer.error);
        break;
      }
      const { name, mediaType, text } = answer.data.settlementFile;
      parts = answer.data.settlementFile.parts;
      download(name, mediaType, text);
    }
    setBusy(false);
  };
  return (
    <>
      <div className="row">
        <Button busy={busy} onClick={() => void fetchAll('CSV')}>
          {i18n._('Download as CSV')}
        </Button>
        <Button busy={busy} onClick={() => void fetchAll('JSON')}>
          {i18n._('Download as JSON')}
        </Button>
      </div>
      {failure !== undefined && <Note tone="bad">{explain(failure, i18n)}</Note>}
    </>
  );
}

function Settlements({ kind, organisationId }: Whose<SettlementKind>) {
  const { i18n } = useLingui();
  const { instant, count } = useFormats();
  const { scopes } = useSite();
  const [reversed, setReversed] = useState<string>();
  const [{ data }] = useQuery({ query: PointsToSettleDocument, variables: { kind, organisationId } });
  const list = usePaged(SettlementsDocument, { kind, organisationId }, (answer) => answer.settlements);
  const mayChange = useMayChange();
  const isAdministrator = scopes.includes('administrator');
  return (
    <section className="stack">
      <h2>{i18n._('Settlements')}</h2>
      {data && (
        <p>
          {i18n._('{points, plural, one {# point waits} other {# points wait}} to be settled.', {
            points: data.pointsToSettle,
          })}
        </p>
      )}
      {mayChange(organisationId) && (data?.pointsToSettle ?? 0) > 0 && (
        <Settle kind={kind} organisationId={organisationId} />
      )}
      <PagedTable list={list} empty={<Empty title={i18n._('Nothing was settled yet')} />}>
        {(settlements) => (
          <Table
            label={i18n._('Settlements')}
            heads={[i18n._('Number'), i18n._('Points'), i18n._('Reference'), i18n._('When'), i18n._('State')]}
          >
            {settlements.map(({ id, number, points, reference, transactionId, madeAt, reversedAt, reason }) => (
              <tr key={id}>
                <th scope="row">
                  {isAdministrator ? (
                    <TransactionLink id={transactionId}>{i18n._('Settlement {number}', { number })}</TransactionLink>
                  ) : (
                    number
                  )}
                </th>
                <td className="number">{count(points)}</td>
                <td>{reference}</td>
                <td>{instant(madeAt)}</td>
                <td>
                  {reversedAt ? (
                    <>
                      <Badge tone="warn">{i18n._('Taken back')}</Badge> <span className="small">{reason}</span>
                    </>
                  ) : isAdministrator ? (
                    <Button onClick={() => setReversed(id)}>{i18n._('Take back')}</Button>
                  ) : (
                    <Badge tone="good">{i18n._('Settled')}</Badge>
                  )}
                </td>
              </tr>
            ))}
          </Table>
        )}
      </PagedTable>
      {reversed && (
        <Decision
          document={ReverseSettlementDocument}
          variables={(reason) => ({ input: { settlementId: reversed, reason } })}
          title={i18n._('Take the settlement back?')}
          consequence={i18n._('Its points are the organisation’s again, and its reference is free.')}
          action={i18n._('Take back')}
          danger
          done={i18n._('The settlement was taken back.')}
          onClose={() => setReversed(undefined)}
        />
      )}
    </section>
  );
}

type Settled = Pick<SettlePointsInput, 'points' | 'reference'>;

function Settle({ kind, organisationId }: Whose<SettlementKind>) {
  const { i18n } = useLingui();
  // Kept until it is answered: the same settlement is never made twice.
  const [idempotencyKey, setKey] = useState(() => crypto.randomUUID());
  return (
    <EntryForm<Settled, unknown, { input: SettlePointsInput }>
      key={idempotencyKey}
      document={SettlePointsDocument}
      entries={[
        { name: 'points', label: i18n._('Points'), kind: 'count', least: 1, needed: true },
        { name: 'reference', label: i18n._('Reference of the payment'), needed: true },
      ]}
      variables={(given) => ({ input: { ...given, kind, organisationId, idempotencyKey } })}
      action={i18n._('Write down as settled')}
      done={i18n._('Written down.')}
      onDone={() => setKey(crypto.randomUUID())}
    />
  );
}
