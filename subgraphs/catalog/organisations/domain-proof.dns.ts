/* Domains as the internet has them: TXT records by DNS. A name that is not there is an answer; a server that is away is none. */
import { Resolver } from 'node:dns/promises';
import type { DomainProof } from './domain-proof.ts';

const ANSWER_MILLISECONDS = 3_000;
const TRIES = 2;
/** That there is nothing of this name, or that it is none: answers, not the absence of a server. */
const NOTHING = ['ENODATA', 'ENOTFOUND', 'EBADNAME'];

export class DnsDomainProof implements DomainProof {
  readonly #resolver = new Resolver({ timeout: ANSWER_MILLISECONDS, tries: TRIES });

  /** @param servers to ask, as address:port; those of the machine where absent. */
  constructor(servers?: readonly string[]) {
    if (servers) this.#resolver.setServers(servers);
  }

  async textsOf(name: string): Promise<readonly string[]> {
    try {
      // A long text comes in pieces.
      return (await this.#resolver.resolveTxt(name)).map((pieces) => pieces.join(''));
    } catch (error) {
      if (NOTHING.includes(String((error as { code?: unknown }).code))) return [];
      throw error;
    }
  }
}
