/*
 * The port from the protocols to whoever executes what they carry. An engine knows accounts, documents and errors; nothing
 * here does. One engine follows another when the schema changes, and takes over the sessions of the one before.
 */
import type { IncomingMessage } from 'node:http';
import type { Answers } from './answers.ts';
import type { OperationMessage } from './messages.ts';

/** Time, as far as sockets need it. */
export interface Clock {
  now(): Date;
  at(instant: Date, ring: () => void): Alarm;
}

export interface Alarm {
  cancel(): void;
}

/** Errors as they go to the client, plain JSON. */
export type Errors = readonly object[];

/** How an operation goes on. Results are execution results as they go to the client, plain JSON. */
export type Begun =
  /** It does not begin: one `error` message. */
  | { readonly errors: Errors }
  /** A query or mutation. Never rejects. */
  | { readonly result: Promise<object> }
  /** A subscription, not opened before `open` is called. */
  | {
      /** A refusal is a result. Never rejects. */
      readonly open: () => Promise<Answers<object> | object>;
      /** Set where it is the same for all who come with this key: the first one's is opened, and shared. */
      readonly shareKey?: string;
    };

/** Who executes what the sockets and event streams carry. */
export interface Engine<Session> {
  /** Who calls, by the payload of connection_init. When it rejects the socket is closed with 4403. @param request the upgrade. */
  admit(
    parameters: Readonly<Record<string, unknown>> | undefined,
    channel: Channel,
    request: IncomingMessage,
  ): Promise<Session>;
  /** The socket or event stream is gone, whoever closed it. */
  left(session: Session): void;
  /** Whose limits count over all that one account has open; undefined for callers who are nobody in particular. */
  accountOf(session: Session): string | undefined;
  /** Must neither throw nor reject. A promise only where something has to be looked for. */
  begin(session: Session, operation: OperationMessage): Begun | Promise<Begun>;
  /** The sentence that a close frame carries. */
  reasonOf(error: unknown): string;
  /** Something that cannot happen did; its socket is closed with 4500. */
  report(error: unknown): void;
  readonly answers: StandingAnswers;
}

/** What is said without asking the engine. */
export interface StandingAnswers {
  /** To one operation too many on a socket. */
  readonly tooManyOperations: Errors;
  /** To one subscription too many of an account. */
  readonly tooManySubscriptions: Errors;
  /** To one event stream too many of an account. */
  readonly tooManyChannels: Errors;
  /** To a client that did not read a shared subscription for too long; it should subscribe again. */
  readonly fellBehind: Errors;
  /** To a subscription that began on a schema which serves no longer; the client should subscribe again. */
  readonly schemaReload: Errors;
  /** To an event stream where something broke that cannot break. */
  readonly internal: Errors;
}

/** A socket, or an event stream of one operation. */
export interface Channel {
  /** @param errors what is told where there are no close codes. */
  close(code: number, reason: string, errors: Errors): void;
}

export interface Limits {
  readonly initialisationMilliseconds: number;
  /** How long a client may leave more than BUFFERED_BYTES unread. */
  readonly stalledMilliseconds: number;
  readonly operationsPerSocket: number;
  /** Sockets and event streams together. */
  readonly channelsPerAccount: number;
  /** Over all its sockets and event streams. */
  readonly subscriptionsPerAccount: number;
}
