/*
 * A place as a point of the unit sphere, so that distances are compared without trigonometry, and the way back from
 * a chord to meters. Sines and cosines of degrees are reckoned here and not by Math.sin: their quadrant is exact in
 * degrees, and four calls out of compiled code would be a tenth of what a move costs.
 */
import { EARTH_RADIUS_METERS } from '../../kernel/position.ts';

const RADIANS = Math.PI / 180;

/** One that is set again for each place; its fields are written by `set` only. */
export class UnitVector {
  latitude = 0;
  longitude = 0;
  /** Of the latitude. */
  cosine = 1;
  x = 1;
  y = 0;
  z = 0;

  /** @param latitude -90 to 90 degrees. @param longitude any number of degrees. */
  set(latitude: number, longitude: number): void {
    this.latitude = latitude;
    this.longitude = longitude;
    // What a multiple of 90 leaves is exact: both are multiples of the smaller one's last bit.
    const up = Math.round(latitude / 90);
    const around = Math.round(longitude / 90);
    const a = (latitude - 90 * up) * RADIANS;
    const b = (longitude - 90 * around) * RADIANS;
    const [sineA, cosineA, sineB, cosineB] = [sineOf(a), cosineOf(a), sineOf(b), cosineOf(b)];
    const cosine = up === 0 ? cosineA : up > 0 ? -sineA : sineA;
    this.cosine = cosine;
    this.z = up === 0 ? sineA : up > 0 ? cosineA : -cosineA;
    const quadrant = around & 3;
    if (quadrant === 3) {
      this.x = cosine * sineB;
      this.y = cosine * -cosineB;
    } else if (quadrant === 0) {
      this.x = cosine * cosineB;
      this.y = cosine * sineB;
    } else if (quadrant === 1) {
      this.x = cosine * -sineB;
      this.y = cosine * cosineB;
    } else {
      this.x = cosine * -cosineB;
      this.y = cosine * -sineB;
    }
  }
}

/** Of an angle up to a quarter of pi, to the last bit or the one before it (fdlibm, k_sin.c). */
function sineOf(angle: number): number {
  const a = angle * angle;
  const high = 2.7557313707070068e-6 + a * (-2.5050760253406863e-8 + a * 1.58969099521155e-10);
  const sum = 8.33333333332249e-3 + a * (-1.984126982985795e-4 + a * high);
  return angle + angle * a * (-1.6666666666666632e-1 + a * sum);
}

/** As sineOf (fdlibm, k_cos.c). */
function cosineOf(angle: number): number {
  const a = angle * angle;
  const high = -2.7557314351390663e-7 + a * (2.087572321298175e-9 - a * 1.1359647557788195e-11);
  const sum = -1.388888888887411e-3 + a * (2.480158728947673e-5 + a * high);
  return 1 - a * (0.5 - a * (4.16666666666666e-2 + a * sum));
}

/** Of two places on the unit sphere that are so far apart on Earth: (2 sin(d / 2R))^2. */
export function squaredChord(distanceMeters: number): number {
  const half = Math.sin(Math.min(Math.PI / 2, distanceMeters / (2 * EARTH_RADIUS_METERS)));
  return 4 * half * half;
}

/** How far apart on Earth two places of that squared chord are. */
export function metersOf(squared: number): number {
  // Two terms of the series of the arc sine: up to 45 km they are exact to a micrometer.
  if (squared < 5e-5) return EARTH_RADIUS_METERS * Math.sqrt(squared) * (1 + squared / 24);
  return 2 * EARTH_RADIUS_METERS * Math.asin(Math.min(1, Math.sqrt(squared) / 2));
}
