/*
 * Real motion as the simulator replays it: a file of timed positions becomes a cast of officers and citizens and a list
 * of steps, each with what is reported in it. Who is in the cast and who is an officer depends on the vehicle and the
 * seed alone, so that the same options play the same scene on any machine.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import Papa from 'papaparse';

/** One position of a vehicle at an instant of the trace. */
export interface Fix {
  readonly vehicle: string;
  /** Milliseconds since 1970, UTC. */
  readonly at: number;
  /** WGS 84 degrees. */
  readonly latitude: number;
  readonly longitude: number;
}

/** The file is not a trace; the message says which line and why. */
export class TraceError extends Error {}

/**
 * Reads a CSV file, gzipped if its name ends in .gz, whose header names vehicle_id, timestamp (RFC 3339), latitude and
 * longitude; further columns are ignored. The fixes come back in order of time.
 * @throws TraceError for a file that cannot be read, a missing column or a row that holds no position.
 */
export function readTrace(file: string): readonly Fix[] {
  let bytes: Buffer;
  try {
    bytes = file.endsWith('.gz') ? gunzipSync(readFileSync(file)) : readFileSync(file);
  } catch (cause) {
    throw new TraceError(`The trace cannot be read: ${(cause as Error).message}`, { cause });
  }
  return parseTrace(new TextDecoder().decode(bytes));
}

/** The same for text. @throws TraceError */
export function parseTrace(text: string): readonly Fix[] {
  const { data, meta } = Papa.parse<Record<string, string>>(text, { header: true, skipEmptyLines: true });
  for (const column of ['vehicle_id', 'timestamp', 'latitude', 'longitude']) {
    if (!meta.fields?.includes(column)) throw new TraceError(`The trace has no column ${column}`);
  }
  const fixes = data.map((row, index): Fix => {
    const at = Date.parse(row.timestamp ?? '');
    const latitude = coordinate(row.latitude, 90);
    const longitude = coordinate(row.longitude, 180);
    if (!row.vehicle_id || Number.isNaN(at) || latitude === undefined || longitude === undefined) {
      throw new TraceError(`Row ${index + 1} of the trace holds no vehicle, time or position`);
    }
    return { vehicle: row.vehicle_id, at, latitude, longitude };
  });
  return fixes.sort((a, b) => a.at - b.at);
}

function coordinate(text: string | undefined, bound: number): number | undefined {
  const degrees = Number(text || Number.NaN);
  return Math.abs(degrees) <= bound ? degrees : undefined;
}

export interface CastOptions {
  /** At most so many vehicles take part. */
  readonly people: number;
  /** Which part of them are officers, 0 to 1. */
  readonly officerShare: number;
  readonly seed: string;
}

/** Who plays: vehicle names, in a fixed order. */
export interface Cast {
  readonly officers: readonly string[];
  readonly citizens: readonly string[];
}

/** Chooses the people among the vehicles of `fixes`, and the officers among the people. */
export function chooseCast(fixes: readonly Fix[], { people, officerShare, seed }: CastOptions): Cast {
  const vehicles = [...new Set(fixes.map((fix) => fix.vehicle))];
  const chosen = vehicles
    .map((vehicle) => ({ vehicle, lot: lot(`${seed} takes part ${vehicle}`) }))
    .sort((a, b) => a.lot - b.lot)
    .slice(0, people)
    .map(({ vehicle }) => vehicle);
  const isOfficer = (vehicle: string) => lot(`${seed} is an officer ${vehicle}`) < officerShare;
  return { officers: chosen.filter(isOfficer), citizens: chosen.filter((vehicle) => !isOfficer(vehicle)) };
}

/** A number from 0 to below 1 that depends on `text` alone and looks random. */
export function lot(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE() / 2 ** 32;
}

/** A stretch of the trace in which everything due is reported before the next one begins. */
export interface Step {
  /** Milliseconds since 1970 of the trace at which the step ends. */
  readonly endsAt: number;
  /** In order of time. */
  readonly fixes: readonly Fix[];
}

/** Cuts the fixes into steps of `stepSeconds` from the first fix on, through empty ones, up to `durationSeconds`. */
export function cutSteps(fixes: readonly Fix[], stepSeconds: number, durationSeconds: number): readonly Step[] {
  const first = fixes[0];
  const last = fixes.at(-1);
  if (!first || !last) return [];
  const length = stepSeconds * 1000;
  const count = Math.min(Math.ceil(durationSeconds / stepSeconds), Math.floor((last.at - first.at) / length) + 1);
  const steps = Array.from({ length: count }, (_, index) => ({
    endsAt: first.at + (index + 1) * length,
    fixes: [] as Fix[],
  }));
  for (const fix of fixes) steps[Math.floor((fix.at - first.at) / length)]?.fixes.push(fix);
  return steps;
}
