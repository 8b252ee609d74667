/* The state of a voucher in words, and how long it is good. */
import type { I18n } from '@lingui/core';
import type { Tone } from '../../interface/parts.tsx';
import type { OwnVoucherFragment, VoucherStatus } from '../generated/graphql.ts';

const TONES: Readonly<Partial<Record<VoucherStatus, Tone>>> = {
  ISSUED: 'good',
  HELD: 'warn',
  EXPIRED: 'bad',
  VOID: 'bad',
};

/** One that ran out since it was seen is not good any more, connection or not. */
export function statusAt({ status, expiresAt }: OwnVoucherFragment, now: Date): VoucherStatus {
  return status === 'ISSUED' && new Date(expiresAt) <= now ? 'EXPIRED' : status;
}

export const toneOf = (status: VoucherStatus): Tone | undefined => TONES[status];

export function nameOf(status: VoucherStatus, i18n: I18n): string {
  switch (status) {
    case 'ISSUED':
      return i18n._('Ready to use');
    case 'HELD':
      return i18n._('At the till now');
    case 'REDEEMED':
      return i18n._('Used');
    case 'EXPIRED':
      return i18n._('Ran out');
    case 'VOID':
      return i18n._('Good no more');
    case 'REFUNDED':
      return i18n._('Given back');
    default:
      return status;
  }
}

/** Codes are read aloud: in groups of four, as they stand where they have groups already. */
export function inGroups(code: string): string {
  if (/[-\s]/.test(code)) return code.replace(/-/g, ' ');
  return code.match(/.{1,4}/g)?.join(' ') ?? code;
}

const DAY_SECONDS = 86_400;

/** What is left, to the second within the last day. */
export function timeLeft(until: string, now: Date, i18n: I18n): string {
  const seconds = Math.max(0, Math.floor((new Date(until).getTime() - now.getTime()) / 1_000));
  if (seconds >= DAY_SECONDS) {
    return i18n._('{days, plural, one {# day left} other {# days left}}', { days: Math.floor(seconds / DAY_SECONDS) });
  }
  const two = (value: number) => String(value).padStart(2, '0');
  const clock = `${Math.floor(seconds / 3_600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return i18n._('{clock} left', { clock });
}
