/*
 * A part of the build: the reader of QR codes keeps the program of its worker as a text and starts it from a blob, which
 * the security policy of our pages refuses. Here the text becomes a file of the site, and the worker starts from that.
 */
import { runInNewContext } from 'node:vm';
import type { Plugin } from 'vite';

export function qrWorkerAsFile(): Plugin {
  return {
    name: 'qr-worker-as-file',
    apply: 'build',
    transform(code, id) {
      if (!/qr-scanner-worker\.min\.js$/.test(id)) return undefined;
      const file = this.emitFile({ type: 'asset', name: 'qr-worker.js', source: workerProgramOf(code) });
      return `export const createWorker = () => new Worker(import.meta.ROLLUP_FILE_URL_${file});`;
    },
  };
}

/** What the module would have put into its blob. */
function workerProgramOf(code: string): string {
  let program = '';
  class Blob {
    constructor([part]: readonly string[]) {
      program = part ?? '';
    }
  }
  const start = code.replace('export const createWorker', 'createWorker').replace(/\/\/# sourceMappingURL.*/, '');
  runInNewContext(`let createWorker; ${start}; createWorker();`, {
    Blob,
    URL: { createObjectURL: () => '' },
    Worker: class {},
  });
  if (!program.includes('qrResult')) throw new Error('The worker of qr-scanner is not where it was.');
  return program;
}
