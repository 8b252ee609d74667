/*
 * The life of a connection as a table: who may do what in which state, and what comes of it. Pure, so that it can be
 * tried whole. What counts is counted once: every state after the confirmation of both keeps the pair's 24 hours.
 */
import { registerEnumType } from 'type-graphql';

export enum ConnectionState {
  REQUESTED = 'requested',
  ACCEPTED = 'accepted',
  MET = 'met',
  CONFIRMED = 'confirmed',
  HELD = 'held',
  REWARDED = 'rewarded',
  CLAWED_BACK = 'clawed_back',
  DECLINED = 'declined',
  CANCELLED = 'cancelled',
  EXPIRED = 'expired',
}

registerEnumType(ConnectionState, {
  name: 'ConnectionState',
  description: 'How far a connection has come.',
  valuesConfig: {
    REQUESTED: { description: 'The citizen has asked; the officer may accept or decline.' },
    ACCEPTED: { description: 'The officer has accepted; both meet and confirm. The officer is busy.' },
    MET: { description: 'One of the two has confirmed that they met; the other may still. The officer is busy.' },
    CONFIRMED: { description: 'Both have confirmed that they met; points follow, and with them REWARDED.' },
    HELD: { description: 'Both have confirmed that they met; people look at it before it counts.' },
    REWARDED: { description: 'Both have confirmed that they met, and points were given for it.' },
    CLAWED_BACK: { description: 'It does not count: it was refused after a review, or taken back. Final.' },
    DECLINED: { description: 'The officer has declined. Final.' },
    CANCELLED: { description: 'One of the two has withdrawn. Final.' },
    EXPIRED: { description: 'Nobody acted in time. Final, unless a code that was scanned in time is still handed in.' },
  },
});

export type Side = 'officer' | 'citizen';

/** Who acts: one of the two; time; the risk rules; the ledger, by its event; an administrator who reviews. */
export type Actor = Side | 'time' | 'risk' | 'ledger' | 'reviewer';

export type Action =
  | 'accept'
  | 'decline'
  | 'cancel'
  /** One side says that they met. */
  | 'confirm'
  /** One side scanned the code that the other showed. */
  | 'scan'
  /** The citizen scanned the code of the officer's window: the officer, by showing it, has accepted whatever was asked. */
  | 'meet'
  /** Both have confirmed and nothing speaks against it. */
  | 'count'
  /** Both have confirmed and a risk rule asks for a review. */
  | 'hold'
  | 'release'
  | 'clawBack'
  | 'reward'
  | 'expire';

type Rule = Partial<Record<ConnectionState, { readonly by: readonly Actor[]; readonly to: ConnectionState }>>;

const { REQUESTED, ACCEPTED, MET, CONFIRMED, HELD, REWARDED, CLAWED_BACK, DECLINED, CANCELLED, EXPIRED } =
  ConnectionState;
const both: readonly Side[] = ['officer', 'citizen'];

export const rules: Readonly<Record<Action, Rule>> = {
  accept: { [REQUESTED]: { by: ['officer'], to: ACCEPTED } },
  decline: { [REQUESTED]: { by: ['officer'], to: DECLINED } },
  // An officer who does not want to meet declines.
  cancel: {
    [REQUESTED]: { by: ['citizen'], to: CANCELLED },
    [ACCEPTED]: { by: both, to: CANCELLED },
    [MET]: { by: both, to: CANCELLED },
  },
  // The second of the two leaves it MET for an instant: whether it counts or is held, the risk rules say.
  confirm: { [ACCEPTED]: { by: both, to: MET }, [MET]: { by: both, to: MET } },
  // A phone that was offline hands in what it scanned in time.
  scan: { [ACCEPTED]: { by: both, to: MET }, [MET]: { by: both, to: MET }, [EXPIRED]: { by: both, to: MET } },
  meet: {
    [REQUESTED]: { by: ['citizen'], to: MET },
    [ACCEPTED]: { by: ['citizen'], to: MET },
    [MET]: { by: ['citizen'], to: MET },
  },
  count: { [MET]: { by: ['risk'], to: CONFIRMED } },
  hold: { [MET]: { by: ['risk'], to: HELD } },
  release: { [HELD]: { by: ['reviewer'], to: CONFIRMED } },
  clawBack: {
    [HELD]: { by: ['reviewer'], to: CLAWED_BACK },
    [CONFIRMED]: { by: ['reviewer'], to: CLAWED_BACK },
    [REWARDED]: { by: ['reviewer'], to: CLAWED_BACK },
  },
  reward: { [CONFIRMED]: { by: ['ledger'], to: REWARDED } },
  expire: {
    [REQUESTED]: { by: ['time'], to: EXPIRED },
    [ACCEPTED]: { by: ['time'], to: EXPIRED },
    [MET]: { by: ['time'], to: EXPIRED },
  },
};

/** The state after `action`, or undefined where it is not allowed. */
export function next(state: ConnectionState, action: Action, by: Actor): ConnectionState | undefined {
  const step = rules[action][state];
  return step?.by.includes(by) ? step.to : undefined;
}

/** How long a state lasts when nobody acts, in minutes; a meeting of which one side has spoken ends with its acceptance. */
export const lifeMinutes = { requested: 5, accepted: 60 } as const;

/** Those that end by time; one of a pair at a time. */
export const ongoingStates = [REQUESTED, ACCEPTED, MET] as const;
/** Those in which the officer is busy; one of an officer at a time. */
export const busyStates = [ACCEPTED, MET] as const;
/** Those after both confirmed; one of a pair in any rolling 24 hours. */
export const countedStates = [CONFIRMED, HELD, REWARDED, CLAWED_BACK] as const;
/** Those of a meeting that stands: both confirmed, nobody holds it or took it back. */
export const standingStates = [CONFIRMED, REWARDED] as const;

const among = (states: readonly ConnectionState[]) => (state: ConnectionState) => states.includes(state);
export const isOngoing = among(ongoingStates);
export const isBusy = among(busyStates);
export const isCounted = among(countedStates);
