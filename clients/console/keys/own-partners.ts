/* For whom keys and webhooks can be made: what the person acts for, and everything listed for administrators. */
import { useQuery } from 'urql';
import { useSite } from '../../graph/site.tsx';
import { AllOrganisationsDocument, MyOrganisationsDocument, type OrganisationKind } from '../generated/graphql.ts';

export interface OwnPartner {
  readonly id: string;
  readonly kind: OrganisationKind;
  readonly name: string;
}

const MOST = 100;

/** @returns undefined until the answer is there. */
export function useOwnPartners(): OwnPartner[] | undefined {
  const { scopes } = useSite();
  const isAdministrator = scopes.includes('administrator');
  const variables = { first: MOST, after: null };
  const [mine] = useQuery({ query: MyOrganisationsDocument, variables, pause: isAdministrator });
  const [all] = useQuery({
    query: AllOrganisationsDocument,
    variables: { ...variables, status: 'LISTED' as const },
    pause: !isAdministrator,
  });
  const edges = isAdministrator ? all.data?.organisations.edges : mine.data?.myOrganisations.edges;
  const listed = edges?.filter(({ node }) => node.status === 'LISTED');
  return listed?.map(({ node: { id, kind, legalName } }) => ({ id, kind, name: legalName }));
}
