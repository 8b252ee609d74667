/* Our gateway's real entrance over links by HTTP: authentication, signed tokens and presentation of errors included. */
import { pino } from 'pino';
import { remoteLink } from '../../gateway/link.remote.ts';
import { serveOurs } from './entrance.ts';
import { type BenchSubgraph, benchSubgraphs, compose } from './graph.ts';
import { partArgument } from './process.ts';

const urls = partArgument<Record<BenchSubgraph, string>>();
const log = pino({ level: 'silent' });
const links = Object.fromEntries(benchSubgraphs.map((name) => [name, remoteLink(name, urls[name], log)]));
await serveOurs(compose(urls).supergraphSdl, links);
