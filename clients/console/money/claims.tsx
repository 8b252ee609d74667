/* Claims on a municipality's schemes: points that people hold out for a fee, to confirm, refuse or take back. */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { useSubscription } from 'urql';
import { useFormats } from '../../interface/language.tsx';
import { type Paged, PagedList, usePaged } from '../../interface/paged.tsx';
import { Badge, Button, Empty, type Tone } from '../../interface/parts.tsx';
import { Step } from '../catalog/offers.tsx';
import {
  type ClaimPartsFragment,
  ClaimsLiveDocument,
  ConfirmClaimDocument,
  RefuseClaimDocument,
  ReverseClaimDocument,
  type SchemeClaimStatus,
  SchemeClaimsDocument,
} from '../generated/graphql.ts';
import { Choice, namesOf } from '../shell/choice.tsx';
import { Decision } from '../shell/decision.tsx';
import { Facts } from '../shell/facts.tsx';
import { useMayChange } from '../shell/rights.tsx';

type States = Readonly<Record<SchemeClaimStatus, readonly [string, Tone | undefined]>>;

export function Claims({ municipalityId }: { readonly municipalityId: string }) {
  const { i18n } = useLingui();
  const [status, setStatus] = useState<SchemeClaimStatus | undefined>('PENDING');
  const mayChange = useMayChange();
  const list = usePaged(
    SchemeClaimsDocument,
    { municipalityId, status: status ?? null },
    (data) => data.municipalityClaims,
  );
  useClaimsLive(municipalityId, status, list);
  const states: States = {
    PENDING: [i18n._('Waits'), 'warn'],
    SETTLED: [i18n._('Settled'), 'good'],
    REFUSED: [i18n._('Refused'), 'bad'],
    WITHDRAWN: [i18n._('Withdrawn'), undefined],
    LAPSED: [i18n._('Lapsed'), undefined],
    REVERSED: [i18n._('Taken back'), 'bad'],
  };
  return (
    <>
      <div className="row">
        <Choice
          label={i18n._('State')}
          words={namesOf(states)}
          all={i18n._('All states')}
          chosen={status}
          onChoose={setStatus}
        />
      </div>
      <PagedList
        list={list}
        idOf={({ id }) => id}
        look="sheet"
        empty={<Empty title={i18n._('No claim is in this state')} />}
      >
        {(claim) => (
          <ClaimCard
            claim={claim}
            state={states[claim.status]}
            mayDecide={mayChange(municipalityId)}
            onDecided={() => list.reload()}
          />
        )}
      </PagedList>
    </>
  );
}

/** A claim that is made or decided while the list is open changes it: known ones by the cache, others by asking again. */
function useClaimsLive(
  municipalityId: string,
  status: SchemeClaimStatus | undefined,
  { page, refresh }: Paged<ClaimPartsFragment>,
): void {
  // Only the first page is asked again; what is further down was there before.
  const newest = page?.edges[0]?.node.claimedAt ?? '';
  useSubscription({ query: ClaimsLiveDocument, variables: { municipalityId } }, (_before, change) => {
    const { claimedAt, status: now } = change.municipalityClaimChanges;
    if (page && claimedAt > newest && (status === undefined || status === now)) refresh();
    return change;
  });
}

interface ClaimCardProperties {
  readonly claim: ClaimPartsFragment;
  readonly state: readonly [string, Tone | undefined];
  readonly mayDecide: boolean;
  onDecided(): void;
}

function ClaimCard({ claim, state: [name, tone], mayDecide, onDecided }: ClaimCardProperties) {
  const { i18n } = useLingui();
  const { money, instant, count } = useFormats();
  const [asked, setAsked] = useState<'refuse' | 'reverse'>();
  const { id, status, feeReference } = claim;
  const decision = {
    variables: (reason: string) => ({ input: { claimId: id, reason } }),
    consequence: i18n._('The points go back to the person, and their worth to the budget.'),
    danger: true,
    done: i18n._('Decided.'),
    onDone: onDecided,
    onClose: () => setAsked(undefined),
  };
  return (
    <article className="card stack" aria-label={feeReference}>
      <h3>{feeReference}</h3>
      <p>
        <Badge tone={tone}>{name}</Badge>
      </p>
      <Facts
        entries={[
          [i18n._('Scheme'), claim.scheme?.title],
          [i18n._('Municipal fee'), money(claim.feeCents)],
          [i18n._('Points'), count(claim.points)],
          [i18n._('Worth'), money(claim.valueCents)],
          [i18n._('Still to be paid'), money(claim.remainderCents)],
          [i18n._('Made'), instant(claim.claimedAt)],
          [i18n._('Decide by'), status === 'PENDING' && instant(claim.expiresAt)],
          [i18n._('Reason'), claim.reason],
        ]}
      />
      <div className="row">
        {mayDecide && status === 'PENDING' && (
          <>
            <Step
              document={ConfirmClaimDocument}
              input={{ claimId: id }}
              look="accent"
              label={i18n._('Confirm')}
              done={i18n._('The claim is settled.')}
              onDone={onDecided}
            />
            <Button onClick={() => setAsked('refuse')}>{i18n._('Refuse')}</Button>
          </>
        )}
        {mayDecide && status === 'SETTLED' && (
          <Button onClick={() => setAsked('reverse')}>{i18n._('Take back')}</Button>
        )}
      </div>
      {asked === 'refuse' && (
        <Decision
          document={RefuseClaimDocument}
          {...decision}
          title={i18n._('Refuse this claim?')}
          action={i18n._('Refuse')}
        />
      )}
      {asked === 'reverse' && (
        <Decision
          document={ReverseClaimDocument}
          {...decision}
          title={i18n._('Take this claim back?')}
          action={i18n._('Take back')}
        />
      )}
    </article>
  );
}
