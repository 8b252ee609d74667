/* One vote on a fund's money: its options with their count, what was decided, and deciding otherwise until it is paid. */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { useSite } from '../../graph/site.tsx';
import { useFormats } from '../../interface/language.tsx';
import { Badge, Button, Field, Note, type Tone } from '../../interface/parts.tsx';
import { Step } from '../catalog/offers.tsx';
import { Table } from '../catalog/table.tsx';
import {
  ConfirmOverrideDocument,
  type FundDecisionGround,
  type FundRoundState,
  OverrideRoundDocument,
  type RoundPartsFragment,
  WithdrawOverrideDocument,
} from '../generated/graphql.ts';
import { AccountName } from '../shell/account-name.tsx';
import { Confirmation } from '../shell/confirmation.tsx';
import { Decision } from '../shell/decision.tsx';
import { Facts } from '../shell/facts.tsx';

export function Round({ round }: { readonly round: RoundPartsFragment }) {
  const { i18n } = useLingui();
  const { money, instant, count } = useFormats();
  const { scopes } = useSite();
  const [isOverriding, setOverriding] = useState(false);
  const [optionId, setOptionId] = useState(round.options[0]?.id ?? '');
  const states: Readonly<Record<FundRoundState, readonly [string, Tone]>> = {
    OPEN: [i18n._('People are voting'), 'good'],
    DECIDED: [i18n._('Decided, not paid yet'), 'warn'],
    PAID: [i18n._('Paid'), 'good'],
  };
  const grounds: Readonly<Record<FundDecisionGround, string>> = {
    MAJORITY: i18n._('Most votes'),
    TIE: i18n._('A tie: shared'),
    NONE_OF_THESE: i18n._('None of these: the money stays'),
    BELOW_QUORUM: i18n._('Too few votes: the money stays'),
    OVERRIDE: i18n._('Decided by two administrators'),
  };
  const titleOf = (id: string) => round.options.find((option) => option.id === id)?.title ?? id;
  const title = i18n._('Vote on {month}', { month: round.month });
  return (
    <article className="card stack" aria-label={title}>
      <div className="row" data-spread="">
        <h2>{title}</h2>
        <Badge tone={states[round.state][1]}>{states[round.state][0]}</Badge>
      </div>
      <Facts
        entries={[
          [i18n._('Money'), money(round.amountCents)],
          [i18n._('Opened'), instant(round.openedAt)],
          [i18n._('Closes'), instant(round.closesAt)],
          [i18n._('May vote'), count(round.eligibleCount)],
          [i18n._('Votes needed'), count(round.quorum)],
          [i18n._('Votes'), typeof round.votesCount === 'number' ? count(round.votesCount) : null],
          [i18n._('Is paid'), round.paysAt && instant(round.paysAt)],
          [i18n._('Was paid'), round.paidAt && instant(round.paidAt)],
        ]}
      />
      <Table label={title} heads={[i18n._('Option'), i18n._('Who is paid'), i18n._('Votes')]}>
        {round.options.map(({ id, title: name, recipientName, votes }) => (
          <tr key={id}>
            <th scope="row">{name}</th>
            <td>{recipientName ?? '–'}</td>
            <td className="number">{votes ?? (round.state === 'OPEN' ? i18n._('after the end') : '–')}</td>
          </tr>
        ))}
      </Table>
      {round.decisions.map(({ id, ground, reason, decidedAt, decidedBy, proposedBy, awards }) => (
        <section key={id}>
          <h3>{grounds[ground]}</h3>
          <p className="quiet small">{instant(decidedAt)}</p>
          {reason && <p>{reason}</p>}
          {proposedBy && decidedBy && (
            <p className="quiet small">
              {i18n._('Proposed by:')} <AccountName id={proposedBy} /> · {i18n._('Confirmed by:')}{' '}
              <AccountName id={decidedBy} />
            </p>
          )}
          <ul>
            {awards.map((award) => (
              <li key={award.optionId}>
                {titleOf(award.optionId)}: {money(award.cents)}
              </li>
            ))}
          </ul>
        </section>
      ))}
      {round.proposedOverride && (
        <ProposedOverride
          proposed={round.proposedOverride}
          title={titleOf(round.proposedOverride.optionId)}
          paysAt={round.paysAt}
        />
      )}
      {round.state === 'DECIDED' && !round.proposedOverride && scopes.includes('administrator') && (
        <div>
          <Button onClick={() => setOverriding(true)}>{i18n._('Decide otherwise')}</Button>
        </div>
      )}
      {isOverriding && (
        <Decision
          document={OverrideRoundDocument}
          variables={(reason) => ({ input: { roundId: round.id, optionId, reason } })}
          title={i18n._('Decide otherwise than the count?')}
          consequence={i18n._(
            'Nothing changes before another administrator confirms it. Then everybody can read the decision and its reason; the count stays.',
          )}
          action={i18n._('Propose it')}
          done={i18n._('Proposed: now another administrator has to confirm it.')}
          onClose={() => setOverriding(false)}
        >
          <Field label={i18n._('Where the money goes')}>
            {(control) => (
              <select {...control} value={optionId} onChange={(event) => setOptionId(event.target.value)}>
                {round.options.map(({ id, title: name }) => (
                  <option key={id} value={id}>
                    {name}
                  </option>
                ))}
              </select>
            )}
          </Field>
        </Decision>
      )}
    </article>
  );
}

interface ProposedOverrideProperties {
  readonly proposed: NonNullable<RoundPartsFragment['proposedOverride']>;
  /** Of the option that is to get the money. */
  readonly title: string;
  readonly paysAt: string | null | undefined;
}

/** What one administrator proposed: another one confirms it, everybody may take it back. */
function ProposedOverride({ proposed, title, paysAt }: ProposedOverrideProperties) {
  const { i18n } = useLingui();
  const { instant } = useFormats();
  const { accountId } = useSite();
  const [isConfirming, setConfirming] = useState(false);
  const { id, reason, proposedBy, proposedAt } = proposed;
  const isOwn = proposedBy === accountId;
  return (
    <section className="stack">
      <h3>{i18n._('Proposed instead: {title}', { title })}</h3>
      <p className="quiet small">
        <AccountName id={proposedBy} /> · {instant(proposedAt)}
      </p>
      <p>{reason}</p>
      <Note>
        {isOwn
          ? i18n._('Another administrator has to confirm it. Without that the money is paid as the count says.')
          : i18n._('Confirm it only if you agree. Without that the money is paid as the count says.')}{' '}
        {paysAt && i18n._('It is paid on {instant}.', { instant: instant(paysAt) })}
      </Note>
      <div className="row">
        {!isOwn && (
          <Button look="accent" onClick={() => setConfirming(true)}>
            {i18n._('Confirm it')}
          </Button>
        )}
        <Step
          document={WithdrawOverrideDocument}
          input={{ overrideId: id }}
          label={i18n._('Withdraw it')}
          done={i18n._('Withdrawn: the count stands.')}
        />
      </div>
      {isConfirming && (
        <Confirmation
          document={ConfirmOverrideDocument}
          variables={{ input: { overrideId: id } }}
          title={i18n._('Give the money to {title} instead?', { title })}
          consequence={i18n._('Everybody can read this decision and its reason. The count stays.')}
          action={i18n._('Confirm it')}
          danger
          done={i18n._('Decided.')}
          onClose={() => setConfirming(false)}
        />
      )}
    </section>
  );
}
