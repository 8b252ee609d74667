/*
 * Operations that name places go past the cache: it is kept in the browser's database, and where people are is kept
 * nowhere. So does whoever reads a list otherwise than the screens do. They are the generated operations all the same, sent as trusted documents by the site's own client.
 */
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import type { Client } from '../client.ts';
import type { TypedDocumentString } from '../generated/graphql.ts';

/** A generated operation as our client takes it. */
export function pastTheCache<Result, Variables>(
  document: TypedDocumentNode<Result, Variables>,
): TypedDocumentString<Result, Variables> {
  const { __meta__ } = document as { __meta__?: Record<string, unknown> };
  return { __meta__, toString: () => print(document) } as unknown as TypedDocumentString<Result, Variables>;
}

/**
 * Runs a mutation over the socket that is open anyway, which costs a phone less than a request. Resolves with the answer,
 * after the connection has come back where it was lost; rejects with a ClientError. What runs it twice has to do no harm.
 */
export async function overTheSocket<Result, Variables extends { readonly input: unknown }>(
  client: Client,
  document: TypedDocumentNode<Result, Variables>,
  variables: Variables,
): Promise<Result> {
  const answers = client.subscribe<Result, { readonly input: unknown }>(pastTheCache(document as never), variables);
  try {
    const answer = await answers.next();
    if (answer.done) throw new Error('The socket was closed before the answer came.');
    return answer.value;
  } finally {
    await answers.return?.();
  }
}
