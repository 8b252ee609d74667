/* Light, dark or as the device has it: kept in the browser, and told to the page by an attribute that the theme reads. */
import { useState } from 'react';

export const appearances = ['system', 'light', 'dark'] as const;
export type Appearance = (typeof appearances)[number];

const KEPT = 'hey-blue appearance';

/** Before anything is drawn, so that nobody is blinded for a moment. */
export function applyKeptAppearance(): void {
  apply(kept());
}

/** What was chosen here, and the way to choose. */
export function useAppearance(): readonly [Appearance, (next: Appearance) => void] {
  const [appearance, setAppearance] = useState(kept);
  const choose = (next: Appearance) => {
    keep(next);
    apply(next);
    setAppearance(next);
  };
  return [appearance, choose];
}

function apply(appearance: Appearance): void {
  const { dataset } = document.documentElement;
  if (appearance === 'system') delete dataset.theme;
  else dataset.theme = appearance;
}

function kept(): Appearance {
  try {
    const found = localStorage.getItem(KEPT);
    return appearances.find((each) => each === found) ?? 'system';
  } catch {
    return 'system';
  }
}

function keep(appearance: Appearance): void {
  try {
    localStorage.setItem(KEPT, appearance);
  } catch {
    // Kept for this page only, which is what a private window asks for.
  }
}
