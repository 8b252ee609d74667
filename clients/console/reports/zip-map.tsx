/*
 * ZIP codes as circles on a map, their areas as large as what happened there: each with its code and its number, in its
 * middle. The table beside it says the same.
 */
import { useLingui } from '@lingui/react';
import type { Map as Maplibre } from 'maplibre-gl';
import { useEffect, useRef, useState } from 'react';
import { useFormats } from '../../interface/language.tsx';
import { Note } from '../../interface/parts.tsx';
import { openMap } from '../shell/map.ts';
import { middlesOf } from './zip-middles.ts';

interface ZipMapProperties {
  readonly label: string;
  readonly zips: readonly { readonly zipCode: string | null; readonly value: number }[];
}

interface Circle {
  readonly zipCode: string;
  readonly value: number;
  readonly longitude: number;
  readonly latitude: number;
}

const LEAST_PIXELS = 12;
const MOST_PIXELS = 72;
const CLOSEST_ZOOM = 13;

export function ZipMap({ label, zips }: ZipMapProperties) {
  const { i18n } = useLingui();
  const { count } = useFormats();
  const frame = useRef<HTMLDivElement>(null);
  const [state, setState] = useState<'drawn' | 'empty' | 'failed'>('drawn');
  const shown = JSON.stringify(zips);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is shown changes by value.
  useEffect(() => {
    let isOver = false;
    let map: Maplibre | undefined;
    setState('drawn');
    const begin = async () => {
      const circles = await circlesOf(zips);
      if (isOver || !frame.current) return;
      if (circles.length === 0) return setState('empty');
      map = await draw(frame.current, circles, count);
      if (isOver) map.remove();
    };
    begin().catch(() => !isOver && setState('failed'));
    return () => {
      isOver = true;
      map?.remove();
    };
  }, [shown, count]);
  if (state === 'failed') {
    return <Note tone="warn">{i18n._('The map cannot be shown now. The table says the same.')}</Note>;
  }
  return (
    <>
      {state === 'empty' && <Note>{i18n._('No place of these ZIP codes is known. The table says the same.')}</Note>}
      <section
        ref={frame}
        className="zip-map"
        hidden={state === 'empty'}
        aria-label={i18n._('Map of {what}', { what: label })}
      />
      {state === 'drawn' && (
        <p className="quiet small">
          {i18n._('A circle stands in the middle of each ZIP code; the larger, the more. Places: GeoNames, CC BY 4.0.')}
        </p>
      )}
    </>
  );
}

/** The largest first, so that smaller ones lie above them. */
async function circlesOf(zips: ZipMapProperties['zips']): Promise<Circle[]> {
  const known = zips.flatMap(({ zipCode, value }) => (zipCode && value > 0 ? [{ zipCode, value }] : []));
  if (known.length === 0) return [];
  const middles = await middlesOf(new Set(known.map(({ zipCode }) => zipCode)));
  return known
    .flatMap((each) => {
      const middle = middles.get(each.zipCode);
      return middle ? [{ ...each, ...middle }] : [];
    })
    .toSorted((one, other) => other.value - one.value);
}

async function draw(
  container: HTMLElement,
  circles: readonly Circle[],
  count: (value: number) => string,
): Promise<Maplibre> {
  const west = Math.min(...circles.map(({ longitude }) => longitude));
  const east = Math.max(...circles.map(({ longitude }) => longitude));
  const south = Math.min(...circles.map(({ latitude }) => latitude));
  const north = Math.max(...circles.map(({ latitude }) => latitude));
  const { library, map } = await openMap(container, {
    bounds: [west, south, east, north],
    fitBoundsOptions: { padding: MOST_PIXELS, maxZoom: CLOSEST_ZOOM },
    fadeDuration: 0,
  });
  const most = Math.max(...circles.map(({ value }) => value));
  for (const { zipCode, value, longitude, latitude } of circles) {
    const element = document.createElement('div');
    const dot = document.createElement('div');
    const size = Math.max(LEAST_PIXELS, MOST_PIXELS * Math.sqrt(value / most));
    element.className = 'zip-place';
    dot.className = 'zip-dot';
    dot.style.inlineSize = `${size}px`;
    dot.style.blockSize = `${size}px`;
    const name = document.createElement('div');
    name.className = 'zip-name';
    name.textContent = `${zipCode} · ${count(value)}`;
    element.append(dot, name);
    new library.Marker({ element }).setLngLat([longitude, latitude]).addTo(map);
    // The library names every marker alike.
    element.setAttribute('role', 'img');
    element.setAttribute('aria-label', `${zipCode}: ${count(value)}`);
  }
  return map;
}
