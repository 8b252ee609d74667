/*
 * Builds the console into clients/console/dist: static files that name no other host. It needs a connection, so nothing is
 * kept by a service worker.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { lingui } from '@lingui/vite-plugin';
import { defineConfig, type Plugin } from 'vite';

const here = fileURLToPath(new URL('.', import.meta.url));

/** Tables of ZIP codes as files of this site: what ships with the system, since no program of one is of the other, and its own. */
const zipTables: Readonly<Record<string, string>> = {
  '/zip-middles.gz': '../../subgraphs/kernel/zip-codes/us-zip-centroids.csv.gz',
  '/zip-places.gz': 'reports/us-zip-places.csv.gz',
};
const zipTable = (id: string) => Object.keys(zipTables).find((name) => id.endsWith(name));

const zipTablesOfSite = (): Plugin => ({
  name: 'zip-tables',
  resolveId: (source) => {
    const name = zipTable(source);
    return name && `${here}${name.slice(1)}`;
  },
  load(id) {
    const file = zipTables[zipTable(id) ?? ''];
    if (!file) return undefined;
    const table = readFileSync(new URL(file, import.meta.url));
    return `export default ${JSON.stringify(table.toString('base64'))};`;
  },
});

export default defineConfig({
  root: here,
  base: '/console/',
  publicDir: false,
  plugins: [
    zipTablesOfSite(),
    lingui({ configPath: fileURLToPath(new URL('../lingui.config.js', import.meta.url)), failOnMissing: true }),
  ],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    manifest: 'build.json',
    chunkSizeWarningLimit: 1_200,
    rolldownOptions: {
      onLog(level, log, report) {
        // Some libraries' files start with 'use client', which means nothing outside a server-rendered page.
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') report(level, log);
      },
    },
  },
});
