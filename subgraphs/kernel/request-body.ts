/* The body of a plain HTTP request, read whole and bounded: what is longer is not kept and not waited for. */
import type { IncomingMessage } from 'node:http';

/**
 * The body as text, or undefined when it has more than `limitBytes`; the caller then answers and closes the connection.
 * Rejects where the other side goes away before its end. By events, for a stream's iterator costs more than the rest.
 */
export function readBody(request: IncomingMessage, limitBytes: number): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const take = (chunk: Buffer) => {
      bytes += chunk.length;
      chunks.push(chunk);
      if (bytes <= limitBytes) return;
      request.off('data', take).pause();
      resolve(undefined);
    };
    request.on('data', take);
    request.on('end', () => {
      resolve(chunks.length === 1 ? (chunks[0] as Buffer).toString() : Buffer.concat(chunks).toString());
    });
    request.on('error', reject);
  });
}
