/*
 * The page of the explorer: GraphiQL against the graph of the origin that served it, as whoever is chosen at its top. Its
 * editors run in workers of this bundle, so that a machine without the internet, or a network that forbids other hosts, sees
 * the same page. The headers editor is for tokens and keys, which are never kept: they are gone with the tab.
 */
import 'graphiql/setup-workers/vite';
import 'graphiql/style.css';
import './page.css';
import { GraphiQL } from 'graphiql';
import { useEffect, useMemo, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { credentialsOf, type SiteName, signedInSites, watchSites } from './callers.ts';
import { type ContractName, contracts, createFetcher } from './fetcher.ts';
import { welcome } from './welcome.ts';

const origin = new URL(location.origin);
const NOBODY = 'nobody';
const OWN = 'own';
/** What was chosen lasts as long as the tab. */
const CHOSEN = 'hey-blue explorer';

interface Chosen {
  readonly caller: SiteName | typeof NOBODY;
  readonly graph: ContractName | typeof OWN;
}

const callers: Readonly<Record<Chosen['caller'], string>> = {
  nobody: 'nobody, or as the headers below say',
  console: 'whoever is signed in to the console',
  app: 'whoever is signed in to the app',
};
const graphs: Readonly<Record<Chosen['graph'], string>> = {
  own: 'that of the caller',
  public: 'of people',
  partner: 'of partners',
  admin: 'of administrators',
};

function chosenBefore(): Chosen {
  try {
    const { caller, graph } = JSON.parse(sessionStorage.getItem(CHOSEN) ?? '{}');
    return { caller: caller in callers ? caller : NOBODY, graph: graph in graphs ? graph : OWN };
  } catch {
    return { caller: NOBODY, graph: OWN };
  }
}

function Explorer() {
  const [chosen, setChosen] = useState(chosenBefore);
  const [present, setPresent] = useState(signedInSites);
  useEffect(() => watchSites(() => setPresent(signedInSites())), []);
  const choose = (change: Partial<Chosen>) => {
    const next = { ...chosen, ...change };
    setChosen(next);
    sessionStorage.setItem(CHOSEN, JSON.stringify(next));
  };
  const caller = present.find((site) => site === chosen.caller) ?? NOBODY;
  const { graph } = chosen;
  // Another fetcher makes GraphiQL ask for the schema anew.
  const fetcher = useMemo(
    () =>
      createFetcher(origin, {
        ...(caller !== NOBODY && { credentials: () => credentialsOf(caller, origin, new Date()) }),
        contract: graph === OWN ? undefined : graph,
      }),
    [caller, graph],
  );
  return (
    <>
      <header className="who">
        <h1>Hey Blue! explorer</h1>
        <span>
          <label htmlFor="caller">Ask as</label>
          <select
            id="caller"
            value={caller}
            onChange={({ target }) => choose({ caller: target.value as Chosen['caller'] })}
          >
            {[NOBODY, ...present].map((each) => (
              <option key={each} value={each}>
                {callers[each as Chosen['caller']]}
              </option>
            ))}
          </select>
        </span>
        <span>
          <label htmlFor="graph">Graph</label>
          <select
            id="graph"
            value={graph}
            onChange={({ target }) => choose({ graph: target.value as Chosen['graph'] })}
          >
            {[OWN, ...contracts].map((each) => (
              <option key={each} value={each}>
                {graphs[each as Chosen['graph']]}
              </option>
            ))}
          </select>
        </span>
        {!present.includes('console') && <a href="/console/account">Sign in to the console</a>}
      </header>
      <GraphiQL
        fetcher={fetcher}
        defaultQuery={welcome.query}
        defaultHeaders={welcome.headers}
        defaultEditorToolsVisibility="headers"
        isHeadersEditorEnabled
        shouldPersistHeaders={false}
        showPersistHeadersSettings={false}
      />
    </>
  );
}

const root = document.getElementById('explorer');
if (!root) throw new Error('index.html has lost its element #explorer');
createRoot(root).render(<Explorer />);
