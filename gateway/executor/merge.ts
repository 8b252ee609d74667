/*
 * How the answers of several subgraphs become one tree: merged field by field, found again by the paths of the plan.
 * The rules are those of Apollo's executor, case for case, because plans are made for them. Trees here are parsed
 * JSON that nobody else holds: merging writes into its target and may keep parts of its source.
 */
import type { ResponsePath } from '@apollo/query-planner';

export type Data = Record<string, unknown>;

export const isObject = (value: unknown): value is Data =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Writes `source` into `target`, deeply; a null of the source replaces, an undefined does not. */
export function merge(target: Data, source: unknown): void {
  if (source === undefined || source === null) return;
  for (const key in source as Data) {
    const value = (source as Data)[key];
    if (value === undefined) continue;
    // Custom scalars carry keys of any name: an inherited property must never be taken for one of the tree's own.
    if (!Object.hasOwn(target, key)) {
      if (key === '__proto__') Object.defineProperty(target, key, { value, ...PLAIN });
      else target[key] = value;
      continue;
    }
    const present = target[key];
    if (present && isObject(value)) merge(present as Data, value);
    else if (Array.isArray(value) && Array.isArray(present) && value.length === present.length)
      mergeList(present, value);
    else target[key] = value;
  }
}

const PLAIN = { configurable: true, enumerable: true, writable: true };

function mergeList(target: unknown[], source: readonly unknown[]): void {
  for (let index = 0; index < source.length; index++) {
    const present = target[index];
    const value = source[index];
    if (isObject(present) && isObject(value)) merge(present, value);
    else target[index] = value;
  }
}

/** A deep copy of parsed JSON. */
export function copy<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copy) as T;
  const result: Data = {};
  merge(result, Object.fromEntries(Object.entries(value).map(([key, part]) => [key, copy(part)])));
  return result as T;
}

/**
 * Everything at `path` below `value`: one value, or a list where the path goes through lists ('@').
 * Null and undefined on the way, or at the end, yield undefined or are left out of the list.
 */
export function collect(value: unknown, path: ResponsePath): unknown {
  if (!path.includes('@')) {
    let current = value;
    for (const key of path) {
      if (current === null || current === undefined) return undefined;
      current = own(current, key as string);
    }
    return current ?? undefined;
  }
  const found: unknown[] = [];
  collectInto(found, value, path, 0);
  return found;
}

function collectInto(found: unknown[], value: unknown, path: ResponsePath, from: number): void {
  let current = value;
  for (let index = from; index < path.length; index++) {
    if (current === null || current === undefined) return;
    if (path[index] === '@') {
      if (Array.isArray(current)) for (const element of current) collectInto(found, element, path, index + 1);
      return;
    }
    current = own(current, path[index] as string);
  }
  if (Array.isArray(current)) for (const element of current) add(found, element);
  else add(found, current);
}

function add(found: unknown[], value: unknown): void {
  if (value !== null && value !== undefined) found.push(value);
}

function own(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? (value as Data)[key] : undefined;
}

/** Where each of `collect`'s values stands: the path with list positions in place of '@', in the same order. */
export function places(data: unknown, path: ResponsePath): ResponsePath[] {
  const found: ResponsePath[] = [];
  placesInto(found, [], data, path, 0);
  return found;
}

function placesInto(found: ResponsePath[], parent: ResponsePath, value: unknown, path: ResponsePath, from: number) {
  if (value === null || value === undefined) return;
  const head = path[from];
  if (head === undefined) {
    found.push(parent);
  } else if (head === '@') {
    if (!Array.isArray(value)) return;
    for (const [index, element] of value.entries()) placesInto(found, [...parent, index], element, path, from + 1);
  } else {
    placesInto(found, [...parent, head], own(value, head as string), path, from + 1);
  }
}
