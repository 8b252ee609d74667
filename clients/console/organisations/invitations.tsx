/* Inviting people to act for an organisation: a code, shown once, that its owner hands on. */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { useFormats } from '../../interface/language.tsx';
import { useNotice } from '../../interface/notices.tsx';
import { Button, Field, Note } from '../../interface/parts.tsx';
import { explain } from '../../interface/refusals.ts';
import {
  InviteMemberDocument,
  type MemberRole,
  type OrganisationDetailsFragment,
  WithdrawInvitationDocument,
} from '../generated/graphql.ts';
import { useAct } from '../shell/act.ts';
import { Copied } from '../shell/copied.tsx';
import { roleNames, roles } from './words.ts';

interface InvitationsProperties {
  readonly organisation: OrganisationDetailsFragment;
  readonly governs: boolean;
  onChange(): void;
}

export function Invitations({ organisation, governs, onChange }: InvitationsProperties) {
  const { i18n } = useLingui();
  const { instant } = useFormats();
  const tell = useNotice();
  const { run, busy, failure } = useAct(WithdrawInvitationDocument);
  const open = (organisation.invitations ?? []).filter(({ acceptedAt, withdrawnAt }) => !acceptedAt && !withdrawnAt);
  const withdraw = async (invitationId: string) => {
    if (!(await run({ input: { invitationId } }))) return;
    tell(i18n._('The invitation is withdrawn.'));
    onChange();
  };
  return (
    <section className="card">
      <h2>{i18n._('Invitations')}</h2>
      {open.length === 0 && <p className="quiet">{i18n._('None is open.')}</p>}
      {failure !== undefined && <Note tone="bad">{explain(failure, i18n)}</Note>}
      <ul className="stack">
        {open.map(({ id, role, expiresAt }) => (
          <li key={id} className="row" data-spread="">
            <span>
              {i18n._('{role}, until {instant}', { role: roleNames[role](i18n), instant: instant(expiresAt) })}
            </span>
            {governs && (
              <Button look="plain" busy={busy} onClick={() => void withdraw(id)}>
                {i18n._('Withdraw')}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {governs && <Invite organisationId={organisation.id} onInvited={onChange} />}
    </section>
  );
}

interface InviteProperties {
  readonly organisationId: string;
  onInvited(): void;
}

function Invite({ organisationId, onInvited }: InviteProperties) {
  const { i18n } = useLingui();
  const [role, setRole] = useState<MemberRole>('EDITOR');
  const [code, setCode] = useState<string>();
  const { run, busy, failure } = useAct(InviteMemberDocument);
  const invite = async () => {
    setCode(undefined);
    const data = await run({ input: { organisationId, role } });
    if (!data) return;
    setCode(data.inviteMember.code);
    onInvited();
  };
  return (
    <div className="stack form">
      <Field label={i18n._('What they may do')}>
        {(control) => (
          <select {...control} value={role} onChange={(event) => setRole(event.target.value as MemberRole)}>
            {(Object.keys(roles) as MemberRole[]).map((each) => (
              <option key={each} value={each}>
                {roles[each](i18n)}
              </option>
            ))}
          </select>
        )}
      </Field>
      {failure !== undefined && <Note tone="bad">{explain(failure, i18n)}</Note>}
      <div>
        <Button look="accent" busy={busy} onClick={() => void invite()}>
          {i18n._('Make an invitation')}
        </Button>
      </div>
      {code && (
        <Note tone="good">
          <p>{i18n._('Hand this code to the person. It is shown this once, and is good for one person.')}</p>
          <Copied label={i18n._('Code of the invitation')} text={code} />
        </Note>
      )}
    </div>
  );
}
