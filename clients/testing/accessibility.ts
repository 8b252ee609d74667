/* What axe-core finds wrong with a page by the rules of WCAG 2.2 A and AA. */
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

const script = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** Each violation as `rule: selector`; empty where nothing is wrong. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  // By evaluation, which a page's security policy allows; a script element it would refuse.
  const { readFile } = await import('node:fs/promises');
  await page.evaluate(await readFile(script, 'utf8'));
  const found = await page.evaluate(
    (tags) =>
      (globalThis as unknown as { axe: { run(options: object): Promise<AxeResults> } }).axe.run({
        runOnly: { type: 'tag', values: tags },
      }),
    rules,
  );
  return found.violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`));
}
