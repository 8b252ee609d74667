/*
 * What fronts and workers say to each other, as bytes. Reports and their answers are many and have fixed fields; the rest
 * is rare and travels as JSON. A frame is one or more messages of one sender, gathered for one address.
 */
import type { Uuid } from './uuid.ts';

/** Where somebody is, as fronts tell workers. Flat, so that it is written and read without making objects. */
export interface PlacedReport {
  readonly id: Uuid;
  readonly isOfficer: boolean;
  /** Whether others may find the person now. */
  readonly isVisible: boolean;
  readonly latitude: number;
  readonly longitude: number;
  /** Not a number where the phone did not say. */
  readonly accuracyMeters: number;
  readonly sequence: number;
  /** Milliseconds since 1970. */
  readonly reportedAt: number;
  /** Nil for citizens, and for an officer whose window is over. */
  readonly windowId: Uuid;
  /** Milliseconds since 1970; not a number for citizens. */
  readonly windowClosesAt: number;
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
  #bytes = viewOfBytes(this.#frame);
  #length = 0;
  #isScheduled = false;
  #isUsed = false;

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

  /**
   * @param isPrimary whether the receiver owns the place, and tells; a neighbour only needs to know.
   * @param token names the answer; 0 where none is wanted.
   */
  report(report: PlacedReport, isPrimary: boolean, token: number): void {
    let at = this.#room(REPORT_BYTES + WINDOW_BYTES);
    const { isOfficer } = report;
    const bytes = this.#bytes;
    bytes.setUint8(at, REPORT);
    bytes.setUint8(at + 1, (isOfficer ? OFFICER : 0) | (isPrimary ? PRIMARY : 0) | (report.isVisible ? VISIBLE : 0));
    writeId(bytes, at + 2, report.id);
    bytes.setFloat64(at + 18, report.latitude, true);
    bytes.setFloat64(at + 26, report.longitude, true);
    bytes.setFloat32(at + 34, report.accuracyMeters, true);
    bytes.setInt32(at + 38, report.sequence, true);
    bytes.setFloat64(at + 42, report.reportedAt, true);
    bytes.setUint32(at + 50, token, true);
    at += REPORT_BYTES;
    if (isOfficer) {
      writeId(bytes, at, report.windowId);
      bytes.setFloat64(at + 16, report.windowClosesAt, true);
      at += WINDOW_BYTES;
    }
    this.#end(at);
  }

