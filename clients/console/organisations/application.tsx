/* One application: what was said, what is checked, and what the applicant or an administrator may do about it. */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { useQuery } from 'urql';
import { Link } from 'wouter';
import { useSite } from '../../graph/site.tsx';
import { useFormats } from '../../interface/language.tsx';
import { useNotice } from '../../interface/notices.tsx';
import { Answer } from '../../interface/page-state.tsx';
import { Badge, Button, Empty, Note, ScreenTitle } from '../../interface/parts.tsx';
import { explain } from '../../interface/refusals.ts';
import {
  ApplicationDocument,
  type ApplicationPartsFragment,
  CheckOrganisationDomainDocument,
  WithdrawApplicationDocument,
} from '../generated/graphql.ts';
import { AccountName } from '../shell/account-name.tsx';
import { useAct } from '../shell/act.ts';
import { Copied } from '../shell/copied.tsx';
import { Facts } from '../shell/facts.tsx';
import { Decide } from './decide.tsx';
import { applicationStates, applicationTones, employerChecks, kinds } from './words.ts';

interface Whose {
  readonly id: string;
}

export function OwnApplication({ id }: Whose) {
  return <Application id={id} back="/organisations" />;
}

export function Application({ id, back }: Whose & { readonly back: string }) {
  const { i18n } = useLingui();
  const [{ data, error, fetching }, ask] = useQuery({ query: ApplicationDocument, variables: { id } });
  return (
    <>
      <Link href={back}>{i18n._('Back to the list')}</Link>
      <Answer data={data} error={error} fetching={fetching} retry={() => ask({ requestPolicy: 'network-only' })}>
        {({ organisationApplication }) =>
          organisationApplication ? (
            <Shown application={organisationApplication} />
          ) : (
            <Empty title={i18n._('There is no such application')} />
          )
        }
      </Answer>
    </>
  );
}

const isOpen = ({ status }: ApplicationPartsFragment) => status === 'APPLIED' || status === 'CHECKING';

function Shown({ application }: { readonly application: ApplicationPartsFragment }) {
  const { i18n } = useLingui();
  const { instant } = useFormats();
  const { accountId, scopes } = useSite();
  const { kind, legalName, listing, employerNumber, employerCheck, employerName, contact, status } = application;
  const mine = application.applicantId === accountId;
  return (
    <>
      <ScreenTitle>{legalName}</ScreenTitle>
      <p className="row">
        <Badge>{kinds[kind](i18n)}</Badge>
        <Badge tone={applicationTones[status]}>{applicationStates[status](i18n)}</Badge>
      </p>
      {application.reason && <Note tone={status === 'REFUSED' ? 'bad' : 'good'}>{application.reason}</Note>}
      {status === 'LISTED' && application.organisationId && (
        <p>
          <Link className="button" data-look="accent" href={`/organisations/${application.organisationId}`}>
            {i18n._('Open the organisation')}
          </Link>
        </p>
      )}
      <section className="card">
        <h2>{i18n._('What was said')}</h2>
        <Facts
          entries={[
            [i18n._('Name that people see'), listing.name],
            [i18n._('Line of work'), listing.category],
            [i18n._('Seat'), [listing.city, listing.state, listing.zipCode].filter(Boolean).join(', ')],
            [i18n._('ZIP codes it covers'), listing.zipCodes?.join(', ')],
            [i18n._('Whom to write to'), contact && `${contact.name}, ${contact.email}`],
            [i18n._('Applied'), instant(application.appliedAt)],
            [i18n._('Applicant'), <AccountName key="applicant" id={application.applicantId} />],
            [i18n._('Decided'), application.decidedAt && instant(application.decidedAt)],
          ]}
        />
      </section>
      <section className="card">
        <h2>{i18n._('Checks')}</h2>
        <Facts
          entries={[
            [
              i18n._('Domain'),
              <span key="domain" className="row">
                {application.webDomain}
                <Badge tone={application.domainProvedAt ? 'good' : 'warn'}>
                  {application.domainProvedAt ? i18n._('Proved') : i18n._('Not proved yet')}
                </Badge>
              </span>,
            ],
            [i18n._('EIN'), employerNumber],
            [
              i18n._('Check of the EIN'),
              <Badge
                key="check"
                tone={employerCheck === 'PASSED' ? 'good' : employerCheck === 'NOT_NEEDED' ? undefined : 'warn'}
              >
                {employerChecks[employerCheck](i18n)}
              </Badge>,
            ],
            [i18n._('Name at the IRS'), employerName],
            [i18n._('Listed despite checks'), application.despiteChecks ? i18n._('Yes') : null],
          ]}
        />
      </section>
      {isOpen(application) && !application.domainProvedAt && <ProveDomain application={application} />}
      {isOpen(application) && scopes.includes('administrator') && !mine && <Decide application={application} />}
      {isOpen(application) && mine && <Withdraw application={application} />}
    </>
  );
}

function ProveDomain({ application }: { readonly application: ApplicationPartsFragment }) {
  const { i18n } = useLingui();
  const [looked, setLooked] = useState(false);
  const { run, busy, failure } = useAct(CheckOrganisationDomainDocument);
  const look = async () => {
    setLooked(false);
    const data = await run({ input: { applicationId: application.id } });
    if (data) setLooked(true);
  };
  return (
    <section className="card">
      <h2>{i18n._('Prove the domain')}</h2>
      <p>{i18n._('Publish this text as a TXT record of this name. It may take an hour until others see it.')}</p>
      <Copied label={i18n._('Name of the record')} text={application.domainName} />
      <Copied label={i18n._('Text of the record')} text={application.domainText} />
      {looked && <Note tone="warn">{i18n._('The text is not there yet. Look again in a while.')}</Note>}
      {failure !== undefined && <Note tone="bad">{explain(failure, i18n)}</Note>}
      <div>
        <Button look="accent" busy={busy} onClick={() => void look()}>
          {i18n._('Look now')}
        </Button>
      </div>
    </section>
  );
}

function Withdraw({ application }: { readonly application: ApplicationPartsFragment }) {
  const { i18n } = useLingui();
  const tell = useNotice();
  const [sure, setSure] = useState(false);
  const { run, busy, failure } = useAct(WithdrawApplicationDocument);
  const withdraw = async () => {
    if (await run({ input: { applicationId: application.id } })) tell(i18n._('The application is taken back.'));
  };
  return (
    <section className="card">
      <h2>{i18n._('An administrator decides')}</h2>
      <p>{i18n._('You see the answer here. Until then you may take the application back.')}</p>
      {failure !== undefined && <Note tone="bad">{explain(failure, i18n)}</Note>}
      <div className="row">
        {!sure && <Button onClick={() => setSure(true)}>{i18n._('Take it back')}</Button>}
        {sure && (
          <>
            <Button look="danger" busy={busy} onClick={() => void withdraw()}>
              {i18n._('Yes, take it back')}
            </Button>
            <Button look="plain" onClick={() => setSure(false)}>
              {i18n._('Keep it')}
            </Button>
          </>
        )}
      </div>
    </section>
  );
}
