/*
 * ZIP codes as circles on a map, larger where more happened. The API knows no places of ZIP codes: they are where the
 * stores in them are, and one without stores is in the table alone.
 */
import { useLingui } from '@lingui/react';
import type { Map as Maplibre, StyleSpecification } from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useQuery } from 'urql';
import { useFormats } from '../../interface/language.tsx';
import { Note } from '../../interface/parts.tsx';
import { PlacesOfStoresDocument, type PlacesOfStoresQuery } from '../generated/graphql.ts';

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

const RETAILERS = 100;
const BLANK: StyleSpecification = { version: 8, sources: {}, layers: [] };
const LEAST_PIXELS = 24;
const MOST_PIXELS = 64;

export function ZipMap({ label, zips }: ZipMapProperties) {
  const { i18n } = useLingui();
  const { count } = useFormats();
  const frame = useRef<HTMLDivElement>(null);
  const [hasFailed, setFailed] = useState(false);
  const [{ data }] = useQuery({ query: PlacesOfStoresDocument, variables: { first: RETAILERS } });
  const shown = JSON.stringify(zips);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is shown changes by value.
  const circles = useMemo(() => circlesOf(zips, data), [shown, data]);
  useEffect(() => {
    if (circles.length === 0) return;
    let isOver = false;
    let map: Maplibre | undefined;
    draw(frame.current, circles, (zip) => `${zip.zipCode}: ${count(zip.value)}`).then(
      (drawn) => {
        if (isOver) drawn?.remove();
        else map = drawn;
      },
      () => !isOver && setFailed(true),
    );
    return () => {
      isOver = true;
      map?.remove();
    };
  }, [circles, count]);
  if (hasFailed) return <Note tone="warn">{i18n._('The map cannot be shown now. The table says the same.')}</Note>;
  if (data && circles.length === 0) {
    return <Note>{i18n._('No place of these ZIP codes is known. The table says the same.')}</Note>;
  }
  return <section ref={frame} className="zip-map" aria-label={i18n._('Map of {what}', { what: label })} />;
}

/** Each ZIP code in the middle of its stores. */
function circlesOf(zips: ZipMapProperties['zips'], data: PlacesOfStoresQuery | undefined): Circle[] {
  const stores = data?.retailers.edges.flatMap(({ node }) => node.stores) ?? [];
  return zips.flatMap(({ zipCode, value }) => {
    const own = stores.filter((store) => store.zipCode.slice(0, 5) === zipCode);
    if (zipCode === null || value === 0 || own.length === 0) return [];
    const middle = (pick: (store: (typeof own)[number]) => number) =>
      own.reduce((sum, store) => sum + pick(store), 0) / own.length;
    return [
      {
        zipCode,
        value,
        longitude: middle(({ position }) => position.longitude),
        latitude: middle(({ position }) => position.latitude),
      },
    ];
  });
}

async function draw(
  container: HTMLElement | null,
  circles: readonly Circle[],
  nameOf: (circle: Circle) => string,
): Promise<Maplibre | undefined> {
  if (!container) return undefined;
  const [library, style] = await Promise.all([
    import('maplibre-gl'),
    styleOfMap(),
    import('maplibre-gl/dist/maplibre-gl.css'),
  ]);
  library.setWorkerUrl(workerUrl);
  const bounds = new library.LngLatBounds();
  for (const { longitude, latitude } of circles) bounds.extend([longitude, latitude]);
  const map = new library.Map({
    container,
    style,
    bounds,
    fitBoundsOptions: { padding: MOST_PIXELS, maxZoom: 13 },
    attributionControl: style.layers.length > 0 ? { compact: true } : false,
    cooperativeGestures: matchMedia('(pointer: coarse)').matches,
    fadeDuration: 0,
  });
  map.addControl(new library.NavigationControl({ showCompass: false }), 'top-right');
  const most = Math.max(...circles.map(({ value }) => value));
  for (const circle of circles) {
    const element = document.createElement('div');
    const size = LEAST_PIXELS + (MOST_PIXELS - LEAST_PIXELS) * Math.sqrt(circle.value / most);
    element.className = 'zip-dot';
    element.style.inlineSize = `${size}px`;
    element.style.blockSize = `${size}px`;
    element.textContent = circle.zipCode.slice(-2);
    new library.Marker({ element }).setLngLat([circle.longitude, circle.latitude]).addTo(map);
    // The library names every marker alike.
    element.setAttribute('role', 'img');
    element.setAttribute('aria-label', nameOf(circle));
  }
  return map;
}

/** The system's style; a blank one where it cannot be had. */
async function styleOfMap(): Promise<StyleSpecification> {
  try {
    const response = await fetch('/map-style.json', { signal: AbortSignal.timeout(5_000) });
    return response.ok ? ((await response.json()) as StyleSpecification) : BLANK;
  } catch {
    return BLANK;
  }
}
