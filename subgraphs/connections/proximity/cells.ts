/*
 * Who is in which cell, and where there. The entries of a cell stand beside each other in one block, so that to look at
 * a cell is to read on in memory; a list of neighbours waited for a cache line a person. Blocks are of 1, 2, 4 ...
 * entries and are found by an open-addressing table. Own typed arrays and not a Map of Sets: the bench `proximity`
 * compares them.
 */
export const NONE = -1;
const FIRST_CAPACITY = 1_024;

/** Numbers of an entry: where it is, as three coordinates that only its reader understands, and whose it is. */
export const ENTRY = 4;
export const ENTITY = 3;

/** Numbers of a record, which an entity keeps wherever it goes. */
export const RECORD = 4;
/** Its entry, or NOWHERE. */
export const AT = 0;
const CELL = 1;
/** Its first pair. */
export const PAIRS = 2;
/** The last move that found it paired. */
export const MARK = 3;
/** No entry has this number, and no block begins with it. */
export const NOWHERE = 0;

/** Numbers of a slot of the table: the cell, its first entry, and how many it has, above its block's size. */
const SLOT = 3;
const START = 1;
const COUNT = 2;
/** A block of 2^n entries is of size n. */
const SIZE_BITS = 5;
const SIZE = (1 << SIZE_BITS) - 1;
const ONE = 1 << SIZE_BITS;
/** Start of a slot whose cell is empty now, where 0 is that of a slot that no cell has taken. */
const EMPTY = -1;

export class Cells {
  records = new Int32Array(RECORD * FIRST_CAPACITY);
  entries = new Int32Array(ENTRY * FIRST_CAPACITY);
  /** Entries that belong to blocks, used and free ones. */
  #allotted = 1;
  /** Size -> first free block, or NOWHERE; each tells the next where its entity would stand. */
  readonly #freeBlocks = new Int32Array(SIZE + 1);
  #table = new Int32Array(SLOT * FIRST_CAPACITY);
  #capacity = FIRST_CAPACITY;
  #shift = 32 - Math.log2(FIRST_CAPACITY);
  #taken = 0;

  /** Bytes of all arrays. */
  get byteLength(): number {
    return this.records.byteLength + this.entries.byteLength + this.#table.byteLength;
  }

  /** Begins the record of an entity that is nowhere and has no pair. */
  add(entity: number): void {
    const base = RECORD * entity;
    if (base >= this.records.length) this.records = grown(this.records, 2 * base);
    this.records[base + AT] = NOWHERE;
    this.records[base + PAIRS] = NONE;
    this.records[base + MARK] = 0;
  }

  /** Takes an entity out of its cell, if it is in one. */
  remove(entity: number): void {
    if (this.records[RECORD * entity + AT] !== NOWHERE) this.#takeOut(entity);
  }

  /** @returns the number of the entity's entry, which is in this cell from now on. */
  put(entity: number, cell: number): number {
    const { records } = this;
    const base = RECORD * entity;
    const at = records[base + AT] as number;
    // Compared as it stands in the record, where large numbers of cells are negative.
    if (at !== NOWHERE && records[base + CELL] === (cell | 0)) return at;
    if (at !== NOWHERE) this.#takeOut(entity);
    return this.#putIn(entity, cell | 0);
  }

