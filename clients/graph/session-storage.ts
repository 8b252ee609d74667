/*
 * The session of one site in a browser, shared by its tabs: kept in local storage, renewed by one tab at a time under a
 * lock of the browser. Each site (app, console) has its own, so that signing out of one leaves the other.
 */
import type { Session, SharedSession } from '../client.ts';

export interface SessionStorage extends SharedSession {
  /** Keeps it for all tabs; undefined ends it for all. */
  keep(session: Session | undefined): void;
  /** Calls back when another tab has kept or ended one. @returns what stops it. */
  changedElsewhere(listener: (session: Session | undefined) => void): () => void;
}

/** @param site such as `app`. Where local storage is shut (some private windows), a session lasts as long as the page. */
export function openSessionStorage(site: string): SessionStorage {
  const key = `hey-blue ${site} session`;
  let unstored: Session | undefined;
  let isShut = false;
  const latest = () => (isShut ? unstored : parse(localStorage.getItem(key)));
  return {
    latest,
    keep(session) {
      unstored = session;
      try {
        if (session) localStorage.setItem(key, JSON.stringify(session));
        else localStorage.removeItem(key);
      } catch {
        isShut = true;
      }
    },
    exclusively: async (task) => {
      await (navigator.locks?.request(key, task) ?? task());
    },
    changedElsewhere(listener) {
      const heard = (event: StorageEvent) => {
        if (event.storageArea === localStorage && (event.key === key || event.key === null)) listener(latest());
      };
      addEventListener('storage', heard);
      return () => removeEventListener('storage', heard);
    },
  };
}

function parse(text: string | null): Session | undefined {
  try {
    return text ? (JSON.parse(text) as Session) : undefined;
  } catch {
    return undefined;
  }
}
