/* One's own code for a meeting. What makes it is kept by the cache, so that it is there offline and after a reload. */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { useQuery } from 'urql';
import { Button, Note, Waiting } from '../../interface/parts.tsx';
import { explain } from '../../interface/refusals.ts';
import { MeetingCodeToShowDocument } from '../generated/graphql.ts';
import type { Side } from './meetings.ts';
import { ShownCode } from './shown-code.tsx';

export function OwnMeetingCode({ meetingId, side }: { readonly meetingId: string; readonly side: Side }) {
  const { i18n } = useLingui();
  // Officers show, citizens scan: most often nobody has to choose.
  const [isShown, setIsShown] = useState(side === 'officer');
  const [{ data, fetching, error }, ask] = useQuery({
    query: MeetingCodeToShowDocument,
    variables: { connectionId: meetingId },
    requestPolicy: 'cache-first',
  });
  const secret = data?.meetingCode;
  return (
    <>
      <Button aria-expanded={isShown} onClick={() => setIsShown(!isShown)}>
        {isShown ? i18n._('Hide my code') : i18n._('Show my code')}
      </Button>
      {isShown && secret && <ShownCode secret={secret} shown={side} />}
      {isShown && !secret && fetching && <Waiting />}
      {isShown && !secret && error && (
        <Note tone="bad">
          <div className="row" data-spread="">
            <span>{explain(error, i18n)}</span>
            <Button onClick={() => ask({ requestPolicy: 'network-only' })}>{i18n._('Try again')}</Button>
          </div>
        </Note>
      )}
    </>
  );
}
