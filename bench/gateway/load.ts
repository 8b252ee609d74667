/*
 * The load generator: a fixed number of clients on kept connections, each sending its next request when it has the whole
 * answer to the last one.
 */
import { Pool } from 'undici';
import { type QueryName, queries } from './graph.ts';
import { partIsReady } from './process.ts';

export interface LoadOrder {
  readonly url: string;
  readonly path: string;
  readonly query: QueryName;
  readonly clients: number;
  readonly milliseconds: number;
}

export interface LoadResult {
  readonly requests: number;
  readonly seconds: number;
  readonly p50Milliseconds: number;
  readonly p99Milliseconds: number;
}

const headers = { 'content-type': 'application/json', accept: 'application/json' };

async function load({ url, path, query, clients, milliseconds }: LoadOrder): Promise<LoadResult> {
  const pool = new Pool(url, { connections: clients });
  const body = JSON.stringify(queries[query]);
  const latencies: number[] = [];
  const start = performance.now();
  const client = async () => {
    while (performance.now() - start < milliseconds) {
      const sent = performance.now();
      const answer = await pool.request({ path, method: 'POST', headers, body });
      const text = await answer.body.text();
      if (answer.statusCode !== 200) throw new Error(`${url} answered ${answer.statusCode}: ${text.slice(0, 200)}`);
      latencies.push(performance.now() - sent);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  const seconds = (performance.now() - start) / 1000;
  await pool.close();
  latencies.sort((one, other) => one - other);
  const at = (share: number) => latencies[Math.floor(latencies.length * share)] ?? 0;
  return { requests: latencies.length, seconds, p50Milliseconds: at(0.5), p99Milliseconds: at(0.99) };
}

partIsReady(undefined, load);
