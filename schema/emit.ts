/*
 * Writes what crosses boundaries as text, so that a change to it is seen in review: the SDL of each subgraph, the
 * composed supergraph, the API schema that clients see. `npm run schema` writes, the tests compare; `-- --release` makes
 * the present API the one that later changes are held against.
 */
import 'reflect-metadata';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildSchema, findBreakingChanges } from 'graphql';
import { subgraphs } from '../subgraphs/index.ts';
import { printGraph } from '../subgraphs/kernel/graph.ts';
import { composeSupergraph } from './compose.ts';
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
  return { ...Object.fromEntries(files), 'supergraph.graphql': supergraphSdl, 'api.graphql': apiSdl };
}

export interface DeclaredBreak {
  /** The description that graphql-js gives of the change. */
  readonly change: string;
  readonly reason: string;
  readonly declaredOn: string;
}

/** Breaking changes of the API since its release that nobody has declared in breaking-changes.json. */
export function undeclaredBreaks(apiSdl: string, releasedSdl: string, declared: readonly DeclaredBreak[]): string[] {
  const breaks = findBreakingChanges(buildSchema(releasedSdl), buildSchema(apiSdl));
  return breaks
    .map(({ description }) => description)
    .filter((description) => !declared.some(({ change }) => change === description));
}

function write(): void {
  const files = emitSchema();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(schemaFolder, name), text);
  console.log(`Wrote ${Object.keys(files).join(', ')} to schema/.`);
  if (process.argv.includes('--release')) {
    writeFileSync(join(schemaFolder, 'api.released.graphql'), files['api.graphql'] ?? '');
    writeFileSync(join(schemaFolder, 'breaking-changes.json'), '[]\n');
    console.log('The API as it stands is the released one now.');
  } else {
    const released = readFileSync(join(schemaFolder, 'api.released.graphql'), 'utf8');
    const declared = JSON.parse(readFileSync(join(schemaFolder, 'breaking-changes.json'), 'utf8'));
    for (const change of undeclaredBreaks(files['api.graphql'] ?? '', released, declared)) {
      console.log(`Breaking, not declared in schema/breaking-changes.json: ${change}`);
    }
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) write();
