/*
 * Writes what crosses boundaries as text, so that a change to it is seen in review: the SDL of each subgraph, the
 * composed supergraph, the API schema of it all, and what clients see of that in each contract. `npm run schema` writes,
 * the tests compare; `-- --release` makes the present API and contracts those that later changes are held against.
 */
import 'reflect-metadata';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildSchema, findBreakingChanges } from 'graphql';
import { subgraphs } from '../subgraphs/index.ts';
import { type Contract, contracts } from '../subgraphs/kernel/caller.ts';
import { printGraph } from '../subgraphs/kernel/graph.ts';
import { composeSupergraph, printApi } from './compose.ts';
import { contractOf } from './contracts.ts';
import type { SubgraphName } from './events.ts';

export const schemaFolder = import.meta.dirname;

/** File name -> text, from the code as it stands. @throws when the subgraphs do not compose, with all reasons. */
export function emitSchema(): Record<string, string> {
  const sdls = Object.fromEntries(subgraphs.map((each) => [each.name, printGraph(each)])) as Record<
    SubgraphName,
    string
  >;
  const { supergraphSdl, apiSdl } = composeSupergraph(sdls);
  const files = Object.entries(sdls).map(([name, sdl]) => [`${name}.graphql`, sdl]);
  for (const name of contracts) files.push([graphFile(name), printApi(contractOf(supergraphSdl, name))]);
  return { ...Object.fromEntries(files), 'supergraph.graphql': supergraphSdl, 'api.graphql': apiSdl };
}

/** What clients have been promised, each by itself: the graph as a whole, and its contracts. */
export const graphs = ['api', ...contracts] as const;
export type Graph = 'api' | Contract;

/** The file in schema/ with the API schema of a graph. */
export const graphFile = (graph: Graph) => (graph === 'api' ? 'api.graphql' : `contracts/${graph}.graphql`);
export const releasedFile = (graph: Graph) => graphFile(graph).replace(/graphql$/, 'released.graphql');

export interface DeclaredBreak {
  /** The description that graphql-js gives of the change. */
  readonly change: string;
  /** Where it is broken: what leaves one contract may stay in another. */
  readonly graphs: readonly Graph[];
  readonly reason: string;
  readonly declaredOn: string;
}

/** Breaking changes of a graph since its release that nobody has declared in breaking-changes.json. */
export function undeclaredBreaks(
  graph: Graph,
  { sdl, releasedSdl }: { readonly sdl: string; readonly releasedSdl: string },
  declared: readonly DeclaredBreak[],
): string[] {
  const breaks = findBreakingChanges(buildSchema(releasedSdl), buildSchema(sdl));
  return breaks
    .map(({ description }) => description)
    .filter((description) => !declared.some((each) => each.change === description && each.graphs.includes(graph)));
}

function write(): void {
  const files = emitSchema();
  const put = (name: string, text: string) => writeFileSync(join(schemaFolder, name), text);
  const read = (name: string) => readFileSync(join(schemaFolder, name), 'utf8');
  for (const [name, text] of Object.entries(files)) put(name, text);
  console.log(`Wrote ${Object.keys(files).join(', ')} to schema/.`);
  if (process.argv.includes('--release')) {
    for (const graph of graphs) put(releasedFile(graph), files[graphFile(graph)] ?? '');
    put('breaking-changes.json', '[]\n');
    console.log('The API and its contracts as they stand are the released ones now.');
    return;
  }
  const declared = JSON.parse(read('breaking-changes.json'));
  for (const graph of graphs) {
    const change = { sdl: files[graphFile(graph)] ?? '', releasedSdl: read(releasedFile(graph)) };
    for (const each of undeclaredBreaks(graph, change, declared)) {
      console.log(`Breaks ${graph}, not declared in schema/breaking-changes.json: ${each}`);
    }
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) write();
