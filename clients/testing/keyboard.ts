/*
 * Pages by Tab alone: what the keyboard does not reach, of the dialog that is open, else of the screen; and what it reaches,
 * in which order, under which name, and whether one sees where the focus is.
 */
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

/** Far more than any screen has. */
const LONGEST_WAY = 120;

/** What the keyboard reaches from the top of the page, by role and name, in order, until it leaves the page. */
export async function keyboardOrder(page: Page): Promise<string[]> {
  // A screen that opens has the focus on its title; the way around it begins at the top.
  await page.evaluate(() => {
    document.body.tabIndex = -1;
    document.body.focus();
  });
  const names: string[] = [];
  for (let step = 0; step < LONGEST_WAY; step++) {
    await page.keyboard.press('Tab');
    const focus = await page.evaluate(() => {
      const element = document.activeElement;
      if (!element || element === document.body) return undefined;
      // Within one field, such as from the hours of a time to its minutes.
      if (element.getAttribute('data-reached') === 'last') return { isSeen: true, isSame: true };
      if (element.hasAttribute('data-reached')) return undefined;
      document.querySelector('[data-reached="last"]')?.setAttribute('data-reached', '');
      element.setAttribute('data-reached', 'last');
      const { outlineStyle, outlineWidth } = getComputedStyle(element);
      return { isSame: false, isSeen: outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2 };
    });
    if (!focus) break;
    if (focus.isSame) continue;
    // As a screen reader has it: - link "Privacy":
    const [heard = ''] = (await page.locator(':focus').ariaSnapshot()).split('\n');
    // What unfolds something has no role of its own.
    const unfolds = heard.match(/^- text: (.+)/)?.[1];
    const name = heard.match(/^- '?(\w+ "(?:[^"\\]|\\.)+")/)?.[1] ?? (unfolds ? `summary "${unfolds}"` : heard);
    names.push(focus.isSeen ? name : `unseen: ${name}`);
  }
  await page.evaluate(() => {
    for (const each of document.querySelectorAll('[data-reached]')) each.removeAttribute('data-reached');
  });
  return names;
}
