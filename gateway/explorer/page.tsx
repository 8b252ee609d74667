/*
 * The page of the explorer: GraphiQL against the graph of the origin that served it. Its editors run in workers of this
 * bundle, so that a machine without the internet, or a network that forbids other hosts, sees the same page. The
 * headers editor is for an access token, which is never kept: it is gone with the tab.
 */
import 'graphiql/setup-workers/vite';
import 'graphiql/style.css';
import './page.css';
import { GraphiQL } from 'graphiql';
import { createRoot } from 'react-dom/client';
import { createFetcher } from './fetcher.ts';
import { welcome } from './welcome.ts';

const root = document.getElementById('explorer');
if (!root) throw new Error('index.html has lost its element #explorer');

createRoot(root).render(
  <GraphiQL
    fetcher={createFetcher(new URL(location.origin))}
    defaultQuery={welcome.query}
    defaultHeaders={welcome.headers}
    defaultEditorToolsVisibility="headers"
    isHeadersEditorEnabled
    shouldPersistHeaders={false}
    showPersistHeadersSettings={false}
  />,
);
