/* Where an organisation's own systems are told of what happens: its endpoints, and each with its log. */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { useQuery } from 'urql';
import { Link, Route, Switch, useLocation } from 'wouter';
import { Answer } from '../../interface/page-state.tsx';
import { Badge, Button, Empty, Field, Note, ScreenTitle, Waiting } from '../../interface/parts.tsx';
import { type PartnerKind, type WebhookPartsFragment, WebhooksDocument } from '../generated/graphql.ts';
import { useMayChange, ViewerNote } from '../shell/rights.tsx';
import { Endpoint } from './endpoint.tsx';
import { EndpointState } from './endpoint-state.tsx';
import { type OwnPartner, useOwnPartners } from './own-partners.ts';
import { WebhookForm } from './webhook-form.tsx';
import { disabledReasons } from './words.ts';

export interface WebhookPartner extends OwnPartner {
  readonly kind: PartnerKind;
}

const isPartner = (each: OwnPartner): each is WebhookPartner => each.kind !== 'DEPARTMENT';

export function Webhooks() {
  return (
    <Switch>
      <Route path="/webhooks/:id">{({ id }) => <Endpoint key={id} id={id} />}</Route>
      <Route component={Endpoints} />
    </Switch>
  );
}

function Endpoints() {
  const { i18n } = useLingui();
  const known = useOwnPartners();
  const partners = known?.filter(isPartner) ?? [];
  const [chosen, setChosen] = useState<string>();
  const partner = partners.find(({ id }) => id === chosen) ?? partners[0];
  return (
    <>
      <ScreenTitle>{i18n._('Webhooks')}</ScreenTitle>
      <p className="quiet">
        {i18n._('Your systems are told of what happens by signed messages, in the form of Standard Webhooks.')}
      </p>
      {partners.length > 1 && (
        <div className="form">
          <Field label={i18n._('Organisation')}>
            {(control) => (
              <select {...control} value={partner?.id} onChange={(event) => setChosen(event.target.value)}>
                {partners.map(({ id, name }) => (
                  <option key={id} value={id}>
                    {name}
                  </option>
                ))}
              </select>
            )}
          </Field>
        </div>
      )}
      {!known && <Waiting />}
      {partner && <EndpointsOf key={partner.id} partner={partner} />}
      {known && !partner && <Empty title={i18n._('There is no organisation to be told')} />}
    </>
  );
}

function EndpointsOf({ partner }: { readonly partner: WebhookPartner }) {
  const { i18n } = useLingui();
  const [, go] = useLocation();
  const [making, setMaking] = useState(false);
  const { id: organisationId, kind } = partner;
  const mayChange = useMayChange();
  const [{ data, error, fetching }, ask] = useQuery({ query: WebhooksDocument, variables: { kind, organisationId } });
  return (
    <>
      <ViewerNote organisationId={organisationId} />
      {mayChange(organisationId) && (
        <div>
          <Button look="accent" onClick={() => setMaking(true)}>
            {i18n._('Add an endpoint')}
          </Button>
        </div>
      )}
      <Answer
        data={data?.webhookEndpoints}
        error={error}
        fetching={fetching}
        retry={() => ask({ requestPolicy: 'network-only' })}
      >
        {(endpoints) => (
          <>
            {endpoints.length === 0 && <Empty title={i18n._('Nothing is told yet')} />}
            <ul className="sheet">
              {endpoints.map((endpoint) => (
                <li key={endpoint.id}>
                  <EndpointCard endpoint={endpoint} />
                </li>
              ))}
            </ul>
          </>
        )}
      </Answer>
      {making && (
        <WebhookForm partner={partner} onClose={() => setMaking(false)} onMade={(id) => go(`/webhooks/${id}`)} />
      )}
    </>
  );
}

function EndpointCard({ endpoint }: { readonly endpoint: WebhookPartsFragment }) {
  const { i18n } = useLingui();
  const { id, url, description, state, disabledReason, failures } = endpoint;
  return (
    <article className="card">
      <h2>
        <Link href={`/webhooks/${id}`}>{description ?? url}</Link>
      </h2>
      {description && <p className="quiet">{url}</p>}
      <p className="row">
        <EndpointState state={state} />
        {failures > 0 && (
          <Badge tone="warn">
            {i18n._('{failures, plural, one {# failure} other {# failures}} in a row', { failures })}
          </Badge>
        )}
      </p>
      {disabledReason && <Note tone="warn">{disabledReasons[disabledReason](i18n)}</Note>}
    </article>
  );
}
