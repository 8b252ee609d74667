/* One organisation: what it is, whom to write to, who acts for it, and its standing. */
import { useLingui } from '@lingui/react';
import { useQuery } from 'urql';
import { Link } from 'wouter';
import { useSite } from '../../graph/site.tsx';
import { useFormats } from '../../interface/language.tsx';
import { Answer } from '../../interface/page-state.tsx';
import { Badge, Empty, Note, ScreenTitle } from '../../interface/parts.tsx';
import { type OrganisationDetailsFragment, OrganisationDocument } from '../generated/graphql.ts';
import { Facts } from '../shell/facts.tsx';
import { Contact } from './contact.tsx';
import { Invitations } from './invitations.tsx';
import { Members } from './members.tsx';
import { Standing } from './standing.tsx';
import { kinds, listingStates, listingTones, roleNames } from './words.ts';

export function OrganisationScreen({ id }: { readonly id: string }) {
  const { i18n } = useLingui();
  const { scopes } = useSite();
  const [{ data, error, fetching }, ask] = useQuery({ query: OrganisationDocument, variables: { id } });
  const again = () => ask({ requestPolicy: 'network-only' });
  return (
    <>
      <Link href={scopes.includes('administrator') ? '/directory' : '/organisations'}>
        {i18n._('Back to the list')}
      </Link>
      <Answer data={data} error={error} fetching={fetching} retry={again}>
        {({ organisation }) =>
          organisation ? (
            <Shown organisation={organisation} onChange={again} />
          ) : (
            <Empty title={i18n._('There is no such organisation')} />
          )
        }
      </Answer>
    </>
  );
}

interface ShownProperties {
  readonly organisation: OrganisationDetailsFragment;
  onChange(): void;
}

function Shown({ organisation, onChange }: ShownProperties) {
  const { i18n } = useLingui();
  const { day } = useFormats();
  const { scopes } = useSite();
  const { kind, legalName, status, reason, myRole } = organisation;
  const isAdministrator = scopes.includes('administrator');
  const governs = status === 'LISTED' && (isAdministrator || myRole === 'OWNER');
  return (
    <>
      <ScreenTitle>{legalName}</ScreenTitle>
      <p className="row">
        <Badge>{kinds[kind](i18n)}</Badge>
        <Badge tone={listingTones[status]}>{listingStates[status](i18n)}</Badge>
        {myRole && <Badge>{i18n._('You: {role}', { role: roleNames[myRole](i18n) })}</Badge>}
      </p>
      {status !== 'LISTED' && reason && <Note tone="warn">{reason}</Note>}
      <section className="card">
        <h2>{i18n._('What it is')}</h2>
        <Facts
          entries={[
            [i18n._('Domain'), organisation.webDomain],
            [i18n._('EIN'), organisation.employerNumber],
            [i18n._('Listed since'), day(organisation.listedAt)],
            [i18n._('Id'), <span key="id">{organisation.id}</span>],
          ]}
        />
      </section>
      {organisation.contact && <Contact organisation={organisation} mayChange={governs} />}
      <Members organisation={organisation} governs={governs} />
      {organisation.invitations && <Invitations organisation={organisation} governs={governs} onChange={onChange} />}
      {(isAdministrator || myRole === 'OWNER') && status !== 'ARCHIVED' && (
        <Standing organisation={organisation} isAdministrator={isAdministrator} />
      )}
    </>
  );
}
