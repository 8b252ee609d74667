import {
  type Action,
  type Actor,
  ConnectionState,
  countedStates,
  isCounted,
  isOngoing,
  next,
  ongoingStates,
  rules,
} from './connection-state.ts';

const actions = Object.keys(rules) as Action[];
const actors: Actor[] = ['officer', 'citizen', 'time', 'risk', 'ledger', 'reviewer'];
const states = Object.values(ConnectionState);

const steps = states.flatMap((from) =>
  actions.flatMap((action) =>
    actors.flatMap((by) => {
      const to = next(from, action, by);
      return to ? [{ from, action, by, to }] : [];
    }),
  ),
);

const allowed = [
  'requested accept officer -> accepted',
  'requested decline officer -> declined',
  'requested cancel citizen -> cancelled',
  'requested expire time -> expired',
  'requested meet citizen -> met',
  'accepted cancel officer -> cancelled',
  'accepted cancel citizen -> cancelled',
  'accepted confirm officer -> met',
  'accepted confirm citizen -> met',
  'accepted scan officer -> met',
  'accepted scan citizen -> met',
  'accepted meet citizen -> met',
  'accepted expire time -> expired',
  'met cancel officer -> cancelled',
  'met cancel citizen -> cancelled',
  'met confirm officer -> met',
  'met confirm citizen -> met',
  'met scan officer -> met',
  'met scan citizen -> met',
  'met meet citizen -> met',
  'met count risk -> confirmed',
  'met hold risk -> held',
  'met expire time -> expired',
  'expired scan officer -> met',
  'expired scan citizen -> met',
  'held release reviewer -> confirmed',
  'held clawBack reviewer -> clawed_back',
  'confirmed clawBack reviewer -> clawed_back',
  'confirmed reward ledger -> rewarded',
  'rewarded clawBack reviewer -> clawed_back',
];

test('exactly these steps are allowed, of all states, actions and actors', () => {
  const found = steps.map(({ from, action, by, to }) => `${from} ${action} ${by} -> ${to}`);
  expect(found.sort()).toEqual(allowed.sort());
});

test('what counts stays counted, whatever is done to it', () => {
  for (const { from, to } of steps) if (isCounted(from)) expect(countedStates).toContain(to);
});

test('nobody comes to a counted state but over a meeting of which both have spoken', () => {
  for (const { from, to } of steps) if (isCounted(to) && !isCounted(from)) expect(from).toBe(ConnectionState.MET);
});

test('every state is reached from a request, and what goes on ends by time', () => {
  const reached = new Set([ConnectionState.REQUESTED]);
  for (let size = 0; size < reached.size; ) {
    size = reached.size;
    for (const { from, to } of steps) if (reached.has(from)) reached.add(to);
  }
  expect([...reached].sort()).toEqual([...states].sort());
  for (const state of states) expect(next(state, 'expire', 'time') !== undefined).toBe(isOngoing(state));
  expect(ongoingStates).toHaveLength(3);
});
