/*
 * The code that one person shows and the other scans: it changes every 30 seconds, is signed, and needs neither a network
 * nor a position, because the app that shows it has been given the secret beforehand. The algorithm is public (see the
 * type MeetingCode on the graph); what keeps it safe is a secret per connection and side, derived from ours.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

/** What is shown: the officer's or the citizen's side of a connection, or an officer's open window. */
export const shownBy = { officer: 0, citizen: 1, window: 2 } as const;
export type Shown = keyof typeof shownBy;

export const STEP_SECONDS = 30;

const VERSION = 1;
const TAG_BYTES = 16;
/** version 1, id 16, side 1, step 4. */
const SIGNED_BYTES = 22;

export interface MeetingCodeParts {
  readonly subjectId: string;
  readonly shown: Shown;
  /** Whole 30 seconds since 1970, UTC. */
  readonly step: number;
}

/** @param key ours, for this purpose alone. @returns 32 bytes: HMAC-SHA256(key, id || side). */
export function secretOf(key: Buffer, subjectId: string, shown: Shown): Buffer {
  return createHmac('sha256', key).update(idBytes(subjectId)).update(Buffer.of(shownBy[shown])).digest();
}

export const stepAt = (instant: Date): number => Math.floor(instant.getTime() / (STEP_SECONDS * 1000));

/** base64url(version || id || side || step || HMAC-SHA256(secret, all before) cut to 16 bytes); 51 characters. */
export function writeCode(secret: Buffer, { subjectId, shown, step }: MeetingCodeParts): string {
  const signed = Buffer.alloc(SIGNED_BYTES);
  signed.writeUInt8(VERSION, 0);
  idBytes(subjectId).copy(signed, 1);
  signed.writeUInt8(shownBy[shown], 17);
  signed.writeUInt32BE(step, 18);
  return Buffer.concat([signed, tagOf(secret, signed)]).toString('base64url');
}

/** What a code says, believed by nobody yet; undefined for what is no code of ours. */
export function readCode(code: string): MeetingCodeParts | undefined {
  const bytes = bytesOf(code);
  if (!bytes) return undefined;
  const shown = (Object.keys(shownBy) as Shown[]).find((each) => shownBy[each] === bytes[17]);
  if (bytes[0] !== VERSION || !shown) return undefined;
  const hex = bytes.toString('hex', 1, 17);
  const subjectId = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return { subjectId, shown, step: bytes.readUInt32BE(18) };
}

/** Whether whoever holds the secret wrote it. Takes as long for a wrong one as for a right one. */
export function isGenuine(secret: Buffer, code: string): boolean {
  const bytes = bytesOf(code);
  if (!bytes) return false;
  return timingSafeEqual(bytes.subarray(SIGNED_BYTES), tagOf(secret, bytes.subarray(0, SIGNED_BYTES)));
}

/** Whether the code was on the screen at `instant`, give or take one step: two phones' clocks differ. */
export const wasShownAt = (step: number, instant: Date): boolean => Math.abs(stepAt(instant) - step) <= 1;

function bytesOf(code: string): Buffer | undefined {
  const bytes = Buffer.from(code, 'base64url');
  // Node passes over what is not base64url: only the one spelling of a code is a code.
  return bytes.length === SIGNED_BYTES + TAG_BYTES && bytes.toString('base64url') === code ? bytes : undefined;
}

function tagOf(secret: Buffer, signed: Buffer): Buffer {
  return createHmac('sha256', secret).update(signed).digest().subarray(0, TAG_BYTES);
}

const idBytes = (id: string): Buffer => Buffer.from(id.replaceAll('-', ''), 'hex');
