/*
 * Builds the app into clients/app/dist: static files that name no other host. Texts are compiled from the catalogues;
 * what one person in ten opens (the map, the camera) is loaded when it is opened.
 */
import { fileURLToPath } from 'node:url';
import { lingui } from '@lingui/vite-plugin';
import { defineConfig } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';
import { qrWorkerAsFile } from './meet/qr-worker.ts';

const here = fileURLToPath(new URL('.', import.meta.url));

export default defineConfig({
  root: here,
  base: '/app/',
  publicDir: 'public',
  plugins: [
    lingui({ configPath: fileURLToPath(new URL('../lingui.config.js', import.meta.url)), failOnMissing: true }),
    qrWorkerAsFile(),
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
        globIgnores: ['**/maplibre*'],
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
