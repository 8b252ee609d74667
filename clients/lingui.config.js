/*
 * Where the texts of the sites are found and where their translations stand. English is written in the code; `npm run
 * texts` writes every text into the catalogues, where Spanish is filled in.
 */
import { defineConfig } from '@lingui/cli';
import { formatter } from '@lingui/format-po';

const catalog = (place) => ({
  path: `<rootDir>/${place}/texts/{locale}`,
  include: [`<rootDir>/${place}/`],
  exclude: ['**/dist/**', '**/generated/**', '**/*.test.*'],
});

export default defineConfig({
  rootDir: import.meta.dirname,
  sourceLocale: 'en',
  locales: ['en', 'es'],
  fallbackLocales: {},
  catalogs: ['app', 'console', 'interface', 'partner/till'].map(catalog),
  orderBy: 'messageId',
  // A line that moves is no change of a text.
  format: formatter({ lineNumbers: false }),
});
