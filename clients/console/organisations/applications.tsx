/* Applications of organisations, for administrators to decide. */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { Route, Switch } from 'wouter';
import { Empty, Field, ScreenTitle } from '../../interface/parts.tsx';
import { type ApplicationStatus, ApplicationsDocument } from '../generated/graphql.ts';
import { PagedList, usePaged } from '../shell/paged.tsx';
import { Application } from './application.tsx';
import { ApplicationCard } from './organisations.tsx';
import { applicationStates } from './words.ts';

export function Applications() {
  return (
    <Switch>
      <Route path="/applications/:id">{({ id }) => <Application key={id} id={id} back="/applications" />}</Route>
      <Route component={Queue} />
    </Switch>
  );
}

function Queue() {
  const { i18n } = useLingui();
  const [status, setStatus] = useState<ApplicationStatus | ''>('');
  const list = usePaged(ApplicationsDocument, { status: status || null }, (data) => data.organisationApplications);
  return (
    <>
      <ScreenTitle>{i18n._('Applications')}</ScreenTitle>
      <div className="form">
        <Field label={i18n._('State')}>
          {(control) => (
            <select
              {...control}
              value={status}
              onChange={(event) => setStatus(event.target.value as ApplicationStatus | '')}
            >
              <option value="">{i18n._('All states')}</option>
              {(Object.keys(applicationStates) as ApplicationStatus[]).map((each) => (
                <option key={each} value={each}>
                  {applicationStates[each](i18n)}
                </option>
              ))}
            </select>
          )}
        </Field>
      </div>
      <PagedList
        list={list}
        idOf={({ id }) => id}
        look="sheet"
        empty={<Empty title={i18n._('No application is in this state')} />}
      >
        {(application) => <ApplicationCard application={application} path="/applications" />}
      </PagedList>
    </>
  );
}
