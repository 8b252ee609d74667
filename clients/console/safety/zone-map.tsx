/*
 * A map of areas, and of the one that is being drawn: each click is its next corner. The library is loaded with the first
 * map. All that it shows stands beside it as text, and corners can be written instead.
 */
import { useLingui } from '@lingui/react';
import type { GeoJSONSource, Map as Maplibre } from 'maplibre-gl';
import { useEffect, useRef, useState } from 'react';
import { Note } from '../../interface/parts.tsx';
import { colourOf } from '../shell/colour.ts';
import { openMap } from '../shell/map.ts';
import { closed, type Ring } from './ring.ts';

interface ZoneMapProperties {
  readonly label: string;
  readonly zones: readonly Ring[];
  /** The corners so far of what is being drawn. */
  readonly draft?: Ring;
  onPick?(longitude: number, latitude: number): void;
}

/** Austin, where the city of the demonstration is. */
const FIRST: readonly [number, number] = [-97.7431, 30.2672];
const ZOOM = 11;

export function ZoneMap({ label, zones, draft = [], onPick }: ZoneMapProperties) {
  const { i18n } = useLingui();
  const frame = useRef<HTMLDivElement>(null);
  const pick = useRef(onPick);
  pick.current = onPick;
  const [map, setMap] = useState<Maplibre>();
  const [hasFailed, setHasFailed] = useState(false);
  const first = useRef(draft[0] ?? zones[0]?.[0] ?? FIRST);
  useEffect(() => {
    let isOver = false;
    let opened: Maplibre | undefined;
    void draw(frame.current, first.current).then(
      (drawn) => {
        opened = drawn;
        if (isOver) return drawn?.remove();
        drawn?.on('click', ({ lngLat }) => pick.current?.(rounded(lngLat.lng), rounded(lngLat.lat)));
        setMap(drawn);
      },
      () => !isOver && setHasFailed(true),
    );
    return () => {
      isOver = true;
      opened?.remove();
    };
  }, []);
  useEffect(() => {
    if (!map) return;
    show(map, 'zones', zones);
    show(map, 'draft', draft.length > 0 ? [draft] : []);
    corners(map, draft);
  }, [map, zones, draft]);
  if (hasFailed) {
    return <Note tone="warn">{i18n._('The map cannot be shown now. The list says the same.')}</Note>;
  }
  return <section className="zone-map" ref={frame} aria-label={label} />;
}

/** About ten centimeters. */
const rounded = (degrees: number) => Math.round(degrees * 1_000_000) / 1_000_000;

async function draw(container: HTMLElement | null, [longitude, latitude]: readonly [number, number]) {
  if (!container) return undefined;
  const { map } = await openMap(container, { center: [longitude, latitude], zoom: ZOOM });
  await map.once('load');
  const layers = [
    ['zones', '--bad'],
    ['draft', '--accent'],
  ] as const;
  for (const [id, token] of layers) {
    const color = colourOf(token);
    map.addSource(id, { type: 'geojson', data: polygons([]) });
    map.addLayer({ id: `${id}-fill`, type: 'fill', source: id, paint: { 'fill-color': color, 'fill-opacity': 0.25 } });
    map.addLayer({ id: `${id}-line`, type: 'line', source: id, paint: { 'line-color': color, 'line-width': 2 } });
  }
  map.addSource('corners', { type: 'geojson', data: polygons([]) });
  map.addLayer({
    id: 'corners',
    type: 'circle',
    source: 'corners',
    paint: { 'circle-color': colourOf('--accent'), 'circle-radius': 5 },
  });
  return map;
}

const polygons = (rings: readonly Ring[]) => ({
  type: 'FeatureCollection' as const,
  features: rings.map((ring) => ({
    type: 'Feature' as const,
    properties: {},
    geometry: { type: 'Polygon' as const, coordinates: [closed(ring)] },
  })),
});

function show(map: Maplibre, id: string, rings: readonly Ring[]): void {
  map.getSource<GeoJSONSource>(id)?.setData(polygons(rings));
}

function corners(map: Maplibre, ring: Ring): void {
  map.getSource<GeoJSONSource>('corners')?.setData({
    type: 'FeatureCollection',
    features: ring.map(([longitude, latitude]) => ({
      type: 'Feature',
      properties: {},
      geometry: { type: 'Point', coordinates: [longitude, latitude] },
    })),
  });
}
