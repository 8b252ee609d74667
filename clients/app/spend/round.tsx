/* A vote on the money of a month: four options and none of them; one vote each, changed as long as it is open. */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { useMutation } from 'urql';
import { useFormats } from '../../interface/language.tsx';
import { useNotice } from '../../interface/notices.tsx';
import { Button, Note } from '../../interface/parts.tsx';
import { codeOf, explain } from '../../interface/refusals.ts';
import { type RoundPartsFragment, VoteDocument } from '../generated/graphql.ts';
import { useNow } from './now.ts';
import { timeLeft } from './voucher-state.ts';

interface RoundProperties {
  readonly round: RoundPartsFragment;
  /** It is not as it is shown any more. */
  onChanged(): void;
}

/** Position of "none of these". */
const NONE = 5;

export function Round({ round, onChanged }: RoundProperties) {
  const { i18n } = useLingui();
  const formats = useFormats();
  const now = useNow();
  const isOpen = round.state === 'OPEN' && new Date(round.closesAt) > now;
  return (
    <section className="stack">
      <h2>
        {isOpen
          ? i18n._('Vote: what should {money} be for?', { money: formats.money(round.amountCents) })
          : i18n._('The latest vote')}
      </h2>
      {isOpen ? (
        <>
          <p className="number">
            <span role="timer">{timeLeft(round.closesAt, now, i18n)}</span>
            {' · '}
            {i18n._('until {instant}', { instant: formats.instant(round.closesAt) })}
          </p>
          {round.mayVote ? <Ballot round={round} onChanged={onChanged} /> : <MayNot round={round} />}
        </>
      ) : (
        <RoundResult round={round} />
      )}
    </section>
  );
}

function Ballot({ round, onChanged }: RoundProperties) {
  const { i18n } = useLingui();
  const tell = useNotice();
  const [marked, setMarked] = useState<string>();
  const chosen = marked ?? round.ownVote ?? '';
  const [{ fetching, error }, vote] = useMutation(VoteDocument);
  const cast = async () => {
    const answer = await vote({ input: { roundId: round.id, optionId: chosen } });
    if (answer.data) tell(round.ownVote ? i18n._('Your vote is changed.') : i18n._('Your vote is counted.'));
    else if (codeOf(answer.error) === 'ROUND_CLOSED') onChanged();
  };
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (chosen && !fetching) void cast();
      }}
    >
      <fieldset className="stack" style={{ border: 0, margin: 0, padding: 0 }}>
        <legend className="spoken">{i18n._('What the money is for')}</legend>
        {round.options.map((option) => (
          <label key={option.id} className="choice">
            <input
              type="radio"
              name={`round-${round.id}`}
              value={option.id}
              checked={chosen === option.id}
              onChange={() => setMarked(option.id)}
            />
            <Option option={option} isOwn={round.ownVote === option.id} />
          </label>
        ))}
      </fieldset>
      {round.ownVote && <Note tone="good">{i18n._('You have voted. You can change your vote until it closes.')}</Note>}
      {error && <Note tone="bad">{explain(error, i18n)}</Note>}
      <Button look="accent" type="submit" wide busy={fetching || chosen === '' || chosen === round.ownVote}>
        {round.ownVote ? i18n._('Change my vote') : i18n._('Vote')}
      </Button>
      <p className="quiet small">{i18n._('Nobody else sees what you vote for.')}</p>
    </form>
  );
}

function MayNot({ round }: { readonly round: RoundPartsFragment }) {
  const { i18n } = useLingui();
  return (
    <>
      <Note>{i18n._('This vote is for those who lived here when it opened. You can vote in the next one.')}</Note>
      <ul className="stack">
        {round.options.map((option) => (
          <li key={option.id} className="card">
            <Option option={option} isOwn={false} />
          </li>
        ))}
      </ul>
    </>
  );
}

interface OptionProperties {
  readonly option: RoundPartsFragment['options'][number];
  readonly isOwn: boolean;
}

function Option({ option, isOwn }: OptionProperties) {
  const { i18n } = useLingui();
  const { position, title, text, recipientName } = option;
  if (position === NONE) {
    return (
      <span>
        <strong>{i18n._('None of these')}</strong>
        <span className="quiet small"> {i18n._('The money stays in the fund.')}</span>
        {isOwn && <span className="badge">{i18n._('Your vote')}</span>}
      </span>
    );
  }
  return (
    <span>
      <strong>{title}</strong> {isOwn && <span className="badge">{i18n._('Your vote')}</span>}
      <br />
      {text}
      {recipientName && (
        <>
          <br />
          <span className="quiet small">{i18n._('Goes to {name}', { name: recipientName })}</span>
        </>
      )}
    </span>
  );
}

/** What came of it. */
export function RoundResult({ round }: { readonly round: RoundPartsFragment }) {
  const { i18n } = useLingui();
  const formats = useFormats();
  const [decision] = round.decisions;
  const nameOf = (option: RoundPartsFragment['options'][number]) =>
    option.position === NONE ? i18n._('None of these') : option.title;
  if (!decision) return <Note>{i18n._('The votes are being counted.')}</Note>;
  const awarded = new Map(decision.awards.map(({ optionId, cents }) => [optionId, cents]));
  const grounds = {
    MAJORITY: i18n._('Most people voted for it.'),
    TIE: i18n._('There was a tie, so the money is divided.'),
    NONE_OF_THESE: i18n._('Most people wanted none of these: the money stays in the fund.'),
    BELOW_QUORUM: i18n._('Too few people voted: the money stays in the fund.'),
    OVERRIDE: i18n._('Two administrators decided otherwise.'),
  };
  return (
    <>
      <Note tone="good">
        {grounds[decision.ground]} {decision.reason}
      </Note>
      <ul className="entries">
        {round.options.map((option) => {
          const cents = awarded.get(option.id);
          return (
            <li key={option.id}>
              <div>
                <p>
                  {nameOf(option)} {round.ownVote === option.id && <span className="badge">{i18n._('Your vote')}</span>}
                </p>
                {cents !== undefined && option.position !== NONE && (
                  <p className="small">
                    <strong>{i18n._('gets {money}', { money: formats.money(cents) })}</strong>
                  </p>
                )}
              </div>
              {option.votes !== null && option.votes !== undefined && (
                <p className="points">
                  {i18n._('{count, plural, one {# vote} other {# votes}}', { count: option.votes })}
                </p>
              )}
            </li>
          );
        })}
      </ul>
      <p className="quiet small">
        {round.paidAt
          ? i18n._('Paid on {day}.', { day: formats.day(round.paidAt) })
          : round.paysAt &&
            i18n._('Paid on {day}, unless somebody objects before.', { day: formats.day(round.paysAt) })}
      </p>
    </>
  );
}
