/*
 * What a caller is to the limits: nobody in particular, a person, an analyst, a partner, an administrator. Budgets and
 * rates go by standing; what is used is kept per account, per retailer (all its keys together, or a new key would be a new
 * quota) and, of callers who are nobody, per address.
 */
import type { Caller } from '../../subgraphs/kernel/caller.ts';

export const standings = ['anonymous', 'person', 'analyst', 'partner', 'administrator'] as const;
export type Standing = (typeof standings)[number];

export function standingOf({ accountId, retailerId, scopes }: Caller): Standing {
  if (scopes.includes('administrator')) return 'administrator';
  if (retailerId !== undefined) return 'partner';
  if (accountId === undefined) return 'anonymous';
  return scopes.includes('analyst') ? 'analyst' : 'person';
}

/**
 * Under which name a caller's use is kept; undefined for the gateway's own calls, such as a subscription shared by many.
 * @param address of the client, where the caller is nobody in particular.
 */
export function subjectOf({ accountId, retailerId }: Caller, address: string | undefined): string | undefined {
  return accountId ?? retailerId ?? address;
}
