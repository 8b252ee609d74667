/*
 * What the API refuses, in words of the person's language that say what to do next. The API's own sentence is English: it is
 * added where it alone names the detail, and stands in for a code that is newer than this page.
 */
import type { I18n } from '@lingui/core';
import { ClientError } from '../client.ts';

interface GraphFailure {
  readonly networkError?: Error | undefined;
  readonly graphQLErrors?: readonly { readonly message: string; readonly extensions?: Record<string, unknown> }[];
}

/** The code of a refusal, UNREACHABLE where nothing answered. */
export function codeOf(failure: unknown): string {
  if (failure instanceof ClientError) return failure.code;
  const { networkError, graphQLErrors } = (failure ?? {}) as GraphFailure;
  if (networkError) return networkError instanceof ClientError ? networkError.code : 'UNREACHABLE';
  return String(graphQLErrors?.[0]?.extensions?.code ?? 'INTERNAL');
}

/** What to tell a person of a failed operation, whether it came from the cache's client or ours. */
export function explain(failure: unknown, i18n: I18n): string {
  const code = codeOf(failure);
  const what = sentenceOf(failure) ?? '';
  const known: Readonly<Record<string, () => string>> = {
    UNREACHABLE: () => i18n._('There is no connection. What you see is what was known before.'),
    UNAUTHENTICATED: () => i18n._('You are signed out. Sign in again.'),
    SESSION_ENDED: () => i18n._('You are signed out. Sign in again.'),
    FORBIDDEN: () => i18n._('You may not do this.'),
    BAD_USER_INPUT: () =>
      faultyFieldOf(failure)
        ? i18n._('Something here is not written as it should be. Look at it again.')
        : i18n._('This cannot be taken as it is written. {what}', { what }),
    NOT_FOUND: () => i18n._('It is not there any more.'),
    RATE_LIMITED: () => i18n._('That was a lot at once. Wait a moment and try again.'),
    UNAVAILABLE: () => i18n._('A part of the system does not answer now. Try again.'),
    FRESH_SIGN_IN_NEEDED: () => i18n._('For this, sign in once more.'),
    ACCOUNT_SUSPENDED: () => i18n._('Your account is suspended.'),
    INSUFFICIENT_POINTS: () => i18n._('You do not have enough points for this.'),
    SOLD_OUT: () => i18n._('There are none left.'),
    OFFER_UNAVAILABLE: () => i18n._('This offer is not open now.'),
    OFFER_CHANGED: () => i18n._('The offer has changed. Look at it again.'),
    PER_PERSON_LIMIT: () => i18n._('You have taken this as often as it allows.'),
    OFFICER_UNAVAILABLE: () => i18n._('The officer is not available any more.'),
    OFFICER_BUSY: () => i18n._('The officer is about to meet somebody else.'),
    PAIR_REWARDED_RECENTLY: () => i18n._('You two met within the last 24 hours; try again tomorrow.'),
    REQUEST_ALREADY_OPEN: () => i18n._('You have an open request with this officer.'),
    MEETING_CODE_INVALID: () => i18n._('This code cannot be used. Scan a new one.'),
    MEETING_CODE_USED: () => i18n._('This code was used before. Scan the next one.'),
    MEETING_REFUSED: () => i18n._('This meeting cannot be counted.'),
    CONNECTION_STATE: () => i18n._('This has changed meanwhile. Look at it again.'),
    POSITION_UNKNOWN: () => i18n._('It is not known where you are. Wait a moment and try again.'),
    WINDOW_ALREADY_OPEN: () => i18n._('Your window is open already.'),
    WINDOW_NOT_OPEN: () => i18n._('Your window is not open any more.'),
    OFF_DUTY: () => i18n._('Your department is off duty now.'),
    EXCLUDED_ZONE: () => i18n._('Nobody is to be found at this place. Walk a little and try again.'),
    AGE_RESTRICTED: () => i18n._('Your age does not allow this without a guardian’s consent.'),
    SIGN_IN_FAILED: () => i18n._('The sign-in did not work. Start it again.'),
    SIGN_IN_EXPIRED: () => i18n._('The sign-in took too long. Start it again.'),
    PHONE_NOT_VERIFIED: () => i18n._('Verify your phone first.'),
    NOT_APPOINTABLE: () =>
      i18n._(
        'This account cannot be given that. Its phone has to be verified; it may not be suspended, of a youth, or of an administrator.',
      ),
    NOT_SUSPENDED: () => i18n._('The account is not suspended any more.'),
    ALREADY_DECIDED: () => i18n._('This was decided already.'),
    LIMIT_REACHED: () => i18n._('You have as many of these as are allowed.'),
    CODE_INVALID: () => i18n._('The code is wrong.'),
    CODE_EXPIRED: () => i18n._('The code has expired. Ask for a new one.'),
    TOO_MANY_ATTEMPTS: () => i18n._('Too many wrong codes. Ask for a new one.'),
    PHONE_IN_USE: () => i18n._('Another account has this phone.'),
    VOUCHER_INVALID: () => i18n._('No voucher of this shop has this code.'),
    VOUCHER_REDEEMED: () => i18n._('This voucher was used before.'),
    VOUCHER_EXPIRED: () => i18n._('This voucher has expired.'),
    ACCOUNT_FROZEN: () => i18n._('Your points are on hold while we look at something.'),
    CHARITY_UNAVAILABLE: () => i18n._('This charity takes no donations now.'),
    VOUCHER_NOT_REFUNDABLE: () => i18n._('This voucher cannot be given back.'),
    VOUCHER_HELD: () => i18n._('A till has this voucher right now. Try again in a moment.'),
    VOUCHER_VOID: () => i18n._('This voucher is good no more.'),
    CHANGED_MEANWHILE: () => i18n._('This has changed meanwhile. Look at it again.'),
    ROUND_CLOSED: () => i18n._('This vote is over.'),
    NOT_ELIGIBLE: () => i18n._('This depends on where you live, and since when. You cannot take part.'),
    SCHEME_UNAVAILABLE: () => i18n._('The city does not take points for this now.'),
    SCHEME_CHANGED: () => i18n._('The city has changed its terms. Look at them again.'),
    FEE_CLAIMED: () => i18n._('Points were claimed for this fee before.'),
    SHARE_EXCEEDED: () => i18n._('Points may not pay that much of the fee.'),
    BUDGET_EXHAUSTED: () => i18n._('All that the city gave for this is used up.'),
    CLAIM_STATE: () => i18n._('The city has decided on this already.'),
    STORY_STATE: () => i18n._('This story has changed meanwhile. Look at it again.'),
    STORY_ALREADY_PROPOSED: () => i18n._('There is a story of this meeting already. Look at your stories.'),
    GATHERING_CLOSED: () => i18n._('This event is over, or was called off.'),
    HUB_ARCHIVED: () => i18n._('This place is off the list. Choose another one.'),
    ALREADY_LISTED: () => i18n._('It is listed already: claim it, or ask its owners for an invitation.'),
    LISTING_STATE: () => i18n._('It is suspended or ended, and does not allow this now.'),
    CHECKS_OPEN: () => i18n._('A check is still open. Say so if it is to be listed in spite of that.'),
    INVITATION_INVALID: () => i18n._('This invitation cannot be used any more. Ask for a new one.'),
    LAST_OWNER: () => i18n._('An organisation keeps at least one owner. Make somebody else an owner first.'),
    WEBHOOK_DISABLED: () => i18n._('The endpoint is disabled. Enable it first.'),
    IDEMPOTENCY_MISMATCH: () =>
      i18n._('This was sent before with other figures. Load the page again and see whether it was done.'),
    STALE_REPORT: () => i18n._('A newer place of yours is known already. There is nothing to do.'),
    ALREADY_REVERSED: () => i18n._('This was taken back before.'),
    NOT_REVERSIBLE: () => i18n._('This cannot be taken back: it takes something back itself, or its points ran out.'),
    REFERENCE_USED: () =>
      i18n._('Another settlement has this reference. See whether it is the same one, or write another reference.'),
    RETAILER_SUSPENDED: () => i18n._('This shop does not take part at the moment. Its vouchers wait until it does.'),
    HOLD_EXPIRED: () => i18n._('The voucher was kept for two minutes. Scan it again.'),
    HOLD_ENDED: () => i18n._('The voucher is not kept for this sale any more. Scan it again.'),
    FUND_STATE: () => i18n._('The month or the vote has moved on meanwhile. Look at it again.'),
    IMPORT_UNREADABLE: () =>
      i18n._('The file cannot be read as a table of this kind. {what} Correct it and upload it again.', { what }),
    IMPORT_STATE: () => i18n._('This import has moved on meanwhile. Look at it again.'),
    IMPORT_BUSY: () => i18n._('Another import of the same things is being written. Approve this one when it is done.'),
    IMPORT_CHANGED: () =>
      i18n._('What is listed has changed since this was compared. Look at the differences again, then approve.'),
    COST_EXCEEDED: () => i18n._('That is too much to ask at once. Choose fewer days, or a smaller part.'),
    DOCUMENT_TOO_COMPLEX: () => i18n._('That is too much to ask at once. Choose fewer days, or a smaller part.'),
    DOCUMENT_NOT_TRUSTED: () => i18n._('This page is older than the system. Load it again.'),
    PERSISTED_QUERY_NOT_FOUND: () => i18n._('This page is older than the system. Load it again.'),
    SUBSCRIPTION_SCHEMA_RELOAD: () => i18n._('This page is older than the system. Load it again.'),
    INTERNAL: () => i18n._('Something went wrong on our side.'),
  };
  return known[code]?.() ?? (what || i18n._('Something went wrong on our side.'));
}

/** The last name on the way to the value that the API could not read: `publicKey` of `input.publicKey: …`. */
export function faultyFieldOf(failure: unknown): string | undefined {
  if (codeOf(failure) !== 'BAD_USER_INPUT') return undefined;
  return sentenceOf(failure)?.match(/^input(?:\.\w+|\[\d+\])*\.(\w+)(?:\[\d+\])*: /)?.[1];
}

function sentenceOf(failure: unknown): string | undefined {
  if (failure instanceof ClientError) return failure.message;
  return (failure as GraphFailure | undefined)?.graphQLErrors?.[0]?.message;
}
