/* One endpoint: where and what it is told, its secret replaced, tried, disabled, deleted; and what became of its messages. */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { useQuery } from 'urql';
import { Link, useLocation } from 'wouter';
import { useFormats } from '../../interface/language.tsx';
import { useNotice } from '../../interface/notices.tsx';
import { Answer } from '../../interface/page-state.tsx';
import { Dialog } from '../../interface/panels.tsx';
import { Button, Note, ScreenTitle } from '../../interface/parts.tsx';
import { explain } from '../../interface/refusals.ts';
import {
  ChangeWebhookDocument,
  DeleteWebhookDocument,
  PingWebhookDocument,
  RotateWebhookSecretDocument,
  WebhookDocument,
  type WebhookPartsFragment,
} from '../generated/graphql.ts';
import { useAct } from '../shell/act.ts';
import { Confirmation } from '../shell/confirmation.tsx';
import { Facts } from '../shell/facts.tsx';
import { useMayChange, ViewerNote } from '../shell/rights.tsx';
import { Deliveries } from './deliveries.tsx';
import { EndpointState } from './endpoint-state.tsx';
import { SecretOnce } from './secret-once.tsx';
import { WebhookForm } from './webhook-form.tsx';
import { disabledReasons, events } from './words.ts';

export function Endpoint({ id }: { readonly id: string }) {
  const { i18n } = useLingui();
  const [{ data, error, fetching }, ask] = useQuery({ query: WebhookDocument, variables: { id } });
  return (
    <>
      <Link href="/webhooks">{i18n._('Back to the list')}</Link>
      <Answer
        data={data?.webhookEndpoint}
        error={error}
        fetching={fetching}
        retry={() => ask({ requestPolicy: 'network-only' })}
      >
        {(endpoint) => <Shown endpoint={endpoint} />}
      </Answer>
    </>
  );
}

type Step = 'change' | 'rotate' | 'enable' | 'disable' | 'delete';

function Shown({ endpoint }: { readonly endpoint: WebhookPartsFragment }) {
  const { i18n } = useLingui();
  const { instant } = useFormats();
  const tell = useNotice();
  const [, go] = useLocation();
  const [asked, setAsked] = useState<Step>();
  const { run, busy, failure } = useAct(PingWebhookDocument);
  const { id, url, description, state, disabledReason, disabledAt, signingKeys } = endpoint;
  const active = state === 'ACTIVE';
  const mayChange = useMayChange()(endpoint.organisationId);
  const close = () => setAsked(undefined);
  const ping = async () => {
    if (await run({ input: { endpointId: id } })) tell(i18n._('A trial message is on its way.'));
  };
  return (
    <>
      <ScreenTitle>{description ?? url}</ScreenTitle>
      <p className="row">
        <EndpointState state={state} />
      </p>
      <ViewerNote organisationId={endpoint.organisationId} />
      {disabledReason && (
        <Note tone="warn">
          {disabledReasons[disabledReason](i18n)} {disabledAt && instant(disabledAt)}
        </Note>
      )}
      <section className="card">
        <h2>{i18n._('Where and what')}</h2>
        <Facts
          entries={[
            [i18n._('Address'), url],
            [i18n._('What it is told'), endpoint.events.map((each) => events[each](i18n)).join(', ')],
            [i18n._('Last delivered'), endpoint.lastDeliveredAt && instant(endpoint.lastDeliveredAt)],
            [i18n._('Fails since'), endpoint.failingSince && instant(endpoint.failingSince)],
            ...signingKeys.map(
              ({ publicKey, signsUntil }, place) =>
                [
                  i18n._('Public key {number}', { number: place + 1 }),
                  <span key={publicKey}>
                    {publicKey} {signsUntil && i18n._('until {instant}', { instant: instant(signsUntil) })}
                  </span>,
                ] as const,
            ),
          ]}
        />
        {failure !== undefined && <Note tone="bad">{explain(failure, i18n)}</Note>}
        {mayChange && (
          <div className="row">
            {active && (
              <Button look="accent" busy={busy} onClick={() => void ping()}>
                {i18n._('Send a trial message')}
              </Button>
            )}
            <Button onClick={() => setAsked('change')}>{i18n._('Change')}</Button>
            <Button onClick={() => setAsked('rotate')}>{i18n._('Replace the secret')}</Button>
            <Button onClick={() => setAsked(active ? 'disable' : 'enable')}>
              {active ? i18n._('Disable') : i18n._('Enable')}
            </Button>
            <Button look="danger" onClick={() => setAsked('delete')}>
              {i18n._('Delete')}
            </Button>
          </div>
        )}
      </section>
      <Deliveries endpointId={id} active={active && mayChange} />
      {asked === 'change' && (
        <WebhookForm
          partner={{ id: endpoint.organisationId, kind: endpoint.kind }}
          endpoint={endpoint}
          onClose={close}
        />
      )}
      {asked === 'rotate' && <Rotation endpointId={id} onClose={close} />}
      {(asked === 'enable' || asked === 'disable') && (
        <Confirmation
          document={ChangeWebhookDocument}
          variables={{ input: { endpointId: id, enabled: asked === 'enable' } }}
          title={asked === 'enable' ? i18n._('Enable the endpoint?') : i18n._('Disable the endpoint?')}
          consequence={
            asked === 'enable'
              ? i18n._('It is told of what happens from now on. What was given up can be sent again below.')
              : i18n._('It is told of nothing. What happens meanwhile can be sent later, for 30 days.')
          }
          action={asked === 'enable' ? i18n._('Enable') : i18n._('Disable')}
          done={asked === 'enable' ? i18n._('The endpoint is in use.') : i18n._('The endpoint is disabled.')}
          onClose={close}
        />
      )}
      {asked === 'delete' && (
        <Confirmation
          document={DeleteWebhookDocument}
          variables={{ input: { endpointId: id } }}
          title={i18n._('Delete the endpoint?')}
          consequence={i18n._('Its log goes with it, and what waits is not sent.')}
          action={i18n._('Delete')}
          danger
          done={i18n._('The endpoint is deleted.')}
          onClose={close}
          onDone={() => go('/webhooks')}
        />
      )}
    </>
  );
}

function Rotation({ endpointId, onClose }: { readonly endpointId: string; onClose(): void }) {
  const { i18n } = useLingui();
  const [leaked, setLeaked] = useState(false);
  const [secret, setSecret] = useState<string>();
  const { run, busy, failure } = useAct(RotateWebhookSecretDocument);
  const rotate = async () => {
    const data = await run({ input: { endpointId, endOldNow: leaked } });
    if (data) setSecret(data.rotateWebhookSecret.secret);
  };
  if (secret) return <SecretOnce secret={secret} onClose={onClose} />;
  return (
    <Dialog
      open
      title={i18n._('Replace the secret?')}
      description={i18n._(
        'The old one signs beside the new one for 24 hours, so that nothing is lost while you change it.',
      )}
      onClose={onClose}
    >
      <label className="check">
        <input type="checkbox" checked={leaked} onChange={(event) => setLeaked(event.target.checked)} />
        {i18n._('It has leaked: the old one ends at once')}
      </label>
      {failure !== undefined && <Note tone="bad">{explain(failure, i18n)}</Note>}
      <div className="row">
        <Button look="accent" busy={busy} onClick={() => void rotate()}>
          {i18n._('Replace the secret')}
        </Button>
        <Button look="plain" onClick={onClose}>
          {i18n._('Cancel')}
        </Button>
      </div>
    </Dialog>
  );
}
