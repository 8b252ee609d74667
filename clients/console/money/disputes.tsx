/* Vouchers that a till took while it was cut off though somebody else had been first: who is paid for them. */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { useSite } from '../../graph/site.tsx';
import { useFormats } from '../../interface/language.tsx';
import { PagedList, usePaged } from '../../interface/paged.tsx';
import { Badge, Button, Empty, type Tone } from '../../interface/parts.tsx';
import {
  DecideDisputeDocument,
  type DisputePartsFragment,
  type DisputeState,
  DisputesDocument,
} from '../generated/graphql.ts';
import { Choice, namesOf } from '../shell/choice.tsx';
import { Decision } from '../shell/decision.tsx';
import { Facts } from '../shell/facts.tsx';

export function Disputes({ retailerId }: { readonly retailerId?: string }) {
  const { i18n } = useLingui();
  const [state, setState] = useState<DisputeState>();
  const list = usePaged(
    DisputesDocument,
    { retailerId: retailerId ?? null, state: state ?? null },
    (data) => data.voucherDisputes,
  );
  const states: Readonly<Record<DisputeState, readonly [string, Tone | undefined]>> = {
    OPEN: [i18n._('Open'), 'warn'],
    UPHELD: [i18n._('Paid'), 'good'],
    DISMISSED: [i18n._('Not paid'), 'bad'],
  };
  return (
    <>
      <div className="row">
        <Choice
          label={i18n._('State')}
          words={namesOf(states)}
          all={i18n._('All states')}
          chosen={state}
          onChoose={setState}
        />
      </div>
      <PagedList list={list} idOf={({ id }) => id} look="sheet" empty={<Empty title={i18n._('No disputes')} />}>
        {(dispute) => <DisputeCard dispute={dispute} state={states[dispute.state]} />}
      </PagedList>
    </>
  );
}

interface DisputeCardProperties {
  readonly dispute: DisputePartsFragment;
  readonly state: readonly [string, Tone | undefined];
}

function DisputeCard({ dispute, state: [name, tone] }: DisputeCardProperties) {
  const { i18n } = useLingui();
  const { money, instant } = useFormats();
  const { scopes } = useSite();
  const [upheld, setUpheld] = useState<boolean>();
  // Made before the first attempt and kept until it is answered.
  const [idempotencyKey] = useState(() => crypto.randomUUID());
  return (
    <article className="card stack">
      <h3>{money(dispute.valueCents)}</h3>
      <p>
        <Badge tone={tone}>{name}</Badge>
      </p>
      <Facts
        entries={[
          [i18n._('Voucher'), dispute.voucherId],
          [i18n._('Till'), dispute.terminalId],
          [i18n._('Taken'), instant(dispute.claimedAt)],
          [i18n._('Reason'), dispute.reason],
        ]}
      />
      {dispute.state === 'OPEN' && scopes.includes('administrator') && (
        <div className="row">
          <Button look="accent" onClick={() => setUpheld(true)}>
            {i18n._('Pay it')}
          </Button>
          <Button onClick={() => setUpheld(false)}>{i18n._('Do not pay it')}</Button>
        </div>
      )}
      {upheld !== undefined && (
        <Decision
          document={DecideDisputeDocument}
          variables={(reason) => ({ input: { disputeId: dispute.id, upheld, reason, idempotencyKey } })}
          title={upheld ? i18n._('Pay for this voucher?') : i18n._('Do not pay for this voucher?')}
          consequence={
            upheld
              ? i18n._('The retailer is paid from the reserve of this month.')
              : i18n._('The retailer bears what it gave away. This is final.')
          }
          action={upheld ? i18n._('Pay it') : i18n._('Do not pay it')}
          danger={!upheld}
          done={i18n._('Decided.')}
          onClose={() => setUpheld(undefined)}
        />
      )}
    </article>
  );
}
