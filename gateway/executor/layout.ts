/*
 * How the objects of an answer are spliced from texts. Fields that one fetch yields in the order in which the client asked
 * for them are one run: looked over, and taken as one piece of the subgraph's text. Only objects that hold others' fields, or
 * stand for an entity that is sent on, are made at all: a list of their pieces.
 */
import type { FetchNode } from '@apollo/query-planner';
import {
  type FieldNode,
  type GraphQLLeafType,
  type GraphQLOutputType,
  isLeafType,
  isListType,
  isNonNullType,
  type SelectionNode,
} from 'graphql';
import { type Place, type PlacedFetch, type PlacedField, TYPENAME, Uncommon } from './places.ts';
import { NOWHERE, type Scan, scanLeaf, scanList, scanNullable, scanObject, scanText } from './scan.ts';

/**
 * One object that is spliced, as a list, which is made fastest: the text of each run and what was read of each field that is
 * spliced itself, in the order of the answer; then, of an entity that is sent on, the texts of its keys.
 */
export type Spliced = unknown[];

/** What has been read so far. */
export interface Reading {
  /** The text that is read, and what was read last of a field that is spliced. */
  text: string;
  value: unknown;
  /** Entities that are sent on, by hub, in the order in which they were read. */
  readonly hubs: readonly Spliced[][];
}

/** Reads an object into `into`. @returns where it ends, or NOWHERE where it is not as plain as asked. */
export type ReadObject = (reading: Reading, at: number, into: Spliced) => number;
type ReadValue = (reading: Reading, at: number) => number;
/** Adds the pieces of a value's text. @throws INCOMPLETE. */
type Write = (value: unknown, into: string[]) => void;

/** Thrown in writing, where a piece is missing. */
export const INCOMPLETE = Symbol('incomplete');

type Piece =
  | { readonly kind: 'fixed'; readonly text: string }
  | { readonly kind: 'run' }
  | { readonly kind: 'spliced'; readonly text: string; readonly write: Write };

interface PlacedPieces {
  readonly pieces: readonly Piece[];
  /** Which piece a field is in, and whether it is the first and the last of it. */
  readonly of: ReadonlyMap<PlacedField, { index: number; isFirst: boolean; isLast: boolean }>;
}

export interface ObjectReader {
  readonly read: ReadObject;
  /** What it sets of an object. */
  readonly sets: readonly number[];
}

/** Lays out the objects of one plan. */
export class Layout {
  readonly #fetches: ReadonlyMap<FetchNode, PlacedFetch>;
  readonly #pieces = new Map<Place, PlacedPieces>();
  /** Fields whose values are taken as they stand in the text. */
  readonly #whole = new Map<PlacedField, Scan>();

  constructor(fetches: ReadonlyMap<FetchNode, PlacedFetch>) {
    this.#fetches = fetches;
    for (const { place, selections } of fetches.values()) this.#findWhole(place, selections);
  }

  /** A new object at a place. */
  object(place: Place): Spliced {
    return new Array(this.#lengthOf(place));
  }

  /** Where objects of a place have the text of a key. */
  keyAt(place: Place, key: string): number {
    return this.#of(place).pieces.length + place.keys.indexOf(key);
  }

  /** What a whole fetch yields at its place. */
  reader(node: FetchNode): ObjectReader {
    const { place, selections } = this.#fetches.get(node) as PlacedFetch;
    return this.#reader(place, selections);
  }

  /** Writes the objects of a place. */
  writer(place: Place): (object: Spliced, into: string[]) => void {
    const { pieces } = this.#of(place);
    const steps = pieces.map((piece, index) => {
      const comma = index === 0 ? '{' : ',';
      if (piece.kind === 'run') return { text: comma, isFixed: false, write: undefined };
      if (piece.kind === 'fixed') return { text: comma + piece.text, isFixed: true, write: undefined };
      return { text: comma + piece.text, isFixed: false, write: piece.write };
    });
    return (object, into) => {
      for (let index = 0; index < steps.length; index++) {
        const { text, isFixed, write } = steps[index] as (typeof steps)[number];
        into.push(text);
        if (isFixed) continue;
        const value = object[index];
        if (value === undefined) throw INCOMPLETE;
        if (write) write(value, into);
        else into.push(value as string);
      }
      into.push('}');
    };
  }

