/* Meeting, by who asks: an officer's window, a citizen's surroundings, or the way in for somebody who is neither yet. */
import { useLingui } from '@lingui/react';
import { Link } from 'wouter';
import { useSite } from '../../graph/site.tsx';
import { ScreenTitle } from '../../interface/parts.tsx';
import { SignInButton } from '../../interface/sign-in-button.tsx';
import { CitizenSurroundings } from './citizen.tsx';
import { useLive } from './live.tsx';
import './meet.css';
import { OfficerWindow } from './officer.tsx';
import { usePreparedMeeting } from './prepared.ts';

export function Meet() {
  const { side } = useLive();
  usePreparedMeeting();
  if (side === 'officer') return <OfficerWindow />;
  if (side === 'citizen') return <CitizenSurroundings />;
  return <WayIn />;
}

function WayIn() {
  const { i18n } = useLingui();
  const { accountId } = useSite();
  return (
    <>
      <ScreenTitle>{i18n._('Meet')}</ScreenTitle>
      <section className="card">
        <p>{i18n._('See which officers near you have a moment, say hello, and earn points together.')}</p>
        {accountId ? (
          <>
            <p>{i18n._('One step is left: verify your phone.')}</p>
            <Link className="button" data-look="accent" href="/account">
              {i18n._('Verify my phone')}
            </Link>
          </>
        ) : (
          <SignInButton />
        )}
      </section>
    </>
  );
}
