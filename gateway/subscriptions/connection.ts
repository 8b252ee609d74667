/*
 * One socket that speaks graphql-transport-ws: who it belongs to, its operations, what goes out. Nothing waits here for a
 * slow client: while too much is unread (outlet.ts) its subscriptions are not pulled and its messages not taken. Frames are
 * written to the stream under `ws`, which only reads and closes here.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket } from 'ws';
import { textOf } from '../executor/text-result.ts';
import type { Account, Accounts } from './accounts.ts';
import type { Answers, Reader } from './answers.ts';
import type { Broadcasts, Listener, Place } from './broadcast.ts';
import type { Begun, Channel, Engine, Errors, Limits } from './engine.ts';
import {
  ACKNOWLEDGE,
  completeMessage,
  errorMessage,
  frame,
  frameForOne,
  nextMessage,
  PING_FRAME,
  type Telling,
  tailOf,
} from './frames.ts';
import { type ClientMessage, CloseCode, type OperationMessage, readMessage } from './messages.ts';
import { Outlet, type OutletHost } from './outlet.ts';

/** RFC 6455: a control frame has 125 bytes, two of them the code. */
const REASON_BYTES = 123;

/** What the connections of one server have in common. */
export interface ConnectionHost<Session> extends OutletHost {
  /** The one that serves now. */
  readonly engine: Engine<Session>;
  readonly limits: Limits;
  /** Of this engine. */
  readonly broadcasts: Broadcasts;
  readonly accounts: Accounts;
}

/** A subscription that can be ended from without. */
export interface Endable {
  /** Ends it with errors, unless it has ended. */
  fail(errors: Errors): void;
}

/** An operation under way. */
class Operation<Session> implements Listener, Reader<object>, Endable {
  readonly id: string;
  readonly tail: string;
  answers: Answers<object> | undefined = undefined;
  place: Place | undefined = undefined;
  isSubscription = false;
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

  next({ beginning }: Telling): void {
    this.#connection.sendFrame(frameForOne(beginning, this.tail));
  }

  complete(): void {
    this.#connection.complete(this);
  }

  fellBehind(): void {
    this.#connection.fellBehind(this);
  }

  fail(errors: Errors): void {
    this.#connection.fail(this, errors);
  }
}

type Phase = 'opened' | 'initialising' | 'ready' | 'closed';

export class Connection<Session> extends Outlet implements Channel {
  /** Whether anything was heard since the last heartbeat. */
  isHeard = true;
  readonly #host: ConnectionHost<Session>;
  readonly #socket: WebSocket;
  readonly #stream: Duplex;
  #phase: Phase = 'opened';
  #session: Session | undefined;
  #account: Account | undefined;
  #operations: Map<string, Operation<Session>> | undefined;
  /** The upgrade; until somebody is admitted. */
  #request: IncomingMessage | undefined;

  constructor(host: ConnectionHost<Session>, socket: WebSocket, stream: Duplex, request: IncomingMessage) {
    super(stream, host);
    this.#host = host;
    this.#request = request;
    this.#socket = socket;
    this.#stream = stream;
    this.setDeadline(host.limits.initialisationMilliseconds, () =>
      this.close(CloseCode.INITIALISATION_TIMEOUT, 'Connection initialisation timeout'),
    );
  }

