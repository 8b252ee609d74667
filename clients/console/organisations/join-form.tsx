/* Joining an organisation by the code of an invitation. */
import { useLingui } from '@lingui/react';
import { useForm } from 'react-hook-form';
import { Link, useLocation } from 'wouter';
import { useNotice } from '../../interface/notices.tsx';
import { Button, Note, ScreenTitle, TextField } from '../../interface/parts.tsx';
import { explain } from '../../interface/refusals.ts';
import { AcceptInvitationDocument } from '../generated/graphql.ts';
import { useAct } from '../shell/act.ts';
import { useStanding } from './own-standing.ts';

export function JoinForm() {
  const { i18n } = useLingui();
  const tell = useNotice();
  const renewUntilActing = useStanding();
  const [, go] = useLocation();
  const { run, busy, failure } = useAct(AcceptInvitationDocument);
  const { register, handleSubmit, formState } = useForm({ defaultValues: { code: '' } });
  const submit = handleSubmit(async ({ code }) => {
    const data = await run({ input: { code: code.trim() } });
    if (!data) return;
    const { id, kind, legalName } = data.acceptInvitation.organisation;
    await renewUntilActing(kind, id);
    tell(i18n._('You act for {name} now.', { name: legalName }));
    go(`/organisations/${id}`);
  });
  return (
    <>
      <Link href="/organisations">{i18n._('Back to my organisations')}</Link>
      <ScreenTitle>{i18n._('Join an organisation')}</ScreenTitle>
      <form className="card form" onSubmit={(event) => void submit(event)} noValidate>
        <TextField
          label={i18n._('Code of the invitation')}
          hint={i18n._('One of its owners has it for you.')}
          autoComplete="off"
          fault={formState.errors.code?.message}
          {...register('code', { validate: (value) => value.trim() !== '' || i18n._('Write or paste the code.') })}
        />
        {failure !== undefined && <Note tone="bad">{explain(failure, i18n)}</Note>}
        <div>
          <Button type="submit" look="accent" busy={busy}>
            {i18n._('Join')}
          </Button>
        </div>
      </form>
    </>
  );
}
