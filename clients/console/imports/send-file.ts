/* Sends a file to the address that the API gave for it, and tells how far it is. */

export interface Destination {
  readonly url: string;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
}

/** Files above this are sent without their hash, which would take the whole of them into memory. */
const HASHED_BYTES = 32 * 1024 * 1024;

/** As the API takes it, or undefined for a file that is too large. */
export async function sha256Of(file: File): Promise<string | undefined> {
  if (file.size > HASHED_BYTES) return undefined;
  const digest = await crypto.subtle.digest('SHA-256', await file.arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * One PUT. A request of the old kind, since fetch does not tell how much was sent.
 * @param onProgress given the part that was sent, 0 to 1. @throws Error where it was refused or cut off.
 */
export function sendFile(file: File, { url, headers }: Destination, onProgress: (part: number) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('PUT', url);
    for (const { name, value } of headers) {
      // The browser alone says how long a body is.
      if (name.toLowerCase() !== 'content-length') request.setRequestHeader(name, value);
    }
    request.upload.addEventListener('progress', ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0));
    request.addEventListener('load', () => {
      if (request.status >= 200 && request.status < 300) resolve();
      else reject(new Error(`The file was refused: ${request.status}`));
    });
    request.addEventListener('error', () => reject(new Error('The connection was lost')));
    request.send(file);
  });
}

const mediaTypes: Readonly<Record<string, string>> = {
  csv: 'text/csv',
  tsv: 'text/tab-separated-values',
  txt: 'text/plain',
  json: 'application/json',
  ndjson: 'application/x-ndjson',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
};

/** By its name: browsers name the type of a table after what is installed beside them. */
export function mediaTypeOf(file: File): string {
  const ending = file.name.split('.').at(-1)?.toLowerCase() ?? '';
  return mediaTypes[ending] ?? (file.type || 'application/octet-stream');
}
