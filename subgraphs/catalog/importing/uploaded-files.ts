/* The files of imports, as they were uploaded. */
import type { Uploads } from '../uploads/uploads.ts';
import type { ImportFiles } from './import-runner.ts';

export const uploadedFiles = (uploads: Pick<Uploads, 'open' | 'openStored'>): ImportFiles => ({
  open: (uploadId) => uploads.openStored(uploadId),
  openFor: (caller, uploadId) => uploads.open(caller, uploadId),
});
