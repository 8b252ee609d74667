/* What on a page the keyboard does not reach: each control of the dialog that is open, else of the screen, by Tab alone. */
import type { Page } from 'playwright-core';

// A list of tabs hands the focus on to the tab that is open.
const CONTROLS = 'a[href], button, input, select, textarea, summary, [tabindex="0"]:not([role="tablist"])';
/** What comes before a screen: links of the navigation, and what the browser itself has. */
const BEFORE = 60;

/** Each control that is not reached, as its text or label; empty where all are. */
export async function unreachedByKeyboard(page: Page): Promise<string[]> {
  const count = await page.evaluate((controls) => {
    const place = document.querySelector('[role="dialog"]') ?? document.querySelector('main') ?? document.body;
    const wanted = [...place.querySelectorAll<HTMLElement>(controls)].filter(
      (each) =>
        each.tabIndex >= 0 && each.checkVisibility() && !each.matches(':disabled, [type="radio"]:not(:checked)'),
    );
    for (const each of wanted) each.dataset.awaited = '';
    (document.activeElement as HTMLElement | null)?.blur();
    return wanted.length;
  }, CONTROLS);
  for (let step = 0; step < count + BEFORE; step++) {
    await page.keyboard.press('Tab');
    const left = await page.evaluate(() => {
      delete (document.activeElement as HTMLElement | null)?.dataset.awaited;
      return document.querySelectorAll('[data-awaited]').length;
    });
    if (left === 0) return [];
  }
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('[data-awaited]')].map(
      (each) => each.getAttribute('aria-label') ?? (each.textContent || each.id || each.tagName),
    ),
  );
}
