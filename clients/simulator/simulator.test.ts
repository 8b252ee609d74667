import fc from 'fast-check';
import { Encounters, metersBetween, pairKey } from './encounters.ts';
import { isAtFault, percentiles, type Summary, summaryTable, Tally } from './summary.ts';
import { chooseCast, cutSteps, parseTrace, readTrace, TraceError } from './trace.ts';

const header = 'vehicle_id,timestamp,latitude,longitude\n';
const at = (second: number) => Date.UTC(2017, 2, 21, 13, 0, second);
const fix = (vehicle: string, second: number, latitude: number, longitude = -97.74) => ({
  vehicle,
  at: at(second),
  latitude,
  longitude,
});

describe('a trace', () => {
  test('is read in order of time, whatever else stands in the file', () => {
    const text = `route,${header}7,b,2017-03-21T08:00:10-05:00,30.2,-97.7\n7,a,2017-03-21T08:00:00-05:00,30.1,-97.7\n`;
    expect(parseTrace(text)).toEqual([
      { vehicle: 'a', at: at(0), latitude: 30.1, longitude: -97.7 },
      { vehicle: 'b', at: at(10), latitude: 30.2, longitude: -97.7 },
    ]);
  });

  test.each([
    'vehicle_id,timestamp,latitude\n',
    `${header}a,yesterday,1,2`,
    `${header}a,2017-03-21T08:00:00Z,91,2`,
    `${header},2017-03-21T08:00:00Z,1,2`,
  ])('is refused when it is none: %j', (text) => {
    expect(() => parseTrace(text)).toThrow(TraceError);
  });

  test('that cannot be read is refused as one', () => {
    expect(() => readTrace('/no/such/trace.csv.gz')).toThrow(TraceError);
  });

  test('has the same cast for the same seed, with both sides and nobody twice', () => {
    const fixes = Array.from({ length: 200 }, (_, index) => fix(`v${index}`, index % 60, 30));
    const options = { people: 100, officerShare: 0.25, seed: 'x' };
    const cast = chooseCast(fixes, options);
    expect(chooseCast([...fixes].reverse(), options)).toEqual(cast);
    expect(new Set([...cast.officers, ...cast.citizens]).size).toBe(100);
    expect(cast.officers.length).toBeGreaterThan(10);
  });

  test('is cut into steps that lose nothing within their time', () => {
    const fixes = [fix('a', 0, 30), fix('b', 14, 30), fix('a', 15, 30), fix('a', 44, 30)];
    const steps = cutSteps(fixes, 15, 3600);
    expect(steps.map((step) => step.fixes.length)).toEqual([2, 1, 1]);
    expect(cutSteps(fixes, 15, 30).flatMap((step) => step.fixes)).toHaveLength(3);
  });
});

describe('encounters', () => {
  test('are pairs within the radius at the end of a step, of people who are there', () => {
    const encounters = new Encounters({ radiusMeters: 150, presentSeconds: 120 });
    encounters.moved(fix('officer', 0, 30.27));
    encounters.moved(fix('near', 0, 30.271));
    encounters.moved(fix('far', 0, 30.28));
    encounters.endStep(at(15), ['officer'], ['near', 'far']);
    expect([...encounters.pairs]).toEqual([pairKey('officer', 'near')]);
    encounters.moved(fix('far', 130, 30.2701));
    encounters.endStep(at(135), ['officer'], ['near', 'far']);
    expect(encounters.pairs.size).toBe(1);
  });

  test('measure distance as the Earth does: symmetric, a degree of latitude is 111.2 km', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -90, max: 90, noNaN: true }),
        fc.double({ min: -180, max: 180, noNaN: true }),
        (latitude, longitude) => {
          const [a, b] = [
            { latitude, longitude },
            { latitude: 30, longitude: -97 },
          ];
          expect(metersBetween(a, b)).toBeCloseTo(metersBetween(b, a), 6);
        },
      ),
    );
    expect(metersBetween({ latitude: 0, longitude: 0 }, { latitude: 1, longitude: 0 })).toBeCloseTo(111_195, 0);
  });
});

describe('a summary', () => {
  test('ranks latencies and says when there were none', () => {
    const samples = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect(percentiles(samples)).toEqual({ p50: 50, p95: 95, p99: 99 });
    expect(percentiles([])).toEqual({ p50: null, p95: null, p99: null });
  });

  test('blames the system for a missed pair, a fault or silence, and for no refusal', () => {
    expect(isAtFault({ missed: 0, refusals: { OFFICER_UNAVAILABLE: 3 } })).toBe(false);
    expect(isAtFault({ missed: 1, refusals: {} })).toBe(true);
    expect(isAtFault({ missed: 0, refusals: { INTERNAL: 1 } })).toBe(true);
    expect(isAtFault({ missed: 0, refusals: { UNREACHABLE: 1 } })).toBe(true);
  });

  test('shows what was missed and what was refused, the most frequent first', () => {
    const tally = new Tally();
    for (const code of ['OFFICER_BUSY', 'UNAVAILABLE', 'UNAVAILABLE']) tally.add(code);
    const latency = percentiles([1]);
    const summary: Summary = {
      people: 3,
      officers: 1,
      citizens: 2,
      traceSeconds: 60,
      seconds: 1,
      reports: 9,
      alerts: 2,
      expected: 2,
      missed: 1,
      beyondExpected: 0,
      requests: 1,
      connections: 1,
      points: 40,
      refusals: tally.counts(),
      latencies: { report: latency, alert: latency, rewarded: latency },
    };
    const text = summaryTable(summary);
    expect(text).toMatch(/missed\s+1/);
    expect(text.indexOf('UNAVAILABLE 2')).toBeLessThan(text.indexOf('OFFICER_BUSY 1'));
  });
});
