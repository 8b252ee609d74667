/*
 * Maps of the console: the library, which comes with the first of them, over the system's own style; a blank one where that
 * cannot be had, so that places are shown without the internet.
 */
import type { Map as Maplibre, MapOptions, StyleSpecification } from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url';

const BLANK: StyleSpecification = { version: 8, sources: {}, layers: [] };

export interface OpenMap {
  readonly library: typeof import('maplibre-gl');
  readonly map: Maplibre;
}

/** Resolves before anything is drawn; rejects where the library cannot be loaded or the browser draws no maps. */
export async function openMap(container: HTMLElement, options: Partial<MapOptions>): Promise<OpenMap> {
  const [library, style] = await Promise.all([
    import('maplibre-gl'),
    styleOfMap(),
    import('maplibre-gl/dist/maplibre-gl.css'),
  ]);
  library.setWorkerUrl(workerUrl);
  const map = new library.Map({
    container,
    style,
    attributionControl: style.layers.length > 0 ? { compact: true } : false,
    cooperativeGestures: matchMedia('(pointer: coarse)').matches,
    fadeDuration: matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 300,
    ...options,
  });
  map.addControl(new library.NavigationControl({ showCompass: false }), 'top-right');
  return { library, map };
}

async function styleOfMap(): Promise<StyleSpecification> {
  try {
    const response = await fetch('/map-style.json', { signal: AbortSignal.timeout(5_000) });
    return response.ok ? ((await response.json()) as StyleSpecification) : BLANK;
  } catch {
    return BLANK;
  }
}
