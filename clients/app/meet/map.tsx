/*
 * A map of a few places around one's own. Its code is loaded when the first map is opened; where the system has no
 * background to show, or nobody answers for it, circles of known width tell how far things are. All that it shows stands
 * beside it as text.
 */
import { useLingui } from '@lingui/react';
import type { GeoJSONSource, Map as Maplibre, Marker, StyleSpecification } from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url';
import { useEffect, useRef, useState } from 'react';
import { Note } from '../../interface/parts.tsx';
import { type Place, ringAround } from './whereabouts.ts';

export interface MapPlace {
  readonly id: string;
  /** Read aloud, and its first letter is shown. */
  readonly name: string;
  readonly at: Place;
  /** The place is somewhere within. */
  readonly withinMeters?: number;
}

interface MapProperties {
  readonly label: string;
  readonly here: Place;
  readonly places: readonly MapPlace[];
  onChoose?(id: string): void;
}

type Library = typeof import('maplibre-gl');
const BLANK: StyleSpecification = { version: 8, sources: {}, layers: [] };
const RINGS_METERS = [100, 250, 500] as const;
const ZOOM = 15.2;

export function PlacesMap({ label, here, places, onChoose }: MapProperties) {
  const { i18n } = useLingui();
  const frame = useRef<HTMLDivElement>(null);
  const first = useRef(here);
  const [drawn, setDrawn] = useState<{ readonly library: Library; readonly map: Maplibre }>();
  const [hasFailed, setHasFailed] = useState(false);
  const [isDrawn, setIsDrawn] = useState(false);
  useEffect(() => {
    let isOver = false;
    let map: Maplibre | undefined;
    void draw(frame.current, first.current).then(
      (opened) => {
        map = opened?.map;
        if (isOver) map?.remove();
        else setDrawn(opened);
      },
      () => !isOver && setHasFailed(true),
    );
    return () => {
      isOver = true;
      map?.remove();
    };
  }, []);
  const shown = useRef(places);
  shown.current = places;
  // Marks that stay where they are keep the focus of the keyboard.
  const key = JSON.stringify([here.latitude, here.longitude, places]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says what is shown.
  useEffect(() => {
    if (!drawn) return;
    const { current: places } = shown;
    const areas = places.map(({ at, withinMeters }) => (withinMeters ? ringAround(at, withinMeters) : undefined));
    setRings(
      drawn.map,
      'own',
      RINGS_METERS.map((meters) => ringAround(here, meters)),
    );
    setRings(
      drawn.map,
      'areas',
      areas.filter((ring) => ring !== undefined),
    );
    void drawn.map.once('idle').then(() => setIsDrawn(true));
    const markers = [...places.map((place) => placeMarker(drawn, place, onChoose)), ownMarker(drawn, here)];
    return () => {
      for (const marker of markers) marker.remove();
    };
  }, [drawn, key, onChoose]);
  if (hasFailed) {
    return <Note tone="warn">{i18n._('The map cannot be shown now. All of it is also said in words.')}</Note>;
  }
  return (
    <section className="stack" aria-label={label} aria-busy={!isDrawn}>
      <div className="map" ref={frame} />
      <p className="quiet small">{i18n._('The circles are 330, 820 and 1,640 feet away from you.')}</p>
    </section>
  );
}

async function draw(container: HTMLElement | null, here: Place) {
  if (!container) return undefined;
  const [library, style] = await Promise.all([
    import('maplibre-gl'),
    styleOfMap(),
    import('maplibre-gl/dist/maplibre-gl.css'),
  ]);
  library.setWorkerUrl(workerUrl);
  const map = new library.Map({
    container,
    style,
    center: [here.longitude, here.latitude],
    zoom: ZOOM,
    attributionControl: style.layers.length > 0 ? { compact: true } : false,
    // One finger scrolls the page, two move the map.
    cooperativeGestures: matchMedia('(pointer: coarse)').matches,
    fadeDuration: matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 300,
  });
  map.addControl(new library.NavigationControl({ showCompass: false }), 'top-right');
  // Tiles that cannot be had leave the background blank, which is no fault of the map.
  map.on('error', () => undefined);
  await map.once('style.load');
  const tokens = getComputedStyle(document.documentElement);
  for (const [id, token] of [
    ['own', '--good'],
    ['areas', '--accent'],
  ] as const) {
    const color = tokens.getPropertyValue(token).trim();
    map.addSource(id, { type: 'geojson', data: collectionOf([]) });
    map.addLayer({ id: `${id}-line`, type: 'line', source: id, paint: { 'line-color': color, 'line-opacity': 0.6 } });
    if (id === 'areas') {
      map.addLayer({ id: 'areas-fill', type: 'fill', source: id, paint: { 'fill-color': color, 'fill-opacity': 0.2 } });
    }
  }
  return { library, map };
}

/** The system's style; a blank one where it cannot be had, such as offline. */
async function styleOfMap(): Promise<StyleSpecification> {
  try {
    const response = await fetch('/map-style.json', { signal: AbortSignal.timeout(5_000) });
    return response.ok ? ((await response.json()) as StyleSpecification) : BLANK;
  } catch {
    return BLANK;
  }
}

const collectionOf = (rings: readonly (readonly [number, number])[][]) => ({
  type: 'FeatureCollection' as const,
  features: rings.map((ring) => ({
    type: 'Feature' as const,
    properties: {},
    geometry: { type: 'Polygon' as const, coordinates: [ring.map((corner) => [...corner])] },
  })),
});

function setRings(map: Maplibre, id: string, rings: readonly (readonly [number, number])[][]): void {
  map.getSource<GeoJSONSource>(id)?.setData(collectionOf(rings));
}

function ownMarker({ library, map }: { library: Library; map: Maplibre }, { latitude, longitude }: Place): Marker {
  const element = document.createElement('div');
  element.className = 'map-place';
  element.dataset.own = '';
  // What it says, the text beside the map says.
  element.setAttribute('aria-hidden', 'true');
  return new library.Marker({ element }).setLngLat([longitude, latitude]).addTo(map);
}

function placeMarker(
  { library, map }: { library: Library; map: Maplibre },
  { id, name, at }: MapPlace,
  onChoose: ((id: string) => void) | undefined,
): Marker {
  const element = document.createElement(onChoose ? 'button' : 'div');
  element.className = 'map-place';
  element.textContent = name.slice(0, 1).toUpperCase();
  if (onChoose) {
    element.addEventListener('click', () => onChoose(id));
  } else element.setAttribute('role', 'img');
  const marker = new library.Marker({ element }).setLngLat([at.longitude, at.latitude]).addTo(map);
  // The library names every marker alike.
  element.setAttribute('aria-label', name);
  return marker;
}
