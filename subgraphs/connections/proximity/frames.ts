/*
 * What fronts and workers say to each other, as bytes. Reports and their answers are many and have fixed fields; the rest
 * is rare and travels as JSON. A frame is one or more messages of one sender, gathered for one address.
 */
import type { Position } from '../../kernel/position.ts';

export interface PlacedReport {
  readonly isOfficer: boolean;
  /** Whether the receiver owns the place, and tells; a neighbour only needs to know. */
  readonly isPrimary: boolean;
  /** Whether others may find the person now. */
  readonly isVisible: boolean;
  readonly accountId: string;
  readonly position: Position;
  /** Not a number where the phone did not say. */
  readonly accuracyMeters: number;
  readonly sequence: number;
  /** Milliseconds since 1970. */
  readonly reportedAt: number;
  /** Officers only. */
  readonly windowId?: string | undefined;
  /** Milliseconds since 1970. */
  readonly windowClosesAt?: number | undefined;
  /** Names the answer; 0 where none is wanted. */
  readonly token: number;
}

const REPORT = 1;
const LEAVE = 2;
const ANSWER = 3;
const JSON_TEXT = 4;

const OFFICER = 1;
const PRIMARY = 2;
const VISIBLE = 4;
const GONE = 8;

/** Length of the sender's address, the address, and the view. */
const ADDRESS_BYTES = 64;
const HEADER_BYTES = 1 + ADDRESS_BYTES + 4;
const REPORT_BYTES = 2 + 16 + 8 + 8 + 4 + 4 + 8 + 4;
const WINDOW_BYTES = 16 + 8;
const LEAVE_BYTES = 22;
const ANSWER_BYTES = 8;
const FIRST_BYTES = 4_096;
/** A frame this long is sent at once. */
const LONG_BYTES = 64 * 1024;

/** Gathers what one sender says to one address, and sends it together. */
export class FrameWriter {
  readonly #send: (address: string, frame: Buffer) => void;
  readonly #address: string;
  readonly #schedule: (flush: () => void) => void;
  readonly #sender: string;
  readonly #view: () => number;
  #frame = Buffer.allocUnsafe(FIRST_BYTES);
  #length = 0;
  #isScheduled = false;

  /**
   * @param schedule calls back when what was gathered is to be sent.
   * @param view which workers the sender takes for alive, as a number.
   */
  constructor(
    send: (address: string, frame: Buffer) => void,
    address: string,
    sender: string,
    schedule: (flush: () => void) => void,
    view: () => number = () => 0,
  ) {
    this.#send = send;
    this.#address = address;
    this.#sender = sender;
    this.#schedule = schedule;
    this.#view = view;
  }

  report(report: PlacedReport): void {
    let at = this.#room(REPORT_BYTES + WINDOW_BYTES);
    const frame = this.#frame;
    frame[at++] = REPORT;
    frame[at++] =
      (report.isOfficer ? OFFICER : 0) | (report.isPrimary ? PRIMARY : 0) | (report.isVisible ? VISIBLE : 0);
    at = writeId(frame, at, report.accountId);
    at = frame.writeDoubleLE(report.position.latitude, at);
    at = frame.writeDoubleLE(report.position.longitude, at);
    at = frame.writeFloatLE(report.accuracyMeters, at);
    at = frame.writeUInt32LE(report.sequence, at);
    at = frame.writeDoubleLE(report.reportedAt, at);
    at = frame.writeUInt32LE(report.token, at);
    if (report.isOfficer) {
      at = writeId(frame, at, report.windowId ?? '');
      at = frame.writeDoubleLE(report.windowClosesAt ?? 0, at);
    }
    this.#end(at);
  }

