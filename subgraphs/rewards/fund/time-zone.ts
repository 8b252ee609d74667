/*
 * In which time zone a ZIP code keeps its calendar, for the months of its fund. The first three digits name a region of
 * the postal service (Publication 65); a region that two zones share keeps that of most of its people, which is a rule
 * as good as any as long as it is one for all: a sale at the edge of a month goes into one of two months, never into none.
 */

/** [first region, last region, zone]. Post offices of the forces abroad (090 to 098, 340, 962 to 966) have none. */
const REGIONS: readonly (readonly [number, number, string])[] = [
  [5, 5, 'America/New_York'],
  [6, 9, 'America/Puerto_Rico'],
  [10, 89, 'America/New_York'],
  [100, 323, 'America/New_York'],
  // Florida west of the Apalachicola.
  [324, 325, 'America/Chicago'],
  [326, 339, 'America/New_York'],
  [341, 349, 'America/New_York'],
  [350, 372, 'America/Chicago'],
  // Chattanooga and Knoxville.
  [373, 374, 'America/New_York'],
  [375, 375, 'America/Chicago'],
  [376, 379, 'America/New_York'],
  [380, 397, 'America/Chicago'],
  [398, 399, 'America/New_York'],
  [400, 418, 'America/New_York'],
  // Western Kentucky.
  [420, 424, 'America/Chicago'],
  [425, 462, 'America/New_York'],
  // Gary.
  [463, 464, 'America/Chicago'],
  [465, 475, 'America/New_York'],
  // Evansville.
  [476, 477, 'America/Chicago'],
  [478, 499, 'America/New_York'],
  [500, 568, 'America/Chicago'],
  // The government in Washington.
  [569, 569, 'America/New_York'],
  [570, 576, 'America/Chicago'],
  // Rapid City.
  [577, 577, 'America/Denver'],
  [580, 585, 'America/Chicago'],
  [586, 586, 'America/Denver'],
  [587, 588, 'America/Chicago'],
  [590, 599, 'America/Denver'],
  [600, 692, 'America/Chicago'],
  [693, 693, 'America/Denver'],
  [700, 797, 'America/Chicago'],
  // El Paso.
  [798, 799, 'America/Denver'],
  [800, 834, 'America/Denver'],
  // Northern Idaho.
  [835, 835, 'America/Los_Angeles'],
  [836, 837, 'America/Boise'],
  [838, 838, 'America/Los_Angeles'],
  [840, 847, 'America/Denver'],
  [850, 865, 'America/Phoenix'],
  [870, 885, 'America/Denver'],
  [889, 961, 'America/Los_Angeles'],
  [967, 968, 'Pacific/Honolulu'],
  [969, 969, 'Pacific/Guam'],
  [970, 978, 'America/Los_Angeles'],
  [979, 979, 'America/Boise'],
  [980, 994, 'America/Los_Angeles'],
  [995, 999, 'America/Anchorage'],
];

/** @returns a name of the IANA time zone database, which Node.js and PostgreSQL both know; undefined for a region without one. */
export function timeZoneOf(zipCode: string): string | undefined {
  // American Samoa and Wake have one code each among Hawaii's.
  if (zipCode === '96799') return 'Pacific/Pago_Pago';
  if (zipCode === '96898') return 'Pacific/Wake';
  const region = Number(zipCode.slice(0, 3));
  return REGIONS.find(([first, last]) => first <= region && region <= last)?.[2];
}

/** The month of an instant in a zone, such as 2026-11. */
export function monthOf(instant: Date, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'iso8601',
    year: 'numeric',
    month: '2-digit',
  }).formatToParts(instant);
  const part = (type: string) => parts.find((each) => each.type === type)?.value ?? '';
  return `${part('year')}-${part('month')}`;
}

/** The month after one. */
export function monthAfter(month: string): string {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number, 1)).toISOString().slice(0, 7);
}

/**
 * The first instant of a month in a zone: months are half-open, so it is also the end of the one before. Found by
 * bisection, exact to the millisecond, because a zone's offset at midnight is known only from the instant itself.
 */
export function monthStart(month: string, timeZone: string): Date {
  const [year = 0, number = 0] = month.split('-').map(Number);
  const noon = Date.UTC(year, number - 1, 1, 12);
  // No zone is further than 26 hours from another.
  let [before, after] = [noon - 36 * 3_600_000, noon + 36 * 3_600_000];
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (monthOf(new Date(middle), timeZone) < month) before = middle;
    else after = middle;
  }
  return new Date(after);
}
