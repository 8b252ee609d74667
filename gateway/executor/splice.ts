/*
 * Answers as text, spliced from the texts that subgraphs answered: no objects are made of what is only passed on. For plain
 * plans and plain answers, which are nearly all; at the first thing that is otherwise (an error, a null where none may be,
 * fields in another order) the attempt ends, and the rules of fetch.ts, merge.ts and shape.ts decide over the same answers.
 */
import type { FetchNode, PlanNode } from '@apollo/query-planner';
import { compileRequest, type FetchRequest, type FetchResult, type Run } from './fetch.ts';
import { INCOMPLETE, Layout, type ObjectReader, type Reading, type Spliced } from './layout.ts';
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
  readonly #write: (root: Spliced, into: string[]) => void;
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
    return { text: '', value: undefined, hubs, root: this.#layout.object(this.#root), represented: [], isOver: false };
  }

  #written({ root }: Attempt): string | undefined {
    try {
      const pieces = [DATA];
      this.#write(root, pieces);
      pieces.push('}');
      this.#nextRest = 1;
      return pieces.join('');
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

/** Entities that are sent on, each once. */
interface Representations {
  /** Of how many they are made, and how each begins. */
  readonly targets: number;
  readonly before: string;
  readonly text: string;
  /** For each of them, the objects that it stands for. */
  readonly owners: readonly (readonly Spliced[])[];
}

interface Attempt extends Reading {
  readonly root: Spliced;
  /** By hub: the last that were sent. */
  readonly represented: Representations[];
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
      return compileFetch(fetches.get(node) as PlacedFetch, layout);
    default:
      throw new Uncommon();
  }
}

function compileFetch({ node, key, place }: PlacedFetch, layout: Layout): Work {
  const reader = layout.reader(node);
  const request = compileRequest(node);
  if (!key) {
    return (working) =>
      ask(working, node.serviceName, request(working.run), (text) =>
        readData(working.attempt, text, working.attempt.root, reader),
      );
  }
  const represent = representing(key, layout.keyAt(place, key.key));
  return (working) => {
    const { attempt } = working;
    const { text: sent, owners } = represent(attempt, place.hub);
    if (owners.length === 0) return undefined;
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

/** As fetch.ts represents entities with a plain key; as text, which is all that most of them are needed for. */
function representing(key: PlainKey, keyAt: number): (attempt: Attempt, hub: number) => Representations {
  const typename = `"__typename":"${key.typename}"`;
  const [before, after] = key.isKeyFirst ? [`{"${key.key}":`, `,${typename}}`] : [`{${typename},"${key.key}":`, '}'];
  return (attempt, hub) => {
    const targets = attempt.hubs[hub] as readonly Spliced[];
    const known = attempt.represented[hub];
    // Several fetches send the same entities on.
    if (known?.targets === targets.length && known.before === before) return known;
    const owners: Spliced[][] = [];
    const slots = new Map<string, Spliced[]>();
    let text = '';
    for (const target of targets) {
      const id = target[keyAt] as string;
      const owned = slots.get(id);
      if (owned) {
        owned.push(target);
        continue;
      }
      const own = [target];
      slots.set(id, own);
      text += owners.length === 0 ? before + id + after : `,${before}${id}${after}`;
      owners.push(own);
    }
    const represented = { targets: targets.length, before, text, owners };
    attempt.represented[hub] = represented;
    return represented;
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
  { read, sets }: ObjectReader,
): boolean {
  if (!text.startsWith(ENTITIES)) return false;
  attempt.text = text;
  let end = ENTITIES.length;
  for (let slot = 0; slot < owners.length; slot++) {
    if (slot > 0 && text[end++] !== ',') return false;
    const owned = owners[slot] as readonly Spliced[];
    const first = owned[0] as Spliced;
    end = read(attempt, end, first);
    if (end === NOWHERE) return false;
    for (let index = 1; index < owned.length; index++) {
      const other = owned[index] as Spliced;
      for (const place of sets) other[place] = first[place];
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
