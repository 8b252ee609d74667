/*
 * Builds the explorer into gateway/explorer/dist: static files that name no other host. `worker.format` is es because
 * Monaco's workers import one another, which the classic format cannot.
 */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = fileURLToPath(new URL('.', import.meta.url));

export default defineConfig({
  root: here,
  base: '/explorer/',
  publicDir: false,
  worker: { format: 'es' },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // Monaco alone is larger than the size above which vite warns.
    chunkSizeWarningLimit: 8_000,
    rolldownOptions: {
      onLog(level, log, report) {
        // GraphiQL's files start with 'use client', which means nothing outside a server-rendered page.
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') report(level, log);
      },
    },
  },
});
