/*
 * The bytes of the server's messages: JSON text in one unmasked WebSocket frame (RFC 6455, 5.2), or an event of a stream
 * (text/event-stream), made at once and written as they are. The id stands last in `next`, so that everything before it
 * is the same for all who are told.
 */
import { textOf } from '../executor/text-result.ts';

const FINAL_TEXT = 0x81;
/** A frame with no content: ping. */
export const PING_FRAME = Buffer.from([0x89, 0]);

export const ACKNOWLEDGE = '{"type":"connection_ack"}';

/** How messages about an operation end: its id and the closing brace. ASCII, whatever letters the client chose. */
export function tailOf(id: string): string {
  return `${ascii(JSON.stringify(id))}}`;
}

/** @param payload JSON text of an execution result. */
export function nextMessage(payload: string, tail: string): string {
  return `{"type":"next","payload":${payload},"id":${tail}`;
}

/** @param errors JSON text of a list of errors. */
export function errorMessage(errors: string, tail: string): string {
  return `{"type":"error","payload":${errors},"id":${tail}`;
}

export function completeMessage(tail: string): string {
  return `{"type":"complete","id":${tail}`;
}

export function frame(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const head = headLength(length);
  const bytes = Buffer.allocUnsafe(head + length);
  writeHead(bytes, length);
  // As many bytes as letters: all of it is ASCII, which this encoding copies.
  bytes.write(text, head, length === text.length ? 'latin1' : 'utf8');
  return bytes;
}

/** One event for many: its text is made once, its bytes once for all sockets and once for all event streams. */
export class Telling {
  readonly #payload: string;
  #beginning: Buffer | undefined = undefined;
  #event: Buffer | undefined = undefined;

  constructor(result: object) {
    this.#payload = textOf(result);
  }

  /** The message `next` without its end. */
  get beginning(): Buffer {
    this.#beginning ??= Buffer.from(`{"type":"next","payload":${this.#payload},"id":`);
    return this.#beginning;
  }

  get event(): Buffer {
    this.#event ??= nextEvent(this.#payload);
    return this.#event;
  }
}

/** Of an event stream. @param payload JSON text of an execution result; JSON has no line breaks of its own. */
export function nextEvent(payload: string): Buffer {
  return Buffer.from(`event: next\ndata: ${payload}\n\n`);
}

/** With an empty field `data`, or browsers would not dispatch it. */
export const COMPLETE_EVENT = Buffer.from('event: complete\ndata:\n\n');
/** A comment: keeps connections alive, and makes some browsers take notice of the headers. */
export const KEEP_ALIVE = Buffer.from(':\n\n');

/** Says when a client whose stream ends should come back. */
export function retryField(milliseconds: number): Buffer {
  return Buffer.from(`retry: ${milliseconds}\n\n`);
}

/** The frame of `next` for one of many. @param beginning the message without its end. */
export function frameForOne(beginning: Buffer, tail: string): Buffer {
  const length = beginning.length + tail.length;
  const head = headLength(length);
  const bytes = Buffer.allocUnsafe(head + length);
  writeHead(bytes, length);
  bytes.set(beginning, head);
  bytes.write(tail, head + beginning.length, 'latin1');
  return bytes;
}

function headLength(length: number): number {
  if (length < 126) return 2;
  return length < 65_536 ? 4 : 10;
}

function writeHead(bytes: Buffer, length: number): void {
  bytes[0] = FINAL_TEXT;
  if (length < 126) {
    bytes[1] = length;
  } else if (length < 65_536) {
    bytes[1] = 126;
    bytes[2] = length >>> 8;
    bytes[3] = length & 0xff;
  } else {
    bytes[1] = 127;
    bytes.writeUIntBE(0, 2, 2);
    bytes.writeUIntBE(length, 4, 6);
  }
}

const BEYOND_ASCII = /[\u0080-\uffff]/g;

function ascii(json: string): string {
  return json.replace(BEYOND_ASCII, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
