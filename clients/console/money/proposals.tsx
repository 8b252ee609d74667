/* What the money of a fund could pay for: proposed by municipalities and administrators, approved by administrators. */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { useSite } from '../../graph/site.tsx';
import { PagedList, usePaged } from '../../interface/paged.tsx';
import { Dialog } from '../../interface/panels.tsx';
import { Badge, Button, Empty, type Tone } from '../../interface/parts.tsx';
import { EntryForm } from '../catalog/entry-form.tsx';
import { Step } from '../catalog/offers.tsx';
import {
  ApproveProposalDocument,
  type FundProposalState,
  ProposalsOfFundDocument,
  type ProposeFundOptionInput,
  ProposeOptionDocument,
  WithdrawProposalDocument,
} from '../generated/graphql.ts';
import { useOwnChangeable } from '../shell/rights.tsx';

export function Proposals({ zipCode }: { readonly zipCode: string }) {
  const { i18n } = useLingui();
  const { scopes } = useSite();
  const [isNew, setNew] = useState(false);
  const list = usePaged(ProposalsOfFundDocument, { zipCode }, (data) => data.fundProposals);
  const isAdministrator = scopes.includes('administrator');
  const own = useOwnChangeable('municipality');
  const [municipalityId] = own;
  const states: Readonly<Record<FundProposalState, readonly [string, Tone | undefined]>> = {
    PROPOSED: [i18n._('Proposed'), 'warn'],
    APPROVED: [i18n._('Approved'), 'good'],
    WITHDRAWN: [i18n._('Withdrawn'), undefined],
    VOTED_ON: [i18n._('Was voted on'), undefined],
  };
  return (
    <>
      {(isAdministrator || municipalityId) && (
        <div>
          <Button look="accent" onClick={() => setNew(true)}>
            {i18n._('Propose something')}
          </Button>
        </div>
      )}
      <PagedList
        list={list}
        idOf={({ id }) => id}
        look="sheet"
        empty={
          <Empty title={i18n._('Nothing was proposed yet')}>
            <p>{i18n._('A vote needs four approved proposals.')}</p>
          </Empty>
        }
      >
        {({ id, title, text, recipientName, state, municipalityId: owner }) => (
          <article className="card stack" aria-label={title}>
            <h3>{title}</h3>
            <p>
              <Badge tone={states[state][1]}>{states[state][0]}</Badge>
            </p>
            <p>{text}</p>
            <p className="quiet small">{i18n._('Paid to {recipient}', { recipient: recipientName })}</p>
            <div className="row">
              {isAdministrator && state === 'PROPOSED' && (
                <Step
                  document={ApproveProposalDocument}
                  input={{ proposalId: id }}
                  look="accent"
                  label={i18n._('Approve')}
                  done={i18n._('{title} is approved.', { title })}
                />
              )}
              {(state === 'PROPOSED' || state === 'APPROVED') &&
                (isAdministrator || (owner && own.includes(owner))) && (
                  <Step
                    document={WithdrawProposalDocument}
                    input={{ proposalId: id }}
                    label={i18n._('Withdraw')}
                    done={i18n._('{title} is withdrawn.', { title })}
                  />
                )}
            </div>
          </article>
        )}
      </PagedList>
      {isNew && (
        <Dialog open title={i18n._('Propose something')} onClose={() => setNew(false)}>
          <EntryForm<ProposeFundOptionInput, unknown, { input: ProposeFundOptionInput }>
            document={ProposeOptionDocument}
            entries={[
              { name: 'title', label: i18n._('Title'), needed: true },
              { name: 'text', label: i18n._('What the money is for'), kind: 'lines', needed: true },
              { name: 'recipientName', label: i18n._('Who is paid'), needed: true },
            ]}
            variables={(given) => ({
              input: { ...given, zipCode, ...(!isAdministrator && { municipalityId: municipalityId ?? null }) },
            })}
            action={i18n._('Propose it')}
            done={i18n._('It is proposed.')}
            onDone={() => setNew(false)}
            onCancel={() => setNew(false)}
          />
        </Dialog>
      )}
    </>
  );
}
