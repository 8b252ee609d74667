/*
 * Answers as text, spliced from the texts that subgraphs answered: no objects are made of what is only passed on. For plain
 * plans and plain answers, which are nearly all; at the first thing that is otherwise (an error, a null where none may be,
 * fields in another order) the attempt ends, and the rules of fetch.ts, merge.ts and shape.ts decide over the same answers.
 */
import type { FetchNode, PlanNode } from '@apollo/query-planner';
import { compileRequest, type FetchRequest, type FetchResult, type Run } from './fetch.ts';
import { INCOMPLETE, Layout, type ObjectReader, type Reading, type Spliced } from './layout.ts';
import type { Data } from './merge.ts';
import { type Place, type PlacedFetch, type PlaceSource, type Places, placesOf, Uncommon } from './places.ts';
import type { PlainKey } from './representations.ts';
import { NOWHERE } from './scan.ts';

/** After so many attempts in a row that came to nothing, as many documents are not tried; it doubles up to this. */
const LONGEST_REST = 1_024;

/** What was asked in an attempt, so that nobody asks it again. */
export interface Asked {
  readonly subgraph: string;
  readonly request: FetchRequest;
  readonly answer: Promise<FetchResult>;
}

/** Asks, but for what has been asked before: of that each answer is given once. */
export function answeredFrom(asked: Asked[], ask: Run['ask']): Run['ask'] {
  return (subgraph, request) => {
    const text = request.encode();
    const index = asked.findIndex((one) => one.subgraph === subgraph && one.request.encode() === text);
    const [known] = index < 0 ? [] : asked.splice(index, 1);
    return known?.answer ?? ask(subgraph, request);
  };
}

/** @returns undefined where the plan or the operation is not as plain as most are. */
export function compileSplice(plan: PlanNode | undefined, source: PlaceSource): Splice | undefined {
  if (!plan) return undefined;
  try {
    return new Splice(plan, placesOf(plan, source));
  } catch (error) {
    if (error instanceof Uncommon) return undefined;
    throw error;
  }
}

export class Splice {
  readonly #root: Place;
  readonly #hubs: number;
  readonly #layout: Layout;
  readonly #write: (root: Spliced) => string;
  readonly #work: Work;
  readonly #only: ObjectReader | undefined;
  #rest = 0;
  #nextRest = 1;

  constructor(plan: PlanNode, { root, fetches, hubs }: Places) {
    this.#root = root;
    this.#hubs = hubs;
    this.#layout = new Layout(fetches);
    this.#write = this.#layout.writer(root);
    this.#work = compileWork(plan, fetches, this.#layout);
    this.#only = plan.kind === 'Fetch' ? this.#layout.reader(plan) : undefined;
  }

