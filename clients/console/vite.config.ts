/*
 * Builds the console into clients/console/dist: static files that name no other host. It needs a connection, so nothing is
 * kept by a service worker.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { lingui } from '@lingui/vite-plugin';
import { defineConfig, type Plugin } from 'vite';

const here = fileURLToPath(new URL('.', import.meta.url));

/** The middles of ZIP codes that ship with the system, as a file of this site: no program of one is of the other. */
const zipMiddles = (): Plugin => ({
  name: 'zip-middles',
  resolveId: (source) => (source.endsWith('/zip-middles.gz') ? `${here}zip-middles.gz` : undefined),
  load(id) {
    if (!id.endsWith('/zip-middles.gz')) return undefined;
    const table = readFileSync(new URL('../../subgraphs/kernel/zip-codes/us-zip-centroids.csv.gz', import.meta.url));
    return `export default ${JSON.stringify(table.toString('base64'))};`;
  },
});

export default defineConfig({
  root: here,
  base: '/console/',
  publicDir: false,
  plugins: [
    zipMiddles(),
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
