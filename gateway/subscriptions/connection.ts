/*
 * One socket that speaks graphql-transport-ws: who it belongs to, its operations, what goes out. Nothing waits here for a
 * slow client: while more than BUFFERED_BYTES are unread its subscriptions are not pulled and its messages not taken, and
 * when that does not end it is closed. Frames are written to the stream under `ws`, which only reads and closes here.
 */
import type { Duplex } from 'node:stream';
import { WebSocket } from 'ws';
import type { Answers, Reader } from './answers.ts';
import type { Broadcasts, Listener, Place } from './broadcast.ts';
import {
  ACKNOWLEDGE,
  completeMessage,
  errorMessage,
  frame,
  frameForOne,
  nextMessage,
  PING_FRAME,
  tailOf,
} from './frames.ts';
import { type ClientMessage, CloseCode, type OperationMessage, readMessage } from './messages.ts';

/** Two or three screens full of answers. */
export const BUFFERED_BYTES = 64 * 1024;
const FRAMES_PER_WRITE = 32;
/** RFC 6455: a control frame has 125 bytes, two of them the code. */
const REASON_BYTES = 123;

/** Time, as far as sockets need it. */
export interface Clock {
  now(): Date;
  at(instant: Date, ring: () => void): Alarm;
}

export interface Alarm {
  cancel(): void;
}

/** How an operation goes on. Results are execution results as they go to the client, plain JSON. */
export type Begun =
  /** It does not begin: one `error` message. */
  | { readonly errors: readonly object[] }
  /** A query or mutation. Never rejects. */
  | { readonly result: Promise<object> }
  /** A subscription; a refusal is a result. Never rejects. */
  | { readonly results: Promise<Answers<object> | object> }
  /** A subscription that is the same for all who come with this key: the first one's is opened, and shared. */
  | { readonly shareKey: string; readonly open: () => Promise<Answers<object> | object> };

/** Who executes what the sockets carry. */
export interface Engine<Session> {
  /** Who calls, by the payload of connection_init. When it rejects the socket is closed with 4403. */
  admit(parameters: Readonly<Record<string, unknown>> | undefined, socket: ClosableSocket): Promise<Session>;
  /** The socket is gone, whoever closed it. */
  left(session: Session): void;
  /** Must not throw. */
  begin(session: Session, operation: OperationMessage): Begun;
  /** The sentence that a close frame carries. */
  reasonOf(error: unknown): string;
  /** Something that cannot happen did; its socket is closed with 4500. */
  report(error: unknown): void;
  /** The answer to one operation too many on a socket. */
  readonly tooManyOperations: readonly object[];
  /** The answer to a client that did not read a shared subscription for too long; it should subscribe again. */
  readonly fellBehind: readonly object[];
}

export interface ClosableSocket {
  close(code: number, reason: string): void;
}

export interface Limits {
  readonly initialisationMilliseconds: number;
  /** How long a client may leave more than BUFFERED_BYTES unread. */
  readonly stalledMilliseconds: number;
  readonly operationsPerSocket: number;
}

/** What the connections of one server have in common. */
export interface ConnectionHost<Session> {
  readonly engine: Engine<Session>;
  readonly clock: Clock;
  readonly limits: Limits;
  readonly broadcasts: Broadcasts;
  /** Calls `flush` of the connection when this tick's work is done. */
  flushSoon(connection: Connection<Session>): void;
}

/** An operation under way. */
class Operation<Session> implements Listener, Reader<object> {
  readonly id: string;
  readonly tail: string;
  answers: Answers<object> | undefined = undefined;
  place: Place | undefined = undefined;
  /** Whether nothing more is told of it. */
  isOver = false;
  readonly #connection: Connection<Session>;

  constructor(connection: Connection<Session>, id: string) {
    this.#connection = connection;
    this.id = id;
    this.tail = tailOf(id);
  }

  get isFull(): boolean {
    return this.#connection.isFull;
  }

  told(answer: object): boolean {
    this.#connection.tell(this, answer);
    return !this.#connection.isFull;
  }

  ended(): void {
    this.#connection.complete(this);
  }

  next(beginning: Buffer): void {
    this.#connection.sendFrame(frameForOne(beginning, this.tail));
  }

  complete(): void {
    this.#connection.complete(this);
  }

  fellBehind(): void {
    this.#connection.fellBehind(this);
  }
}

type Phase = 'opened' | 'initialising' | 'ready' | 'closed';

