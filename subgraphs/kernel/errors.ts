/*
 * The expected "no". A use case that must refuse throws a Refusal: a code from the closed set below, which clients
 * branch on and the SDL documents, and a sentence the person can act on. Everything else that is thrown is a fault of
 * ours: it leaves as INTERNAL with an id, and its details go to the log only.
 */
import { randomUUID } from 'node:crypto';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { Logger } from 'pino';

/** Code -> what it tells the caller. Codes are added, never renamed: clients hold them for years. */
export const refusalCodes = {
  UNAUTHENTICATED: 'Nobody is signed in, or the token has expired: refresh the session or sign in again.',
  FORBIDDEN: 'The caller is known but may not do this.',
  BAD_USER_INPUT: 'An argument is malformed or out of bounds; the message names it.',
  NOT_FOUND: 'There is no such thing, or the caller may not know of it.',
  RATE_LIMITED: 'Too much was asked in a short time; try again later, over HTTP after the seconds of Retry-After.',
  IDEMPOTENCY_MISMATCH: 'The idempotency key was used before with other arguments.',
  SIGN_IN_FAILED: 'The identity provider did not vouch for this sign-in; start again.',
  SIGN_IN_EXPIRED: 'The sign-in was started too long ago or was completed before; start again.',
  SESSION_ENDED: 'The refresh token is unknown, used or revoked; sign in again.',
  FRESH_SIGN_IN_NEEDED: 'This is done within ten minutes of signing in only; sign in again and come back.',
  ACCOUNT_SUSPENDED: 'The account is suspended.',
  NOT_SUSPENDED: 'The account is not suspended.',
  ALREADY_DECIDED: 'This was decided before.',
  NOT_APPOINTABLE: 'The account cannot be given this task; the message says why.',
  AGE_RESTRICTED: 'The declared age does not allow this.',
  PHONE_NOT_VERIFIED: 'The account has to verify a phone first.',
  PHONE_IN_USE: 'Another account has verified this phone.',
  CODE_INVALID: 'The one-time code is wrong.',
  CODE_EXPIRED: 'There is no valid one-time code; ask for a new one.',
  TOO_MANY_ATTEMPTS: 'Too many wrong codes; ask for a new one.',
  WINDOW_ALREADY_OPEN: 'The officer has an open window.',
  WINDOW_NOT_OPEN: 'The officer has no open window.',
  OFF_DUTY: "The officer's department is off duty.",
  EXCLUDED_ZONE: 'Nobody is to be found at this place.',
  STALE_REPORT: 'A newer position was reported before.',
  POSITION_UNKNOWN: 'The server holds no recent position of the caller; report one first.',
  OFFICER_UNAVAILABLE: 'The officer is not available now or is out of range.',
  OFFICER_BUSY: 'The officer is about to meet somebody else; finish or cancel that first.',
  REQUEST_ALREADY_OPEN: 'The two have an open connection.',
  PAIR_REWARDED_RECENTLY: 'The two had a rewarded connection within 24 hours.',
  CONNECTION_STATE: 'The connection is not in a state that allows this.',
  STORY_ALREADY_PROPOSED: 'The connection has a story already; it has to be withdrawn first.',
  STORY_STATE: 'The story is not in a state that allows this.',
  HUB_ARCHIVED: 'The hub is off the list: nothing new can be held there.',
  GATHERING_CLOSED: 'The gathering is over or cancelled.',
  LIMIT_REACHED: 'There are as many of these as are allowed; the message says how many.',
  MEETING_CODE_INVALID: 'The code is wrong, is not for the caller, or was not scanned in its time; scan a new one.',
  MEETING_CODE_USED: 'The code was used before; scan the next one.',
  MEETING_REFUSED: 'The meeting cannot be counted.',
  INSUFFICIENT_POINTS: 'The balance does not cover this.',
  BUDGET_EXHAUSTED: 'The budget does not cover this.',
  ACCOUNT_FROZEN: 'The points are frozen: nothing is spent until an administrator has looked.',
  ALREADY_REVERSED: 'This was undone before.',
  NOT_REVERSIBLE: 'This cannot be undone: it is itself an undoing, or points that ran out.',
  OFFER_UNAVAILABLE: 'The offer is not open now.',
  OFFER_CHANGED: 'The offer has changed since it was shown; look at it again.',
  SOLD_OUT: 'The offer has no stock left.',
  PER_PERSON_LIMIT: 'The person has taken this offer as often as it allows.',
  SCHEME_UNAVAILABLE: 'The scheme takes no claims now, or its municipality is suspended.',
  SCHEME_CHANGED: 'The scheme has changed since it was shown; look at it again.',
  SHARE_EXCEEDED: 'Points may not pay so much of this fee; the message says how many may.',
  FEE_CLAIMED: 'Points are held for this fee, or have paid it.',
  CLAIM_STATE: 'The claim is not in a state that allows this.',
  CHARITY_UNAVAILABLE: 'The charity takes no donations now.',
  REFERENCE_USED: 'Another settlement bears this reference; look whether it is the same.',
  VOUCHER_INVALID: 'No voucher of this retailer carries the code.',
  VOUCHER_REDEEMED: 'The voucher has been redeemed before.',
  VOUCHER_EXPIRED: 'The voucher has expired.',
  VOUCHER_HELD: 'Another till holds the voucher for a sale; the message says until when.',
  VOUCHER_VOID: 'The voucher was made void or its points were given back.',
  VOUCHER_NOT_REFUNDABLE: 'The points of this voucher cannot be given back; the message says why.',
  RETAILER_SUSPENDED: 'The retailer is suspended: nothing of it is issued or taken until it is reinstated.',
  HOLD_EXPIRED: 'The hold has run out; ask for another one.',
  HOLD_ENDED: 'There is no such hold: it was used, let go or never made.',
  FUND_STATE: 'The month, the proposal or the vote of the fund is not in a state that allows this.',
  ROUND_CLOSED: 'The vote has ended or has not begun.',
  NOT_ELIGIBLE:
    'The caller was no resident of the ZIP code when the vote opened, or is not of those whom the scheme is for.',
  CHANGED_MEANWHILE: 'Somebody else has changed this since it was read; look at it again.',
  LISTING_STATE: 'The listing or its organisation is not in a state that allows this.',
  ALREADY_LISTED: 'The organisation is listed already; claim it, or ask its members for an invitation.',
  CHECKS_OPEN: 'Not every check of the organisation has passed.',
  INVITATION_INVALID: 'The invitation is unknown, used, withdrawn or out of date; ask for a new one.',
  LAST_OWNER: 'An organisation keeps at least one owner; make somebody else an owner first.',
  WEBHOOK_DISABLED: 'The endpoint is disabled: nothing is sent to it until somebody enables it again.',
  IMPORT_UNREADABLE: 'The file cannot be read as a table of this kind; the message says why.',
  IMPORT_STATE: 'The import is not in a state that allows this.',
  IMPORT_BUSY: 'Another import of the same things is being written; this one can be approved when it is done.',
  IMPORT_CHANGED: 'What the import would change is not what was shown; look at it again.',
  SUBSCRIPTION_SCHEMA_RELOAD: 'The schema has changed since the subscription began; subscribe again.',
  DOCUMENT_NOT_TRUSTED: 'Only documents that were registered ahead are run for this caller.',
  DOCUMENT_TOO_COMPLEX: 'The document is longer, deeper or more repetitive than is allowed; the message says where.',
  COST_EXCEEDED: 'The operation may cost more than the caller may spend on one; ask for fewer or smaller lists.',
  PERSISTED_QUERY_NOT_FOUND: 'No document is kept under this hash: send it once with its text.',
  UNAVAILABLE: 'A part of the system does not answer now; the same call may be repeated.',
} as const;

