/* Vouchers as administrators see them: one with what happened to it, disputes, and redemptions to take back. */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { useQuery } from 'urql';
import { useSite } from '../../graph/site.tsx';
import { useFormats } from '../../interface/language.tsx';
import { Answer } from '../../interface/page-state.tsx';
import { PagedList, usePaged } from '../../interface/paged.tsx';
import { Tabs } from '../../interface/panels.tsx';
import { Badge, Button, Empty, Note, ScreenTitle, TextField } from '../../interface/parts.tsx';
import { Table } from '../catalog/table.tsx';
import {
  DecideReversalDocument,
  RedemptionReversalsDocument,
  type ReversalPartsFragment,
  type ReversalState,
  VoidVoucherDocument,
  VoucherRecordDocument,
  type VoucherRecordPartsFragment,
  type VoucherStatus,
} from '../generated/graphql.ts';
import { AccountName } from '../shell/account-name.tsx';
import { Choice } from '../shell/choice.tsx';
import { Decision } from '../shell/decision.tsx';
import { Facts } from '../shell/facts.tsx';
import { DisputeRules } from './dispute-rules.tsx';
import { Disputes } from './disputes.tsx';
import { VoucherKeys } from './voucher-keys.tsx';

export function Vouchers() {
  const { i18n } = useLingui();
  return (
    <>
      <ScreenTitle>{i18n._('Vouchers and disputes')}</ScreenTitle>
      <Tabs
        label={i18n._('Vouchers and disputes')}
        tabs={[
          { id: 'disputes', label: i18n._('Disputes'), content: <Disputes /> },
          { id: 'reversals', label: i18n._('Redemptions to take back'), content: <Reversals /> },
          { id: 'voucher', label: i18n._('One voucher'), content: <Search /> },
          { id: 'rules', label: i18n._('What is paid at most'), content: <DisputeRules /> },
          { id: 'keys', label: i18n._('Keys that sign'), content: <VoucherKeys /> },
        ]}
      />
    </>
  );
}

function Search() {
  const { i18n } = useLingui();
  const [written, setWritten] = useState('');
  const [id, setId] = useState<string>();
  return (
    <>
      <form
        className="row"
        onSubmit={(event) => {
          event.preventDefault();
          setId(written.trim() || undefined);
        }}
      >
        <TextField
          label={i18n._('Id of the voucher')}
          value={written}
          onChange={(event) => setWritten(event.target.value)}
        />
        <Button type="submit">{i18n._('Show')}</Button>
      </form>
      {id && <Found key={id} id={id} />}
    </>
  );
}

function Found({ id }: { readonly id: string }) {
  const { i18n } = useLingui();
  const [{ data, error, fetching }, ask] = useQuery({ query: VoucherRecordDocument, variables: { id } });
  return (
    <Answer data={data} error={error} fetching={fetching} retry={() => ask({ requestPolicy: 'network-only' })}>
      {({ voucherRecord }) =>
        voucherRecord ? <Voucher voucher={voucherRecord} /> : <Empty title={i18n._('There is no such voucher')} />
      }
    </Answer>
  );
}

