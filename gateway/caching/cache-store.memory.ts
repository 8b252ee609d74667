/* Kept answers of one process, in its memory, as many as have room. */
import { LRUCache } from 'lru-cache';
import type { Clock } from '../../subgraphs/kernel/clock.ts';
import { type CacheStore, LONGEST_TEXT_CHARACTERS } from './cache-store.ts';

/** Some thousand pages of offers. */
const ROOM_BYTES = 32 * 1024 * 1024;
const TAGS_KEPT = 50_000;
/** What an entry takes besides its texts, about. */
const ENTRY_BYTES = 200;

interface Entry {
  readonly mark: string;
  readonly text: string;
  readonly keptAt: number;
  readonly until: number;
}

/** @param roomBytes for all that is kept, texts reckoned at two bytes a character. */
export function cacheInMemory(clock: Clock, roomBytes = ROOM_BYTES): CacheStore {
  const entries = new LRUCache<string, Entry>({
    maxSize: roomBytes,
    sizeCalculation: ({ text, mark }, key) => 2 * (text.length + mark.length + key.length) + ENTRY_BYTES,
  });
  const versions = new LRUCache<string, number>({ max: TAGS_KEPT });
  let lastVersion = 0;

  const versionOf = (tag: string): number => {
    let version = versions.get(tag);
    if (version === undefined) {
      // Also of a tag that had no room: a new version is like no earlier one.
      version = ++lastVersion;
      versions.set(tag, version);
    }
    return version;
  };

  return {
    async look(wanted) {
      const now = clock.now().getTime();
      return wanted.map(({ key, tags }) => {
        const mark = tags.map(versionOf).join();
        const entry = entries.get(key);
        if (!entry || entry.mark !== mark || entry.until <= now) return { mark };
        return { found: { text: entry.text, ageSeconds: Math.floor((now - entry.keptAt) / 1000) } };
      });
    },
    async keep(kept) {
      const now = clock.now().getTime();
      for (const { key, mark, text, maxAgeSeconds } of kept) {
        if (text.length > LONGEST_TEXT_CHARACTERS) continue;
        entries.set(key, { mark, text, keptAt: now, until: now + maxAgeSeconds * 1000 });
      }
    },
    async makeStale(tags) {
      for (const tag of tags) versions.set(tag, ++lastVersion);
    },
    async close() {
      entries.clear();
    },
  };
}
