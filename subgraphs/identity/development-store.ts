/*
 * Where the development provider keeps its sign-ins, sessions and codes: memory of this process, bounded, gone with it.
 * The shape is oidc-provider's adapter interface; each system in a process has a store of its own.
 */
import { LRUCache } from 'lru-cache';

const ENTRIES = 50_000;

interface Payload {
  uid?: string;
  grantId?: string;
  consumed?: true;
  [name: string]: unknown;
}

/** oidc-provider's adapter, as far as the authorization code flow uses it. Times are in seconds. */
export interface StoreAdapter {
  upsert(id: string, payload: Payload, expiresIn: number): Promise<void>;
  find(id: string): Promise<Payload | undefined>;
  findByUid(uid: string): Promise<Payload | undefined>;
  findByUserCode(userCode: string): Promise<undefined>;
  consume(id: string): Promise<void>;
  destroy(id: string): Promise<void>;
  revokeByGrantId(grantId: string): Promise<void>;
}

export class DevelopmentStore {
  readonly #entries = new LRUCache<string, Payload>({ max: ENTRIES });
  readonly #byUid = new LRUCache<string, string>({ max: ENTRIES });
  readonly #byGrant = new LRUCache<string, Set<string>>({ max: ENTRIES });

  adapter(model: string): StoreAdapter {
    const keyOf = (id: string) => `${model}:${id}`;
    return {
      upsert: async (id, payload, expiresIn) => {
        const options = expiresIn ? { ttl: expiresIn * 1000 } : {};
        this.#entries.set(keyOf(id), payload, options);
        if (payload.uid) this.#byUid.set(payload.uid, keyOf(id), options);
        if (!payload.grantId) return;
        const members = this.#byGrant.get(payload.grantId) ?? new Set();
        this.#byGrant.set(payload.grantId, members.add(keyOf(id)));
      },
      find: async (id) => this.#entries.get(keyOf(id)),
      findByUid: async (uid) => this.#entries.get(this.#byUid.get(uid) ?? ''),
      findByUserCode: async () => undefined,
      consume: async (id) => {
        const payload = this.#entries.get(keyOf(id));
        // When does not matter to anybody, only that.
        if (payload) payload.consumed = true;
      },
      destroy: async (id) => {
        this.#entries.delete(keyOf(id));
      },
      revokeByGrantId: async (grantId) => {
        for (const key of this.#byGrant.get(grantId) ?? []) this.#entries.delete(key);
        this.#byGrant.delete(grantId);
      },
    };
  }
}