  /** The slot that the cell has, or the free one where its search ends: one that has nobody. */
  slotOf(cell: number): number {
    const table = this.#table;
    const key = cell | 0;
    // Fibonacci hashing: neighbouring cells are spread over the table (Knuth, TAOCP 3, 6.4).
    let index = Math.imul(key, 0x9e3779b1) >>> this.#shift;
    let slot = SLOT * index;
    while (table[slot] !== key && table[slot + START] !== 0) {
      index = (index + 1) & (this.#capacity - 1);
      slot = SLOT * index;
    }
    return slot;
  }

  /** The first entry of a slot that has somebody. */
  startOf(slot: number): number {
    return this.#table[slot + START] as number;
  }

  /** How many entries a slot has. */
  countOf(slot: number): number {
    return (this.#table[slot + COUNT] as number) >> SIZE_BITS;
  }

  #putIn(entity: number, cell: number): number {
    const slot = this.#takenSlotOf(cell);
    const table = this.#table;
    const count = this.countOf(slot);
    const size = (table[slot + COUNT] as number) & SIZE;
    if (table[slot + START] === EMPTY) table[slot + START] = this.#allot(0);
    else if (count === 1 << size) this.#resize(slot, size + 1);
    table[slot + COUNT] = (table[slot + COUNT] as number) + ONE;
    const at = (table[slot + START] as number) + count;
    this.entries[ENTRY * at + ENTITY] = entity;
    this.records[RECORD * entity + AT] = at;
    this.records[RECORD * entity + CELL] = cell;
    return at;
  }

  /** Fills the gap with the cell's last entry, and gives back what the block has too much. */
  #takeOut(entity: number): void {
    const { records } = this;
    const table = this.#table;
    const at = records[RECORD * entity + AT] as number;
    const slot = this.slotOf(records[RECORD * entity + CELL] as number);
    const start = table[slot + START] as number;
    const count = this.countOf(slot) - 1;
    const size = (table[slot + COUNT] as number) & SIZE;
    table[slot + COUNT] = (table[slot + COUNT] as number) - ONE;
    if (start + count !== at) this.#moveEntry(start + count, at);
    records[RECORD * entity + AT] = NOWHERE;
    if (count === 0) {
      this.#release(start, size);
      table[slot + START] = EMPTY;
      table[slot + COUNT] = 0;
    } else if (4 * count <= 1 << size) {
      this.#resize(slot, size - 1);
    }
  }

  #takenSlotOf(cell: number): number {
    let slot = this.slotOf(cell);
    if (this.#table[slot + START] !== 0) return slot;
    if (2 * (this.#taken + 1) > this.#capacity) {
      this.#rebuild();
      slot = this.slotOf(cell);
    }
    this.#taken++;
    this.#table[slot] = cell;
    this.#table[slot + START] = EMPTY;
    return slot;
  }

  #moveEntry(from: number, to: number): void {
    const { entries } = this;
    for (let word = 0; word < ENTRY; word++) entries[ENTRY * to + word] = entries[ENTRY * from + word] as number;
    this.records[RECORD * (entries[ENTRY * to + ENTITY] as number) + AT] = to;
  }

  #resize(slot: number, size: number): void {
    const table = this.#table;
    const old = table[slot + START] as number;
    const count = this.countOf(slot);
    const start = this.#allot(size);
    for (let index = 0; index < count; index++) this.#moveEntry(old + index, start + index);
    this.#release(old, (table[slot + COUNT] as number) & SIZE);
    table[slot + START] = start;
    table[slot + COUNT] = count * ONE + size;
  }

  #allot(size: number): number {
    const free = this.#freeBlocks[size] as number;
    if (free !== NOWHERE) {
      this.#freeBlocks[size] = this.entries[ENTRY * free + ENTITY] as number;
      return free;
    }
    const start = this.#allotted;
    this.#allotted += 1 << size;
    if (ENTRY * this.#allotted > this.entries.length) {
      this.entries = grown(this.entries, Math.max(ENTRY * this.#allotted, Math.ceil(1.4 * this.entries.length)));
    }
    return start;
  }

  #release(start: number, size: number): void {
    this.entries[ENTRY * start + ENTITY] = this.#freeBlocks[size] as number;
    this.#freeBlocks[size] = start;
  }

  /** Leaves out the cells that are empty, and makes room for as many again. */
  #rebuild(): void {
    const old = this.#table;
    let full = 0;
    for (let slot = 0; slot < old.length; slot += SLOT) if (this.countOf(slot) > 0) full++;
    let capacity = FIRST_CAPACITY;
    while (capacity < 2.5 * (full + 1)) capacity *= 2;
    this.#table = new Int32Array(SLOT * capacity);
    this.#capacity = capacity;
    this.#shift = 32 - Math.log2(capacity);
    this.#taken = full;
    for (let from = 0; from < old.length; from += SLOT) {
      if (old[from + COUNT] === 0) continue;
      this.#table.set(old.subarray(from, from + SLOT), this.slotOf(old[from] as number));
    }
  }
}

/** A longer copy. */
export function grown(array: Int32Array<ArrayBuffer>, length = 2 * array.length): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(length);
  larger.set(array);
  return larger;
}