  #lengthOf(place: Place): number {
    return this.#of(place).pieces.length + place.keys.length;
  }

  #of(place: Place): PlacedPieces {
    let placed = this.#pieces.get(place);
    if (!placed) {
      placed = this.#placePieces(place);
      this.#pieces.set(place, placed);
    }
    return placed;
  }

  #placePieces(place: Place): PlacedPieces {
    const pieces: Piece[] = [];
    const of = new Map<PlacedField, { index: number; isFirst: boolean; isLast: boolean }>();
    let before: PlacedField | undefined;
    for (const [key, field] of place.fields) {
      const isWhole = this.#whole.has(field);
      const last = before && of.get(before);
      if (isWhole && last && before?.fetch === field.fetch && before?.order === field.order - 1) {
        last.isLast = false;
        of.set(field, { index: last.index, isFirst: false, isLast: true });
      } else if (field.name === TYPENAME) {
        pieces.push({ kind: 'fixed', text: `"${key}":"${place.type.name}"` });
      } else {
        of.set(field, { index: pieces.length, isFirst: true, isLast: true });
        pieces.push(
          isWhole
            ? { kind: 'run' }
            : { kind: 'spliced', text: `"${key}":`, write: this.#writeValue(field.type, field.place as Place) },
        );
      }
      before = isWhole ? field : undefined;
    }
    return { pieces, of };
  }

  /** @returns whether all there is taken as it stands. */
  #findWhole(place: Place, selections: readonly SelectionNode[]): boolean {
    const asked = [...place.fields.keys()];
    let isWhole = place.hub < 0 && asked.length === selections.length;
    for (const [index, selection] of (selections as readonly FieldNode[]).entries()) {
      const key = keyOf(selection);
      if (asked[index] !== key) isWhole = false;
      const field = place.fields.get(key);
      if (!field || field.name === TYPENAME) continue;
      const scan = this.#scanOf(field, selection);
      if (scan) this.#whole.set(field, scan);
      else isWhole = false;
    }
    return isWhole;
  }

  #scanOf({ type, place }: PlacedField, { selectionSet }: FieldNode): Scan | undefined {
    if (!place) return scanValue(type, (leaf) => scanLeaf(leaf as GraphQLLeafType));
    const selections = (selectionSet?.selections ?? []) as readonly FieldNode[];
    if (!this.#findWhole(place, selections)) return undefined;
    const fields = selections.map((selection, index) => {
      const key = keyOf(selection);
      const field = place.fields.get(key) as PlacedField;
      const value = field.name === TYPENAME ? scanText(`"${place.type.name}"`) : this.#whole.get(field);
      return { before: `${index === 0 ? '{' : ','}"${key}":`, value: value as Scan };
    });
    const object = scanObject(fields, '}');
    return scanValue(type, () => object);
  }

  #reader(place: Place, selections: readonly SelectionNode[]): ObjectReader {
    const { of, pieces } = this.#of(place);
    const steps: ReadStep[] = [];
    let before = '';
    for (const [index, selection] of (selections as readonly FieldNode[]).entries()) {
      const key = keyOf(selection);
      const punctuation = index === 0 ? '{' : ',';
      if (selection.name.value === TYPENAME) {
        before += `${punctuation}"${key}":"${place.type.name}"`;
        continue;
      }
      const field = place.fields.get(key);
      const piece = field && of.get(field);
      const scan = field ? this.#whole.get(field) : scanKey;
      const keyIndex = place.keys.indexOf(key);
      steps.push({
        before: `${before}${punctuation}"${key}":`,
        begins: piece?.isFirst && scan ? before.length + 1 : -1,
        scan: keyIndex >= 0 ? scanKey : scan,
        read: scan ? undefined : this.#readValue(field as PlacedField, selection),
        piece: piece?.isLast ? piece.index : -1,
        key: keyIndex < 0 ? -1 : pieces.length + keyIndex,
      });
      before = '';
    }
    return {
      read: compileRead(steps, `${before}}`),
      sets: steps.flatMap(({ piece, key }) => [piece, key]).filter((index) => index >= 0),
    };
  }

  #readValue({ type, place }: PlacedField, { selectionSet }: FieldNode): ReadValue {
    const inner = place as Place;
    const { read } = this.#reader(inner, selectionSet?.selections ?? []);
    const length = this.#lengthOf(inner);
    const { hub } = inner;
    return readValue(type, (reading, at) => {
      const object: Spliced = new Array(length);
      if (hub >= 0) reading.hubs[hub]?.push(object);
      const end = read(reading, at, object);
      reading.value = object;
      return end;
    });
  }

  #writeValue(type: GraphQLOutputType, place: Place): Write {
    const object = this.writer(place) as Write;
    const element = (written: GraphQLOutputType): Write => {
      const nullable = isNonNullType(written) ? written.ofType : written;
      const write = isListType(nullable) ? writeList(element(nullable.ofType)) : object;
      if (nullable !== written) return write;
      return (value, into) => {
        if (value === null) into.push('null');
        else write(value, into);
      };
    };
    return element(type);
  }
}

