/* The files of imports, as they were uploaded. */
import type { Uploads } from '../uploads/uploads.ts';
import type { ImportFiles } from './import-runner.ts';

export const uploadedFiles = (uploads: Pick<Uploads, 'open' | 'openStored' | 'discard'>): ImportFiles => ({
  open: (uploadId) => uploads.openStored(uploadId),
  discard: (uploadId) => uploads.discard(uploadId),
  openFor: (caller, uploadId) => uploads.open(caller, uploadId),
});
