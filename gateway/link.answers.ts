/*
 * Reads the answers on one connection (RFC 9112): whole ones, as text. A body has a length, or comes in chunks, or lasts
 * until the connection ends; whatever cannot be told for certain breaks the connection, for what follows would be read
 * wrong.
 */

export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Told of each answer. @param keptMilliseconds how long the connection may be idle and is kept open then; 0: it ends. */
export type Answered = (answer: Answer, keptMilliseconds: number) => void;

const HEAD_END = '\r\n\r\n';
const HEAD_BYTES = 16_384;
/** Far more than any answer of ours: what is longer is broken. */
const BODY_BYTES = 64 * 1024 * 1024;
const LINE_BYTES = 1_024;
/** How long an idle connection is trusted where the server does not say; less than the default of most. */
const KEPT_MILLISECONDS = 4_000;
/** Before the end of that time nothing is sent any more: it takes its time to get there. */
const MARGIN_MILLISECONDS = 1_000;

type State = 'head' | 'length' | 'chunk size' | 'chunk' | 'chunk end' | 'trailer' | 'until end';

export class AnswerReader {
  readonly #answered: Answered;
  #state: State = 'head';
  /** Begun and not yet whole: a head, or a line. */
  #rest: Buffer | undefined;
  readonly #body: Buffer[] = [];
  #bodyBytes = 0;
  /** Bytes of the body, or of the chunk, that are to come. */
  #left = 0;
  #status = 0;
  #keptMilliseconds = 0;

  constructor(answered: Answered) {
    this.#answered = answered;
  }

  /** Whether nothing of an answer has come. */
  get isBetween(): boolean {
    return this.#state === 'head' && this.#rest === undefined;
  }

  /** @param chunk is not kept. @throws Error where that is no answer; nothing can be read any more then. */
  take(chunk: Buffer): void {
    const bytes = this.#rest ? Buffer.concat([this.#rest, chunk]) : chunk;
    this.#rest = undefined;
    let at = 0;
    while (at < bytes.length) {
      const end = this.#step(bytes, at);
      if (end < 0) {
        this.#rest = Buffer.from(bytes.subarray(at));
        return;
      }
      at = end;
    }
  }