  /** The subscriptions under way. */
  get subscriptions(): Endable[] {
    return [...(this.#operations?.values() ?? [])].filter(({ isSubscription }) => isSubscription);
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
    this.release();
    const { engine, accounts } = this.#host;
    try {
      const request = this.#request as IncomingMessage;
      this.#request = undefined;
      const session = await engine.admit(parameters, this, request);
      // The phase may have changed meanwhile.
      if ((this.#phase as Phase) === 'closed') {
        engine.left(session);
        return;
      }
      this.#session = session;
      this.#account = accounts.enter(engine.accountOf(session));
      if (!this.#account) {
        this.close(CloseCode.TOO_MANY_REQUESTS, 'Too many sockets of this account');
        return;
      }
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
    const { engine, limits } = this.#host;
    const operation = new Operation(this, id);
    if (this.#operations.size >= limits.operationsPerSocket) {
      this.#sendErrors(operation, engine.answers.tooManyOperations);
      return;
    }
    this.#operations.set(id, operation);
    const begun = engine.begin(this.#session as Session, payload);
    if (!(begun instanceof Promise)) {
      this.#begin(operation, begun);
      return;
    }
    begun.then(
      (later) => {
        if (operation.isOver) return;
        // What another engine has begun meanwhile is not run by it any more.
        const isOutdated = 'open' in later && engine !== this.#host.engine;
        this.#begin(operation, isOutdated ? { errors: engine.answers.schemaReload } : later);
      },
      (error) => this.#broken(error),
    );
  }

  #begin(operation: Operation<Session>, begun: Begun): void {
    if ('errors' in begun) {
      this.fail(operation, begun.errors);
    } else if ('result' in begun) {
      this.#answer(operation, begun.result);
    } else if (!this.#account?.subscribe()) {
      this.fail(operation, this.#host.engine.answers.tooManySubscriptions);
    } else {
      operation.isSubscription = true;
      const { shareKey, open } = begun;
      if (shareKey === undefined) this.#open(operation, open());
      else operation.place = this.#host.broadcasts.join(shareKey, open, operation);
    }
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
      this.#send(nextMessage(textOf(answer), operation.tail));
    } catch (error) {
      this.#broken(error);
    }
  }

  /** Ends an operation that has told everything. */
  complete(operation: Operation<Session>): void {
    if (operation.isOver) return;
    this.#operations?.delete(operation.id);
    this.#over(operation);
    this.#send(completeMessage(operation.tail));
  }

  /** Ends an operation whose listener has missed events. */
  fellBehind(operation: Operation<Session>): void {
    this.fail(operation, this.#host.engine.answers.fellBehind);
  }

  /** Ends an operation with errors, unless it has ended. */
  fail(operation: Operation<Session>, errors: Errors): void {
    if (operation.isOver) return;
    this.#release(operation.id);
    this.#sendErrors(operation, errors);
  }

  #sendErrors({ tail }: Operation<Session>, errors: Errors): void {
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
    this.#over(operation);
    operation.place?.leave();
    operation.answers?.return().catch((error) => this.#host.engine.report(error));
  }

  #over(operation: Operation<Session>): void {
    if (!operation.isOver && operation.isSubscription) this.#account?.unsubscribe();
    operation.isOver = true;
  }

  #broken(error: unknown): void {
    this.#host.engine.report(error);
    this.close(CloseCode.INTERNAL, 'Internal server error');
  }

  #send(text: string): void {
    this.sendBytes(frame(text));
  }

  /** Sends a frame at the end of this tick, with all others of it. */
  sendFrame(bytes: Buffer): void {
    this.sendBytes(bytes);
  }

  protected get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  protected filled(): void {
    this.#socket.pause();
  }

  protected drained(): void {
    this.#socket.resume();
    for (const { place, answers } of this.#operations?.values() ?? []) {
      place?.catchUp();
      answers?.resume();
    }
  }

  protected stalled(): void {
    this.close(CloseCode.TRY_AGAIN_LATER, 'What was sent is not read');
  }

  /** To be called now and then. Asks for a sign of life; without one since the last time the socket is destroyed. */
  beat(): void {
    // Who has not begun, or does not read what is sent, has a deadline already.
    if (this.#phase !== 'ready' || this.isFull) return;
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
    this.release();
    this.#socket.resume();
    const operations = this.#operations;
    this.#operations = undefined;
    for (const operation of operations?.values() ?? []) this.#end(operation);
    this.#account?.leave();
    this.#account = undefined;
    if (this.#session !== undefined) this.#host.engine.left(this.#session);
    this.#session = undefined;
  }
}

/** Whether a subscription was opened, and not refused. */
export function isAnswers(opened: Answers<object> | object): opened is Answers<object> {
  return 'tell' in opened && typeof opened.tell === 'function';
}
