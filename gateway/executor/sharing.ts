/*
 * Equal fetches under way, asked once. Nothing is kept after it has settled, and nobody joins what was asked before a
 * mutation ended or an event came: whoever has been told of a change never reads what was true before it.
 */
import type { FetchRequest, FetchResult } from './fetch.ts';
import { copy } from './merge.ts';
import { TextResult } from './text-result.ts';

interface Sharer {
  resolve(result: FetchResult): void;
  reject(error: unknown): void;
}

export class SharedFetches {
  readonly #underWay = new Map<string, Sharer[]>();

  /**
   * @param key for whom an answer may be the same; equal keys share.
   * @param fetch asks, at most once for all who ask the same by the same key until it has answered. When it fails, it
   * fails for all of them.
   * @returns an answer of the caller's own, to write into.
   */
  ask(
    key: string,
    subgraph: string,
    request: FetchRequest,
    fetch: (request: FetchRequest) => Promise<FetchResult>,
  ): Promise<FetchResult> {
    const text = request.encode();
    // Lengths keep apart what the parts would otherwise blur.
    const whole = `${subgraph.length}:${key.length}:${subgraph}${key}${text}`;
    const joined = this.#underWay.get(whole);
    if (joined) return new Promise((resolve, reject) => joined.push({ resolve, reject }));
    return new Promise((resolve, reject) => {
      const sharers: Sharer[] = [{ resolve, reject }];
      this.#underWay.set(whole, sharers);
      const settle = (tell: (sharer: Sharer, isLast: boolean) => void) => {
        if (this.#underWay.get(whole) === sharers) this.#underWay.delete(whole);
        sharers.forEach((sharer, index) => {
          tell(sharer, index === sharers.length - 1);
        });
        // A table that the Map has outgrown may hold this list longer than anybody; answers it then does not.
        sharers.length = 0;
      };
      start(fetch, { ...request, encode: () => text }).then(
        // All copies are made before anybody goes on: the first to do so writes into his.
        (result) => settle((sharer, isLast) => sharer.resolve(isLast ? result : another(result))),
        (error: unknown) => settle((sharer) => sharer.reject(error)),
      );
    });
  }

  /** From now on nobody joins what is under way. */
  seal(): void {
    this.#underWay.clear();
  }
}

/** Equal, and to write into. */
function another(result: FetchResult): FetchResult {
  return result.text === undefined ? { ...result, data: copy(result.data) } : new TextResult(result.text);
}

/** Throwing is rejecting. */
async function start(
  fetch: (request: FetchRequest) => Promise<FetchResult>,
  request: FetchRequest,
): Promise<FetchResult> {
  return fetch(request);
}
