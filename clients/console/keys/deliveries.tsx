/* What became of messages to an endpoint, the latest first, for 30 days: each with its attempts, and sent again. */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { useQuery } from 'urql';
import { useFormats } from '../../interface/language.tsx';
import { useNotice } from '../../interface/notices.tsx';
import { Answer } from '../../interface/page-state.tsx';
import { PagedList, usePaged } from '../../interface/paged.tsx';
import { Badge, Button, Empty, Note } from '../../interface/parts.tsx';
import { explain } from '../../interface/refusals.ts';
import {
  type DeliveryPartsFragment,
  ReplayDeliveriesDocument,
  ReplayDeliveryDocument,
  WebhookAttemptsDocument,
  WebhookDeliveriesDocument,
  type WebhookDeliveryState,
} from '../generated/graphql.ts';
import { useAct } from '../shell/act.ts';
import { Choice, useWords } from '../shell/choice.tsx';
import { Facts } from '../shell/facts.tsx';
import { deliveryStates, deliveryTones, events, failures } from './words.ts';

interface DeliveriesProperties {
  readonly endpointId: string;
  /** Whether anything can be sent again: a disabled endpoint is sent nothing, and viewers send nothing. */
  readonly active: boolean;
}

const KEPT_MILLISECONDS = 30 * 24 * 3_600_000;
const ATTEMPTS = 20;

export function Deliveries({ endpointId, active }: DeliveriesProperties) {
  const { i18n } = useLingui();
  const tell = useNotice();
  const states = useWords(deliveryStates);
  const [state, setState] = useState<WebhookDeliveryState>();
  const list = usePaged(
    WebhookDeliveriesDocument,
    { endpointId, state: state ?? null },
    (data) => data.webhookDeliveries,
  );
  const { run, busy, failure } = useAct(ReplayDeliveriesDocument);
  const replayAll = async () => {
    const since = new Date(Date.now() - KEPT_MILLISECONDS).toISOString();
    let after: string | null = null;
    let count = 0;
    do {
      const data: Awaited<ReturnType<typeof run>> = await run({
        input: { endpointId, since, includeDelivered: false, after },
      });
      if (!data) return;
      count += data.replayWebhookDeliveries.count;
      after = data.replayWebhookDeliveries.endCursor ?? null;
    } while (after);
    tell(
      i18n._(
        '{count, plural, =0 {There was nothing to send again.} one {# message is sent again.} other {# messages are sent again.}}',
        { count },
      ),
    );
    list.reload();
  };
  return (
    <section className="stack">
      <h2>{i18n._('Messages of the last 30 days')}</h2>
      <div className="row">
        <Choice label={i18n._('State')} words={states} all={i18n._('All states')} chosen={state} onChoose={setState} />
        <Button onClick={list.reload}>{i18n._('Look again')}</Button>
        {active && (
          <Button busy={busy} onClick={() => void replayAll()}>
            {i18n._('Send again what was given up')}
          </Button>
        )}
      </div>
      {failure !== undefined && <Note tone="bad">{explain(failure, i18n)}</Note>}
      <PagedList list={list} idOf={({ id }) => id} empty={<Empty title={i18n._('No messages')} />}>
        {(delivery) => <Delivery delivery={delivery} endpointId={endpointId} active={active} />}
      </PagedList>
    </section>
  );
}

interface DeliveryProperties extends DeliveriesProperties {
  readonly delivery: DeliveryPartsFragment;
}

function Delivery({ delivery, endpointId, active }: DeliveryProperties) {
  const { i18n } = useLingui();
  const { instant } = useFormats();
  const tell = useNotice();
  const [open, setOpen] = useState(false);
  const { run, busy, failure } = useAct(ReplayDeliveryDocument);
  const { id, event, state, createdAt, attemptCount, nextAttemptAt, lastFailure, body } = delivery;
  const replay = async () => {
    if (await run({ input: { deliveryId: id } })) tell(i18n._('The message is sent again.'));
  };
  return (
    <article className="card">
      <h3>{events[event](i18n)}</h3>
      <p className="row">
        <Badge tone={deliveryTones[state]}>{deliveryStates[state](i18n)}</Badge>
        <span className="quiet small">{instant(createdAt)}</span>
        <span className="quiet small">
          {i18n._('{count, plural, =0 {not tried yet} one {# attempt} other {# attempts}}', { count: attemptCount })}
        </span>
      </p>
      {lastFailure && <p>{failures[lastFailure](i18n)}</p>}
      {nextAttemptAt && (
        <p className="quiet small">{i18n._('next attempt {instant}', { instant: instant(nextAttemptAt) })}</p>
      )}
      {failure !== undefined && <Note tone="bad">{explain(failure, i18n)}</Note>}
      <div className="row">
        <Button aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? i18n._('Less') : i18n._('Details')}
        </Button>
        {active && (
          <Button busy={busy} onClick={() => void replay()}>
            {i18n._('Send again')}
          </Button>
        )}
      </div>
      {open && (
        <>
          <Facts
            entries={[
              ['webhook-id', delivery.messageId],
              [i18n._('Body'), <code key="body">{body}</code>],
            ]}
          />
          <Attempts endpointId={endpointId} deliveryId={id} />
        </>
      )}
    </article>
  );
}

function Attempts({ endpointId, deliveryId }: { readonly endpointId: string; readonly deliveryId: string }) {
  const { i18n } = useLingui();
  const { instant, count } = useFormats();
  const variables = { endpointId, deliveryId, first: ATTEMPTS };
  const [{ data, error, fetching }, ask] = useQuery({ query: WebhookAttemptsDocument, variables });
  return (
    <Answer
      data={data?.webhookAttempts}
      error={error}
      fetching={fetching}
      retry={() => ask({ requestPolicy: 'network-only' })}
    >
      {({ edges }) => (
        <ul className="stack">
          {edges.map(({ node }) => (
            <li key={node.id} className="small">
              {instant(node.startedAt)} · {i18n._('{count} ms', { count: count(node.tookMilliseconds) })}
              {node.status ? ` · ${i18n._('status {status}', { status: node.status })}` : ''}
              {node.failure ? ` · ${failures[node.failure](i18n)}` : ''}
              {node.answer && <p className="code">{node.answer}</p>}
            </li>
          ))}
        </ul>
      )}
    </Answer>
  );
}
