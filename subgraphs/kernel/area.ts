/*
 * Looking around a place that the caller names. The place is compared with those of buildings and kept nowhere; the
 * distance is the haversine formula of position.ts as SQL, right across the antimeridian too.
 */
import { Field, InputType } from 'type-graphql';
import { Refusal } from './errors.ts';
import { EARTH_RADIUS_METERS, type Position, PositionInput } from './position.ts';
import { Meters, ZipCode } from './scalars.ts';
import type { ZipCodes } from './zip-codes.ts';

const USUAL_RADIUS_METERS = 5_000;
const LONGEST_RADIUS_METERS = 100_000;

@InputType({ description: 'A place to look around: a position or a ZIP code, one of the two.' })
export class NearInput {
  @Field(() => PositionInput, { nullable: true, description: 'Around this position.' })
  position?: PositionInput | null;

  @Field(() => ZipCode, { nullable: true, description: 'Around the middle of this ZIP code.' })
  zipCode?: string | null;

  @Field(() => Meters, { nullable: true, description: 'How far to look; 5,000 m unless said, at most 100,000.' })
  radiusMeters?: number | null;
}

export interface Area extends Position {
  readonly radiusMeters: number;
}

/** @throws Refusal BAD_USER_INPUT when it names no place, two, an unknown ZIP code or too wide a circle. */
export function areaOf({ position, zipCode, radiusMeters }: NearInput, zipCodes: () => ZipCodes): Area {
  if ((position == null) === (zipCode == null)) {
    throw new Refusal('BAD_USER_INPUT', 'near: give a position or a ZIP code.');
  }
  const center = position ?? zipCodes().middleOf(zipCode ?? '');
  if (!center) throw new Refusal('BAD_USER_INPUT', 'near.zipCode: there is no such ZIP code.');
  const radius = radiusMeters ?? USUAL_RADIUS_METERS;
  if (radius > LONGEST_RADIUS_METERS) {
    throw new Refusal('BAD_USER_INPUT', `near.radiusMeters must be at most ${LONGEST_RADIUS_METERS}.`);
  }
  return { latitude: center.latitude, longitude: center.longitude, radiusMeters: radius };
}

/**
 * SQL for the meters from the middle of an area to the `latitude` and `longitude` of a row; takes `metersValues`.
 * @param table its name or alias in the statement.
 */
export function metersSql(table: string): string {
  return `${2 * EARTH_RADIUS_METERS} * asin(sqrt(least(1,
    sin(radians(${table}.latitude - ?) / 2) ^ 2 + cos(radians(${table}.latitude)) * cos(radians(?)) *
    sin(radians(${table}.longitude - ?) / 2) ^ 2)))`;
}

export function metersValues({ latitude, longitude }: Area): [number, number, number] {
  return [latitude, latitude, longitude];
}

/** Least and greatest latitude of an area, a little more than exact: an index on the latitude narrows the search. */
export function latitudesOf({ latitude, radiusMeters }: Area): [number, number] {
  const reach = (radiusMeters / EARTH_RADIUS_METERS) * (180 / Math.PI) * 1.001;
  return [latitude - reach, latitude + reach];
}
