/*
 * One connection to a subgraph, for requests and whole answers in order. Own code, because a general client costs more than
 * the rest of a fetch: everything that is asked in one turn of the event loop is one write of one text, and an answer is read from the
 * connection's buffer without a stream. What is not known to be sound breaks the connection, never an answer.
 */
import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect as connectSecure } from 'node:tls';
import { type Answer, AnswerReader } from './link.answers.ts';

export interface WireRequest {
  /** Request line and headers, each with its line end, without content-length and the empty line. */
  readonly head: string;
  readonly body: string;
  /** Without a byte for so long, it is late. */
  readonly milliseconds: number;
}

/** Who waits for an answer. */
export interface Waiting {
  readonly request: WireRequest;
  /** By the clock of the wire. */
  readonly askedAt: number;
  /** @param milliseconds for how long it was the one to be waited for, connecting not counted. */
  answered(answer: Answer, milliseconds: number): void;
  failed(error: Error, milliseconds: number): void;
  /** The connection broke before its turn: it was asked, perhaps, and is not answered. */
  unasked(): void;
}

/** The subgraph was silent for too long. */
export class Late extends Error {}

export interface WireOptions {
  readonly origin: URL;
  readonly connectMilliseconds: number;
  readonly now: () => number;
  /** What is read goes through it, of all connections that are given it: each read is done with when it returns. */
  readonly buffer: Buffer;
  /** Told when nobody waits any more and it can be asked again. */
  readonly freed: (wire: Wire) => void;
  /** Told once, when it can never be asked again; whoever waited has been told. */
  readonly ended: (wire: Wire) => void;
}

export class Wire {
  /** Requests of the turn that it was last opened for. */
  joined = 0;
  readonly #options: WireOptions;
  readonly #socket: Socket;
  readonly #reader: AnswerReader;
  readonly #waiting: Waiting[] = [];
  #isConnected = false;
  #isOver = false;
  #out = '';
  #isAscii = true;
  /** Until when it is kept open while it is idle. */
  #keptUntil = Number.POSITIVE_INFINITY;
  #timeoutMilliseconds = 0;
  /** When it was connected, or the last answer came. */
  #quietSince = 0;

  /** Connects at once. */
  constructor(options: WireOptions) {
    this.#options = options;
    this.#reader = new AnswerReader((answer, keptMilliseconds) => this.#answered(answer, keptMilliseconds));
    this.#socket = this.#connect(options.origin);
    this.#socket.setNoDelay(true);
    this.#socket.setTimeout(options.connectMilliseconds, () => this.#end(this.#silence()));
    this.#socket.on('error', (error) => this.#end(error));
    this.#socket.on('end', () => this.#ended());
    this.#socket.on('close', () => this.#ended());
  }

  get isOpen(): boolean {
    return !this.#isOver;
  }

  /** Whether it can be trusted to be open still, after it was idle. */
  get isSound(): boolean {
    return !this.#isOver && this.#options.now() < this.#keptUntil;
  }

  /** Sends with everything else that is asked in this turn. */
  ask(waiting: Waiting): void {
    const { head, body, milliseconds } = waiting.request;
    this.#waiting.push(waiting);
    this.#keptUntil = Number.POSITIVE_INFINITY;
    if (this.#waiting.length === 1) this.#socket.ref();
    if (this.#isConnected) this.#expectWithin(milliseconds);
    if (this.#out === '') setImmediate(this.#flush);
    const bytes = Buffer.byteLength(body);
    if (bytes !== body.length) this.#isAscii = false;
    this.#out += `${head}content-length: ${bytes}\r\n\r\n${body}`;
  }

  /** Whoever waits is told that it failed. */
  destroy(): void {
    this.#end(new Error('The connection was closed here.'));
  }

  #connect({ protocol, hostname, port }: URL): Socket {
    // An address of IPv6 stands in brackets in a URL.
    const host = hostname.replace(/^\[(.*)\]$/, '$1');
    const connected = () => {
      this.#isConnected = true;
      this.#quietSince = this.#options.now();
      const [first] = this.#waiting;
      if (first) this.#expectWithin(first.request.milliseconds);
    };
    if (protocol === 'https:') {
      // Only names are sent ahead (RFC 6066); an address is still compared with the certificate.
      const named = isIP(host) === 0 && { servername: host };
      const secure = connectSecure({ host, port: Number(port || 443), ...named }, connected);
      return secure.on('data', (chunk: Buffer) => this.#take(chunk));
    }
    const { buffer } = this.#options;
    const callback = (bytes: number) => {
      this.#take(buffer.subarray(0, bytes));
      return true;
    };
    return connectPlain({ host, port: Number(port || 80), onread: { buffer, callback } }, connected);
  }

  readonly #flush = () => {
    const text = this.#out;
    this.#out = '';
    if (!this.#isOver) this.#socket.write(text, this.#isAscii ? 'latin1' : 'utf8');
    this.#isAscii = true;
  };

  /** Any byte in either direction begins the time anew. */
  #expectWithin(milliseconds: number): void {
    if (milliseconds === this.#timeoutMilliseconds) return;
    this.#timeoutMilliseconds = milliseconds;
    this.#socket.setTimeout(milliseconds);
  }

  #take(bytes: Buffer): void {
    if (this.#isOver) return;
    try {
      if (this.#waiting.length === 0) throw new Error('It says something that nobody asked for.');
      this.#reader.take(bytes);
    } catch (error) {
      this.#end(error as Error);
    }
  }

  #answered(answer: Answer, keptMilliseconds: number): void {
    const waiting = this.#waiting.shift();
    if (!waiting) throw new Error('It says something that nobody asked for.');
    const now = this.#options.now();
    const milliseconds = now - Math.max(waiting.askedAt, this.#quietSince);
    this.#quietSince = now;
    if (keptMilliseconds === 0) this.#isOver = true;
    waiting.answered(answer, milliseconds);
    if (keptMilliseconds === 0) this.#over();
    else if (this.#waiting.length === 0) this.#rest(now + keptMilliseconds);
  }

  #rest(until: number): void {
    this.#keptUntil = until;
    // Nobody stays for the sake of an idle connection.
    this.#socket.unref();
    this.#options.freed(this);
  }

  /** The other side has closed it. */
  #ended(): void {
    if (this.#isOver) return;
    try {
      this.#reader.end();
    } catch {
      // It has been told as it was.
    }
    this.#end(new Error('The connection was closed by the other side.'));
  }

  #silence(): Error {
    return this.#isConnected ? new Late('It was silent for too long.') : new Error('It could not be reached in time.');
  }

  #end(error: Error): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const failed = this.#isConnected ? this.#waiting.splice(0, 1) : this.#waiting.splice(0);
    this.#over();
    const now = this.#options.now();
    for (const waiting of failed) waiting.failed(error, now - Math.max(waiting.askedAt, this.#quietSince));
  }

  #over(): void {
    this.#socket.destroy();
    const behind = this.#waiting.splice(0);
    this.#options.ended(this);
    for (const waiting of behind) waiting.unasked();
  }
}
