/*
 * Passes plain HTTP on to another process of ours, so that people see one address. For the development pages of identity
 * and profile where these run apart, and for files on their way to catalog; GraphQL never goes this way.
 */
import { request as httpRequest } from 'node:http';
import type { Route } from '../subgraphs/kernel/subgraph.ts';

/** @param target base address, http. @param publicUrl how people reach us: the target builds its links from it. */
export function forwardRoute(target: string, publicUrl: string): Route {
  const { host, protocol } = new URL(publicUrl);
  return (request, response) => {
    const forwarded = { 'x-forwarded-host': host, 'x-forwarded-proto': protocol.slice(0, -1) };
    const onward = httpRequest(
      new URL(request.url ?? '/', target),
      { method: request.method, headers: { ...request.headers, host, ...forwarded } },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    onward.on('error', () => {
      if (response.headersSent) response.destroy();
      else
        response.writeHead(502, { 'content-type': 'text/plain' }).end('This part of the system does not answer now.\n');
    });
    response.on('close', () => onward.destroy());
    request.pipe(onward);
  };
}
