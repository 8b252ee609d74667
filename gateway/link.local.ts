/* A subgraph in the gateway's own process: the same object that serves HTTP elsewhere, called without serialising. */
import type { Subgraph } from '../subgraphs/kernel/subgraph.ts';
import type { SubgraphLink } from './link.ts';

/** Borrows `subgraph`: closing the link leaves it open. */
export function localLink(subgraph: Subgraph): SubgraphLink {
  return {
    name: subgraph.name,
    execute: (request, headers) => subgraph.execute(request, headers),
    subscribe: (request, headers) => subgraph.subscribe(request, headers),
    ready: () => subgraph.ready(),
    close: async () => {},
  };
}
