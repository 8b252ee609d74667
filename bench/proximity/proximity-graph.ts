/*
 * A peer: the proximity graph that the client's architects drew. Each person is linked to some near ones of the same
 * side, in different directions, and to a few anywhere (Kleinberg's small world, 2000; near links chosen as in HNSW,
 * Malkov and Yashunin, 2018). Who moves is linked anew; a search walks along links to whatever is nearer. It begins
 * where the person's last one ended, the best that there is, and is greedy or keeps a beam of the nearest. What it does
 * not reach it does not find.
 */
import {
  type Contender,
  LEAVING_METERS,
  metersOf,
  OUTLOOK_METERS,
  REACH_METERS,
  squaredChord,
  writeVector,
} from './contender.ts';
import { type Moves, mulberry32, type Scale } from './people.ts';

const ENTERS = squaredChord(REACH_METERS);
const LEAVES = squaredChord(LEAVING_METERS);
/** Links of a person at most, and how many a search of a moving person adds. */
const MOST_LINKS = 16;
const NEW_LINKS = 8;
/** Links to people anywhere, which lead a walk that begins far away. */
const FAR_LINKS = 4;
/** So many of the nearest are kept while walking to where somebody is to be linked. */
const LINKING_BEAM = 16;
const NONE = -1;

/** What a walk has found, the nearest first. */
interface Walk {
  readonly nodes: number[];
  readonly squares: number[];
  /** Whether its neighbours have been looked at. */
  readonly done: boolean[];
}

interface Walking {
  /** So many of the nearest are kept; 1 is the greedy walk. */
  readonly beam: number;
  /** Squared chord within which all are kept. */
  readonly radius2: number;
  readonly except?: number;
}

/** The graph of one side. */
class Graph {
  readonly vectors: Float64Array;
  /** MOST_LINKS a node; links go both ways. */
  readonly #links: Int32Array;
  readonly #degrees: Uint8Array;
  /** FAR_LINKS a node, one way. */
  readonly #farLinks: Int32Array;
  /** Nodes in the order in which they came. */
  readonly #placed: Int32Array;
  #placedCount = 0;
  readonly #random = mulberry32(7);
  /** The last walk that saw a node. */
  readonly #seen: Int32Array;
  #walk = 0;
  readonly #walked: Walk = { nodes: [], squares: [], done: [] };

  constructor(size: number) {
    this.vectors = new Float64Array(3 * size);
    this.#links = new Int32Array(MOST_LINKS * size);
    this.#degrees = new Uint8Array(size);
    this.#farLinks = new Int32Array(FAR_LINKS * size).fill(NONE);
    this.#placed = new Int32Array(size);
    this.#seen = new Int32Array(size);
  }

