/* How the screens of meeting say distances and directions. */
import type { I18n } from '@lingui/core';
import type { DistanceBucket } from '../generated/graphql.ts';
import type { Wind } from './whereabouts.ts';

export function bucketIn(bucket: DistanceBucket, i18n: I18n): string {
  const words: Readonly<Record<DistanceBucket, () => string>> = {
    WITHIN_100_METERS: () => i18n._('Less than 330 feet away'),
    WITHIN_250_METERS: () => i18n._('Less than 820 feet away'),
    WITHIN_500_METERS: () => i18n._('Less than a third of a mile away'),
    FARTHER: () => i18n._('More than a third of a mile away'),
  };
  return words[bucket]();
}

/** @param name as the API has it, in English: for a trophy that this version does not know. */
export function trophyName({ name, connections }: { readonly name: string; readonly connections: number }, i18n: I18n) {
  const words: Readonly<Record<number, () => string>> = {
    1: () => i18n._('First Hello'),
    5: () => i18n._('Familiar Face'),
    10: () => i18n._('Good Neighbor'),
    25: () => i18n._('Bridge Builder'),
    50: () => i18n._('Heart of the Block'),
    100: () => i18n._('Hundred Handshakes'),
  };
  return words[connections]?.() ?? name;
}

/** @param distance as the language writes it, such as 400 ft. */
export function towards(distance: string, wind: Wind, i18n: I18n): string {
  const words: Readonly<Record<Wind, () => string>> = {
    north: () => i18n._('{distance} to the north', { distance }),
    northeast: () => i18n._('{distance} to the northeast', { distance }),
    east: () => i18n._('{distance} to the east', { distance }),
    southeast: () => i18n._('{distance} to the southeast', { distance }),
    south: () => i18n._('{distance} to the south', { distance }),
    southwest: () => i18n._('{distance} to the southwest', { distance }),
    west: () => i18n._('{distance} to the west', { distance }),
    northwest: () => i18n._('{distance} to the northwest', { distance }),
  };
  return words[wind]();
}
