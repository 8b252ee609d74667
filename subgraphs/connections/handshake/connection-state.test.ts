import { type Action, ConnectionState, next, type Side } from './connection-state.ts';

const actions: Action[] = ['accept', 'decline', 'cancel', 'confirm', 'expire'];
const sides: (Side | 'time')[] = ['officer', 'citizen', 'time'];

const allowed = [
  'requested accept officer -> accepted',
  'requested decline officer -> declined',
  'requested cancel citizen -> cancelled',
  'requested expire time -> expired',
  'accepted cancel officer -> cancelled',
  'accepted cancel citizen -> cancelled',
  'accepted confirm officer -> confirmed',
  'accepted confirm citizen -> confirmed',
  'accepted expire time -> expired',
];

test('exactly these steps are allowed, of all states, actions and sides', () => {
  const found = Object.values(ConnectionState).flatMap((state) =>
    actions.flatMap((action) =>
      sides.flatMap((side) => {
        const to = next(state, action, side);
        return to ? [`${state} ${action} ${side} -> ${to}`] : [];
      }),
    ),
  );
  expect(found.sort()).toEqual(allowed.sort());
});
