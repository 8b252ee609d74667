/*
 * Subscriptions whose events the gateway reads itself, from where they are published, such as Redis: no subgraph holds a
 * socket for them. An event carries all that the subgraph would tell, or keys and a few fields with the rest fetched from
 * `_entities`, as the plan has it. Not for streams that begin with a present state: that is known to the subgraph alone.
 */
import {
  buildASTSchema,
  type DocumentNode,
  type ExecutionResult,
  execute,
  type FieldNode,
  type GraphQLObjectType,
  getArgumentValues,
  getOperationAST,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
  parse,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Source } from '../executor/executor.ts';
import type { FetchResult } from '../executor/fetch.ts';
import { type Answers, answerEvents, type Reader } from './answers.ts';

/** Where the events of a field are published, and what they are. */
export interface Publication<Context> {
  /** May throw: the subscription is refused then. Directives on the field are not looked at here. */
  channel(given: Readonly<Record<string, unknown>>, context: Context): string;
  /**
   * The value of the field, with `__typename` where its type is abstract; fields it has not are null. `undefined` leaves
   * the message out. The message itself where absent.
   */
  event?(message: never, context: Context): unknown;
}

export interface Published<Context> {
  /** Supergraph or subgraph: what the types of the fields look like. */
  readonly sdl: string;
  /** By field of Subscription. */
  readonly fields: Readonly<Record<string, Publication<Context>>>;
  /**
   * Listens to a channel; once it has resolved no message is missed. Fails where messages may have been lost. `return`
   * ends it at once.
   */
  readonly listen: (channel: string) => Promise<AsyncIterator<unknown>>;
  /** Opens all other fields. */
  readonly otherwise: Source<Context>;
}

/** Ten times what clients of one system ask for. */
const DOCUMENTS_KEPT = 1_000;

/** A source that reads `fields` from where they are published, and all others as before. */
export function publishedSource<Context>({ sdl, fields, listen, otherwise }: Published<Context>): Source<Context> {
  const schema = buildASTSchema(parse(sdl, { noLocation: true }), { assumeValid: true, assumeValidSDL: true });
  const types = schema.getSubscriptionType() as GraphQLObjectType;
  const kept = new LRUCache<string, Prepared>({ max: DOCUMENTS_KEPT });

  const prepare = (query: string): Prepared => {
    let prepared = kept.get(query);
    if (!prepared) {
      const document = parse(query, { noLocation: true });
      const definition = getOperationAST(document);
      if (!definition) throw new Error('A plan asks for one operation.');
      // Where it stands there plainly, as planners write it.
      const field = definition.selectionSet.selections.find((selection) => selection.kind === Kind.FIELD);
      prepared = { document, definition, field };
      kept.set(query, prepared);
    }
    return prepared;
  };

  return async (subgraph, request, context) => {
    const { document, definition, field } = prepare(request.query);
    const name = field?.name.value ?? '';
    const publication = Object.hasOwn(fields, name) ? fields[name] : undefined;
    const type = types.getFields()[name];
    if (!publication || !field || !type) return otherwise(subgraph, request, context);
    const { variables: variableValues } = request;
    const { coerced, errors } = getVariableValues(schema, definition.variableDefinitions ?? [], variableValues);
    if (errors?.[0]) throw errors[0];
    const messages = await listen(publication.channel(getArgumentValues(type, field, coerced), context));
    const answer = (message: unknown): FetchResult => {
      const event = publication.event ? publication.event(message as never, context) : message;
      if (event === undefined) return undefined as never;
      return execute({
        schema,
        document,
        variableValues,
        rootValue: { [name]: event },
      }) as ExecutionResult as FetchResult;
    };
    return new Events(answerEvents<unknown, FetchResult | Failure>(messages, answer, (error) => new Failure(error)));
  };
}

interface Prepared {
  readonly document: DocumentNode;
  readonly definition: OperationDefinitionNode;
  readonly field: FieldNode | undefined;
}

/** What ends a stream that fails, on its way through answers, which never fail. */
class Failure {
  readonly reason: unknown;

  constructor(reason: unknown) {
    this.reason = reason;
  }
}

/** Answers as events of a source, which fails where they end with a failure. Pulled or pushed. */
class Events implements AsyncIterableIterator<FetchResult> {
  readonly #answers: Answers<FetchResult | Failure>;

  constructor(answers: Answers<FetchResult | Failure>) {
    this.#answers = answers;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  tell(reader: Reader<FetchResult>): void {
    let hasFailed = false;
    this.#answers.tell({
      told(answer) {
        if (!(answer instanceof Failure)) return reader.told(answer);
        hasFailed = true;
        reader.ended(answer.reason);
        return false;
      },
      ended: () => hasFailed || reader.ended(),
    });
  }

  resume(): void {
    this.#answers.resume();
  }

  async next(): Promise<IteratorResult<FetchResult>> {
    const { done, value } = await this.#answers.next();
    if (value instanceof Failure) throw value.reason;
    return done ? { done, value: undefined } : { done: false, value };
  }

  async return(): Promise<IteratorResult<FetchResult>> {
    await this.#answers.return();
    return { done: true, value: undefined };
  }
}
