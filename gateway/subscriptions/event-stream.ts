/*
 * One operation as server-sent events, graphql-sse's mode of distinct connections: its results, then `complete`, on the
 * response to the request that asked. Shares broadcasts, accounts and the way out with the sockets. A client leaves by
 * closing the connection; one that does not read is cut off.
 */
import type { ServerResponse } from 'node:http';
import { textOf } from '../executor/text-result.ts';
import type { Account } from './accounts.ts';
import type { Answers, Reader } from './answers.ts';
import type { Listener, Place } from './broadcast.ts';
import { type ConnectionHost, type Endable, isAnswers } from './connection.ts';
import type { Begun, Channel, Errors } from './engine.ts';
import { COMPLETE_EVENT, KEEP_ALIVE, nextEvent, retryField, type Telling } from './frames.ts';
import type { OperationMessage } from './messages.ts';
import { Outlet } from './outlet.ts';

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  // Proxies that collect answers would collect for ever.
  'x-accel-buffering': 'no',
};

export class EventStream<Session> extends Outlet implements Channel, Listener, Reader<object>, Endable {
  readonly #host: ConnectionHost<Session>;
  readonly #response: ServerResponse;
  readonly #session: Session;
  #account: Account | undefined;
  #answers: Answers<object> | undefined;
  #place: Place | undefined;
  #isSubscription = false;
  #isOver = false;

  /** @param admit makes the session, which ends with the stream. */
  constructor(host: ConnectionHost<Session>, response: ServerResponse, admit: (stream: Channel) => Session) {
    super(response, host);
    this.#host = host;
    this.#response = response;
    this.#session = admit(this);
    response.on('close', () => this.closed());
    response.on('error', () => {});
  }

  /** Answers the request with the results of `operation`, or with status 429. */
  begin(operation: OperationMessage): void {
    const { engine, accounts } = this.#host;
    this.#account = accounts.enter(engine.accountOf(this.#session));
    if (!this.#account) {
      this.#refuse(engine.answers.tooManyChannels);
      return;
    }
    this.#response.writeHead(200, HEADERS);
    this.sendBytes(KEEP_ALIVE);
    const begun = engine.begin(this.#session, operation);
    if (!(begun instanceof Promise)) {
      this.#begin(begun);
      return;
    }
    begun.then(
      (later) => {
        if (this.#isOver) return;
        // What another engine has begun meanwhile is not run by it any more.
        const isOutdated = 'open' in later && engine !== this.#host.engine;
        this.#begin(isOutdated ? { errors: engine.answers.schemaReload } : later);
      },
      (error) => this.#broken(error),
    );
  }

  #begin(begun: Begun): void {
    const { answers } = this.#host.engine;
    if ('result' in begun) this.#settle(begun.result);
    else if ('errors' in begun) this.fail(begun.errors);
    else if (this.#account?.subscribe()) this.#subscribe(begun);
    else this.fail(answers.tooManySubscriptions);
  }

  #subscribe({ shareKey, open }: Extract<Begun, { open: unknown }>): void {
    this.#isSubscription = true;
    if (shareKey === undefined) this.#settle(open());
    else this.#place = this.#host.broadcasts.join(shareKey, open, this);
  }

  #refuse(errors: Errors): void {
    this.#isOver = true;
    const headers = { 'content-type': 'application/json; charset=utf-8', 'retry-after': '60' };
    this.#response.writeHead(429, headers).end(JSON.stringify({ errors }));
  }

  async #settle(opening: Promise<Answers<object> | object>): Promise<void> {
    try {
      const answers = await opening;
      if (!isAnswers(answers)) {
        this.told(answers);
        this.complete();
        return;
      }
      this.#answers = answers;
      if (this.#isOver) await answers.return();
      else answers.tell(this);
    } catch (error) {
      this.#broken(error);
    }
  }

  #broken(error: unknown): void {
    const { engine } = this.#host;
    engine.report(error);
    this.fail(engine.answers.internal);
  }

  /** The subscriptions under way. */
  get subscriptions(): Endable[] {
    return this.#isSubscription && !this.#isOver ? [this] : [];
  }

  told(answer: object): boolean {
    if (this.#isOver) return false;
    this.sendBytes(nextEvent(textOf(answer)));
    return !this.isFull;
  }

  ended(): void {
    this.complete();
  }

  next({ event }: Telling): void {
    if (!this.#isOver) this.sendBytes(event);
  }

  complete(): void {
    if (this.#isOver) return;
    this.sendBytes(COMPLETE_EVENT);
    this.#end();
  }

  fellBehind(): void {
    this.fail(this.#host.engine.answers.fellBehind);
  }

  fail(errors: Errors): void {
    this.told({ errors });
    this.complete();
  }

  /** Says why, and ends. */
  close(_code: number, _reason: string, errors: Errors): void {
    this.fail(errors);
  }

  /** Ends without `complete`, so that the client comes back, then. */
  sendAway(retryMilliseconds: number): void {
    if (this.#isOver) return;
    this.sendBytes(retryField(retryMilliseconds));
    this.#end();
  }

  /** To be called now and then: keeps the connection alive. */
  beat(): void {
    if (!this.#isOver && !this.isFull) this.sendBytes(KEEP_ALIVE);
  }

  /** Ends the response after what is left to be written. */
  #end(): void {
    this.flush();
    this.#leave();
    if (!this.isFull) this.#response.end();
  }

  #leave(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#place?.leave();
    this.#answers?.return().catch((error) => this.#host.engine.report(error));
  }

  /** The connection is gone. */
  closed(): void {
    this.#leave();
    this.release();
    if (this.#isSubscription) this.#account?.unsubscribe();
    this.#account?.leave();
    this.#account = undefined;
    this.#host.engine.left(this.#session);
  }

  protected get isOpen(): boolean {
    return !this.#response.writableEnded && !this.#response.destroyed;
  }

  protected filled(): void {}

  protected drained(): void {
    if (this.#isOver) {
      this.#response.end();
      return;
    }
    this.#place?.catchUp();
    this.#answers?.resume();
  }

  protected stalled(): void {
    this.#response.destroy();
  }
}
