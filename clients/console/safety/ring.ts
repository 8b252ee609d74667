/* The line around an area as people write it (a corner a line, latitude first) and as the API takes it (longitude first). */

export type Ring = readonly (readonly [longitude: number, latitude: number])[];

const LEAST = 3;

export const writtenRing = (ring: Ring) => ring.map(([longitude, latitude]) => `${latitude}, ${longitude}`).join('\n');

/** @returns undefined where a line is no corner of the Earth, or there are fewer than three. */
export function readRing(written: string): Ring | undefined {
  const lines = written.split('\n').filter((line) => line.trim() !== '');
  const ring = lines.map(readCorner);
  return ring.length >= LEAST && ring.every((corner) => corner !== undefined) ? ring : undefined;
}

export function readCorner(line: string): readonly [longitude: number, latitude: number] | undefined {
  const match = line.match(/^\s*(-?\d+(?:\.\d+)?)\s*[,;\s]\s*(-?\d+(?:\.\d+)?)\s*$/);
  if (!match) return undefined;
  const [latitude, longitude] = [Number(match[1]), Number(match[2])];
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 ? [longitude, latitude] : undefined;
}

/** The same corners, closed as GeoJSON wants it. */
export function closed(ring: Ring): [number, number][] {
  const corners = ring.map(([longitude, latitude]): [number, number] => [longitude, latitude]);
  const [first] = corners;
  return first ? [...corners, first] : [];
}