  /** The connection has ended. @returns whether it may have, here. */
  end(): boolean {
    if (this.#state === 'until end') this.#finish();
    return this.isBetween;
  }

  /** @returns where it got to, or -1 where more has to come first. */
  #step(bytes: Buffer, at: number): number {
    switch (this.#state) {
      case 'head':
        return this.#readHead(bytes, at);
      case 'length':
      case 'chunk':
        return this.#readBody(bytes, at);
      case 'until end':
        this.#keep(bytes.subarray(at));
        return bytes.length;
      case 'chunk size':
        return this.#readLine(bytes, at, (line) => this.#beginChunk(line));
      case 'chunk end':
        return this.#readLine(bytes, at, (line) => {
          if (line !== '') throw new Error('A chunk is longer than it says.');
          this.#state = 'chunk size';
        });
      case 'trailer':
        return this.#readLine(bytes, at, (line) => {
          if (line === '') this.#finish();
        });
    }
  }

  #readHead(bytes: Buffer, at: number): number {
    const end = bytes.indexOf(HEAD_END, at, 'latin1');
    if (end < 0 ? bytes.length - at > HEAD_BYTES : end - at > HEAD_BYTES) throw new Error('The head is too long.');
    if (end < 0) return -1;
    const { status, length, isChunked, keptMilliseconds } = readHead(bytes.toString('latin1', at, end));
    const next = end + HEAD_END.length;
    // It is going on with this; the answer comes later.
    if (status < 200) return next;
    this.#status = status;
    this.#keptMilliseconds = keptMilliseconds;
    if (isChunked) {
      this.#state = 'chunk size';
      return next;
    }
    if (status === 204 || status === 304 || length === 0) {
      this.#finish();
      return next;
    }
    if (length === undefined) {
      this.#keptMilliseconds = 0;
      this.#state = 'until end';
      return next;
    }
    if (length > BODY_BYTES) throw new Error('The body is too long.');
    if (bytes.length - next >= length) {
      // The usual case: it has come whole.
      this.#answered({ status, text: bytes.toString('utf8', next, next + length) }, keptMilliseconds);
      return next + length;
    }
    this.#left = length;
    this.#state = 'length';
    return next;
  }

  #readBody(bytes: Buffer, at: number): number {
    const end = Math.min(bytes.length, at + this.#left);
    this.#keep(bytes.subarray(at, end));
    this.#left -= end - at;
    if (this.#left > 0) return end;
    if (this.#state === 'length') this.#finish();
    else this.#state = 'chunk end';
    return end;
  }

  #readLine(bytes: Buffer, at: number, read: (line: string) => void): number {
    const end = bytes.indexOf('\r\n', at, 'latin1');
    if ((end < 0 ? bytes.length : end) - at > LINE_BYTES) throw new Error('A line is too long.');
    if (end < 0) return -1;
    read(bytes.toString('latin1', at, end));
    return end + 2;
  }

  #beginChunk(line: string): void {
    const [size = ''] = /^[\da-f]{1,8}(?=[ \t]*(?:;|$))/i.exec(line) ?? [];
    if (size === '') throw new Error('A chunk has no size.');
    this.#left = Number.parseInt(size, 16);
    this.#state = this.#left === 0 ? 'trailer' : 'chunk';
  }

  #keep(part: Buffer): void {
    this.#bodyBytes += part.length;
    if (this.#bodyBytes > BODY_BYTES) throw new Error('The body is too long.');
    this.#body.push(Buffer.from(part));
  }

  #finish(): void {
    const text = Buffer.concat(this.#body).toString('utf8');
    this.#body.length = 0;
    this.#bodyBytes = 0;
    this.#state = 'head';
    this.#answered({ status: this.#status, text }, this.#keptMilliseconds);
  }
}

interface Head {
  readonly status: number;
  readonly length: number | undefined;
  readonly isChunked: boolean;
  readonly keptMilliseconds: number;
}

const STATUS_LINE = /^HTTP\/1\.([01]) ([1-5]\d\d)(?: |\r|$)/;
const FRAMING = /\r\n(content-length|transfer-encoding|connection|keep-alive):[ \t]*([^\r\n]*)/gi;

function readHead(head: string): Head {
  const [, minor, code] = STATUS_LINE.exec(head) ?? [];
  if (code === undefined) throw new Error('That is no answer of HTTP/1.1.');
  let length: number | undefined;
  let isChunked = false;
  let keptMilliseconds = minor === '1' ? KEPT_MILLISECONDS : 0;
  FRAMING.lastIndex = 0;
  for (let match = FRAMING.exec(head); match; match = FRAMING.exec(head)) {
    const value = (match[2] as string).trim();
    switch ((match[1] as string).toLowerCase()) {
      case 'content-length':
        if (length !== undefined || !/^\d{1,15}$/.test(value)) throw new Error('It is not clear how long the body is.');
        length = Number(value);
        break;
      case 'transfer-encoding':
        if (isChunked || value.toLowerCase() !== 'chunked')
          throw new Error('The body comes in a way that is not known.');
        isChunked = true;
        break;
      case 'connection':
        if (/\bclose\b/i.test(value)) keptMilliseconds = 0;
        break;
      default:
        if (keptMilliseconds > 0) keptMilliseconds = keptFor(value);
    }
  }
  if (isChunked && length !== undefined) throw new Error('It is not clear how long the body is.');
  return { status: Number(code), length, isChunked, keptMilliseconds };
}

/** @param told the header keep-alive. */
function keptFor(told: string): number {
  const [, seconds] = /\btimeout=(\d{1,6})/i.exec(told) ?? [];
  return seconds === undefined ? KEPT_MILLISECONDS : Math.max(1, Number(seconds) * 1_000 - MARGIN_MILLISECONDS);
}