  get byteLength(): number {
    const arrays = [this.vectors, this.#links, this.#farLinks, this.#placed, this.#degrees, this.#seen];
    return arrays.reduce((sum, { byteLength }) => sum + byteLength, 0);
  }

  /** Where walks begin that know of no better place; NONE while there is nobody. */
  get anywhere(): number {
    return this.#placedCount === 0 ? NONE : (this.#placed[Math.floor(this.#random() * this.#placedCount)] as number);
  }

  /** Puts a node somewhere and links it to nodes there. */
  place(node: number, vectors: Float64Array, at: number): void {
    const start = this.#degrees[node] === 0 ? this.anywhere : (this.#links[MOST_LINKS * node] as number);
    const { nodes, squares } = this.walk(start, vectors, at, { beam: LINKING_BEAM, radius2: 0, except: node });
    if (this.#farLinks[FAR_LINKS * node] === NONE) this.#linkAnywhere(node);
    this.#unlink(node);
    this.vectors.set(vectors.subarray(at, at + 3), 3 * node);
    let added = 0;
    for (let index = 0; index < nodes.length && added < NEW_LINKS; index++) {
      const near = nodes[index] as number;
      if (!this.#isOwnDirection(node, near, squares[index] as number)) continue;
      this.#link(node, near);
      added++;
    }
  }

  /**
   * Walks from a node towards a place, until none of the `beam` nearest has a nearer neighbour; and goes on among those
   * within `radius2` for as long as there are any.
   * @returns all of those, and at least the nearest `beam`. Overwritten by the next walk.
   */
  walk(start: number, vectors: Float64Array, at: number, { beam, radius2, except = NONE }: Walking): Walk {
    const { nodes, squares, done } = this.#walked;
    nodes.length = 0;
    squares.length = 0;
    done.length = 0;
    this.#walk++;
    if (except !== NONE) this.#seen[except] = this.#walk;
    if (start === NONE || start === except) return this.#walked;
    this.#seen[start] = this.#walk;
    nodes.push(start);
    squares.push(this.distance2(start, vectors, at));
    done[0] = false;
    for (let next = 0; next < nodes.length; ) {
      if (done[next]) {
        next++;
        continue;
      }
      done[next] = true;
      const from = nodes[next] as number;
      const degree = this.#degrees[from] as number;
      let nearest = next + 1;
      for (let link = 0; link < degree + FAR_LINKS; link++) {
        const node = (
          link < degree ? this.#links[MOST_LINKS * from + link] : this.#farLinks[FAR_LINKS * from + link - degree]
        ) as number;
        if (node === NONE || this.#seen[node] === this.#walk) continue;
        this.#seen[node] = this.#walk;
        const squared = this.distance2(node, vectors, at);
        const farthest = squares[nodes.length - 1] as number;
        if (nodes.length >= beam && squared > radius2 && squared >= farthest) continue;
        nearest = Math.min(nearest, this.#insert(node, squared));
        if (nodes.length <= beam || (squares[nodes.length - 1] as number) <= radius2) continue;
        nodes.pop();
        squares.pop();
        done.pop();
      }
      next = nearest;
    }
    return this.#walked;
  }

  distance2(node: number, vectors: Float64Array, at: number): number {
    const mine = this.vectors;
    return (
      ((mine[3 * node] as number) - (vectors[at] as number)) ** 2 +
      ((mine[3 * node + 1] as number) - (vectors[at + 1] as number)) ** 2 +
      ((mine[3 * node + 2] as number) - (vectors[at + 2] as number)) ** 2
    );
  }

  #linkAnywhere(node: number): void {
    for (let link = 0; link < FAR_LINKS; link++) this.#farLinks[FAR_LINKS * node + link] = this.anywhere;
    this.#placed[this.#placedCount++] = node;
  }

  /** Keeps the order of distances. @returns where it stands. */
  #insert(node: number, squared: number): number {
    const { nodes, squares, done } = this.#walked;
    let place = nodes.length;
    for (; place > 0 && (squares[place - 1] as number) > squared; place--) {
      nodes[place] = nodes[place - 1] as number;
      squares[place] = squares[place - 1] as number;
      done[place] = done[place - 1] as boolean;
    }
    nodes[place] = node;
    squares[place] = squared;
    done[place] = false;
    return place;
  }

  /** Whether `near` is nearer to the node than to all that the node is linked to: it leads into a direction of its own. */
  #isOwnDirection(node: number, near: number, squared: number): boolean {
    for (let link = 0; link < (this.#degrees[node] as number); link++) {
      const linked = this.#links[MOST_LINKS * node + link] as number;
      if (this.distance2(near, this.vectors, 3 * linked) < squared) return false;
    }
    return true;
  }

  #link(node: number, other: number): void {
    this.#addLink(node, other);
    this.#addLink(other, node);
  }

  /** A node that is full lets go of the farthest that has other links. */
  #addLink(node: number, other: number): void {
    const degree = this.#degrees[node] as number;
    const base = MOST_LINKS * node;
    if (degree < MOST_LINKS) {
      this.#links[base + degree] = other;
      this.#degrees[node] = degree + 1;
      return;
    }
    let farthest = 0;
    let most = -1;
    for (let link = 0; link < degree; link++) {
      const linked = this.#links[base + link] as number;
      const squared = this.distance2(linked, this.vectors, 3 * node);
      if (squared <= most || (this.#degrees[linked] as number) < 3) continue;
      most = squared;
      farthest = link;
    }
    this.#dropLink(this.#links[base + farthest] as number, node);
    this.#links[base + farthest] = other;
  }

  #dropLink(node: number, other: number): void {
    const base = MOST_LINKS * node;
    const last = (this.#degrees[node] as number) - 1;
    for (let link = 0; link <= last; link++) {
      if (this.#links[base + link] !== other) continue;
      this.#links[base + link] = this.#links[base + last] as number;
      this.#degrees[node] = last;
      return;
    }
  }

  /** Those that a node linked are linked with each other in a row, or the graph would fall apart. */
  #unlink(node: number): void {
    const base = MOST_LINKS * node;
    const linked = this.#links.slice(base, base + (this.#degrees[node] as number));
    this.#degrees[node] = 0;
    for (const other of linked) this.#dropLink(other, node);
    for (let index = 1; index < linked.length; index++) {
      const [one, other] = [linked[index - 1] as number, linked[index] as number];
      if (!this.#isLinked(one, other)) this.#link(one, other);
    }
  }

  #isLinked(node: number, other: number): boolean {
    for (let link = 0; link < (this.#degrees[node] as number); link++) {
      if (this.#links[MOST_LINKS * node + link] === other) return true;
    }
    return false;
  }
}

export class ProximityGraph implements Contender {
  changes = 0;
  readonly #officers: Graph;
  readonly #citizens: Graph;
  /** Person -> where the last walk among the others ended. */
  readonly #officerHints: Int32Array;
  readonly #citizenHints: Int32Array;
  readonly #nearOfficer: (Set<number> | undefined)[];
  readonly #nearCitizen: (Set<number> | undefined)[];
  readonly #vector = new Float64Array(3);

  readonly #beam: number;

  /** @param beam of those who look for somebody; 1 is the greedy walk. */
  constructor({ officers, citizens }: Scale, beam: number) {
    this.#beam = beam;
    this.#officers = new Graph(officers);
    this.#citizens = new Graph(citizens);
    this.#officerHints = new Int32Array(officers).fill(NONE);
    this.#citizenHints = new Int32Array(citizens).fill(NONE);
    this.#nearOfficer = new Array(officers).fill(undefined);
    this.#nearCitizen = new Array(citizens).fill(undefined);
  }

  apply({ who, latitudes, longitudes }: Moves, from: number, to: number, outlooks?: Float64Array): void {
    this.changes = 0;
    for (let index = from; index < to; index++) {
      const person = who[index] as number;
      writeVector(this.#vector, 0, latitudes[index] as number, longitudes[index] as number);
      if (person >= 0) this.#moveOfficer(person);
      else if (outlooks) outlooks[index] = this.#moveCitizen(~person);
      else this.#moveCitizen(~person);
    }
  }

  *pairs(): Generator<readonly [number, number]> {
    for (let officer = 0; officer < this.#nearOfficer.length; officer++) {
      for (const citizen of this.#nearOfficer[officer] ?? []) yield [officer, citizen];
    }
  }

  #moveOfficer(officer: number): void {
    this.#officers.place(officer, this.#vector, 0);
    this.#pair(officer, this.#citizens, this.#officerHints, this.#nearOfficer, this.#nearCitizen);
  }

  #moveCitizen(citizen: number): number {
    this.#citizens.place(citizen, this.#vector, 0);
    const nearest = this.#pair(citizen, this.#officers, this.#citizenHints, this.#nearCitizen, this.#nearOfficer);
    if ((this.#nearCitizen[citizen]?.size ?? 0) > 0) return 0;
    return Math.max(0, Math.min(metersOf(nearest), REACH_METERS + OUTLOOK_METERS) - REACH_METERS);
  }

  /** @returns the squared chord to the nearest of the others that the walk reached. */
  #pair(
    person: number,
    others: Graph,
    hints: Int32Array,
    near: (Set<number> | undefined)[],
    nearOthers: (Set<number> | undefined)[],
  ): number {
    for (const other of near[person] ?? []) {
      if (others.distance2(other, this.#vector, 0) <= LEAVES) continue;
      near[person]?.delete(other);
      nearOthers[other]?.delete(person);
      this.changes++;
    }
    const hint = hints[person] as number;
    const { nodes, squares } = others.walk(hint === NONE ? others.anywhere : hint, this.#vector, 0, {
      beam: this.#beam,
      radius2: ENTERS,
    });
    hints[person] = nodes[0] ?? NONE;
    for (let index = 0; index < nodes.length && (squares[index] as number) <= ENTERS; index++) {
      const other = nodes[index] as number;
      const mine = setOf(near, person);
      if (mine.has(other)) continue;
      mine.add(other);
      setOf(nearOthers, other).add(person);
      this.changes++;
    }
    return squares[0] ?? 4;
  }
}

function setOf(sets: (Set<number> | undefined)[], at: number): Set<number> {
  const found = sets[at];
  if (found) return found;
  const made = new Set<number>();
  sets[at] = made;
  return made;
}
