/* Whether an organisation takes part: suspend and reinstate it (administrators), or end it for good (owners too). */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { Button } from '../../interface/parts.tsx';
import {
  ArchiveOrganisationDocument,
  type OrganisationDetailsFragment,
  ReinstateOrganisationDocument,
  SuspendOrganisationDocument,
} from '../generated/graphql.ts';
import { Decision } from '../shell/decision.tsx';

interface StandingProperties {
  readonly organisation: OrganisationDetailsFragment;
  readonly isAdministrator: boolean;
}

export function Standing({ organisation, isAdministrator }: StandingProperties) {
  const { i18n } = useLingui();
  const [asked, setAsked] = useState<'suspend' | 'reinstate' | 'archive'>();
  const { id: organisationId, legalName: name, status } = organisation;
  const close = () => setAsked(undefined);
  const variables = (reason: string) => ({ input: { organisationId, reason } });
  return (
    <section className="card">
      <h2>{i18n._('Taking part')}</h2>
      <div className="row">
        {isAdministrator && status === 'LISTED' && (
          <Button look="danger" onClick={() => setAsked('suspend')}>
            {i18n._('Suspend')}
          </Button>
        )}
        {isAdministrator && status === 'SUSPENDED' && (
          <Button look="accent" onClick={() => setAsked('reinstate')}>
            {i18n._('Reinstate')}
          </Button>
        )}
        <Button look="danger" onClick={() => setAsked('archive')}>
          {i18n._('End it for good')}
        </Button>
      </div>
      {asked === 'suspend' && (
        <Decision
          document={SuspendOrganisationDocument}
          title={i18n._('Suspend {name}?', { name })}
          consequence={i18n._(
            'All that it lists is off the lists until it is reinstated. Its members read the reason.',
          )}
          action={i18n._('Suspend')}
          danger
          done={i18n._('{name} is suspended.', { name })}
          variables={variables}
          onClose={close}
        />
      )}
      {asked === 'reinstate' && (
        <Decision
          document={ReinstateOrganisationDocument}
          title={i18n._('Reinstate {name}?', { name })}
          consequence={i18n._('It and what it lists are on the lists again.')}
          action={i18n._('Reinstate')}
          done={i18n._('{name} takes part again.', { name })}
          variables={variables}
          onClose={close}
        />
      )}
      {asked === 'archive' && (
        <Decision
          document={ArchiveOrganisationDocument}
          title={i18n._('End {name} for good?', { name })}
          consequence={i18n._(
            'Its offers and schemes are closed, nobody acts for it any more, and unused vouchers go back for their points. This cannot be undone.',
          )}
          action={i18n._('End it for good')}
          danger
          done={i18n._('{name} is ended.', { name })}
          variables={variables}
          onClose={close}
        />
      )}
    </section>
  );
}
