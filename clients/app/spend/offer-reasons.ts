/* Why an offer stands where it does, in words of the person's language. */
import type { I18n } from '@lingui/core';
import type { MatchReasonKind } from '../generated/graphql.ts';

/** How many reasons are told. */
const TOLD = 2;

/** The strongest reasons as one line; empty where there are none. */
export function whyShown(reasons: readonly { readonly kind: MatchReasonKind }[], i18n: I18n): string {
  const told = reasons.slice(0, TOLD).map(({ kind }) => textOf(kind, i18n));
  return told.filter(Boolean).join(' · ');
}

function textOf(kind: MatchReasonKind, i18n: I18n): string {
  switch (kind) {
    case 'WORDS_IN_TITLE':
    case 'WORDS':
      return i18n._('Matches your words');
    case 'NEAR':
      return i18n._('Close by');
    case 'TAKEN_OFTEN':
      return i18n._('Popular');
    case 'NEW':
      return i18n._('New');
    case 'YOUR_CATEGORIES':
      return i18n._('Like what you took before');
    case 'YOUR_RETAILERS':
      return i18n._('A place you took from before');
    case 'TAKEN_TOGETHER':
      return i18n._('Others with your taste took it');
    default:
      return '';
  }
}
