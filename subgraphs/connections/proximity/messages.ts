/* What fronts and workers say to each other besides reports: alerts, present states, questions and replies, as JSON. */
import type { Position } from '../../kernel/position.ts';

/** What a citizen may know of an officer. Instants are milliseconds since 1970. */
export interface SightingMessage {
  readonly officerId: string;
  readonly windowId: string;
  readonly windowClosesAt: number;
  /** Middle of the coarse cell that the officer is in. */
  readonly cell: Position;
  /** From the citizen's own last report to the middle of the cell. */
  readonly meters: number;
  /** Whether the citizen has not been told of this window before. */
  readonly isNew: boolean;
}

/** On what something that is told of a citizen rests. */
export interface Basis {
  /** Of the citizen's report. */
  readonly sequence: number;
  /** Grows with all that one worker tells: it may arrive by two ways, in another order. */
  readonly order: number;
}

/** An officer came near a citizen, or left. */
export interface AlertMessage extends SightingMessage, Basis {
  readonly type: 'alert';
  readonly citizenId: string;
  readonly hasEntered: boolean;
  readonly at: number;
}

/** All officers near a citizen, told by who has just become the owner of where the citizen is. */
export interface PresentMessage extends Basis {
  readonly type: 'present';
  readonly citizenId: string;
  readonly at: number;
  readonly sightings: readonly SightingMessage[];
}

export type Ask =
  /** The officers that a citizen can find. */
  | { readonly kind: 'sightings'; readonly accountId: string }
  /** The same; from now on the sender is told of changes. */
  | { readonly kind: 'listen'; readonly accountId: string }
  /** A citizen has been told of a window: it is no news any more. No reply is wanted. */
  | { readonly kind: 'told'; readonly accountId: string; readonly windowId: string }
  /** A person's last report. */
  | { readonly kind: 'report'; readonly accountId: string }
  | { readonly kind: 'nearest'; readonly position: Position; readonly mostMeters: number }
  /** An officer's window has been closed: nobody finds the officer any more. */
  | { readonly kind: 'close'; readonly officerId: string; readonly windowId: string; readonly windowClosesAt: number };

export interface AskMessage {
  readonly type: 'ask';
  /** 0 where no reply is wanted. */
  readonly token: number;
  readonly ask: Ask;
}

export interface Reply {
  readonly type: 'reply';
  readonly token: number;
  /** Whether the worker owns the person that was asked for. */
  readonly isKnown: boolean;
  /** With sightings. */
  readonly basis?: Basis;
  /** Absent from the reply to `listen` where the present state follows later. */
  readonly sightings?: readonly SightingMessage[];
  readonly report?: {
    readonly position: Position;
    readonly accuracyMeters: number | null;
    readonly sequence: number;
    readonly reportedAt: number;
  };
}

/** From one front to all: drop or refresh what you keep of an officer. */
export interface OfficerMessage {
  readonly type: 'officer';
  readonly officerId: string;
}

/** From one front to all: this phone reports here now. */
export interface MineMessage {
  readonly type: 'mine';
  readonly accountId: string;
  /** Of its first report here. */
  readonly sequence: number;
}

/** From a worker to all fronts: it may have missed something; tell it once more whatever it owns. */
export interface AgainMessage {
  readonly type: 'again';
}

export type FrontMessage = AgainMessage | MineMessage | AlertMessage | PresentMessage | Reply | OfficerMessage;
