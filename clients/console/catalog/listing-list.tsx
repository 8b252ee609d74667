/* Organisations of one kind to choose from: all for administrators, for others those that they act for. */
import { useLingui } from '@lingui/react';
import type { ReactNode } from 'react';
import { useQuery } from 'urql';
import { Link } from 'wouter';
import { useSite } from '../../graph/site.tsx';
import { Answer } from '../../interface/page-state.tsx';
import { Badge, Empty, type Tone } from '../../interface/parts.tsx';
import { type ListingStatus, MyOrganisationsDocument } from '../generated/graphql.ts';

interface ListingCardProperties {
  readonly href: string;
  readonly name: string;
  readonly place?: string | null | undefined;
  readonly status: ListingStatus;
}

export function ListingCard({ href, name, place, status }: ListingCardProperties) {
  const { i18n } = useLingui();
  const states: Readonly<Record<ListingStatus, readonly [string, Tone]>> = {
    LISTED: [i18n._('Listed'), 'good'],
    SUSPENDED: [i18n._('Suspended'), 'bad'],
    ARCHIVED: [i18n._('Archived'), 'warn'],
  };
  return (
    <article className="card">
      <h2>
        <Link href={href}>{name}</Link>
      </h2>
      {place && <p className="quiet">{place}</p>}
      {status !== 'LISTED' && (
        <p>
          <Badge tone={states[status][1]}>{states[status][0]}</Badge>
        </p>
      )}
    </article>
  );
}

interface ListingsProperties {
  readonly kind: 'RETAILER' | 'CHARITY' | 'MUNICIPALITY';
  /** Where one of them is shown, before its id. */
  readonly path: string;
  /** What administrators see. */
  readonly children: ReactNode;
}

export function Listings({ kind, path, children }: ListingsProperties) {
  const { scopes } = useSite();
  return scopes.includes('administrator') ? children : <Own kind={kind} path={path} />;
}

const MOST = 100;

function Own({ kind, path }: Omit<ListingsProperties, 'children'>) {
  const { i18n } = useLingui();
  const [{ data, error, fetching }, ask] = useQuery({ query: MyOrganisationsDocument, variables: { first: MOST } });
  const own = data?.myOrganisations.edges.flatMap(({ node }) => (node.kind === kind ? [node] : []));
  return (
    <Answer data={own} error={error} fetching={fetching} retry={() => ask({ requestPolicy: 'network-only' })}>
      {(listings) =>
        listings.length === 0 ? (
          <Empty title={i18n._('You act for none')}>
            <p>
              <Link href="/organisations">{i18n._('List yours, or join one')}</Link>
            </p>
          </Empty>
        ) : (
          <ul className="sheet">
            {listings.map(({ id, legalName, status }) => (
              <li key={id}>
                <ListingCard href={`${path}/${id}`} name={legalName} status={status} />
              </li>
            ))}
          </ul>
        )
      }
    </Answer>
  );
}
