/* The body of a plain HTTP request, read whole and bounded: of what is longer nothing is kept, and nobody waits for it. */
import type { IncomingMessage } from 'node:http';

/**
 * The body as text, or undefined as soon as it has more than `limitBytes`; whoever strangers send to then answers and closes
 * the connection. Rejects where the other side goes away before its end. By events, for a stream's iterator costs more than
 * the rest.
 */
export function readBody(request: IncomingMessage, limitBytes: number): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const take = (chunk: Buffer) => {
      bytes += chunk.length;
      chunks.push(chunk);
      if (bytes <= limitBytes) return;
      // What still comes passes by unread, so that a connection which stays open can be asked again.
      request.off('data', take).resume();
      chunks.length = 0;
      resolve(undefined);
    };
    request.on('data', take);
    request.on('end', () => {
      resolve(chunks.length === 1 ? (chunks[0] as Buffer).toString() : Buffer.concat(chunks).toString());
    });
    request.on('error', reject);
  });
}
