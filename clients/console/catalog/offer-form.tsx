/* An offer to write or change: begins as a draft that nobody sees; what is published changes at once, as a new version. */
import { useLingui } from '@lingui/react';
import { useEffect } from 'react';
import { Link, useLocation } from 'wouter';
import { Answer } from '../../interface/page-state.tsx';
import { usePaged } from '../../interface/paged.tsx';
import { Badge, Empty, Note, ScreenTitle } from '../../interface/parts.tsx';
import {
  type OfferPartsFragment,
  OffersOfRetailerDocument,
  SaveOfferDocument,
  type SaveOfferInput,
  type SaveOfferMutation,
} from '../generated/graphql.ts';
import { useMayChange, ViewerNote } from '../shell/rights.tsx';
import { type Entry, EntryForm } from './entry-form.tsx';
import { History } from './history.tsx';
import { OfferSteps, useOfferStates } from './offers.tsx';

export function NewOffer({ retailerId }: { readonly retailerId: string }) {
  const { i18n } = useLingui();
  const [, go] = useLocation();
  const mayChange = useMayChange();
  return (
    <>
      <Link href={`/retailers/${retailerId}`}>{i18n._('Back to the retailer')}</Link>
      <ScreenTitle>{i18n._('New offer')}</ScreenTitle>
      <ViewerNote organisationId={retailerId} />
      {mayChange(retailerId) && (
        <section className="card">
          <OfferForm retailerId={retailerId} onSaved={(id) => go(`/retailers/${retailerId}/offers/${id}`)} />
        </section>
      )}
    </>
  );
}

export function EditOffer({ retailerId, id }: { readonly retailerId: string; readonly id: string }) {
  const { i18n } = useLingui();
  const states = useOfferStates();
  const mayChange = useMayChange();
  const { offer, page, error, fetching, reload } = useOwnOffer(retailerId, id);
  return (
    <>
      <Link href={`/retailers/${retailerId}`}>{i18n._('Back to the retailer')}</Link>
      <Answer
        data={offer ?? (page?.pageInfo.hasNextPage === false ? null : undefined)}
        error={error}
        fetching={fetching || page !== undefined}
        retry={reload}
      >
        {(found) =>
          found ? (
            <>
              <ScreenTitle>{found.title}</ScreenTitle>
              <p className="row" role="status">
                <Badge tone={states[found.status][1]}>{states[found.status][0]}</Badge>
              </p>
              <ViewerNote organisationId={retailerId} />
              <OfferSteps offer={found} retailerId={retailerId} />
              {mayChange(retailerId) && found.status === 'PUBLISHED' && (
                <Note>{i18n._('People see this offer: what you save is in force at once.')}</Note>
              )}
              {found.status !== 'ARCHIVED' && (
                <section className="card">
                  <OfferForm key={found.version} retailerId={retailerId} offer={found} />
                </section>
              )}
              <section className="stack">
                <h2>{i18n._('History')}</h2>
                <History key={`${found.version} ${found.status}`} id={found.id} kind="OFFER" />
              </section>
            </>
          ) : (
            <Empty title={i18n._('There is no such offer')} />
          )
        }
      </Answer>
    </>
  );
}

/** One offer of a retailer in any state: asked for alone, an offer that nobody may take yet is not shown to anybody. */
function useOwnOffer(retailerId: string, id: string) {
  const list = usePaged(OffersOfRetailerDocument, { retailerId, status: null }, (data) => data.retailerOffers);
  const offer = list.page?.edges.find(({ node }) => node.id === id)?.node;
  const isFurther = !offer && !list.fetching && list.page?.pageInfo.hasNextPage === true;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each page that does not have it.
  useEffect(() => {
    if (isFurther) list.onMore();
  }, [isFurther]);
  return { ...list, offer };
}

interface OfferFormProperties {
  readonly retailerId: string;
  readonly offer?: OfferPartsFragment;
  onSaved?(id: string): void;
}

function OfferForm({ retailerId, offer, onSaved }: OfferFormProperties) {
  const { i18n } = useLingui();
  const mayChange = useMayChange();
  const entries: readonly Entry<SaveOfferInput>[] = [
    { name: 'title', label: i18n._('Title'), value: offer?.title, needed: true },
    { name: 'description', label: i18n._('Description'), kind: 'lines', value: offer?.description },
    {
      name: 'pricePoints',
      label: i18n._('Price in points'),
      kind: 'count',
      value: offer?.pricePoints,
      least: 1,
      needed: true,
    },
    { name: 'valueCents', label: i18n._('Worth in dollars'), kind: 'money', value: offer?.valueCents, needed: true },
    { name: 'category', label: i18n._('Category'), value: offer?.category },
    {
      name: 'stock',
      label: i18n._('Stock'),
      kind: 'count',
      value: offer?.stock,
      hint: i18n._('Left empty, there is no limit.'),
    },
    {
      name: 'perPersonLimit',
      label: i18n._('How many one person may take'),
      kind: 'count',
      value: offer?.perPersonLimit,
      least: 1,
    },
    { name: 'startsAt', label: i18n._('From'), kind: 'instant', value: offer?.startsAt },
    { name: 'endsAt', label: i18n._('Until'), kind: 'instant', value: offer?.endsAt },
    {
      name: 'validDays',
      label: i18n._('Days that a voucher is valid'),
      kind: 'count',
      value: offer?.validDays,
      least: 1,
    },
    { name: 'pictureUrl', label: i18n._('Address of a picture'), value: offer?.pictureUrl },
    {
      name: 'offlineAllowed',
      label: i18n._('Tills may take it while they are cut off'),
      kind: 'check',
      value: offer?.offlineAllowed ?? true,
    },
    {
      name: 'refundable',
      label: i18n._('People may give it back for their points'),
      kind: 'check',
      value: offer?.refundable ?? true,
    },
  ];
  return (
    <EntryForm<SaveOfferInput, SaveOfferMutation, { input: SaveOfferInput }>
      mayChange={mayChange(retailerId)}
      document={SaveOfferDocument}
      entries={entries}
      variables={(given) => ({
        input: {
          ...given,
          retailerId,
          ...(offer ? { offerId: offer.id, expectedVersion: offer.version } : { draft: true }),
        },
      })}
      action={offer ? i18n._('Save') : i18n._('Save as a draft')}
      done={i18n._('Saved.')}
      onDone={(data) => onSaved?.(data.saveOffer.offer.id)}
    />
  );
}
