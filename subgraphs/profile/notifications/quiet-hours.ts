/*
 * When a person does not want to be woken: from one wall clock time to another where they are, every day, also across
 * midnight. A wall clock that is put forward or back follows RFC 5545 (3.3.5), as calendars do: a time that comes twice
 * means its first coming, a time that is left out means as long after the hour before as it says.
 */
import { Refusal } from '../../kernel/errors.ts';

export interface QuietHours {
  readonly enabled: boolean;
  /** Minutes of the wall clock since midnight, 0 to 1439; not the same. */
  readonly fromMinute: number;
  readonly toMinute: number;
  /** Of the IANA time zone database, such as America/Chicago. */
  readonly timeZone: string;
}

const MINUTE = 60_000;
const DAY = 86_400_000;

/** @returns when the quiet hours that `now` lies in end; undefined where it lies in none. */
export function quietUntil(now: Date, hours: QuietHours): Date | undefined {
  if (!hours.enabled) return undefined;
  const { fromMinute, toMinute } = hours;
  const wall = wallClock(hours.timeZone);
  const today = Math.floor(wall(now.getTime()) / DAY) * DAY;
  // Also of the night that began yesterday.
  for (const day of [today - DAY, today]) {
    const from = instantOf(wall, day + fromMinute * MINUTE);
    const to = instantOf(wall, (toMinute > fromMinute ? day : day + DAY) + toMinute * MINUTE);
    if (from <= now.getTime() && now.getTime() < to) return new Date(to);
  }
  return undefined;
}

/** An instant -> what the wall clock shows, as milliseconds that read as if it stood in Greenwich. */
type WallClock = (instant: number) => number;

function wallClock(timeZone: string): WallClock {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  return (instant) => {
    const parts = Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    return Date.UTC(year, month - 1, day, hour, minute, second);
  };
}

function instantOf(wall: WallClock, shown: number): number {
  const offsetNear = (instant: number) => wall(instant) - Math.floor(instant / 1000) * 1000;
  // No zone changes its clock twice in two days; the offsets before and after are all that it can be.
  const before = offsetNear(shown - DAY);
  const after = offsetNear(shown + DAY);
  const candidates = [shown - before, shown - after].sort((a, b) => a - b);
  return candidates.find((instant) => wall(instant) === shown) ?? shown - before;
}

/** The name as the time zone database has it. @throws Refusal BAD_USER_INPUT where it knows none such. */
export function knownTimeZone(name: string): string {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    throw new Refusal('BAD_USER_INPUT', 'timeZone must be a name of the IANA time zone database.');
  }
}

/** 22:30 -> 1350 */
export function minuteOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}

/** 1350 -> 22:30 */
export function timeOf(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
}
