/*
 * Whoever comes back to a screen finds the place on it where they were: lists are long, and a screen takes the focus to its
 * title, which stands at the top. Kept for as long as the page is open, by address; going forward begins at the top.
 */
import { useLayoutEffect, useRef } from 'react';

/** How long a screen may take to be as long as it was. */
const AWAITED_MILLISECONDS = 1_500;
/** Whoever moves the page themselves goes where they want. */
const OF_PEOPLE = ['wheel', 'touchstart', 'pointerdown', 'keydown'] as const;

/** @param location of the screen that is shown. */
export function useKeptScroll(location: string): void {
  const places = useRef(new Map<string, number>());
  const shown = useRef(location);
  const isReturning = useRef(false);
  // Before the router listens, which shows the other screen at once: who listens first hears first.
  useLayoutEffect(() => {
    history.scrollRestoration = 'manual';
    const returning = () => {
      isReturning.current = true;
    };
    const moved = () => places.current.set(shown.current, scrollY);
    addEventListener('popstate', returning);
    addEventListener('scroll', moved, { passive: true });
    return () => {
      removeEventListener('popstate', returning);
      removeEventListener('scroll', moved);
    };
  }, []);
  useLayoutEffect(() => {
    shown.current = location;
    const place = isReturning.current ? places.current.get(location) : undefined;
    isReturning.current = false;
    return place ? keepAt(place) : undefined;
  }, [location]);
}

/** Holds the page there until it has had time to come to rest. @returns what ends that. */
function keepAt(place: number): () => void {
  const since = performance.now();
  let frame = 0;
  const stop = () => {
    cancelAnimationFrame(frame);
    for (const each of OF_PEOPLE) removeEventListener(each, stop);
  };
  const look = () => {
    const farthest = document.documentElement.scrollHeight - innerHeight;
    if (farthest >= place && Math.abs(scrollY - place) > 1) scrollTo(0, place);
    if (performance.now() - since < AWAITED_MILLISECONDS) frame = requestAnimationFrame(look);
    else stop();
  };
  for (const each of OF_PEOPLE) addEventListener(each, stop, { passive: true });
  look();
  return stop;
}
