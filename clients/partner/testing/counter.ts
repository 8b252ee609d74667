/* What a clerk does at a till, for the tests of it in a browser. */
import { accessibilityFaults } from '../../testing/accessibility.ts';
import type { Person } from '../../testing/browser.ts';

export const heading = ({ page }: Person, name: string | RegExp) => page.getByRole('heading', { name, level: 1 });

export const click = ({ page }: Person, name: string) => page.getByRole('button', { name, exact: true }).click();

/** As a scanner does that types like a keyboard. */
export async function scan({ page }: Person, text: string): Promise<void> {
  await page.keyboard.type(text);
  await page.keyboard.press('Enter');
}

export const sound = async ({ page }: Person) => expect(await accessibilityFaults(page)).toEqual([]);

/** A till that is set up and connected; there has to be an offer already. */
export async function setUpTill(person: Person, url: string, key: string): Promise<void> {
  await person.page.goto(`${url}/till`);
  await person.page.getByLabel('Key of your shop').fill(key);
  await click(person, 'Set up');
  await heading(person, 'Next voucher').waitFor();
  await person.page.getByText('Connected').waitFor();
}
