/*
 * A result that is still the text it came as, or will go as. Who needs no more than the text never pays for its objects;
 * whoever looks into it gets them, parsed then.
 */
import type { ExecutionResult, GraphQLError } from 'graphql';

type Parsed = { readonly data?: Record<string, unknown> | null; readonly errors?: readonly GraphQLError[] };

export class TextResult implements ExecutionResult {
  /** The whole as JSON text. */
  readonly text: string;
  readonly #hasNoErrors: boolean;
  #parsed: Parsed | undefined;

  /** @param hasNoErrors where that is known; else it is looked for. */
  constructor(text: string, hasNoErrors = false) {
    this.text = text;
    this.#hasNoErrors = hasNoErrors;
  }

  /** @throws SyntaxError where the text is no JSON. */
  get data(): Parsed['data'] {
    return this.#whole().data;
  }

  get errors(): Parsed['errors'] {
    return this.#hasNoErrors || !this.text.includes('"errors"') ? undefined : this.#whole().errors;
  }

  toJSON(): unknown {
    return this.#whole();
  }

  #whole(): Parsed {
    this.#parsed ??= JSON.parse(this.text) as Parsed;
    return this.#parsed;
  }
}

/** A result as JSON text. */
export function textOf(result: object): string {
  return result instanceof TextResult ? result.text : JSON.stringify(result);
}
