/*
 * The places of the console: where they are, what they are called, and for whom. Navigation and routes are made of this one
 * table, so that nobody is shown a door that does not open.
 */
import type { I18n } from '@lingui/core';
import { type ComponentType, type LazyExoticComponent, lazy } from 'react';

export interface Place {
  readonly path: string;
  readonly label: (i18n: I18n) => string;
  /** Any one of these scopes. */
  readonly scopes: readonly string[];
  readonly screen: LazyExoticComponent<ComponentType>;
}

export const places: readonly Place[] = [
  {
    path: '/ledger',
    label: (i18n) => i18n._('Ledger'),
    scopes: ['administrator'],
    screen: lazy(async () => ({ default: (await import('../money/ledger.tsx')).Ledger })),
  },
];