function Voucher({ voucher }: { readonly voucher: VoucherRecordPartsFragment }) {
  const { i18n } = useLingui();
  const { money, instant, count } = useFormats();
  const [isVoiding, setVoiding] = useState(false);
  const [idempotencyKey] = useState(() => crypto.randomUUID());
  const states: Readonly<Record<VoucherStatus, string>> = {
    ISSUED: i18n._('Valid'),
    HELD: i18n._('At a till'),
    REDEEMED: i18n._('Used'),
    EXPIRED: i18n._('Expired'),
    VOID: i18n._('Void'),
    REFUNDED: i18n._('Given back'),
  };
  const { id, status, offer, retailer } = voucher;
  return (
    <article className="card stack">
      <h2>{offer?.title ?? i18n._('Voucher')}</h2>
      <p>
        <Badge>{states[status]}</Badge>
      </p>
      <Facts
        entries={[
          [i18n._('Retailer'), retailer?.name],
          [i18n._('Points'), count(voucher.points)],
          [i18n._('Worth'), money(voucher.valueCents)],
          [i18n._('Issued'), instant(voucher.issuedAt)],
          [i18n._('Valid until'), instant(voucher.expiresAt)],
        ]}
      />
      <Table label={i18n._('History')} heads={[i18n._('When'), i18n._('State'), i18n._('Reason')]}>
        {voucher.history.map(({ status: then, happenedAt, reason }) => (
          <tr key={`${then} ${happenedAt}`}>
            <th scope="row">{instant(happenedAt)}</th>
            <td>{states[then]}</td>
            <td>{reason ?? '–'}</td>
          </tr>
        ))}
      </Table>
      {(status === 'ISSUED' || status === 'HELD') && (
        <div>
          <Button look="danger" onClick={() => setVoiding(true)}>
            {i18n._('Make it void')}
          </Button>
        </div>
      )}
      {isVoiding && (
        <Decision
          document={VoidVoucherDocument}
          variables={(reason) => ({ input: { voucherId: id, reason, refund: true, idempotencyKey } })}
          title={i18n._('Make this voucher void?')}
          consequence={i18n._('Nobody can use it any more; its points go back to the person.')}
          action={i18n._('Make it void')}
          danger
          done={i18n._('The voucher is void.')}
          onClose={() => setVoiding(false)}
        />
      )}
    </article>
  );
}

function Reversals() {
  const { i18n } = useLingui();
  const [state, setState] = useState<ReversalState>('OPEN');
  const list = usePaged(RedemptionReversalsDocument, { state }, (data) => data.redemptionReversals);
  const states: Readonly<Record<ReversalState, string>> = {
    OPEN: i18n._('Open'),
    APPROVED: i18n._('Taken back'),
    DISMISSED: i18n._('Stands'),
  };
  return (
    <>
      <div className="row">
        <Choice label={i18n._('State')} words={states} chosen={state} onChoose={(next) => next && setState(next)} />
      </div>
      <PagedList list={list} idOf={({ id }) => id} look="sheet" empty={<Empty title={i18n._('Nothing waits here')} />}>
        {(reversal) => <Reversal reversal={reversal} />}
      </PagedList>
    </>
  );
}

function Reversal({ reversal }: { readonly reversal: ReversalPartsFragment }) {
  const { i18n } = useLingui();
  const { accountId } = useSite();
  const isOwn = reversal.askedById === accountId;
  const { instant } = useFormats();
  const [approve, setApprove] = useState<boolean>();
  const [idempotencyKey] = useState(() => crypto.randomUUID());
  return (
    <article className="card stack">
      <h3>{instant(reversal.askedAt)}</h3>
      <p>{reversal.reason}</p>
      <Facts
        entries={[
          [i18n._('Voucher'), reversal.voucherId],
          [i18n._('Asked by'), reversal.askedById && <AccountName key="asked" id={reversal.askedById} />],
          [i18n._('Decided'), reversal.decidedAt && instant(reversal.decidedAt)],
          [i18n._('Reason'), reversal.decisionReason],
        ]}
      />
      {reversal.state === 'OPEN' && isOwn && (
        <Note>{i18n._('You asked for this. It waits for another administrator.')}</Note>
      )}
      {reversal.state === 'OPEN' && !isOwn && (
        <div className="row">
          <Button look="accent" onClick={() => setApprove(true)}>
            {i18n._('Take it back')}
          </Button>
          <Button onClick={() => setApprove(false)}>{i18n._('Let it stand')}</Button>
        </div>
      )}
      {approve !== undefined && (
        <Decision
          document={DecideReversalDocument}
          variables={(reason) => ({ input: { reversalId: reversal.id, approve, reason, idempotencyKey } })}
          title={approve ? i18n._('Take this redemption back?') : i18n._('Let this redemption stand?')}
          consequence={
            approve ? i18n._('The points return to the person.') : i18n._('The voucher stays used. This is final.')
          }
          action={approve ? i18n._('Take it back') : i18n._('Let it stand')}
          danger={approve}
          done={i18n._('Decided.')}
          onClose={() => setApprove(undefined)}
        />
      )}
    </article>
  );
}
