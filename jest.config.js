/*
 * Every test of the project, in ESM mode: MikroORM cannot be loaded otherwise. Files go through swc with the same options
 * as in a running system (kernel/typescript.js), so that decorators leave the same metadata.
 */
import { readFileSync } from 'node:fs';

const { sourceMaps: _, ...swc } = JSON.parse(readFileSync(new URL('.swcrc.json', import.meta.url), 'utf8'));

export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  transform: { '\\.tsx?$': ['@swc/jest', { ...swc, swcrc: false, sourceMaps: 'inline' }] },
  testMatch: ['**/*.test.ts', '**/*.test.tsx'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/', '/\\.cache/', '/\\.data/'],
  modulePathIgnorePatterns: ['/dist/', '/\\.cache/', '/\\.data/'],
  setupFiles: ['reflect-metadata', './subgraphs/kernel/testing/draws.ts'],
  globalSetup: './subgraphs/kernel/testing/start-servers.ts',
  globalTeardown: './subgraphs/kernel/testing/stop-servers.ts',
  reporters: ['default', './subgraphs/kernel/testing/tally.js'],
  maxWorkers: 2,
  // Modules of a suite are not given back (Node keeps those of ES modules): a worker that has grown is replaced.
  workerIdleMemoryLimit: 1_500_000_000,
  testTimeout: 180_000,
};
