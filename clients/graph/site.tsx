/*
 * One site (app or console) around its screens: who is signed in, the client that asks for them, the cache of what they saw.
 * Another account gets another cache; signing out forgets this one.
 */
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { Provider } from 'urql';
import { Client, type Session } from '../client.ts';
import { type Graph, type GraphOptions, openGraph } from './graph.ts';
import { openSessionStorage } from './session-storage.ts';
import { leaveToSignIn, returnFromSignIn, type SignedIn, signOut } from './sign-in.ts';

/** Enough to see what phones see, and too little to be felt; the gateway follows a few a second at most. */
const TRACED_SHARE = 0.01;

export interface Site {
  readonly client: Client;
  /** Whose session this is; undefined for nobody. */
  readonly accountId: string | undefined;
  /** What the session may do: citizen, officer, administrator, retailer and so on; empty before a phone is verified. */
  readonly scopes: readonly string[];
  /** The organisations that the person acts for, as `retailer:<id>`. */
  readonly organisations: readonly string[];
  signIn(): Promise<void>;
  /** Undefined where this tab began no sign-in. */
  completeSignIn(query: URLSearchParams): Promise<SignedIn | undefined>;
  /** Asks anew what the person may do. @returns the organisations that they act for now. */
  renew(): Promise<readonly string[]>;
  signOut(): Promise<void>;
}

export interface SiteOptions {
  /** Such as `app`: the first part of its addresses, and the name under which the browser keeps its things. */
  readonly name: string;
  readonly cache: GraphOptions['cache'];
}

const SiteContext = createContext<Site | undefined>(undefined);

export function SiteProvider({ name, cache, children }: SiteOptions & { readonly children: ReactNode }) {
  const [storage] = useState(() => openSessionStorage(name));
  const [session, setSession] = useState<Session | undefined>(() => storage.latest());
  const [client] = useState(() => {
    const kept = storage.latest();
    const onSession = (renewed: Session) => {
      storage.keep(renewed);
      setSession(renewed);
    };
    return new Client({
      url: location.origin,
      tracedShare: TRACED_SHARE,
      shared: storage,
      onSession,
      ...(kept && { session: kept }),
    });
  });
  useEffect(
    () =>
      storage.changedElsewhere((changed) => {
        setSession(changed);
        if (changed && accountOf(changed) !== accountOf(client.session)) client.takeSession(changed);
        if (!changed) client.forgetSession();
      }),
    [storage, client],
  );
  const claims = useMemo(() => claimsOf(session), [session]);
  const accountId = claims.sub;
  const graph: Graph = useMemo(
    () => openGraph({ client, cache, database: `hey-blue ${name} ${accountId ?? 'nobody'}` }),
    [client, cache, name, accountId],
  );
  const site = useMemo<Site>(
    () => ({
      client,
      accountId,
      scopes: (claims.scope ?? '').split(' ').filter(Boolean),
      organisations: claims.organisations ?? [],
      signIn: () => leaveToSignIn(client, `${location.origin}/${name}/signed-in`, location.pathname),
      completeSignIn: (query) => returnFromSignIn(client, query),
      async renew() {
        await client.renewSession();
        return claimsOf(client.session).organisations ?? [];
      },
      async signOut() {
        storage.keep(undefined);
        await signOut(client);
        await graph.forget();
        setSession(undefined);
      },
    }),
    [client, accountId, claims, name, storage, graph],
  );
  return (
    <SiteContext.Provider value={site}>
      <Provider key={accountId ?? ''} value={graph.urql}>
        {children}
      </Provider>
    </SiteContext.Provider>
  );
}

export function useSite(): Site {
  const site = useContext(SiteContext);
  if (!site) throw new Error('useSite needs a SiteProvider above it');
  return site;
}

interface Claims {
  readonly sub?: string;
  readonly scope?: string;
  readonly organisations?: readonly string[];
}

/** What the access token says, to choose screens by; the server alone decides what is allowed. */
function claimsOf(session: Session | undefined): Claims {
  try {
    const part = session?.accessToken.split('.')[1] ?? '';
    const bytes = Uint8Array.from(atob(part.replace(/-/g, '+').replace(/_/g, '/')), (each) => each.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes)) as Claims;
  } catch {
    return {};
  }
}

const accountOf = (session: Session | undefined) => claimsOf(session).sub;
