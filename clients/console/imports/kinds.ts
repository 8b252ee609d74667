/* What imports are about and where they stand, in words. */
import type { I18n } from '@lingui/core';
import type { Tone } from '../../interface/parts.tsx';
import type { ImportKind, ImportState } from '../generated/graphql.ts';

export const kindNames = (i18n: I18n): Readonly<Record<ImportKind, string>> => ({
  STORES: i18n._('Stores'),
  PRODUCTS: i18n._('Products'),
  OFFERS: i18n._('Offers'),
  CHARITIES: i18n._('Charities'),
  OFFICERS: i18n._('Officers'),
});

export const stateNames = (i18n: I18n): Readonly<Record<ImportState, string>> => ({
  MAPPING: i18n._('Waits for its columns'),
  READING: i18n._('Is being read'),
  COMPARED: i18n._('Waits for approval'),
  APPLYING: i18n._('Is being applied'),
  APPLIED: i18n._('Applied'),
  UNDOING: i18n._('Is being undone'),
  UNDONE: i18n._('Undone'),
  CANCELLED: i18n._('Stopped'),
  FAILED: i18n._('Failed'),
});

export const stateTones: Readonly<Partial<Record<ImportState, Tone>>> = {
  MAPPING: 'warn',
  COMPARED: 'warn',
  APPLIED: 'good',
  FAILED: 'bad',
};

/** Work is under way: the state changes by itself. */
export const isMoving = (state: ImportState) => state === 'READING' || state === 'APPLYING' || state === 'UNDOING';
