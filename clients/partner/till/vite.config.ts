/*
 * Builds the till into clients/partner/till/dist: a page of its own that opens without a network, since that is when a
 * till is needed most. The camera is loaded when it is opened; its worker is a file of the site.
 */
import { fileURLToPath } from 'node:url';
import { lingui } from '@lingui/vite-plugin';
import { defineConfig } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';
import { qrWorkerAsFile } from '../../app/meet/qr-worker.ts';

const here = fileURLToPath(new URL('.', import.meta.url));

export default defineConfig({
  root: here,
  base: '/till/',
  publicDir: 'public',
  plugins: [
    lingui({ configPath: fileURLToPath(new URL('../../lingui.config.js', import.meta.url)), failOnMissing: true }),
    qrWorkerAsFile(),
    VitePWA({
      registerType: 'autoUpdate',
      manifest: {
        id: '/till/',
        name: 'Hey Blue! till',
        short_name: 'Till',
        description: 'Takes vouchers of Hey Blue! at the till of a shop.',
        start_url: '/till/',
        scope: '/till/',
        display: 'standalone',
        background_color: '#ffffff',
        theme_color: '#1747c4',
        icons: [{ src: '/till/icon.svg', sizes: 'any', type: 'image/svg+xml', purpose: 'any' }],
      },
      workbox: {
        globPatterns: ['**/*.{js,css,html,svg,webmanifest}'],
        navigateFallback: '/till/index.html',
        navigateFallbackAllowlist: [/^\/till\//],
      },
    }),
  ],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    manifest: 'build.json',
    rolldownOptions: {
      onLog(level, log, report) {
        // Some libraries' files start with 'use client', which means nothing outside a server-rendered page.
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') report(level, log);
      },
    },
  },
});
