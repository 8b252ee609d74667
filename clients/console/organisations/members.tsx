/* Who acts for an organisation; owners and administrators change roles and remove, and everybody may leave. */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { useSite } from '../../graph/site.tsx';
import { useFormats } from '../../interface/language.tsx';
import { useNotice } from '../../interface/notices.tsx';
import { Dialog } from '../../interface/panels.tsx';
import { Badge, Button, Note } from '../../interface/parts.tsx';
import { explain } from '../../interface/refusals.ts';
import {
  ChangeMemberRoleDocument,
  type MemberRole,
  type OrganisationDetailsFragment,
  RemoveMemberDocument,
} from '../generated/graphql.ts';
import { AccountName, shortId } from '../shell/account-name.tsx';
import { useAct } from '../shell/act.ts';
import { roleNames, roles } from './words.ts';

type Member = OrganisationDetailsFragment['members'][number];

interface MembersProperties {
  readonly organisation: OrganisationDetailsFragment;
  /** May change others' roles and remove them. */
  readonly governs: boolean;
}

export function Members({ organisation, governs }: MembersProperties) {
  const { i18n } = useLingui();
  const tell = useNotice();
  const [removed, setRemoved] = useState<Member>();
  const { run, busy, failure } = useAct(ChangeMemberRoleDocument);
  const { id: organisationId, members, status } = organisation;
  const change = async ({ accountId }: Member, role: MemberRole) => {
    if (await run({ input: { organisationId, accountId, role } })) tell(i18n._('The role is changed.'));
  };
  return (
    <section className="card">
      <h2>{i18n._('Who acts for it')}</h2>
      {members.length === 0 && <p className="quiet">{i18n._('Nobody yet: it can be claimed.')}</p>}
      {failure !== undefined && <Note tone="bad">{explain(failure, i18n)}</Note>}
      <ul className="stack">
        {members.map((member) => (
          <li key={member.accountId}>
            <MemberRow
              member={member}
              governs={governs}
              isOpen={status === 'LISTED'}
              busy={busy}
              onChange={(role) => void change(member, role)}
              onRemove={() => setRemoved(member)}
            />
          </li>
        ))}
      </ul>
      {removed && <Removal organisation={organisation} member={removed} onClose={() => setRemoved(undefined)} />}
    </section>
  );
}

interface MemberRowProperties {
  readonly member: Member;
  readonly governs: boolean;
  /** Whether anything may be changed: the organisation takes part. */
  readonly isOpen: boolean;
  readonly busy: boolean;
  onChange(role: MemberRole): void;
  onRemove(): void;
}

function MemberRow({ member, governs, isOpen, busy, onChange, onRemove }: MemberRowProperties) {
  const { i18n } = useLingui();
  const { day } = useFormats();
  const { accountId } = useSite();
  const mine = member.accountId === accountId;
  const name = mine ? i18n._('You') : i18n._('Account {id}', { id: shortId(member.accountId) });
  return (
    <div className="row" data-spread="">
      <span className="row">
        <AccountName id={member.accountId} />
        <span className="quiet small">{i18n._('since {day}', { day: day(member.since) })}</span>
      </span>
      <span className="row">
        {governs ? (
          <span className="field">
            <select
              aria-label={i18n._('Role of {name}', { name })}
              value={member.role}
              disabled={busy}
              onChange={(event) => onChange(event.target.value as MemberRole)}
            >
              {(Object.keys(roles) as MemberRole[]).map((role) => (
                <option key={role} value={role}>
                  {roleNames[role](i18n)}
                </option>
              ))}
            </select>
          </span>
        ) : (
          <Badge>{roleNames[member.role](i18n)}</Badge>
        )}
        {isOpen && (governs || mine) && (
          <Button look="plain" onClick={onRemove}>
            {mine ? i18n._('Leave') : i18n._('Remove {name}', { name })}
          </Button>
        )}
      </span>
    </div>
  );
}

interface RemovalProperties {
  readonly organisation: OrganisationDetailsFragment;
  readonly member: Member;
  onClose(): void;
}

function Removal({ organisation, member, onClose }: RemovalProperties) {
  const { i18n } = useLingui();
  const tell = useNotice();
  const [, go] = useLocation();
  const { accountId, renew } = useSite();
  const { run, busy, failure } = useAct(RemoveMemberDocument);
  const mine = member.accountId === accountId;
  const { id: organisationId, legalName } = organisation;
  const remove = async () => {
    if (!(await run({ input: { organisationId, accountId: member.accountId } }))) return;
    onClose();
    tell(mine ? i18n._('You act for {name} no more.', { name: legalName }) : i18n._('They act for it no more.'));
    if (!mine) return;
    // What the session says ends within minutes, where it cannot be renewed now.
    await renew().catch(() => undefined);
    go('/organisations');
  };
  return (
    <Dialog
      open
      title={mine ? i18n._('Leave {name}?', { name: legalName }) : i18n._('Remove this person?')}
      description={i18n._('Only another invitation brings back who has left.')}
      onClose={onClose}
    >
      {failure !== undefined && <Note tone="bad">{explain(failure, i18n)}</Note>}
      <div className="row">
        <Button look="danger" busy={busy} onClick={() => void remove()}>
          {mine ? i18n._('Leave') : i18n._('Remove')}
        </Button>
        <Button look="plain" onClick={onClose}>
          {i18n._('Cancel')}
        </Button>
      </div>
    </Dialog>
  );
}
