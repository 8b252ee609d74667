/* A part of the build: the worker's part for pushes becomes one plain script, which Workbox's worker loads by its name. */
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'vite';

export const PUSH_WORKER_FILE = 'push-worker.js';

export function pushWorkerAsFile(): Plugin {
  return {
    name: 'push-worker-as-file',
    apply: 'build',
    async generateBundle() {
      const entry = fileURLToPath(new URL('push-worker.ts', import.meta.url));
      const built = await build({
        configFile: false,
        logLevel: 'warn',
        build: { write: false, lib: { entry, formats: ['iife'], name: 'pushWorker' } },
      });
      const [bundle] = Array.isArray(built) ? built : [built];
      const [chunk] = bundle && 'output' in bundle ? bundle.output : [];
      if (chunk?.type !== 'chunk') throw new Error('The worker of pushes was not built.');
      this.emitFile({ type: 'asset', fileName: PUSH_WORKER_FILE, source: chunk.code });
    },
  };
}
