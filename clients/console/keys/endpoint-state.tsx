/* Whether an endpoint is told. */
import { useLingui } from '@lingui/react';
import { Badge } from '../../interface/parts.tsx';
import type { WebhookEndpointState } from '../generated/graphql.ts';

export function EndpointState({ state }: { readonly state: WebhookEndpointState }) {
  const { i18n } = useLingui();
  const active = state === 'ACTIVE';
  return <Badge tone={active ? 'good' : 'bad'}>{active ? i18n._('In use') : i18n._('Disabled')}</Badge>;
}
