/*
 * For whom one acts stands in the session, and the part of the system that writes sessions learns of it a moment later
 * than this page: the session is renewed until it says so, a few times.
 */
import { useCallback } from 'react';
import { useSite } from '../../graph/site.tsx';
import type { OrganisationKind } from '../generated/graphql.ts';

/** As sessions name an organisation. */
export const nameOf = (kind: OrganisationKind, id: string) => `${kind.toLowerCase()}:${id}`;

const PAUSES_MILLISECONDS = [0, 300, 1_000, 2_000, 4_000, 8_000];

/** @returns what resolves when the session says that one acts for it, or there is no more patience: it follows within minutes. */
export function useStanding(): (kind: OrganisationKind, id: string) => Promise<void> {
  const { renew } = useSite();
  return useCallback(
    async (kind, id) => {
      for (const pause of PAUSES_MILLISECONDS) {
        await new Promise((resolve) => setTimeout(resolve, pause));
        const organisations: readonly string[] = await renew().catch(() => []);
        if (organisations.includes(nameOf(kind, id))) return;
      }
    },
    [renew],
  );
}
