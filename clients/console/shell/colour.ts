/* Colours of the theme for what is drawn and not styled (maps, charts), as they are now: light, or dark. */
import { useSyncExternalStore } from 'react';

/** @param token such as `--accent`. @returns a colour that a canvas understands. */
export function colourOf(token: string): string {
  // The token itself may be a pair of colours; what an element comes to have is one.
  const probe = document.createElement('span');
  probe.style.color = `var(${token})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

const dark = () => matchMedia('(prefers-color-scheme: dark)');

function watch(changed: () => void): () => void {
  const query = dark();
  query.addEventListener('change', changed);
  return () => query.removeEventListener('change', changed);
}

/** Changes with what the device wants, so that what was drawn is drawn anew. */
export const useIsDark = (): boolean => useSyncExternalStore(watch, () => dark().matches);
