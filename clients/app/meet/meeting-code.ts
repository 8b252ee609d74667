/*
 * The codes that two people show each other, made on the phone: the API gives the secret once, and from then on a new code
 * every 30 seconds needs no network. The form is the API's (type MeetingCode).
 */

export interface CodeSecret {
  /** Of the connection or the window. */
  readonly subjectId: string;
  /** base64url of 32 bytes. */
  readonly secret: string;
  readonly stepSeconds: number;
}

/** As the signed byte says it. */
export type Shown = 'officer' | 'citizen' | 'window';

const shownBy: readonly Shown[] = ['officer', 'citizen', 'window'];
const VERSION = 1;
const SIGNED_BYTES = 22;
const TAG_BYTES = 16;
const SHOWN_AT = 17;

export const stepAt = (milliseconds: number, stepSeconds: number) => Math.floor(milliseconds / (stepSeconds * 1_000));

/** The code of a step. */
export async function writeCode({ subjectId, secret }: CodeSecret, shown: Shown, step: number): Promise<string> {
  const bytes = new Uint8Array(SIGNED_BYTES + TAG_BYTES);
  bytes[0] = VERSION;
  bytes.set(hexBytes(subjectId.replaceAll('-', '')), 1);
  bytes[SHOWN_AT] = shownBy.indexOf(shown);
  new DataView(bytes.buffer).setUint32(SHOWN_AT + 1, step);
  const key = await crypto.subtle.importKey('raw', fromBase64Url(secret), { name: 'HMAC', hash: 'SHA-256' }, false, [
    'sign',
  ]);
  const tag = await crypto.subtle.sign('HMAC', key, bytes.subarray(0, SIGNED_BYTES));
  bytes.set(new Uint8Array(tag).subarray(0, TAG_BYTES), SIGNED_BYTES);
  return toBase64Url(bytes);
}

/** What a scanned or typed text says of itself, believed by nobody yet; undefined for what is no code of ours. */
export function readCode(text: string): { readonly code: string; readonly shown: Shown } | undefined {
  // As it is read aloud or copied: in groups.
  const code = text.replace(/\s/g, '');
  if (!/^[\w-]+$/.test(code)) return undefined;
  try {
    const bytes = fromBase64Url(code);
    const shown = shownBy[bytes[SHOWN_AT] ?? shownBy.length];
    if (bytes.length !== SIGNED_BYTES + TAG_BYTES || bytes[0] !== VERSION || !shown) return undefined;
    return { code, shown };
  } catch {
    return undefined;
  }
}

/** A code in groups of four, which people can keep apart. */
export const inGroups = (code: string) => code.match(/.{1,4}/g)?.join(' ') ?? code;

function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  const bytes = atob(text.replace(/-/g, '+').replace(/_/g, '/'));
  return Uint8Array.from(bytes, (letter) => letter.charCodeAt(0));
}

function toBase64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replace(/\+/g, '-')
    .replace(/\//g, '_')
    .replace(/=+$/, '');
}

function hexBytes(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
