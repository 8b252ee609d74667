/* A new endpoint, or another address and other messages for one; a secret is shown when it is made and never again. */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { useNotice } from '../../interface/notices.tsx';
import { Dialog } from '../../interface/panels.tsx';
import { Button, Note, TextField } from '../../interface/parts.tsx';
import { explain } from '../../interface/refusals.ts';
import {
  ChangeWebhookDocument,
  CreateWebhookDocument,
  type PartnerKind,
  type WebhookEvent,
  type WebhookPartsFragment,
} from '../generated/graphql.ts';
import { useAct } from '../shell/act.ts';
import { SecretOnce } from './secret-once.tsx';
import { events, eventsOf } from './words.ts';

interface WebhookFormProperties {
  readonly partner: { readonly id: string; readonly kind: PartnerKind };
  /** What is changed; a new one where left out. */
  readonly endpoint?: WebhookPartsFragment;
  onClose(): void;
  /** Told when the secret was seen. */
  onMade?(endpointId: string): void;
}

interface WebhookFields {
  readonly url: string;
  readonly description: string;
  readonly events: WebhookEvent[];
}

export function WebhookForm({ partner, endpoint, onClose, onMade }: WebhookFormProperties) {
  const { i18n } = useLingui();
  const tell = useNotice();
  const [made, setMade] = useState<{ readonly id: string; readonly secret: string }>();
  const creating = useAct(CreateWebhookDocument);
  const changing = useAct(ChangeWebhookDocument);
  const { register, handleSubmit, formState } = useForm<WebhookFields>({
    defaultValues: {
      url: endpoint?.url ?? '',
      description: endpoint?.description ?? '',
      events: [...(endpoint?.events ?? eventsOf[partner.kind])],
    },
  });
  const { errors } = formState;
  const submit = handleSubmit(async ({ url, description, events: chosen }) => {
    const fields = { url: url.trim(), description: description.trim() || null, events: chosen };
    if (endpoint) {
      if (!(await changing.run({ input: { endpointId: endpoint.id, ...fields } }))) return;
      tell(i18n._('Saved.'));
      onClose();
      return;
    }
    const data = await creating.run({ input: { kind: partner.kind, organisationId: partner.id, ...fields } });
    if (data) setMade({ id: data.createWebhookEndpoint.endpoint.id, secret: data.createWebhookEndpoint.secret });
  });
  if (made) {
    return (
      <SecretOnce
        secret={made.secret}
        onClose={() => {
          onClose();
          onMade?.(made.id);
        }}
      />
    );
  }
  const failure = creating.failure ?? changing.failure;
  return (
    <Dialog open title={endpoint ? i18n._('Change the endpoint') : i18n._('Add an endpoint')} onClose={onClose}>
      <form className="stack" onSubmit={(event) => void submit(event)} noValidate>
        <TextField
          label={i18n._('Address')}
          hint={i18n._('Of the public internet, beginning with https://')}
          type="url"
          inputMode="url"
          autoCapitalize="none"
          fault={errors.url?.message}
          {...register('url', {
            validate: (value) =>
              URL.canParse(value.trim()) || i18n._('Write a whole address, with https:// before it.'),
          })}
        />
        <TextField label={i18n._('What it is for (optional)')} maxLength={80} {...register('description')} />
        <fieldset className="field">
          <legend>{i18n._('What it is told')}</legend>
          {eventsOf[partner.kind].map((each) => (
            <label key={each} className="check">
              <input
                type="checkbox"
                value={each}
                {...register('events', {
                  validate: (chosen) => chosen.length > 0 || i18n._('Choose at least one.'),
                })}
              />
              {events[each](i18n)}
            </label>
          ))}
          {errors.events && (
            <span className="fault" role="alert">
              {errors.events.message}
            </span>
          )}
        </fieldset>
        {failure !== undefined && <Note tone="bad">{explain(failure, i18n)}</Note>}
        <div className="row">
          <Button type="submit" look="accent" busy={creating.busy || changing.busy}>
            {i18n._('Save')}
          </Button>
          <Button look="plain" onClick={onClose}>
            {i18n._('Cancel')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