  /**
   * The person is not the receiver's to know any more; `isGone` where nobody else's either.
   * @param sequence of the last report that this is about: one that came later by another way stands.
   */
  leave(accountId: string, isOfficer: boolean, isGone: boolean, sequence: number): void {
    let at = this.#room(LEAVE_BYTES);
    this.#frame[at++] = LEAVE;
    this.#frame[at++] = (isOfficer ? OFFICER : 0) | (isGone ? GONE : 0);
    at = writeId(this.#frame, at, accountId);
    this.#end(this.#frame.writeUInt32LE(sequence, at));
  }

  /** @param quietSeconds up to 65,535. */
  answer(token: number, isTaken: boolean, quietSeconds: number): void {
    let at = this.#room(ANSWER_BYTES);
    this.#frame[at++] = ANSWER;
    this.#frame[at++] = isTaken ? 1 : 0;
    at = this.#frame.writeUInt32LE(token, at);
    this.#end(this.#frame.writeUInt16LE(quietSeconds, at));
  }

  json(message: object): void {
    const text = JSON.stringify(message);
    const bytes = Buffer.byteLength(text);
    let at = this.#room(5 + bytes);
    this.#frame[at++] = JSON_TEXT;
    at = this.#frame.writeUInt32LE(bytes, at);
    this.#end(at + this.#frame.write(text, at));
  }

  flush(): void {
    this.#isScheduled = false;
    if (this.#length === 0) return;
    const frame = this.#frame.subarray(0, this.#length);
    this.#frame = Buffer.allocUnsafe(FIRST_BYTES);
    this.#length = 0;
    this.#send(this.#address, frame);
  }

  #room(bytes: number): number {
    const start = this.#length === 0 ? HEADER_BYTES : this.#length;
    if (start + bytes > this.#frame.length) {
      const larger = Buffer.allocUnsafe(Math.max(2 * this.#frame.length, start + bytes));
      this.#frame.copy(larger, 0, 0, this.#length);
      this.#frame = larger;
    }
    if (this.#length === 0) {
      this.#frame[0] = this.#frame.write(this.#sender, 1, ADDRESS_BYTES, 'latin1');
      this.#frame.writeUInt32LE(this.#view(), 1 + ADDRESS_BYTES);
    }
    return start;
  }

  #end(at: number): void {
    this.#length = at;
    if (at >= LONG_BYTES) this.flush();
    if (at >= LONG_BYTES || this.#isScheduled) return;
    this.#isScheduled = true;
    this.#schedule(() => this.flush());
  }
}

/** What a reader of frames does with each kind of message. */
export interface FrameReader {
  report?(report: PlacedReport, sender: string): void;
  leave?(accountId: string, isOfficer: boolean, isGone: boolean, sequence: number): void;
  answer?(token: number, isTaken: boolean, quietSeconds: number, sender: string): void;
  // biome-ignore lint/suspicious/noExplicitAny: what it holds is the matter of the two who speak
  json?(message: any, sender: string): void;
}

/** The address of the sender of a frame. */
export const senderOf = (frame: Buffer): string => frame.toString('latin1', 1, 1 + (frame[0] ?? 0));

/** Which workers the sender took for alive when it began the frame. */
export const viewOf = (frame: Buffer): number => frame.readUInt32LE(1 + ADDRESS_BYTES);

/** Hands each message of a frame to the reader, in order. @throws RangeError for bytes that are no frame. */
export function readFrame(frame: Buffer, reader: FrameReader): void {
  const sender = senderOf(frame);
  let at = HEADER_BYTES;
  while (at < frame.length) {
    const kind = frame[at++];
    if (kind === REPORT) {
      const isOfficer = ((frame[at] as number) & OFFICER) !== 0;
      reader.report?.(readReport(frame, at), sender);
      at += REPORT_BYTES - 1 + (isOfficer ? WINDOW_BYTES : 0);
    } else if (kind === LEAVE) {
      const flags = frame[at] as number;
      const sequence = frame.readUInt32LE(at + 17);
      reader.leave?.(readId(frame, at + 1), (flags & OFFICER) !== 0, (flags & GONE) !== 0, sequence);
      at += LEAVE_BYTES - 1;
    } else if (kind === ANSWER) {
      reader.answer?.(frame.readUInt32LE(at + 1), frame[at] === 1, frame.readUInt16LE(at + 5), sender);
      at += ANSWER_BYTES - 1;
    } else if (kind === JSON_TEXT) {
      const end = at + 4 + frame.readUInt32LE(at);
      reader.json?.(JSON.parse(frame.toString('utf8', at + 4, end)), sender);
      at = end;
    } else {
      throw new RangeError(`A frame holds a message of kind ${kind}`);
    }
  }
}

function readReport(frame: Buffer, start: number): PlacedReport {
  const flags = frame[start] as number;
  const isOfficer = (flags & OFFICER) !== 0;
  const at = start + 17;
  return {
    isOfficer,
    isPrimary: (flags & PRIMARY) !== 0,
    isVisible: (flags & VISIBLE) !== 0,
    accountId: readId(frame, start + 1),
    position: { latitude: frame.readDoubleLE(at), longitude: frame.readDoubleLE(at + 8) },
    accuracyMeters: frame.readFloatLE(at + 16),
    sequence: frame.readUInt32LE(at + 20),
    reportedAt: frame.readDoubleLE(at + 24),
    token: frame.readUInt32LE(at + 32),
    windowId: isOfficer ? readId(frame, at + 36) : undefined,
    windowClosesAt: isOfficer ? frame.readDoubleLE(at + 52) : undefined,
  };
}

/** Ids are UUIDs in lower case, 16 bytes; the places of the digits in the text. */
const DIGITS = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];

const digit = (code: number): number => (code & 0xf) + (code >> 6) * 9;

function writeId(frame: Buffer, at: number, id: string): number {
  for (let index = 0; index < 16; index++) {
    const place = DIGITS[index] as number;
    frame[at + index] = (digit(id.charCodeAt(place)) << 4) | digit(id.charCodeAt(place + 1));
  }
  return at + 16;
}

function readId(frame: Buffer, at: number): string {
  const hex = frame.toString('hex', at, at + 16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
