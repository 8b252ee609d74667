/* Registered documents of one process, in its memory. */
import { LRUCache } from 'lru-cache';
import type { Clock } from '../../subgraphs/kernel/clock.ts';
import { DOCUMENTS_KEPT, KEPT_SECONDS, type PersistedDocuments } from './persisted-documents.ts';

export function documentsInMemory(clock: Clock, most = DOCUMENTS_KEPT): PersistedDocuments {
  const kept = new LRUCache<string, { text: string; until: number }>({ max: most });
  const until = () => clock.now().getTime() + KEPT_SECONDS * 1000;
  return {
    async find(hash) {
      const document = kept.get(hash);
      if (!document || document.until <= clock.now().getTime()) return undefined;
      document.until = until();
      return document.text;
    },
    async keep(hash, text) {
      kept.set(hash, { text, until: until() });
    },
  };
}
