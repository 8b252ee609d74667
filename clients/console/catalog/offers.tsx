/* The offers of a retailer in every state, and what can be done with each in its state. */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import type { TypedDocumentNode } from 'urql';
import { Link } from 'wouter';
import { useFormats } from '../../interface/language.tsx';
import { useNotice } from '../../interface/notices.tsx';
import { PagedList, usePaged } from '../../interface/paged.tsx';
import { Badge, Button, Empty, Note, type Tone } from '../../interface/parts.tsx';
import { explain } from '../../interface/refusals.ts';
import {
  ArchiveOfferDocument,
  type OfferPartsFragment,
  type OfferStatus,
  OffersOfRetailerDocument,
  PauseOfferDocument,
  PublishOfferDocument,
  ResumeOfferDocument,
} from '../generated/graphql.ts';
import { useAct } from '../shell/act.ts';
import { Choice, namesOf } from '../shell/choice.tsx';
import { Confirmation } from '../shell/confirmation.tsx';
import { Facts } from '../shell/facts.tsx';
import { useMayChange } from '../shell/rights.tsx';

export function Offers({ retailerId }: { readonly retailerId: string }) {
  const { i18n } = useLingui();
  const [status, setStatus] = useState<OfferStatus>();
  const list = usePaged(
    OffersOfRetailerDocument,
    { retailerId, status: status ?? null },
    (data) => data.retailerOffers,
  );
  const states = useOfferStates();
  const mayChange = useMayChange();
  return (
    <>
      <div className="row" data-spread="">
        <Choice
          label={i18n._('State')}
          words={namesOf(states)}
          all={i18n._('All states')}
          chosen={status}
          onChoose={setStatus}
        />
        {mayChange(retailerId) && (
          <Link className="button" data-look="accent" href={`/retailers/${retailerId}/offers/new`}>
            {i18n._('New offer')}
          </Link>
        )}
      </div>
      <PagedList
        list={list}
        idOf={({ id }) => id}
        look="sheet"
        empty={<Empty title={i18n._('No offer is in this state')} />}
      >
        {(offer) => <OfferCard offer={offer} retailerId={retailerId} />}
      </PagedList>
    </>
  );
}

export function useOfferStates(): Readonly<Record<OfferStatus, readonly [string, Tone | undefined]>> {
  const { i18n } = useLingui();
  return {
    DRAFT: [i18n._('Draft'), undefined],
    PUBLISHED: [i18n._('Published'), 'good'],
    PAUSED: [i18n._('Paused'), 'warn'],
    ARCHIVED: [i18n._('Archived'), 'bad'],
  };
}

interface OfferCardProperties {
  readonly offer: OfferPartsFragment;
  readonly retailerId: string;
}

function OfferCard({ offer, retailerId }: OfferCardProperties) {
  const { i18n } = useLingui();
  const { money, count, instant } = useFormats();
  const states = useOfferStates();
  const { id, title, status, pricePoints, valueCents, stock, startsAt, endsAt } = offer;
  return (
    <article className="card stack" aria-label={title}>
      <h3>
        <Link href={`/retailers/${retailerId}/offers/${id}`}>{title}</Link>
      </h3>
      <p className="row">
        <Badge tone={states[status][1]}>{states[status][0]}</Badge>
      </p>
      <Facts
        entries={[
          [i18n._('Price'), i18n._('{points, plural, one {# point} other {# points}}', { points: pricePoints })],
          [i18n._('Worth'), money(valueCents)],
          [i18n._('Stock'), stock === null || stock === undefined ? i18n._('no limit') : count(stock)],
          [i18n._('From'), instant(startsAt)],
          [i18n._('Until'), endsAt && instant(endsAt)],
        ]}
      />
      <OfferSteps offer={offer} retailerId={retailerId} />
    </article>
  );
}

/** What can be done with an offer in its state. */
export function OfferSteps({ offer: { id, status, title, version }, retailerId }: OfferCardProperties) {
  const { i18n } = useLingui();
  const mayChange = useMayChange();
  const [isArchiving, setArchiving] = useState(false);
  if (!mayChange(retailerId)) return null;
  return (
    <div className="row">
      {status === 'DRAFT' && (
        <Step
          document={PublishOfferDocument}
          input={{ offerId: id, expectedVersion: version }}
          look="accent"
          label={i18n._('Publish')}
          done={i18n._('{title} is published.', { title })}
        />
      )}
      {status === 'PUBLISHED' && (
        <Step
          document={PauseOfferDocument}
          input={{ offerId: id }}
          label={i18n._('Pause')}
          done={i18n._('{title} is paused.', { title })}
        />
      )}
      {status === 'PAUSED' && (
        <Step
          document={ResumeOfferDocument}
          input={{ offerId: id }}
          look="accent"
          label={i18n._('Resume')}
          done={i18n._('{title} is published again.', { title })}
        />
      )}
      {status !== 'ARCHIVED' && <Button onClick={() => setArchiving(true)}>{i18n._('Archive')}</Button>}
      {isArchiving && (
        <Confirmation
          document={ArchiveOfferDocument}
          variables={{ input: { offerId: id } }}
          title={i18n._('Archive {title}?', { title })}
          consequence={i18n._('Nobody can take it any more. Vouchers issued before stay valid.')}
          action={i18n._('Archive')}
          danger
          done={i18n._('{title} is archived.', { title })}
          onClose={() => setArchiving(false)}
        />
      )}
    </div>
  );
}

interface StepProperties<Data, Input> {
  readonly document: TypedDocumentNode<Data, { input: Input }>;
  readonly input: Input;
  readonly label: string;
  readonly look?: 'accent';
  readonly done: string;
  onDone?(): void;
}

/** One thing to do that needs no second question. */
export function Step<Data, Input>({ document, input, label, look, done, onDone }: StepProperties<Data, Input>) {
  const { i18n } = useLingui();
  const tell = useNotice();
  const { run, busy, failure } = useAct(document);
  const act = async () => {
    if ((await run({ input })) === undefined) return;
    tell(done);
    onDone?.();
  };
  return (
    <>
      <Button {...(look && { look })} busy={busy} onClick={() => void act()}>
        {label}
      </Button>
      {failure !== undefined && <Note tone="bad">{explain(failure, i18n)}</Note>}
    </>
  );
}
