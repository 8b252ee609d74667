/*
 * Places on Earth as they cross the API, and the one distance formula that is not worth a grid. WGS 84 degrees; the
 * Earth as a sphere, which errs by at most 0.6 % and is what people mean by "150 m away".
 */
import { Directive, Field, InputType, ObjectType } from 'type-graphql';
import { Latitude, Longitude } from './scalars.ts';

/** Mean radius of the Earth, IUGG: (2a + b) / 3. */
export const EARTH_RADIUS_METERS = 6_371_008.8;

@ObjectType({ description: 'A place on Earth, WGS 84.' })
@Directive('@shareable')
@Directive('@cacheControl(inheritMaxAge: true)')
export class Position {
  @Field(() => Latitude, { description: 'Degrees north of the equator.' })
  latitude!: number;

  @Field(() => Longitude, { description: 'Degrees east of Greenwich.' })
  longitude!: number;
}

@InputType({ description: 'A place on Earth, WGS 84.' })
export class PositionInput {
  @Field(() => Latitude, { description: 'Degrees north of the equator.' })
  latitude!: number;

  @Field(() => Longitude, { description: 'Degrees east of Greenwich.' })
  longitude!: number;
}

const RADIANS = Math.PI / 180;

/** Great-circle distance in meters by the haversine formula, exact to rounding for near and far points. */
export function distanceMeters(a: Position, b: Position): number {
  const latitudes = Math.sin(((b.latitude - a.latitude) * RADIANS) / 2) ** 2;
  const longitudes = Math.sin(((b.longitude - a.longitude) * RADIANS) / 2) ** 2;
  const haversine = latitudes + Math.cos(a.latitude * RADIANS) * Math.cos(b.latitude * RADIANS) * longitudes;
  return 2 * EARTH_RADIUS_METERS * Math.asin(Math.min(1, Math.sqrt(haversine)));
}
