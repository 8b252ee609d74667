/* The organisations that one acts for, and the ways to one: apply, claim, join. */
import { useLingui } from '@lingui/react';
import { useEffect, useRef } from 'react';
import { Link, Route, Switch } from 'wouter';
import { useSite } from '../../graph/site.tsx';
import { useFormats } from '../../interface/language.tsx';
import { PagedList, usePaged } from '../../interface/paged.tsx';
import { Badge, Empty, Note, ScreenTitle } from '../../interface/parts.tsx';
import {
  type ApplicationPartsFragment,
  MyApplicationsDocument,
  MyOrganisationsDocument,
  type OrganisationPartsFragment,
} from '../generated/graphql.ts';
import { OwnApplication } from './application.tsx';
import { ApplyForm } from './apply-form.tsx';
import { ClaimForm } from './claim-form.tsx';
import { JoinForm } from './join-form.tsx';
import { OrganisationScreen } from './organisation.tsx';
import { nameOf, useStanding } from './own-standing.ts';
import { applicationStates, applicationTones, kinds, listingStates, listingTones, roleNames } from './words.ts';

export function Organisations() {
  return (
    <Switch>
      <Route path="/organisations/apply" component={ApplyForm} />
      <Route path="/organisations/claim" component={ClaimForm} />
      <Route path="/organisations/join" component={JoinForm} />
      <Route path="/organisations/applications/:id">{({ id }) => <OwnApplication key={id} id={id} />}</Route>
      <Route path="/organisations/:id">{({ id }) => <OrganisationScreen key={id} id={id} />}</Route>
      <Route component={Mine} />
    </Switch>
  );
}

function Mine() {
  const { i18n } = useLingui();
  const organisations = usePaged(MyOrganisationsDocument, {}, (data) => data.myOrganisations);
  const applications = usePaged(MyApplicationsDocument, {}, (data) => data.myOrganisationApplications);
  useNewStanding(organisations.page?.edges.map(({ node }) => node));
  const ways = [
    { path: '/organisations/apply', label: i18n._('Apply with a new one') },
    { path: '/organisations/claim', label: i18n._('Claim one that is listed') },
    { path: '/organisations/join', label: i18n._('Join by an invitation') },
  ];
  return (
    <>
      <ScreenTitle>{i18n._('My organisations')}</ScreenTitle>
      <PagedList
        list={organisations}
        idOf={({ id }) => id}
        look="sheet"
        empty={
          <Empty title={i18n._('You act for no organisation yet')}>
            <p>{i18n._('Apply with yours, claim one that is listed already, or join one that has invited you.')}</p>
          </Empty>
        }
      >
        {(organisation) => <OrganisationCard organisation={organisation} />}
      </PagedList>
      <div className="row">
        {ways.map(({ path, label }) => (
          <Link key={path} href={path} className="button">
            {label}
          </Link>
        ))}
      </div>
      {applications.page && applications.page.edges.length > 0 && <h2>{i18n._('My applications')}</h2>}
      <PagedList list={applications} idOf={({ id }) => id} look="sheet" empty={null}>
        {(application) => <ApplicationCard application={application} path={`/organisations/applications`} />}
      </PagedList>
    </>
  );
}

/** Somebody who was approved may do more than their session says: it is renewed. */
function useNewStanding(nodes: readonly OrganisationPartsFragment[] | undefined): void {
  const { organisations } = useSite();
  const renewUntilActing = useStanding();
  const renewed = useRef(false);
  const added = nodes?.find(({ id, kind, status }) => status === 'LISTED' && !organisations.includes(nameOf(kind, id)));
  useEffect(() => {
    if (!added || renewed.current) return;
    renewed.current = true;
    void renewUntilActing(added.kind, added.id);
  }, [added, renewUntilActing]);
}

export function OrganisationCard({ organisation }: { readonly organisation: OrganisationPartsFragment }) {
  const { i18n } = useLingui();
  const { id, kind, legalName, status, reason, myRole } = organisation;
  return (
    <article className="card">
      <h2>
        <Link href={`/organisations/${id}`}>{legalName}</Link>
      </h2>
      <p className="row">
        <Badge>{kinds[kind](i18n)}</Badge>
        <Badge tone={listingTones[status]}>{listingStates[status](i18n)}</Badge>
        {myRole && <Badge>{roleNames[myRole](i18n)}</Badge>}
      </p>
      {status !== 'LISTED' && reason && <Note tone="warn">{reason}</Note>}
    </article>
  );
}

interface ApplicationCardProperties {
  readonly application: ApplicationPartsFragment;
  readonly path: string;
}

export function ApplicationCard({ application, path }: ApplicationCardProperties) {
  const { i18n } = useLingui();
  const { instant } = useFormats();
  const { id, kind, legalName, status, appliedAt, webDomain, claimedId } = application;
  return (
    <article className="card">
      <h2>
        <Link href={`${path}/${id}`}>{legalName}</Link>
      </h2>
      <p className="row">
        <Badge>{kinds[kind](i18n)}</Badge>
        <Badge tone={applicationTones[status]}>{applicationStates[status](i18n)}</Badge>
        {claimedId && <Badge>{i18n._('Claims a listing')}</Badge>}
      </p>
      <p className="quiet">
        {webDomain} · {instant(appliedAt)}
      </p>
    </article>
  );
}