function writeList(write: Write): Write {
  return (values, into) => {
    const { length } = values as unknown[];
    into.push('[');
    for (let index = 0; index < length; index++) {
      if (index > 0) into.push(',');
      write((values as unknown[])[index], into);
    }
    into.push(']');
  };
}

const keyOf = ({ alias, name }: FieldNode): string => alias?.value ?? name.value;

/** A key is sent on and compared as it is written: a text without escapes, for those are written in more than one way. */
const scanKey: Scan = (text, at) => {
  if (text.charCodeAt(at) !== 0x22) return NOWHERE;
  for (let index = at + 1; ; index++) {
    const code = text.charCodeAt(index);
    if (code === 0x22) return index + 1;
    // A backslash, a control character, or NaN at the end of the text.
    if (code === 0x5c || !(code >= 0x20)) return NOWHERE;
  }
};

/** Lists and nulls around what `named` scans. */
function scanValue(type: GraphQLOutputType, named: (type: GraphQLOutputType) => Scan): Scan {
  if (!isNonNullType(type)) return scanNullable(present(type, named));
  return present(type.ofType, named);
}

function present(type: GraphQLOutputType, named: (type: GraphQLOutputType) => Scan): Scan {
  return isListType(type) ? scanList(scanValue(type.ofType, named)) : named(type);
}

interface ReadStep {
  /** What stands before the value, from what was read before it; where in it a run begins, or -1. */
  readonly before: string;
  readonly begins: number;
  readonly scan: Scan | undefined;
  readonly read: ReadValue | undefined;
  /** The piece that ends with it, and the key that it is; or -1. */
  readonly piece: number;
  readonly key: number;
}

function compileRead(steps: readonly ReadStep[], closing: string): ReadObject {
  return (reading, at, into) => {
    const { text } = reading;
    let run = at;
    let index = at;
    for (const { before, begins, scan, read, piece, key } of steps) {
      if (!text.startsWith(before, index)) return NOWHERE;
      if (begins >= 0) run = index + begins;
      index += before.length;
      const from = index;
      if (scan) {
        index = scan(text, from);
        if (index === NOWHERE) return NOWHERE;
        if (key >= 0) into[key] = text.slice(from, index);
        if (piece >= 0) into[piece] = text.slice(run, index);
      } else {
        index = (read as ReadValue)(reading, from);
        if (index === NOWHERE) return NOWHERE;
        into[piece] = reading.value;
      }
    }
    return text.startsWith(closing, index) ? index + closing.length : NOWHERE;
  };
}

function readValue(type: GraphQLOutputType, object: ReadValue): ReadValue {
  const isNonNull = isNonNullType(type);
  const nullable = isNonNull ? type.ofType : type;
  if (isLeafType(nullable)) throw new Uncommon();
  const read = isListType(nullable) ? readList(readValue(nullable.ofType, object)) : object;
  if (isNonNull) return read;
  return (reading, at) => {
    if (!reading.text.startsWith('null', at)) return read(reading, at);
    reading.value = null;
    return at + 'null'.length;
  };
}

function readList(element: ReadValue): ReadValue {
  return (reading, at) => {
    const { text } = reading;
    if (text[at] !== '[') return NOWHERE;
    const values: unknown[] = [];
    let index = at + 1;
    if (text[index] === ']') {
      index++;
    } else {
      for (;;) {
        index = element(reading, index);
        if (index === NOWHERE) return NOWHERE;
        values.push(reading.value);
        const next = text[index++];
        if (next === ']') break;
        if (next !== ',') return NOWHERE;
      }
    }
    reading.value = values;
    return index;
  };
}
