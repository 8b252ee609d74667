/* One vote on a fund's money: its options with their count, what was decided, and deciding otherwise until it is paid. */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { useSite } from '../../graph/site.tsx';
import { useFormats } from '../../interface/language.tsx';
import { Badge, Button, Field, type Tone } from '../../interface/parts.tsx';
import { Table } from '../catalog/table.tsx';
import {
  type FundDecisionGround,
  type FundRoundState,
  OverrideRoundDocument,
  type RoundPartsFragment,
} from '../generated/graphql.ts';
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
    OVERRIDE: i18n._('Decided by an administrator'),
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
      {round.decisions.map(({ id, ground, reason, decidedAt, awards }) => (
        <section key={id}>
          <h3>{grounds[ground]}</h3>
          <p className="quiet small">{instant(decidedAt)}</p>
          {reason && <p>{reason}</p>}
          <ul>
            {awards.map((award) => (
              <li key={award.optionId}>
                {titleOf(award.optionId)}: {money(award.cents)}
              </li>
            ))}
          </ul>
        </section>
      ))}
      {round.state === 'DECIDED' && scopes.includes('administrator') && (
        <div>
          <Button onClick={() => setOverriding(true)}>{i18n._('Decide otherwise')}</Button>
        </div>
      )}
      {isOverriding && (
        <Decision
          document={OverrideRoundDocument}
          variables={(reason) => ({ input: { roundId: round.id, optionId, reason } })}
          title={i18n._('Decide otherwise than the count?')}
          consequence={i18n._('Everybody can read this decision and its reason. The count stays.')}
          action={i18n._('Decide otherwise')}
          danger
          done={i18n._('Decided.')}
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
