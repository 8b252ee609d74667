/*
 * Leaving for good: what goes, what stays and why, the wish itself (by somebody who has just signed in), and the two weeks in
 * which a tap undoes it.
 */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { useMutation, useQuery } from 'urql';
import { Link } from 'wouter';
import { useSite } from '../../graph/site.tsx';
import { useFormats } from '../../interface/language.tsx';
import { useNotice } from '../../interface/notices.tsx';
import { Answer } from '../../interface/page-state.tsx';
import { Button, Note, ScreenTitle } from '../../interface/parts.tsx';
import { codeOf, explain } from '../../interface/refusals.ts';
import {
  LeaveForGoodDocument,
  type LeavingFragment,
  OwnLeavingDocument,
  StayAfterAllDocument,
} from '../generated/graphql.ts';
import { BackToPrivacy } from './back.tsx';
import { NeedsAccount } from './needs-account.tsx';

export function EraseAccount() {
  const { i18n } = useLingui();
  return (
    <>
      <BackToPrivacy />
      <ScreenTitle>{i18n._('Erase my account')}</ScreenTitle>
      <NeedsAccount>
        <Leave />
      </NeedsAccount>
    </>
  );
}

function Leave() {
  const [{ data, error, fetching }, ask] = useQuery({ query: OwnLeavingDocument });
  return (
    <Answer data={data?.me} error={error} fetching={fetching} retry={() => ask({ requestPolicy: 'network-only' })}>
      {(me) => (me.erasure ? <Ahead me={me} /> : <Ask />)}
    </Answer>
  );
}

function Ahead({ me: { id, erasure } }: { readonly me: LeavingFragment }) {
  const { i18n } = useLingui();
  const { day } = useFormats();
  const tell = useNotice();
  const [staying, stay] = useMutation(StayAfterAllDocument);
  if (!erasure) return null;
  const keep = async () => {
    const result = await stay({ input: { accountId: id } });
    if (!result.error) tell(i18n._('Your account stays. Nothing was erased.'));
  };
  return (
    <>
      <section className="card">
        <h2>{i18n._('Your account is erased on {day}', { day: day(erasure.dueAt) })}</h2>
        <p>
          {i18n._('Until then everything is as it was. You can change your mind: keep it here, or just sign in again.')}
        </p>
        {erasure.waitsForOwner && (
          <Note tone="warn">
            {i18n._(
              'You are the only owner of an organisation by now. Your account waits until somebody else is an owner too.',
            )}
          </Note>
        )}
        {staying.error && <Note tone="bad">{explain(staying.error, i18n)}</Note>}
        <Button look="accent" busy={staying.fetching} onClick={() => void keep()}>
          {i18n._('Keep my account')}
        </Button>
      </section>
      <p>
        <Link href="/account/privacy">{i18n._('Save a copy of what is yours before it goes')}</Link>
      </p>
    </>
  );
}

function Ask() {
  const { i18n } = useLingui();
  const { signIn } = useSite();
  const [understood, setUnderstood] = useState(false);
  const [missing, setMissing] = useState(false);
  const [leaving, leave] = useMutation(LeaveForGoodDocument);
  const isStale = leaving.error && codeOf(leaving.error) === 'FRESH_SIGN_IN_NEEDED';
  const isOwner = leaving.error && codeOf(leaving.error) === 'LAST_OWNER';
  const wish = () => {
    setMissing(!understood);
    if (understood) void leave({ input: { understood } });
  };
  return (
    <>
      <WhatHappens />
      <section className="card">
        <label className="check">
          <input
            type="checkbox"
            checked={understood}
            aria-describedby={missing ? 'understood-fault' : undefined}
            aria-invalid={missing || undefined}
            onChange={(event) => {
              setUnderstood(event.target.checked);
              setMissing(false);
            }}
          />
          {i18n._('I have read what goes and what stays')}
        </label>
        {missing && (
          <div id="understood-fault">
            <Note tone="bad">{i18n._('Read it and tick this first.')}</Note>
          </div>
        )}
        {isStale && (
          <Note tone="warn">
            <div className="stack">
              <span>
                {i18n._(
                  'So that nobody does this for you, sign in once more. You come back here, and have ten minutes.',
                )}
              </span>
              <Button onClick={() => void signIn()}>{i18n._('Sign in once more')}</Button>
            </div>
          </Note>
        )}
        {isOwner && (
          <Note tone="warn">
            {i18n._(
              'You are the only owner of an organisation. Make somebody else an owner in the console first, then come back.',
            )}
          </Note>
        )}
        {leaving.error && !isStale && !isOwner && <Note tone="bad">{explain(leaving.error, i18n)}</Note>}
        <Button look="danger" busy={leaving.fetching} onClick={wish}>
          {i18n._('Erase my account in 14 days')}
        </Button>
      </section>
    </>
  );
}

function WhatHappens() {
  const { i18n } = useLingui();
  const goes = [
    i18n._('Your e-mail address, phone, name, picture and what you wrote about yourself'),
    i18n._('Where you live, whom you blocked, what you searched and took, your notices and devices'),
    i18n._('Your stories leave the feed, your events are called off, your seats are given to others'),
    i18n._('Unused vouchers are made void, and all your points end'),
    i18n._('Your memberships in organisations'),
  ];
  const stays = [
    i18n._('That two people met: it is the other person’s memory too'),
    i18n._('The books of points and money: the law wants them whole'),
    i18n._('That you agreed to the terms, and votes that were cast'),
    i18n._('Reports that are being looked at, until somebody has decided'),
  ];
  return (
    <>
      <p>
        {i18n._('Your account goes 14 days after you ask for it. Until then you can undo it here or by signing in.')}
      </p>
      <section className="card">
        <h2>{i18n._('What goes')}</h2>
        <ul className="plain-list">
          {goes.map((each) => (
            <li key={each}>{each}</li>
          ))}
        </ul>
      </section>
      <section className="card">
        <h2>{i18n._('What stays, and why')}</h2>
        <p>{i18n._('It stays under a number that leads to nobody any more.')}</p>
        <ul className="plain-list">
          {stays.map((each) => (
            <li key={each}>{each}</li>
          ))}
        </ul>
        <p className="quiet small">
          {i18n._(
            'Who leaves while suspended cannot register anew before the suspension would have ended; nor who is suspended for something that was reported before they left.',
          )}
        </p>
      </section>
    </>
  );
}
