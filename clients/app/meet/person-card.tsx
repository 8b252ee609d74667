/* Somebody to meet, as much of them as the API shows, and what one can do about somebody whom one would rather not meet. */
import { useLingui } from '@lingui/react';
import { type ReactNode, useState } from 'react';
import { Button } from '../../interface/parts.tsx';
import { nameOf, type Side } from './meetings.ts';
import { SafetyDialog } from './safety-dialog.tsx';

export interface Met {
  readonly id: string;
  readonly firstName: string | null;
  readonly pictureUrl: string | null;
  readonly connectionCount: number | null;
  readonly departmentName?: string | null;
}

interface PersonCardProperties {
  readonly person: Met;
  readonly side: Side;
  /** Of the meeting with the person, if there is one: only then can they be reported. */
  readonly meetingId?: string | undefined;
  /** What is known besides, such as how far away. */
  readonly detail?: ReactNode;
  readonly children?: ReactNode;
  /** After the person was blocked. */
  onBlocked?(): void;
}

export function PersonCard({ person, side, meetingId, detail, children, onBlocked }: PersonCardProperties) {
  const { i18n } = useLingui();
  const [isAsking, setIsAsking] = useState(false);
  const name = nameOf(person, side, i18n);
  return (
    <article className="card" aria-label={name} id={`person-${person.id}`} tabIndex={-1}>
      <div className="person">
        {person.pictureUrl ? (
          <img className="portrait" src={person.pictureUrl} alt="" referrerPolicy="no-referrer" />
        ) : (
          <span className="portrait" aria-hidden="true">
            {name.slice(0, 1).toUpperCase()}
          </span>
        )}
        <h2>{name}</h2>
        <p className="quiet small">
          {[person.departmentName, countOf(person.connectionCount)].filter(Boolean).join(' · ')}
        </p>
      </div>
      {detail}
      {children}
      <Button look="plain" onClick={() => setIsAsking(true)}>
        {meetingId ? i18n._('Block or report {name}', { name }) : i18n._('Block {name}', { name })}
      </Button>
      {isAsking && (
        <SafetyDialog
          accountId={person.id}
          name={name}
          meetingId={meetingId}
          onClose={() => setIsAsking(false)}
          {...(onBlocked && { onBlocked })}
        />
      )}
    </article>
  );

  function countOf(count: number | null): string {
    if (count === null) return '';
    return count === 0
      ? i18n._('New here')
      : i18n._('{count, plural, one {# person met} other {# people met}}', { count });
  }
}
