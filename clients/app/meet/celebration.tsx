/*
 * Two people have met: points, a trophy where this number earns one, a sentence about it, and paper snow. Who asked for
 * stillness gets the same without anything that moves.
 */
import { useLingui } from '@lingui/react';
import { useEffect, useRef, useState } from 'react';
import { Link } from 'wouter';
import { Waiting } from '../../interface/parts.tsx';
import type { OneMeetingQuery } from '../generated/graphql.ts';
import { otherName, type Side } from './meetings.ts';
import { trophyName } from './words.ts';

export type CelebratedMeeting = NonNullable<OneMeetingQuery['connection']>;

interface CelebrationProperties {
  readonly meeting: CelebratedMeeting;
  readonly side: Side;
}

const STILLNESS = '(prefers-reduced-motion: reduce)';
/** Who looks at a meeting of earlier is not rained upon again. */
const FRESH_MILLISECONDS = 120_000;

export function Celebration({ meeting, side }: CelebrationProperties) {
  const { i18n } = useLingui();
  const { celebration, pointsAwarded, pointsOverCap } = meeting;
  const [isLively] = useState(() => !matchMedia(STILLNESS).matches && isFresh(meeting));
  const name = otherName(meeting, side, i18n);
  return (
    <section className="card celebration" data-lively={isLively || undefined} aria-label={i18n._('Celebration')}>
      {isLively && <PaperSnow />}
      <Handshake />
      <div className="stack" role="status">
        <p>{i18n._('You and {name} have met. Thank you both!', { name })}</p>
        {pointsAwarded === null ? (
          <Waiting label={i18n._('Your points are on their way…')} />
        ) : (
          <p className="award">
            {i18n._('{points, plural, one {+# point} other {+# points}}', { points: pointsAwarded })}
          </p>
        )}
        {(pointsOverCap ?? 0) > 0 && (
          <p className="quiet">
            {i18n._('You have earned what one can earn in a day. Meeting people is still worth it.')}
          </p>
        )}
      </div>
      {celebration && (
        <>
          <p>
            {celebration.number === 1
              ? i18n._('This was your first one!')
              : i18n._('This was your meeting number {number}.', { number: celebration.number })}
          </p>
          {celebration.trophy && (
            <div className="note" data-tone="good">
              <strong>{i18n._('New trophy: {trophy}', { trophy: trophyName(celebration.trophy, i18n) })}</strong>
            </div>
          )}
          <figure>
            <blockquote lang="en">{celebration.quote.text}</blockquote>
            <figcaption className="quiet small">{celebration.quote.author}</figcaption>
          </figure>
        </>
      )}
      <Link className="button" href={`/history/${meeting.id}/tell`}>
        {i18n._('Tell how it was')}
      </Link>
      <Link className="button" data-look="accent" href={side === 'officer' ? '/donate' : '/offers'}>
        {side === 'officer' ? i18n._('Give to a charity') : i18n._('See what points buy')}
      </Link>
      <Link className="button" href="/meet">
        {i18n._('Meet somebody else')}
      </Link>
    </section>
  );
}

function isFresh({ confirmedAt }: CelebratedMeeting): boolean {
  return confirmedAt !== null && Date.now() - Date.parse(confirmedAt) < FRESH_MILLISECONDS;
}

function PaperSnow() {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    let fall: { reset(): void } | undefined;
    let isOver = false;
    const begin = async () => {
      const { default: confetti } = await import('canvas-confetti');
      if (isOver || !canvas.current) return;
      // Not in a worker: it would be started from a blob, which the pages' security policy refuses.
      const shoot = confetti.create(canvas.current, { resize: true, useWorker: false });
      fall = shoot;
      const colors = ['#1747c4', '#9bb8ff', '#ffcf80', '#7fdba6', '#ffffff'];
      for (const [angle, x] of [
        [60, 0],
        [120, 1],
      ] as const) {
        void shoot({
          particleCount: 70,
          angle,
          spread: 70,
          origin: { x, y: 0.7 },
          colors,
          disableForReducedMotion: true,
        });
      }
    };
    void begin();
    return () => {
      isOver = true;
      fall?.reset();
    };
  }, []);
  return <canvas ref={canvas} data-confetti="" />;
}

function Handshake() {
  return (
    <svg
      viewBox="0 0 48 48"
      fill="none"
      stroke="currentColor"
      strokeWidth="3"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d="M14 6h20v12a10 10 0 0 1-20 0z" fill="currentColor" />
      <path d="M14 10H6c0 8 4 11 9 11M34 10h8c0 8-4 11-9 11M24 28v8M15 42h18M18 42c0-4 3-6 6-6s6 2 6 6" />
    </svg>
  );
}
