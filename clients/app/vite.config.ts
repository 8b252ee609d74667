/*
 * Builds the app into clients/app/dist: static files that name no other host. Texts are compiled from the catalogues;
 * what one person in ten opens (the map, the camera) is loaded when it is opened.
 */
import { fileURLToPath } from 'node:url';
import { lingui } from '@lingui/vite-plugin';
import { defineConfig, type Plugin } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';
import { PUSH_WORKER_FILE, pushWorkerAsFile } from './account/push-worker-as-file.ts';
import { qrWorkerAsFile } from './meet/qr-worker.ts';

const here = fileURLToPath(new URL('.', import.meta.url));

/**
 * Each generated document as a module of its own, so that it comes with the screens that ask it and not with the first one.
 * What no screen asks is left out.
 */
function documentsWithTheirScreens(): Plugin {
  const documents = new Map<string, string>();
  const generated = /clients\/(app\/)?generated\/graphql\.ts$/;
  return {
    name: 'documents-with-their-screens',
    enforce: 'pre',
    resolveId: (id) => (documents.has(id) ? { id, moduleSideEffects: false } : undefined),
    load: (id) => documents.get(id),
    transform(code, id) {
      if (!generated.test(id)) return undefined;
      const own = /^export const (\w+(?:Document|FragmentDoc)) = (\{.*\}) as unknown as .*$/gm;
      const split = code.replace(own, (_line, name: string, document: string) => {
        documents.set(`\0document:${name}`, `export const ${name} = ${document};`);
        return `export { ${name} } from '\0document:${name}';`;
      });
      const pure = split.replace(/= new TypedDocumentString\(/g, '= /*#__PURE__*/ new TypedDocumentString(');
      return { code: pure, map: null, moduleSideEffects: false };
    },
  };
}

export default defineConfig({
  root: here,
  base: '/app/',
  publicDir: 'public',
  plugins: [
    documentsWithTheirScreens(),
    lingui({ configPath: fileURLToPath(new URL('../lingui.config.js', import.meta.url)), failOnMissing: true }),
    qrWorkerAsFile(),
    pushWorkerAsFile(),
    VitePWA({
      registerType: 'prompt',
      // The app registers it itself (account/installation.tsx) and asks before a new version starts.
      injectRegister: false,
      manifest: {
        id: '/app/',
        name: 'Hey Blue!',
        short_name: 'Hey Blue!',
        description: 'Meet the police officers near you, for a moment, and be rewarded together.',
        start_url: '/app/',
        scope: '/app/',
        display: 'standalone',
        background_color: '#ffffff',
        theme_color: '#1747c4',
        icons: [
          { src: '/app/icon.svg', sizes: 'any', type: 'image/svg+xml', purpose: 'any' },
          { src: '/app/icon-512.png', sizes: '512x512', type: 'image/png', purpose: 'any' },
          { src: '/app/icon-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
        ],
      },
      workbox: {
        // The map is of use with a connection only, and as large as all else together.
        globPatterns: ['**/*.{js,mjs,css,html,svg,png,webmanifest}'],
        globIgnores: ['**/maplibre*', PUSH_WORKER_FILE],
        importScripts: [PUSH_WORKER_FILE],
        navigateFallback: '/app/index.html',
        navigateFallbackAllowlist: [/^\/app(\/|$)/],
      },
    }),
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
