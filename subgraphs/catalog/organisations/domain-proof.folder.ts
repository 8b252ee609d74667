/*
 * Domains of a laptop, where no name of the internet is ours: a file `<name>.txt` for each, one text a line, in a folder of
 * the data folder. Who looks in vain is told on the console which file to write.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { DomainProof } from './domain-proof.ts';

/** What a name may look like that becomes the name of a file. */
const NAME = /^[a-z0-9_](?:[a-z0-9_.-]{0,250}[a-z0-9])?$/;

export class FolderDomainProof implements DomainProof {
  readonly #folder: string;
  readonly #log: Logger;

  constructor(folder: string, log: Logger) {
    this.#folder = folder;
    this.#log = log;
  }

  async textsOf(name: string): Promise<readonly string[]> {
    if (!NAME.test(name) || name.includes('..')) return [];
    const file = join(this.#folder, `${name}.txt`);
    try {
      const content = await readFile(file, 'utf8');
      return content.split(/\r?\n/).filter((line) => line !== '');
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'ENOENT') throw error;
      this.#log.info({ file }, 'a domain is proved by this file: write the text that was asked for into it');
      return [];
    }
  }
}