export class Connection<Session> implements ClosableSocket {
  /** Whether anything was heard since the last heartbeat. */
  isHeard = true;
  readonly #host: ConnectionHost<Session>;
  readonly #socket: WebSocket;
  readonly #stream: Duplex;
  #phase: Phase = 'opened';
  #session: Session | undefined;
  #operations: Map<string, Operation<Session>> | undefined;
  /** Initialisation must happen, or a full buffer drain, until this rings. */
  #deadline: Alarm | undefined;
  /** This tick's frames: one, or several. */
  #frames: Buffer | Buffer[] | undefined;
  #isFull = false;

  constructor(host: ConnectionHost<Session>, socket: WebSocket, stream: Duplex) {
    this.#host = host;
    this.#socket = socket;
    this.#stream = stream;
    this.#deadline = this.#alarm(host.limits.initialisationMilliseconds, () =>
      this.close(CloseCode.INITIALISATION_TIMEOUT, 'Connection initialisation timeout'),
    );
  }

  /** Whether more is unread than may be: nothing should be sent now that can wait. */
  get isFull(): boolean {
    return this.#isFull;
  }

  received(text: string): void {
    if (this.#phase === 'closed') return;
    this.isHeard = true;
    let message: ClientMessage;
    try {
      message = readMessage(text);
    } catch (error) {
      this.close(CloseCode.BAD_REQUEST, (error as Error).message);
      return;
    }
    switch (message.type) {
      case 'subscribe':
        this.#subscribe(message.id, message.payload);
        break;
      case 'complete':
        this.#release(message.id);
        break;
      case 'ping':
        this.#send(message.payload ? JSON.stringify({ type: 'pong', payload: message.payload }) : '{"type":"pong"}');
        break;
      case 'connection_init':
        this.#initialise(message.payload ?? undefined);
        break;
    }
  }

  async #initialise(parameters: Readonly<Record<string, unknown>> | undefined): Promise<void> {
    if (this.#phase !== 'opened') {
      this.close(CloseCode.TOO_MANY_INITIALISATIONS, 'Too many initialisation requests');
      return;
    }
    this.#phase = 'initialising';
    this.#deadline?.cancel();
    this.#deadline = undefined;
    const { engine } = this.#host;
    try {
      const session = await engine.admit(parameters, this);
      // The phase may have changed meanwhile.
      if ((this.#phase as Phase) === 'closed') {
        engine.left(session);
        return;
      }
      this.#session = session;
      this.#phase = 'ready';
      this.#send(ACKNOWLEDGE);
    } catch (error) {
      this.close(CloseCode.FORBIDDEN, engine.reasonOf(error));
    }
  }

  #subscribe(id: string, payload: OperationMessage): void {
    if (this.#phase !== 'ready') {
      this.close(CloseCode.UNAUTHORIZED, 'Unauthorized');
      return;
    }
    this.#operations ??= new Map();
    if (this.#operations.has(id)) {
      this.close(CloseCode.SUBSCRIBER_EXISTS, `Subscriber for ${id} already exists`);
      return;
    }
    const { engine, limits, broadcasts } = this.#host;
    const operation = new Operation(this, id);
    if (this.#operations.size >= limits.operationsPerSocket) {
      this.#sendErrors(operation, engine.tooManyOperations);
      return;
    }
    const begun = engine.begin(this.#session as Session, payload);
    if ('errors' in begun) {
      this.#sendErrors(operation, begun.errors);
      return;
    }
    this.#operations.set(id, operation);
    if ('shareKey' in begun) operation.place = broadcasts.join(begun.shareKey, begun.open, operation);
    else if ('result' in begun) this.#answer(operation, begun.result);
    else this.#open(operation, begun.results);
  }

  async #answer(operation: Operation<Session>, result: Promise<object>): Promise<void> {
    try {
      this.tell(operation, await result);
      this.complete(operation);
    } catch (error) {
      this.#broken(error);
    }
  }

  async #open(operation: Operation<Session>, opening: Promise<Answers<object> | object>): Promise<void> {
    try {
      const answers = await opening;
      if (!isAnswers(answers)) {
        this.tell(operation, answers);
        this.complete(operation);
        return;
      }
      operation.answers = answers;
      if (operation.isOver) this.#end(operation);
      else answers.tell(operation);
    } catch (error) {
      this.#broken(error);
    }
  }

  /** Sends one answer of an operation. */
  tell(operation: Operation<Session>, answer: object): void {
    if (operation.isOver) return;
    try {
      this.#send(nextMessage(JSON.stringify(answer), operation.tail));
    } catch (error) {
      this.#broken(error);
    }
  }

  /** Ends an operation that has told everything. */
  complete(operation: Operation<Session>): void {
    if (operation.isOver) return;
    operation.isOver = true;
    this.#operations?.delete(operation.id);
    this.#send(completeMessage(operation.tail));
  }

  /** Ends an operation whose listener has missed events. */
  fellBehind(operation: Operation<Session>): void {
    this.#release(operation.id);
    this.#sendErrors(operation, this.#host.engine.fellBehind);
  }

  #sendErrors({ tail }: Operation<Session>, errors: readonly object[]): void {
    this.#send(errorMessage(JSON.stringify(errors), tail));
  }

  /** Ends an operation without a word to the client. */
  #release(id: string): void {
    const operation = this.#operations?.get(id);
    if (!operation) return;
    this.#operations?.delete(id);
    this.#end(operation);
  }

  #end(operation: Operation<Session>): void {
    operation.isOver = true;
    operation.place?.leave();
    operation.answers?.return().catch((error) => this.#host.engine.report(error));
  }

  #broken(error: unknown): void {
    this.#host.engine.report(error);
    this.close(CloseCode.INTERNAL, 'Internal server error');
  }

  #send(text: string): void {
    this.sendFrame(frame(text));
  }

  /** Sends a frame at the end of this tick, with all others of it. */
  sendFrame(bytes: Buffer): void {
    if (this.#frames === undefined) {
      this.#frames = bytes;
      this.#host.flushSoon(this);
    } else if (Array.isArray(this.#frames)) {
      this.#frames.push(bytes);
      // A tick ends when nothing is ready any more, which a busy source may put off.
      if (this.#frames.length >= FRAMES_PER_WRITE) this.flush();
    } else {
      this.#frames = [this.#frames, bytes];
    }
  }

  /** Writes this tick's frames at once. */
  flush(): void {
    const frames = this.#frames;
    this.#frames = undefined;
    if (!frames || this.#socket.readyState !== WebSocket.OPEN) return;
    const isWelcome = this.#stream.write(Array.isArray(frames) ? Buffer.concat(frames) : frames);
    if (!isWelcome && !this.#isFull && this.#stream.writableLength > BUFFERED_BYTES) this.#waitUntilDrained();
  }

  #waitUntilDrained(): void {
    this.#isFull = true;
    this.#socket.pause();
    this.#deadline = this.#alarm(this.#host.limits.stalledMilliseconds, () =>
      this.close(CloseCode.TRY_AGAIN_LATER, 'What was sent is not read'),
    );
    this.#stream.once('drain', () => {
      this.#resume();
      for (const { place, answers } of this.#operations?.values() ?? []) {
        place?.catchUp();
        answers?.resume();
      }
    });
  }

  #resume(): void {
    this.#deadline?.cancel();
    this.#deadline = undefined;
    this.#isFull = false;
    this.#socket.resume();
  }

  /** To be called now and then. Asks for a sign of life; without one since the last time the socket is destroyed. */
  beat(): void {
    // Who has not begun, or does not read what is sent, has a deadline already.
    if (this.#phase !== 'ready' || this.#isFull) return;
    if (!this.isHeard) this.#socket.terminate();
    else if (this.#socket.readyState === WebSocket.OPEN) this.#stream.write(PING_FRAME);
    this.isHeard = false;
  }

  /** Ends all operations and starts the closing handshake. */
  close(code: number, reason: string): void {
    if (this.#phase === 'closed') return;
    this.flush();
    this.closed();
    this.#socket.close(code, Buffer.byteLength(reason) > REASON_BYTES ? reason.slice(0, REASON_BYTES / 3) : reason);
  }

  /** The socket is gone, or going: everything ends. */
  closed(): void {
    if (this.#phase === 'closed') return;
    this.#phase = 'closed';
    this.#resume();
    const operations = this.#operations;
    this.#operations = undefined;
    for (const operation of operations?.values() ?? []) this.#end(operation);
    if (this.#session !== undefined) this.#host.engine.left(this.#session);
    this.#session = undefined;
  }

  #alarm(milliseconds: number, ring: () => void): Alarm {
    const { clock } = this.#host;
    return clock.at(new Date(clock.now().getTime() + milliseconds), ring);
  }
}

function isAnswers(opened: Answers<object> | object): opened is Answers<object> {
  return 'tell' in opened && typeof opened.tell === 'function';
}
