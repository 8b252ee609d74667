/* The body of a plain HTTP request, read whole and bounded: what is longer is not kept and not waited for. */
import type { IncomingMessage } from 'node:http';

/** The body as text, or undefined when it has more than `limitBytes`; the caller then answers and closes the connection. */
export async function readBody(request: IncomingMessage, limitBytes: number): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > limitBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
