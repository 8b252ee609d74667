import fc from 'fast-check';
import { pino } from 'pino';
import type { Clock } from '../../kernel/clock.ts';
import { MemoryLiveMessages } from '../../kernel/live-messages.memory.ts';
import { distanceMeters, type Position } from '../../kernel/position.ts';
import { away, bearing, evenly, place } from '../testing/places.ts';
import { type AlertMessage, alertChannel, Presence } from './presence.ts';

/** A clock of a process that is too busy to ring: what is over must be over all the same. */
class BusyClock implements Clock {
  milliseconds = Date.UTC(2026, 0, 1);
  now = () => new Date(this.milliseconds);
  at = () => ({ cancel: () => undefined });
}

const RADIUS_METERS = 150;
const TIME_TO_LIVE_SECONDS = 120;
const minute = 60_000;

function openPresence() {
  const clock = new BusyClock();
  const live = new MemoryLiveMessages();
  const presence = new Presence({
    clock,
    live,
    log: pino({ level: 'silent' }),
    alertRadiusMeters: RADIUS_METERS,
    timeToLiveSeconds: TIME_TO_LIVE_SECONDS,
    windowEnded: () => undefined,
  });
  presence.windowOpened({ id: 'window', officerId: 'officer', closesAt: new Date(clock.milliseconds + 15 * minute) });
  let sequence = 0;
  const report = (position: Position) => ({
    position,
    accuracyMeters: 5,
    sequence: ++sequence,
    reportedAt: clock.now(),
  });
  return { clock, live, presence, report };
}

test('whoever is within the radius of the true position finds the officer, and nobody much further does', async () => {
  // Close to the radius more often than not: that is where one would be missed.
  const distances = fc.oneof(evenly(0, 500), evenly(RADIUS_METERS - 20, RADIUS_METERS));
  await fc.assert(
    fc.asyncProperty(
      place,
      evenly(0, 5_000),
      bearing,
      distances,
      bearing,
      fc.boolean(),
      async (start, far, towards, ...others) => {
        const [meters, side, officerFirst] = others;
        const { presence, report } = openPresence();
        const truth = away(start, far, towards);
        const citizen = away(truth, meters, side);
        const distance = distanceMeters(truth, citizen);
        if (officerFirst) presence.officerReported('officer', report(truth));
        presence.citizenReported('citizen', report(citizen));
        if (!officerFirst) presence.officerReported('officer', report(truth));
        const isFound = (await presence.sighting('citizen', 'officer')) !== undefined;
        if (distance <= RADIUS_METERS) expect(isFound).toBe(true);
        // The middle of the cell is at most 120 m off, and the reach makes up for as much again.
        if (distance > RADIUS_METERS + 240) expect(isFound).toBe(false);
      },
    ),
    { numRuns: 5_000 },
  );
});

test('a citizen who goes anywhere, any number of times, sees the same of two officers in one cell', async () => {
  const probes = fc.array(fc.tuple(evenly(0, 500), bearing), { minLength: 1, maxLength: 20 });
  let compared = 0;
  await fc.assert(
    fc.asyncProperty(
      place,
      evenly(0, 5_000),
      bearing,
      evenly(0, 100),
      bearing,
      probes,
      async (start, far, towards, ...others) => {
        const [step, aside, visits] = others;
        const one = away(start, far, towards);
        const seen = await Promise.all(
          [one, away(one, step, aside)].map(async (truth) => {
            const { presence, report } = openPresence();
            presence.officerReported('officer', report(truth));
            presence.citizenReported('beside', report(truth));
            const views = [];
            for (const [meters, direction] of visits) {
              presence.citizenReported('attacker', report(away(one, meters, direction)));
              views.push(await presence.sighting('attacker', 'officer'));
            }
            return { cell: (await presence.sighting('beside', 'officer'))?.cell, views };
          }),
        );
        fc.pre(JSON.stringify(seen[0]?.cell) === JSON.stringify(seen[1]?.cell));
        compared++;
        expect(seen[0]).toEqual(seen[1]);
      },
    ),
    { numRuns: 500 },
  );
  expect(compared).toBeGreaterThanOrEqual(500);
});

test('what is past its time is gone even where no alarm has rung yet', async () => {
  const here = { latitude: 30.27, longitude: -97.74 };
  const { clock, presence, report } = openPresence();
  presence.officerReported('officer', report(here));
  presence.citizenReported('citizen', report(here));
  expect(await presence.sighting('citizen', 'officer')).toBeDefined();
  clock.milliseconds += TIME_TO_LIVE_SECONDS * 1000;
  expect(await presence.lastReport('citizen')).toBeUndefined();
  expect(await presence.sightings('citizen')).toEqual([]);
  presence.citizenReported('citizen', report(here));
  expect(await presence.sightings('citizen')).toEqual([]);
  clock.milliseconds += 13 * minute;
  expect(presence.hasOpenWindow('officer')).toBe(false);
  expect(presence.officerReported('officer', report(here))).toBe(false);
});

test('alerts of a citizen go to that citizen only, and hold nothing finer than the cell', async () => {
  const truth = { latitude: 30.274701, longitude: -97.740402 };
  const { live, presence, report } = openPresence();
  const messages = await live.subscribe<AlertMessage>(alertChannel('citizen'));
  presence.citizenReported('citizen', report(truth));
  presence.officerReported('officer', report(truth));
  const { value } = await messages.next();
  expect(value.cell).toEqual((await presence.sighting('citizen', 'officer'))?.cell);
  expect(JSON.stringify(value)).not.toContain(String(truth.latitude));
  presence.windowClosed('officer', 'window');
  expect((await messages.next()).value.state).toBe('LEFT');
  await messages.return?.();
});
