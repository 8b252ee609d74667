/* Applications of organisations, for administrators to decide. */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { Route, Switch } from 'wouter';
import { PagedList, usePaged } from '../../interface/paged.tsx';
import { Empty, ScreenTitle } from '../../interface/parts.tsx';
import { type ApplicationStatus, ApplicationsDocument } from '../generated/graphql.ts';
import { Choice, useWords } from '../shell/choice.tsx';
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
  const states = useWords(applicationStates);
  const [status, setStatus] = useState<ApplicationStatus>();
  const list = usePaged(ApplicationsDocument, { status: status ?? null }, (data) => data.organisationApplications);
  return (
    <>
      <ScreenTitle>{i18n._('Applications')}</ScreenTitle>
      <div className="form">
        <Choice
          label={i18n._('State')}
          words={states}
          all={i18n._('All states')}
          chosen={status}
          onChoose={setStatus}
        />
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