  /**
   * The person is not the receiver's to know any more; `isGone` where nobody else's either.
   * @param sequence of the last report that this is about: one that came later by another way stands.
   */
  leave(id: Uuid, isOfficer: boolean, isGone: boolean, sequence: number): void {
    const at = this.#room(LEAVE_BYTES);
    this.#bytes.setUint8(at, LEAVE);
    this.#bytes.setUint8(at + 1, (isOfficer ? OFFICER : 0) | (isGone ? GONE : 0));
    writeId(this.#bytes, at + 2, id);
    this.#bytes.setInt32(at + 18, sequence, true);
    this.#end(at + LEAVE_BYTES);
  }

  /** @param quietSeconds up to 65,535. */
  answer(token: number, isTaken: boolean, quietSeconds: number): void {
    const at = this.#room(ANSWER_BYTES);
    this.#bytes.setUint8(at, ANSWER);
    this.#bytes.setUint8(at + 1, isTaken ? 1 : 0);
    this.#bytes.setUint32(at + 2, token, true);
    this.#bytes.setUint16(at + 6, quietSeconds, true);
    this.#end(at + ANSWER_BYTES);
  }

  json(message: object): void {
    const text = JSON.stringify(message);
    const length = Buffer.byteLength(text);
    const at = this.#room(5 + length);
    this.#bytes.setUint8(at, JSON_TEXT);
    this.#bytes.setUint32(at + 1, length, true);
    this.#end(at + 5 + this.#frame.write(text, at + 5));
  }

  /** Whether anything was written since this was asked last. */
  wasUsed(): boolean {
    const wasUsed = this.#isUsed;
    this.#isUsed = false;
    return wasUsed;
  }

  flush(): void {
    this.#isScheduled = false;
    if (this.#length === 0) return;
    const frame = this.#frame.subarray(0, this.#length);
    // The next is about as long as this one.
    this.#begin(Math.max(FIRST_BYTES, Math.ceil(1.25 * this.#length)));
    this.#send(this.#address, frame);
  }

  #begin(bytes: number): void {
    this.#frame = Buffer.allocUnsafe(bytes);
    this.#bytes = viewOfBytes(this.#frame);
    this.#length = 0;
  }

  #room(bytes: number): number {
    const length = this.#length;
    const start = length === 0 ? HEADER_BYTES : length;
    if (start + bytes > this.#frame.length) {
      const frame = this.#frame;
      this.#begin(Math.max(2 * frame.length, start + bytes));
      frame.copy(this.#frame, 0, 0, length);
      this.#length = length;
    }
    if (length === 0) {
      this.#frame[0] = this.#frame.write(this.#sender, 1, ADDRESS_BYTES, 'latin1');
      this.#bytes.setUint32(1 + ADDRESS_BYTES, this.#view(), true);
    }
    return start;
  }

  #end(at: number): void {
    this.#length = at;
    this.#isUsed = true;
    if (at >= LONG_BYTES) this.flush();
    if (at >= LONG_BYTES || this.#isScheduled) return;
    this.#isScheduled = true;
    this.#schedule(() => this.flush());
  }
}

/** What a reader of frames does with each kind of message. */
export interface FrameReader {
  /** `report` is the reader's until it returns, and then another. */
  report?(report: PlacedReport, isPrimary: boolean, token: number): void;
  leave?(id: Uuid, isOfficer: boolean, isGone: boolean, sequence: number): void;
  answer?(token: number, isTaken: boolean, quietSeconds: number): void;
  // biome-ignore lint/suspicious/noExplicitAny: what it holds is the matter of the two who speak
  json?(message: any): void;
}

/** The address of the sender of a frame. */
export const senderOf = (frame: Buffer): string => frame.toString('latin1', 1, 1 + (frame[0] ?? 0));

/** Which workers the sender took for alive when it began the frame. */
export const viewOf = (frame: Buffer): number => frame.readUInt32LE(1 + ADDRESS_BYTES);

/** Hands each message of a frame to the reader, in order. @throws RangeError for bytes that are no frame. */
export function readFrame(frame: Buffer, reader: FrameReader): void {
  const bytes = viewOfBytes(frame);
  const report = new ReadReport();
  let at = HEADER_BYTES;
  while (at < frame.length) {
    const kind = frame[at];
    const flags = frame[at + 1] as number;
    if (kind === REPORT) {
      report.read(bytes, at);
      reader.report?.(report, (flags & PRIMARY) !== 0, bytes.getUint32(at + 50, true));
      at += REPORT_BYTES + (report.isOfficer ? WINDOW_BYTES : 0);
    } else if (kind === ANSWER) {
      reader.answer?.(bytes.getUint32(at + 2, true), flags === 1, bytes.getUint16(at + 6, true));
      at += ANSWER_BYTES;
    } else if (kind === LEAVE) {
      const sequence = bytes.getInt32(at + 18, true);
      reader.leave?.(readId(bytes, at + 2), (flags & OFFICER) !== 0, (flags & GONE) !== 0, sequence);
      at += LEAVE_BYTES;
    } else if (kind === JSON_TEXT) {
      const end = at + 5 + bytes.getUint32(at + 1, true);
      reader.json?.(JSON.parse(frame.toString('utf8', at + 5, end)));
      at = end;
    } else {
      throw new RangeError(`A frame holds a message of kind ${kind}`);
    }
  }
}

/** One for all reports of a frame: an object each would be most of the work. */
class ReadReport implements PlacedReport {
  readonly id = { a: 0, b: 0, c: 0, d: 0 };
  isOfficer = false;
  isVisible = false;
  latitude = Number.NaN;
  longitude = Number.NaN;
  accuracyMeters = Number.NaN;
  sequence = 0;
  reportedAt = Number.NaN;
  readonly windowId = { a: 0, b: 0, c: 0, d: 0 };
  windowClosesAt = Number.NaN;

  read(bytes: DataView, at: number): void {
    const flags = bytes.getUint8(at + 1);
    this.isOfficer = (flags & OFFICER) !== 0;
    this.isVisible = (flags & VISIBLE) !== 0;
    readIdInto(this.id, bytes, at + 2);
    this.latitude = bytes.getFloat64(at + 18, true);
    this.longitude = bytes.getFloat64(at + 26, true);
    this.accuracyMeters = bytes.getFloat32(at + 34, true);
    this.sequence = bytes.getInt32(at + 38, true);
    this.reportedAt = bytes.getFloat64(at + 42, true);
    if (this.isOfficer) {
      readIdInto(this.windowId, bytes, at + REPORT_BYTES);
      this.windowClosesAt = bytes.getFloat64(at + REPORT_BYTES + 16, true);
    } else {
      readIdInto(this.windowId, NOTHING, 0);
      this.windowClosesAt = Number.NaN;
    }
  }
}

/** Read as an id it is nil. */
const NOTHING = new DataView(new ArrayBuffer(16));

const viewOfBytes = ({ buffer, byteOffset, length }: Buffer): DataView => new DataView(buffer, byteOffset, length);

function writeId(bytes: DataView, at: number, { a, b, c, d }: Uuid): void {
  bytes.setInt32(at, a, true);
  bytes.setInt32(at + 4, b, true);
  bytes.setInt32(at + 8, c, true);
  bytes.setInt32(at + 12, d, true);
}

function readIdInto(id: { -readonly [Word in keyof Uuid]: number }, bytes: DataView, at: number): void {
  id.a = bytes.getInt32(at, true);
  id.b = bytes.getInt32(at + 4, true);
  id.c = bytes.getInt32(at + 8, true);
  id.d = bytes.getInt32(at + 12, true);
}

function readId(bytes: DataView, at: number): Uuid {
  const id = { a: 0, b: 0, c: 0, d: 0 };
  readIdInto(id, bytes, at);
  return id;
}
