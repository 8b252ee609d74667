/* Everybody one met or asked to meet, the latest first. */
import type { I18n } from '@lingui/core';
import { useLingui } from '@lingui/react';
import { Link } from 'wouter';
import { useSite } from '../../graph/site.tsx';
import { useFormats } from '../../interface/language.tsx';
import { PagedList, usePaged } from '../../interface/paged.tsx';
import { Badge, Empty, ScreenTitle, type Tone } from '../../interface/parts.tsx';
import { type ConnectionState, MeetingHistoryDocument, type PastMeetingFragment } from '../generated/graphql.ts';
import { Members, Up } from '../spend/answered.tsx';
import '../spend/spend.css';

const TONES: Readonly<Partial<Record<ConnectionState, Tone>>> = {
  CONFIRMED: 'good',
  REWARDED: 'good',
  HELD: 'warn',
  CLAWED_BACK: 'bad',
};
const UNDER_WAY: ReadonlySet<ConnectionState> = new Set(['REQUESTED', 'ACCEPTED', 'MET']);
const HAVE_MET: ReadonlySet<ConnectionState> = new Set(['CONFIRMED', 'REWARDED']);

export function History() {
  const { i18n } = useLingui();
  return (
    <Members title={i18n._('People I met')}>
      <Up to="/community">{i18n._('Community')}</Up>
      <ScreenTitle>{i18n._('People I met')}</ScreenTitle>
      <Meetings />
    </Members>
  );
}

function Meetings() {
  const { i18n } = useLingui();
  const list = usePaged(MeetingHistoryDocument, {}, ({ connections }) => connections);
  const nobody = (
    <Empty title={i18n._('Nobody yet')}>
      <p>{i18n._('Whom you meet stands here afterwards.')}</p>
      <Link className="button" data-look="accent" href="/meet">
        {i18n._('Meet somebody')}
      </Link>
    </Empty>
  );
  return (
    <PagedList list={list} idOf={({ id }) => id} empty={nobody}>
      {(meeting) => <Meeting meeting={meeting} />}
    </PagedList>
  );
}

function Meeting({ meeting }: { readonly meeting: PastMeetingFragment }) {
  const { i18n } = useLingui();
  const formats = useFormats();
  const { accountId } = useSite();
  const { id, state, officer, citizen, confirmedAt, requestedAt, pointsAwarded, pointsOverCap } = meeting;
  const isOfficer = officer.id === accountId;
  const name = isOfficer ? (citizen.firstName ?? i18n._('A citizen')) : (officer.firstName ?? i18n._('An officer'));
  return (
    <article className="card">
      <div className="row" data-spread="">
        <h2>{name}</h2>
        <Badge tone={TONES[state]}>{nameOf(state, i18n)}</Badge>
      </div>
      <p className="quiet small">
        {[isOfficer ? undefined : officer.departmentName, formats.instant(confirmedAt ?? requestedAt)]
          .filter(Boolean)
          .join(' · ')}
      </p>
      {pointsAwarded !== null && pointsAwarded !== undefined && (
        <p>{i18n._('{points, plural, one {# point} other {# points}} for you', { points: pointsAwarded })}</p>
      )}
      {!!pointsOverCap && (
        <p className="quiet small">{i18n._('You reached the most that one day brings; tomorrow counts anew.')}</p>
      )}
      {UNDER_WAY.has(state) && (
        <Link className="button" href={`/meet/${id}`}>
          {i18n._('Open')}
        </Link>
      )}
      {HAVE_MET.has(state) && (
        <Link className="button" href={`/history/${id}/tell`}>
          {i18n._('Tell your story')}
          <span className="spoken">{i18n._('of meeting {name}', { name })}</span>
        </Link>
      )}
    </article>
  );
}

function nameOf(state: ConnectionState, i18n: I18n): string {
  const names: Readonly<Record<ConnectionState, string>> = {
    REQUESTED: i18n._('Asked'),
    ACCEPTED: i18n._('On the way'),
    MET: i18n._('Half confirmed'),
    CONFIRMED: i18n._('Met'),
    HELD: i18n._('Being looked at'),
    REWARDED: i18n._('Met'),
    CLAWED_BACK: i18n._('Did not count'),
    DECLINED: i18n._('Not this time'),
    CANCELLED: i18n._('Called off'),
    EXPIRED: i18n._('Ran out'),
  };
  return names[state];
}
