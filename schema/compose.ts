/*
 * Composes the subgraphs' SDL into the supergraph (what a gateway plans by) and the API schema (what clients see).
 * Subgraphs are sorted by name first: Apollo's composition keeps the order it is given, and the committed files must
 * not change with the order of a table.
 */
import { composeServices } from '@apollo/composition';
import { ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, Supergraph } from '@apollo/federation-internals';
import { parse, printSchema } from 'graphql';
import type { SubgraphName } from './events.ts';

export interface ComposedSupergraph {
  /** For query planners: with the join directives and every subgraph's part. */
  readonly supergraphSdl: string;
  /** For clients and code generation: only what may be asked for, with its descriptions. */
  readonly apiSdl: string;
}

/**
 * @param sdls the federation SDL of each subgraph.
 * @param urls where the subgraphs answer; written into the supergraph for tools that read it. Ours ignores them.
 * @throws Error that lists every composition error with its code.
 */
export function composeSupergraph(
  sdls: Record<SubgraphName, string>,
  urls?: Partial<Record<SubgraphName, string>>,
): ComposedSupergraph;
/** For supergraphs of other names, as tests and benchmarks make them. */
export function composeSupergraph(sdls: Record<string, string>, urls?: Record<string, string>): ComposedSupergraph;
export function composeSupergraph(sdls: Record<string, string>, urls: Record<string, string> = {}): ComposedSupergraph {
  const names = Object.keys(sdls).sort();
  const composed = composeServices(
    names.map((name) => ({ name, url: urls[name] ?? '', typeDefs: parse(sdls[name] ?? '', { noLocation: false }) })),
  );
  if (composed.errors) {
    const list = composed.errors.map((error) => `  ${error.extensions.code ?? 'ERROR'}: ${error.message}`);
    throw new Error(`The subgraphs ${names.join(', ')} do not compose:\n${list.join('\n')}`);
  }
  return { supergraphSdl: composed.supergraphSdl, apiSdl: printApi(composed.supergraphSdl) };
}

/**
 * What clients of a supergraph, or of a contract of it, see. @throws GraphQLError with all reasons where what is
 * inaccessible leaves a hole, such as a type without fields.
 */
export function printApi(supergraphSdl: string): string {
  const supergraph = Supergraph.build(supergraphSdl, { supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES });
  return `${printSchema(supergraph.apiSchema().toGraphQLJSSchema())}\n`;
}

/**
 * The same supergraph without the marks `for: SECURITY`. The stock @apollo/gateway refuses to load a schema that asks
 * for a security feature it does not enforce itself (@authenticated, @requiresScopes); with us each subgraph enforces
 * them on its own fields, so that loading it is safe.
 */
export function forStockGateway(supergraphSdl: string): string {
  return supergraphSdl.replace(/(@link\([^)]*?),\s*for:\s*SECURITY\b/g, '$1');
}
