/*
 * What a front remembers of a phone that reports to it: the last that was believed, in the form in which workers are told
 * of it. Changed in place, since that happens at every report and objects of a moment cost more than the report itself.
 */
import type { Alarm } from '../../kernel/clock.ts';
import type { Position } from '../../kernel/position.ts';
import type { PlacedReport } from './frames.ts';
import { type OfficerState, windowOf } from './officer-state.ts';
import { Allowance, type Fix } from './plausibility.ts';
import { NIL, type Uuid, uuidOf } from './uuid.ts';

const NOBODY: readonly string[] = [];

export class Reporter implements PlacedReport, Fix {
  readonly accountId: string;
  readonly id: Uuid;
  readonly isOfficer: boolean;
  readonly allowance: Allowance;
  latitude = Number.NaN;
  longitude = Number.NaN;
  accuracyMeters = Number.NaN;
  /** Not a number before anything was believed. */
  reportedAt = Number.NaN;
  /** Whether it is where the fix says, and workers were told so: not before the first, and not after a jump. */
  isPlaced = false;
  isVisible = false;
  /** Of the report that workers were told of. */
  sequence = 0;
  /** The highest that the phone has said. */
  lastSequence = -1;
  windowId = NIL;
  windowClosesAt = Number.NaN;
  /** Addresses of the workers that know it; the first owns it. */
  owners = NOBODY;
  expiry: Alarm | undefined = undefined;
  #officer: OfficerState | undefined = undefined;

  constructor(accountId: string, isOfficer: boolean, reportsPerMinute: number, now: number) {
    this.accountId = accountId;
    this.id = uuidOf(accountId);
    this.isOfficer = isOfficer;
    this.allowance = new Allowance(reportsPerMinute, now);
  }

  believe({ latitude, longitude }: Position, accuracyMeters: number, at: number): void {
    this.latitude = latitude;
    this.longitude = longitude;
    this.accuracyMeters = accuracyMeters;
    this.reportedAt = at;
  }

  /** In which window a report counts; nothing for a citizen. */
  attend(officer: OfficerState | undefined): void {
    if (!officer || officer === this.#officer) return;
    this.#officer = officer;
    const { id, closesAt } = windowOf(officer);
    this.windowId = id;
    this.windowClosesAt = closesAt;
  }

  /** No worker knows it any more. */
  withdrawn(): void {
    this.isPlaced = false;
    this.owners = NOBODY;
  }
}