export type RefusalCode = keyof typeof refusalCodes;

/** An expected "no": reaches the caller as a GraphQL error with `extensions.code`. `message` is for people, without personal data. */
export class Refusal extends GraphQLError {
  readonly code: RefusalCode;

  constructor(code: RefusalCode, message: string = refusalCodes[code]) {
    super(message, { extensions: { code } });
    this.name = 'Refusal';
    this.code = code;
  }
}

/**
 * Makes an error fit to leave the process: refusals, syntax, validation and argument errors keep their message;
 * anything unforeseen becomes INTERNAL with an id under which the log holds the details.
 */
export function presentError(error: unknown, log: Logger): GraphQLFormattedError {
  if (!(error instanceof GraphQLError)) return internal(error, {}, log);
  const { locations, path, extensions } = error.toJSON();
  const original = error.originalError;
  if (original && !(original instanceof GraphQLError)) return internal(original, { locations, path }, log);
  return {
    message: original ? coercionMessage(error.message, original.message) : error.message.slice(0, LONGEST_MESSAGE),
    locations,
    path,
    extensions: { code: 'BAD_USER_INPUT', ...(original?.extensions ?? extensions) },
  };
}

const LONGEST_MESSAGE = 500;

/** graphql-js repeats a refused value in its message; it may be personal or a megabyte, so only its place is kept. */
function coercionMessage(message: string, reason: string): string {
  const place = message.slice(0, -reason.length).match(/ at "([\w.[\]]{1,200})"; $/)?.[1];
  return place ? `${place}: ${reason}` : reason;
}

function internal(cause: unknown, place: Partial<GraphQLFormattedError>, log: Logger): GraphQLFormattedError {
  const errorId = randomUUID();
  log.error({ errorId, err: cause, path: place.path }, 'unforeseen error');
  return {
    message: `Something went wrong on our side. Quote ${errorId} when you report it.`,
    ...place,
    extensions: { code: 'INTERNAL', errorId },
  };
}

const FRAMES_LOGGED = 8;

/**
 * What of an error may stand in the log. PostgreSQL quotes rows in its messages, and MikroORM the statement with its
 * values: of an error of the database the message stays out, what and where it was is kept.
 */
export function forLog(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error };
  const { code, constraint } = error as { code?: unknown; constraint?: unknown };
  const isOfDatabase = /^[0-9A-Z]{5}$/.test(String(code)) || /(DriverException|ViolationException)$/.test(error.name);
  const at = error.stack?.split('\n').filter((line) => /^\s+at /.test(line));
  return {
    type: error.name,
    ...(!isOfDatabase && { message: error.message }),
    // Not `code`, which the log blots out: one-time codes are called so.
    ...(code !== undefined && { errorCode: code }),
    ...(constraint !== undefined && { constraint }),
    at: at?.slice(0, FRAMES_LOGGED).map((line) => line.trim()),
  };
}
