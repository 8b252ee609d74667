/* By what places reports are summed up; which city and state a ZIP code is in is loaded when somebody asks for it. */
import { useEffect, useMemo, useState } from 'react';
import type { PlaceOf } from './sums.ts';
import type { ZipPlace } from './zip-places.ts';

export type PlaceKind = 'zip' | 'city' | 'state';

interface Places {
  /** Undefined while the table loads, and where it does not. */
  readonly placeOf: PlaceOf | undefined;
  readonly isMissing: boolean;
  again(): void;
}

export function usePlaces(kind: PlaceKind): Places {
  const [table, setTable] = useState<ReadonlyMap<string, ZipPlace> | 'missing'>();
  const isNeeded = kind !== 'zip' && table === undefined;
  useEffect(() => {
    if (!isNeeded) return;
    let isOver = false;
    const load = async () => {
      const { zipPlaces } = await import('./zip-places.ts');
      const places = await zipPlaces();
      if (!isOver) setTable(places);
    };
    load().catch(() => !isOver && setTable('missing'));
    return () => {
      isOver = true;
    };
  }, [isNeeded]);
  const placeOf = useMemo<PlaceOf | undefined>(() => {
    if (kind === 'zip') return (zipCode) => zipCode;
    if (table === undefined || table === 'missing') return undefined;
    return (zipCode) => {
      const place = table.get(zipCode);
      if (!place) return null;
      return kind === 'state' ? place.state : `${place.city}, ${place.state}`;
    };
  }, [kind, table]);
  return { placeOf, isMissing: kind !== 'zip' && table === 'missing', again: () => setTable(undefined) };
}
