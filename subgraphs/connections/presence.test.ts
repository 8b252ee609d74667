import fc from 'fast-check';
import { pino } from 'pino';
import type { Clock } from '../kernel/clock.ts';
import { MemoryLiveMessages } from '../kernel/live-messages.memory.ts';
import { distanceMeters, EARTH_RADIUS_METERS, type Position } from '../kernel/position.ts';
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

const degrees = (least: number, most: number) => fc.double({ min: least, max: most, noNaN: true });
const place: fc.Arbitrary<Position> = fc.oneof(
  fc.record({ latitude: degrees(-90, 90), longitude: degrees(-180, 180) }),
  fc.record({ latitude: degrees(30.2, 30.4), longitude: degrees(-97.8, -97.6) }),
  fc.record({ latitude: degrees(89.99, 90), longitude: degrees(-180, 180) }),
  fc.record({ latitude: degrees(-60, 60), longitude: fc.constantFrom(-180, 180, 179.9999, -179.9999) }),
);

/** The place `meters` from `start` in the direction of `bearing`, on the sphere. */
function away({ latitude, longitude }: Position, meters: number, bearing: number): Position {
  const [phi, angle] = [(latitude * Math.PI) / 180, meters / EARTH_RADIUS_METERS];
  const sine = Math.sin(phi) * Math.cos(angle) + Math.cos(phi) * Math.sin(angle) * Math.cos(bearing);
  const there = Math.asin(Math.max(-1, Math.min(1, sine)));
  const east = Math.atan2(
    Math.sin(bearing) * Math.sin(angle) * Math.cos(phi),
    Math.cos(angle) - Math.sin(phi) * Math.sin(there),
  );
  const turned = longitude + (east * 180) / Math.PI;
  return { latitude: (there * 180) / Math.PI, longitude: ((((turned + 180) % 360) + 360) % 360) - 180 };
}

test('whoever is within the radius of the true position finds the officer, and nobody much further does', () => {
  fc.assert(
    fc.property(
      place,
      degrees(0, 500),
      degrees(0, 2 * Math.PI),
      fc.boolean(),
      (truth, meters, bearing, officerFirst) => {
        const { presence, report } = openPresence();
        const citizen = away(truth, meters, bearing);
        const distance = distanceMeters(truth, citizen);
        if (officerFirst) presence.officerReported('officer', report(truth));
        presence.citizenReported('citizen', report(citizen));
        if (!officerFirst) presence.officerReported('officer', report(truth));
        const found = presence.sighting('citizen', 'officer') !== undefined;
        if (distance <= RADIUS_METERS) expect(found).toBe(true);
        // The cell's middle is at most 120 m off, and makes up for as much again.
        if (distance > RADIUS_METERS + 240) expect(found).toBe(false);
      },
    ),
    { numRuns: 2_000 },
  );
});

test('any number of citizens anywhere see the same of two officers in one cell, at every step', () => {
  fc.assert(
    fc.property(
      place,
      degrees(0, 140),
      degrees(0, 2 * Math.PI),
      fc.array(fc.tuple(degrees(0, 500), degrees(0, 2 * Math.PI)), { maxLength: 20 }),
      (one, meters, bearing, probes) => {
        const other = away(one, meters, bearing);
        const seen = [one, other].map((truth) => {
          const { presence, report } = openPresence();
          presence.officerReported('officer', report(truth));
          return probes.map(([far, direction]) => {
            presence.citizenReported('attacker', report(away(one, far, direction)));
            const sighting = presence.sighting('attacker', 'officer');
            return sighting && { cell: sighting.cell, meters: sighting.meters };
          });
        });
        const cells = [one, other].map((truth) => {
          const { presence, report } = openPresence();
          presence.officerReported('officer', report(truth));
          presence.citizenReported('beside', report(truth));
          return presence.sighting('beside', 'officer')?.cell;
        });
        fc.pre(JSON.stringify(cells[0]) === JSON.stringify(cells[1]));
        expect(seen[0]).toEqual(seen[1]);
      },
    ),
    { numRuns: 500 },
  );
});

test('what is past its time is gone even where no alarm has rung yet', () => {
  const here = { latitude: 30.27, longitude: -97.74 };
  const { clock, presence, report } = openPresence();
  presence.officerReported('officer', report(here));
  presence.citizenReported('citizen', report(here));
  expect(presence.sighting('citizen', 'officer')).toBeDefined();
  clock.milliseconds += TIME_TO_LIVE_SECONDS * 1000;
  expect(presence.lastReport('citizen')).toBeUndefined();
  expect(presence.sightings('citizen')).toEqual([]);
  presence.citizenReported('citizen', report(here));
  expect(presence.sightings('citizen')).toEqual([]);
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
  expect(value.cell).toEqual(presence.sighting('citizen', 'officer')?.cell);
  expect(JSON.stringify(value)).not.toContain(String(truth.latitude));
  presence.windowClosed('officer', 'window');
  expect((await messages.next()).value.state).toBe('LEFT');
  await messages.return?.();
});
