/* The life of a connection as a table: who may do what in which state, and what comes of it. Pure, so that it can be tried whole. */
import { registerEnumType } from 'type-graphql';

export enum ConnectionState {
  REQUESTED = 'requested',
  ACCEPTED = 'accepted',
  CONFIRMED = 'confirmed',
  DECLINED = 'declined',
  CANCELLED = 'cancelled',
  EXPIRED = 'expired',
}

registerEnumType(ConnectionState, {
  name: 'ConnectionState',
  description: 'How far a connection has come.',
  valuesConfig: {
    REQUESTED: { description: 'The citizen has asked; the officer may accept or decline.' },
    ACCEPTED: { description: 'The officer has accepted; both meet and confirm.' },
    CONFIRMED: { description: 'Both have confirmed that they met. Final.' },
    DECLINED: { description: 'The officer has declined. Final.' },
    CANCELLED: { description: 'One of the two has withdrawn. Final.' },
    EXPIRED: { description: 'Nobody acted in time. Final.' },
  },
});

export type Side = 'officer' | 'citizen';
export type Action = 'accept' | 'decline' | 'cancel' | 'confirm' | 'expire';

interface Rule {
  readonly from: readonly ConnectionState[];
  /** Who may; 'time' is nobody's doing. */
  readonly by: readonly (Side | 'time')[];
  readonly to: ConnectionState;
}

const { REQUESTED, ACCEPTED, CONFIRMED, DECLINED, CANCELLED, EXPIRED } = ConnectionState;

export const rules: Readonly<Record<Action, Rule>> = {
  accept: { from: [REQUESTED], by: ['officer'], to: ACCEPTED },
  decline: { from: [REQUESTED], by: ['officer'], to: DECLINED },
  cancel: { from: [REQUESTED, ACCEPTED], by: ['citizen', 'officer'], to: CANCELLED },
  // To CONFIRMED with the second of the two; the first leaves it ACCEPTED.
  confirm: { from: [ACCEPTED], by: ['officer', 'citizen'], to: CONFIRMED },
  expire: { from: [REQUESTED, ACCEPTED], by: ['time'], to: EXPIRED },
};

/** The state after `action`, or undefined where it is not allowed. An officer who does not want to meet declines. */
export function next(state: ConnectionState, action: Action, by: Side | 'time'): ConnectionState | undefined {
  const rule = rules[action];
  if (!rule.from.includes(state) || !rule.by.includes(by)) return undefined;
  if (action === 'cancel' && by === 'officer' && state === REQUESTED) return undefined;
  return rule.to;
}

/** How long a state lasts when nobody acts, in minutes. */
export const lifeMinutes = { requested: 5, accepted: 60 } as const;

export const isOngoing = (state: ConnectionState) => state === REQUESTED || state === ACCEPTED;
