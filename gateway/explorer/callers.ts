/*
 * As whom the explorer asks: as nobody but what the headers editor says, or as whoever is signed in to a site of this origin.
 * A session stays where that site keeps it and is renewed under the site's own lock, so that neither ends the other's.
 */
import { Client, type Session } from '../../clients/client.ts';
import { openSessionStorage } from '../../clients/graph/session-storage.ts';

export const sites = ['console', 'app'] as const;
export type SiteName = (typeof sites)[number];

/** How long before its end a token is renewed: a question may take a while. */
const RENEW_MILLISECONDS = 60_000;

/** In which sites somebody is signed in. */
export function signedInSites(): SiteName[] {
  return sites.filter((site) => openSessionStorage(site).latest() !== undefined);
}

/** Calls back when somebody signs in to a site or out of it, in another tab. @returns what stops it. */
export function watchSites(changed: () => void): () => void {
  const stops = sites.map((site) => openSessionStorage(site).changedElsewhere(changed));
  // In this one: who comes back by the browser's own button finds the page as it was.
  addEventListener('pageshow', changed);
  return () => {
    removeEventListener('pageshow', changed);
    for (const stop of stops) stop();
  };
}

/**
 * The header of whoever is signed in to this site; none where nobody is, so that the graph of everybody is explored.
 * @throws ClientError where the session has ended.
 */
export async function credentialsOf(site: SiteName, origin: URL, now: Date): Promise<Record<string, string>> {
  const storage = openSessionStorage(site);
  const kept = storage.latest();
  if (!kept) return {};
  const isFresh = (session: Session) => Date.parse(session.accessTokenExpiresAt) - now.getTime() > RENEW_MILLISECONDS;
  if (isFresh(kept)) return headerOf(kept);
  const client = new Client({ url: origin.origin, session: kept, shared: storage, onSession: storage.keep });
  await client.renewSession();
  return headerOf(client.session ?? kept);
}

const headerOf = ({ accessToken }: Session) => ({ authorization: `Bearer ${accessToken}` });
