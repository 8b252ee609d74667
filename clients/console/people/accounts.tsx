/*
 * What an administrator can do about one account: suspend it, lift that, note a guardian's consent, make it an analyst's.
 * People's names and doings are not shown here; an account is reached from where something about it waits, or by its id.
 */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { Route, Switch } from 'wouter';
import { Button, Note, ScreenTitle } from '../../interface/parts.tsx';
import {
  FreezePointsDocument,
  RecordGuardianConsentDocument,
  ReinstateAccountDocument,
  SuspendAccountDocument,
  UnfreezePointsDocument,
  WithdrawGuardianConsentDocument,
} from '../generated/graphql.ts';
import { shortId } from '../shell/account-name.tsx';
import { Confirmation } from '../shell/confirmation.tsx';
import { Decision } from '../shell/decision.tsx';
import { FindById } from '../shell/find-by-id.tsx';
import { AnalystOfAccount, Analysts } from './analysts.tsx';
import { endOf, UntilField } from './until-field.tsx';

export function Accounts() {
  return (
    <Switch>
      <Route path="/accounts/:id">{({ id }) => <Account key={id} id={id} />}</Route>
      <Route component={FindAccount} />
    </Switch>
  );
}

function FindAccount() {
  const { i18n } = useLingui();
  return (
    <>
      <ScreenTitle>{i18n._('Accounts')}</ScreenTitle>
      <FindById
        label={i18n._('Id of the account')}
        hint={i18n._('From a report, an appeal, a meeting or a list of members you come to an account by its name.')}
        action={i18n._('Open')}
        path="/accounts"
      />
      <Analysts />
    </>
  );
}

type Step = 'freeze' | 'unfreeze' | 'suspend' | 'reinstate' | 'consent' | 'no consent';

function Account({ id: accountId }: { readonly id: string }) {
  const { i18n } = useLingui();
  const [asked, setAsked] = useState<Step>();
  const [until, setUntil] = useState('');
  const close = () => setAsked(undefined);
  const input = { accountId };
  const name = i18n._('Account {id}', { id: shortId(accountId) });
  return (
    <>
      <ScreenTitle>{name}</ScreenTitle>
      <p className="quiet number">{accountId}</p>
      <section className="card">
        <h2>{i18n._('Suspension')}</h2>
        <Note>
          {i18n._('A suspended person still signs in, reads the reason and may appeal. Suspending again changes both.')}
        </Note>
        <div className="row">
          <Button look="danger" onClick={() => setAsked('suspend')}>
            {i18n._('Suspend')}
          </Button>
          <Button onClick={() => setAsked('reinstate')}>{i18n._('Lift the suspension')}</Button>
        </div>
      </section>
      <section className="card">
        <h2>{i18n._('Points')}</h2>
        <p className="quiet">{i18n._('Frozen points can be earned and not spent, until they are released.')}</p>
        <div className="row">
          <Button look="danger" onClick={() => setAsked('freeze')}>
            {i18n._('Freeze the points')}
          </Button>
          <Button onClick={() => setAsked('unfreeze')}>{i18n._('Release the points')}</Button>
        </div>
      </section>
      <section className="card">
        <h2>{i18n._('Consent of a guardian')}</h2>
        <p className="quiet">{i18n._('For a youth, noted after somebody has spoken with the guardian.')}</p>
        <div className="row">
          <Button onClick={() => setAsked('consent')}>{i18n._('Note the consent')}</Button>
          <Button onClick={() => setAsked('no consent')}>{i18n._('Note that it was withdrawn')}</Button>
        </div>
      </section>
      <AnalystOfAccount accountId={accountId} />
      {asked === 'suspend' && (
        <Decision
          document={SuspendAccountDocument}
          title={i18n._('Suspend this account?')}
          consequence={i18n._('It may do nothing any more: at once where people meet, everywhere within five minutes.')}
          action={i18n._('Suspend')}
          danger
          done={i18n._('The account is suspended.')}
          reasonLabel={i18n._('Reason, which the person reads')}
          variables={(reason) => ({ input: { accountId, reason, until: endOf(until) } })}
          onClose={close}
        >
          <UntilField value={until} onChange={setUntil} />
        </Decision>
      )}
      {(asked === 'freeze' || asked === 'unfreeze') && (
        <Freezing accountId={accountId} isFreezing={asked === 'freeze'} onClose={close} />
      )}
      {asked === 'reinstate' && (
        <Confirmation
          document={ReinstateAccountDocument}
          variables={{ input }}
          title={i18n._('Lift the suspension?')}
          consequence={i18n._('The person may do everything again, within five minutes.')}
          action={i18n._('Lift the suspension')}
          done={i18n._('The suspension is lifted.')}
          onClose={close}
        />
      )}
      {asked === 'consent' && (
        <Confirmation
          document={RecordGuardianConsentDocument}
          variables={{ input }}
          title={i18n._('Note the consent of the guardian?')}
          consequence={i18n._('The youth may meet officers from then on. Who noted it is kept.')}
          action={i18n._('Note the consent')}
          done={i18n._('The consent is noted.')}
          onClose={close}
        />
      )}
      {asked === 'no consent' && (
        <Confirmation
          document={WithdrawGuardianConsentDocument}
          variables={{ input }}
          title={i18n._('Note that the consent was withdrawn?')}
          consequence={i18n._('The youth may meet nobody any more until it is given again. Who noted it is kept.')}
          action={i18n._('Note that it was withdrawn')}
          danger
          done={i18n._('It is noted that the consent was withdrawn.')}
          onClose={close}
        />
      )}
    </>
  );
}

interface FreezingProperties {
  readonly accountId: string;
  readonly isFreezing: boolean;
  onClose(): void;
}

function Freezing({ accountId, isFreezing, onClose }: FreezingProperties) {
  const { i18n } = useLingui();
  const variables = (reason: string) => ({ input: { accountId, reason } });
  return isFreezing ? (
    <Decision
      document={FreezePointsDocument}
      variables={variables}
      title={i18n._('Freeze the points of this account?')}
      consequence={i18n._(
        'Nothing of them can be spent or given until they are released. The person reads that they are on hold.',
      )}
      action={i18n._('Freeze the points')}
      danger
      done={i18n._('The points are frozen.')}
      onClose={onClose}
    />
  ) : (
    <Decision
      document={UnfreezePointsDocument}
      variables={variables}
      title={i18n._('Release the points of this account?')}
      consequence={i18n._('The person can spend and give them again.')}
      action={i18n._('Release the points')}
      done={i18n._('The points are released.')}
      onClose={onClose}
    />
  );
}
