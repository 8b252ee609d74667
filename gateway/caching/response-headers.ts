/*
 * What HTTP is told about keeping an answer: Cache-Control, Age and Vary of GET responses. Caches on the way cannot be
 * told of events, so they keep nothing for longer than a minute, and nothing that a guard stands before.
 */
import type { FormattedExecutionResult } from 'graphql';
import type { PreparedOperation } from '../executor/operation.ts';
import { type CachePolicies, holdPosition } from './policies.ts';

const LONGEST_SECONDS = 60;

export interface ResponseHeaders {
  readonly 'cache-control': string;
  /** Whole seconds since the oldest part of the answer was fetched. */
  readonly age?: string;
  /** To be added to what the answer varies by anyway. */
  readonly vary?: string;
}

export interface DescribedAnswer {
  readonly operation: Pick<PreparedOperation, 'definition' | 'fragments'>;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly result: FormattedExecutionResult;
  /** Whether it was given where everybody may ask; elsewhere it is for whoever was let in. */
  readonly isOpenToAll: boolean;
  /** Of the oldest part that came from the cache; 0 where none did. */
  readonly ageSeconds: number;
}

export function responseHeaders(policies: CachePolicies, answer: DescribedAnswer): ResponseHeaders {
  const { operation, variables, result, isOpenToAll, ageSeconds } = answer;
  const isKept = !result.errors?.length && !holdPosition(variables);
  const keeping = isKept ? policies.ofResponse(operation.definition, operation.fragments) : undefined;
  if (!keeping) return { 'cache-control': 'no-store' };
  const isPublic = isOpenToAll && keeping.audience === 'everybody';
  const maxAge = Math.min(keeping.maxAgeSeconds, LONGEST_SECONDS);
  return {
    'cache-control': `max-age=${maxAge}, ${isPublic ? 'public' : 'private'}`,
    ...(ageSeconds > 0 && { age: String(ageSeconds) }),
    // Or a browser shows the next person what the last one read.
    ...(!isPublic && { vary: 'authorization, x-api-key' }),
  };
}
