/*
 * The request for an event stream: an operation by GET, in the query string, or by POST, as JSON; as GraphQL over HTTP has
 * it. Read as strictly as the messages of a socket.
 */
import type { IncomingMessage } from 'node:http';
import { checkOperation, type OperationMessage } from './messages.ts';

const BODY_BYTES = 1024 * 1024;

/** The request cannot be answered; the message is for the client. */
export class BadRequest extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Whether the client wants an event stream, by the header `accept`, and says so itself: `*` is not enough. */
export function acceptsEventStream(request: IncomingMessage): boolean {
  const types = request.headers.accept?.split(',') ?? [];
  return types.some((type) => type.split(';', 1)[0]?.trim().toLowerCase() === 'text/event-stream');
}

/** Rejects with BadRequest. */
export async function readOperation(request: IncomingMessage): Promise<OperationMessage> {
  const operation =
    request.method === 'GET' ? fromQuery(request.url ?? '/') : parsed(await bodyOf(request), 'The body');
  try {
    checkOperation(named(operation));
  } catch (error) {
    throw new BadRequest(400, (error as Error).message.replaceAll('payload', 'The request'));
  }
  return named(operation) as OperationMessage;
}

/** A document may be named instead of told, by `documentId` or in `extensions`: its text is empty then, as on sockets. */
function named(operation: unknown): unknown {
  const { query, documentId, extensions } = (operation ?? {}) as Record<string, unknown>;
  return query == null && (documentId ?? extensions) != null ? { ...(operation as object), query: '' } : operation;
}

function fromQuery(url: string): object {
  const { searchParams } = new URL(url, 'http://localhost');
  const json = (name: string) => {
    const text = searchParams.get(name);
    return text === null ? undefined : parsed(text, name);
  };
  return {
    query: searchParams.get('query'),
    documentId: searchParams.get('documentId'),
    operationName: searchParams.get('operationName'),
    variables: json('variables'),
    extensions: json('extensions'),
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  if (request.method !== 'POST') throw new BadRequest(405, 'GET or POST.');
  const type = request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
  if (type !== 'application/json') throw new BadRequest(415, 'The body must be application/json.');
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES) throw new BadRequest(413, `The body must be at most ${BODY_BYTES} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function parsed(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new BadRequest(400, `${what} must be JSON.`);
  }
}
