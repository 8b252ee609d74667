/* What a till says about a voucher that it does not take, about a key that is not good, and about what was handed in. */
import type { I18n } from '@lingui/core';
import type { DecidedClaim } from '../offline-till.ts';
import { PartnerError } from '../partner.ts';
import type { RefusalCode } from './counter.ts';

interface Words {
  readonly title: string;
  readonly advice: string;
}

/** A few words to be read from a meter away, and what to do now. */
export function refusalWords(code: RefusalCode, retryAfterSeconds: number | undefined, i18n: I18n): Words {
  const used = {
    title: i18n._('Already used'),
    advice: i18n._('Somebody has used this voucher before. Do not give anything for it.'),
  };
  const expired = { title: i18n._('Expired'), advice: i18n._('The time of this voucher is over.') };
  const unknown = {
    title: i18n._('Not valid here'),
    advice: i18n._('Your shop has no such voucher. Check what was typed, or scan it again.'),
  };
  const online = {
    title: i18n._('Only with a connection'),
    advice: i18n._('This voucher can be taken once the till is connected again.'),
  };
  const newKey = i18n._('Ask whoever manages your shop for a new one, and enter it under “This till”.');
  const known: Readonly<Record<string, Words>> = {
    VOUCHER_REDEEMED: used,
    REVOKED: used,
    ALREADY_TAKEN: used,
    VOUCHER_EXPIRED: expired,
    EXPIRED: expired,
    VOUCHER_VOID: {
      title: i18n._('Given back'),
      advice: i18n._('The person has given this voucher back. It is worth nothing now.'),
    },
    VOUCHER_HELD: {
      title: i18n._('At another till'),
      advice: i18n._('Another till is about to take this voucher. Try again in two minutes.'),
    },
    OTHER_RETAILER: {
      title: i18n._('For another shop'),
      advice: i18n._('The voucher is real, but it is for another shop.'),
    },
    VOUCHER_INVALID: unknown,
    BAD_USER_INPUT: unknown,
    TOKEN_INVALID: {
      title: i18n._('Not genuine'),
      advice: i18n._('This till cannot tell that the voucher is real. Try again when it is connected.'),
    },
    NOT_YET_ISSUED: {
      title: i18n._('Check the clock'),
      advice: i18n._('The clock of this device seems to be wrong. Set it, then scan again.'),
    },
    NEEDS_NETWORK: {
      title: i18n._('No connection'),
      advice: i18n._('A typed code needs a connection. Scan the QR code of the voucher instead.'),
    },
    TILL_UNKNOWN: {
      title: i18n._('No connection'),
      advice: i18n._('This till may not take vouchers without a connection yet. See “This till”.'),
    },
    NOT_OFFLINE: online,
    ABOVE_LIMIT: {
      title: i18n._('Only with a connection'),
      advice: i18n._('It is worth more than this till may take without a connection.'),
    },
    LIST_TOO_OLD: {
      title: i18n._('Only with a connection'),
      advice: i18n._('This till has been without a connection for more than a day. Connect it first.'),
    },
    HOLD_EXPIRED: {
      title: i18n._('Time is over'),
      advice: i18n._('The voucher was kept for two minutes. Scan it again.'),
    },
    HOLD_ENDED: {
      title: i18n._('Time is over'),
      advice: i18n._('The voucher is not kept for this sale any more. Scan it again.'),
    },
    RETAILER_SUSPENDED: {
      title: i18n._('Not possible now'),
      advice: i18n._('Your shop does not take part at the moment. Ask whoever manages it.'),
    },
    RATE_LIMITED: {
      title: i18n._('Too many wrong codes'),
      // Without a time only typed codes wait, a few seconds at first; what is scanned is always looked at.
      advice:
        retryAfterSeconds === undefined
          ? i18n._('Scan the code instead, or wait a little before you type one again.')
          : i18n._(
              '{minutes, plural, one {Wait # minute, then scan again.} other {Wait # minutes, then scan again.}}',
              { minutes: Math.max(1, Math.ceil(retryAfterSeconds / 60)) },
            ),
    },
    UNAUTHENTICATED: { title: i18n._('The key is not good any more'), advice: newKey },
    FORBIDDEN: { title: i18n._('Not possible with this key'), advice: newKey },
  };
  return known[code] ?? { title: i18n._('Something went wrong'), advice: i18n._('Try it once more.') };
}

export const keyWords = (failure: unknown, i18n: I18n): string =>
  keyAdvice(failure instanceof PartnerError ? failure.code : '', i18n);

function keyAdvice(code: string, i18n: I18n): string {
  if (code === 'UNAUTHENTICATED')
    return i18n._('This key is not known or was taken back. Check that it was copied whole, or ask for a new one.');
  if (code === 'FORBIDDEN') return i18n._('This key may not take vouchers. Ask for one that may.');
  if (code === 'RETAILER_UNKNOWN')
    return i18n._('Your shop has no offers yet. Make the first one, then set up the till.');
  if (code === 'OTHER_SHOP')
    return i18n._('This key is of another shop. To change the shop, remove this till and set it up anew.');
  if (code === 'UNREACHABLE' || code === 'UNAVAILABLE')
    return i18n._('There is no connection now. Try again once it is back.');
  return i18n._('Something went wrong. Try it once more.');
}

export function claimWords({ outcome, refusal }: Pick<DecidedClaim, 'outcome' | 'refusal'>, i18n: I18n): string {
  if (outcome === 'ACCEPTED') return i18n._('Accepted');
  if (outcome === 'DISPUTED') return i18n._('Somebody was first: an administrator decides');
  if (refusal === 'REVOKED' || refusal === 'ALREADY_TAKEN') return i18n._('Refused: it was used before');
  if (refusal === 'CLOCK_AHEAD' || refusal === 'NOT_YET_ISSUED')
    return i18n._('Refused: the clock of this till was wrong');
  return i18n._('Refused');
}