  /** Whether it is worth an attempt: where nothing came of the last ones, hardly ever. */
  isWorthIt(): boolean {
    if (this.#rest === 0) return true;
    this.#rest--;
    return false;
  }

  /** Answers with the answer to the only fetch. @returns the text of the result, or undefined. */
  whole(text: string): string | undefined {
    const attempt = this.#attempt();
    if (this.#only && readData(attempt, text, attempt.root, this.#only)) return this.#written(attempt);
    return this.#failed();
  }

  /** Runs the plan. @param asked is told of all that was asked. @returns the text of the result, or undefined. */
  async run(run: Pick<Run, 'variables' | 'ask'>, asked: Asked[]): Promise<string | undefined> {
    const attempt = this.#attempt();
    await this.#work({ attempt, run, asked });
    return attempt.isOver ? this.#failed() : this.#written(attempt);
  }

  #attempt(): Attempt {
    const hubs: Spliced[][] = [];
    for (let hub = 0; hub < this.#hubs; hub++) hubs.push([]);
    return { text: '', value: undefined, hubs, root: this.#layout.object(this.#root), isOver: false };
  }

  #written({ root }: Attempt): string | undefined {
    try {
      const text = `{"data":${this.#write(root)}}`;
      this.#nextRest = 1;
      return text;
    } catch (error) {
      if (error === INCOMPLETE) return this.#failed();
      throw error;
    }
  }

  #failed(): undefined {
    this.#rest = this.#nextRest;
    this.#nextRest = Math.min(this.#nextRest * 2, LONGEST_REST);
  }
}

interface Attempt extends Reading {
  readonly root: Spliced;
  /** Whether nothing can come of it any more. */
  isOver: boolean;
}

interface Working {
  readonly attempt: Attempt;
  readonly run: Pick<Run, 'variables' | 'ask'>;
  readonly asked: Asked[];
}

type Work = (working: Working) => Promise<void> | undefined;

function compileWork(node: PlanNode, fetches: ReadonlyMap<FetchNode, PlacedFetch>, layout: Layout): Work {
  switch (node.kind) {
    case 'Sequence': {
      const steps = node.nodes.map((child) => compileWork(child, fetches, layout));
      return async (working) => {
        for (const step of steps) {
          const done = step(working);
          if (done) await done;
          if (working.attempt.isOver) return;
        }
      };
    }
    case 'Parallel': {
      const steps = node.nodes.map((child) => compileWork(child, fetches, layout));
      return async (working) => {
        await Promise.all(steps.map((step) => step(working)));
      };
    }
    case 'Flatten':
      return compileWork(node.node, fetches, layout);
    case 'Fetch':
      return compileFetch(fetches.get(node) as PlacedFetch, layout.reader(node));
    default:
      throw new Uncommon();
  }
}

function compileFetch({ node, key, place }: PlacedFetch, reader: ObjectReader): Work {
  const request = compileRequest(node);
  if (!key) {
    return (working) =>
      ask(working, node.serviceName, request(working.run), (text) =>
        readData(working.attempt, text, working.attempt.root, reader),
      );
  }
  const represent = representing(key, place);
  return (working) => {
    const { attempt } = working;
    const { sent, owners } = represent(attempt.hubs[place.hub] ?? []);
    if (sent.length === 0) return undefined;
    return ask(working, node.serviceName, request(working.run, sent), (text) =>
      readEntities(attempt, text, owners, reader),
    );
  };
}

async function ask(
  { attempt, run, asked }: Working,
  subgraph: string,
  request: FetchRequest,
  read: (text: string) => boolean,
): Promise<void> {
  try {
    const answer = run.ask(subgraph, request);
    asked.push({ subgraph, request, answer });
    const { text } = await answer;
    if (text === undefined || attempt.isOver || !read(text)) attempt.isOver = true;
  } catch {
    attempt.isOver = true;
  }
}

interface Representations {
  readonly sent: Data[];
  readonly owners: Spliced[][];
}

/** As fetch.ts represents entities with a plain key. */
function representing(
  { typename, key, isKeyFirst }: PlainKey,
  { keys }: Place,
): (targets: readonly Spliced[]) => Representations {
  const at = keys.indexOf(key);
  return (targets) => {
    const sent: Data[] = [];
    const owners: Spliced[][] = [];
    const slots = new Map<string, Spliced[]>();
    for (const target of targets) {
      const quoted = target.keys[at] as string;
      const known = slots.get(quoted);
      if (known) {
        known.push(target);
        continue;
      }
      const own = [target];
      slots.set(quoted, own);
      owners.push(own);
      const id = quoted.slice(1, -1);
      sent.push(isKeyFirst ? { [key]: id, __typename: typename } : { __typename: typename, [key]: id });
    }
    return { sent, owners };
  };
}

const DATA = '{"data":';
const ENTITIES = '{"data":{"_entities":[';

function readData(attempt: Attempt, text: string, into: Spliced, { read }: ObjectReader): boolean {
  if (!text.startsWith(DATA)) return false;
  attempt.text = text;
  const end = read(attempt, DATA.length, into);
  return end !== NOWHERE && endsWith(text, '}', end);
}

/** Each entity is read for the first who owns it; others are given the same pieces. */
function readEntities(
  attempt: Attempt,
  text: string,
  owners: readonly (readonly Spliced[])[],
  { read, pieces, keys }: ObjectReader,
): boolean {
  if (!text.startsWith(ENTITIES)) return false;
  attempt.text = text;
  let end = ENTITIES.length;
  for (let slot = 0; slot < owners.length; slot++) {
    if (slot > 0 && text[end++] !== ',') return false;
    const [first, ...others] = owners[slot] as readonly [Spliced, ...Spliced[]];
    end = read(attempt, end, first);
    if (end === NOWHERE) return false;
    for (const other of others) {
      for (const piece of pieces) other.pieces[piece] = first.pieces[piece];
      for (const key of keys) other.keys[key] = first.keys[key] as string;
    }
  }
  return endsWith(text, ']}}', end);
}

/** Whether nothing follows but this, and blanks. */
function endsWith(text: string, closing: string, at: number): boolean {
  if (!text.startsWith(closing, at)) return false;
  const end = at + closing.length;
  return end === text.length || text.slice(end).trim() === '';
}
