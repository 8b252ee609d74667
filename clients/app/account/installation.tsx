/*
 * The app as a thing on the device: the browser's offer to install it, kept until the person wants it, and a new version,
 * which waits until they say so: nobody's meeting is cut off by a page that loads itself anew.
 */
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';

export interface Installation {
  /** Asks the person, by the browser's own question; undefined where it cannot be asked. */
  readonly install: (() => Promise<void>) | undefined;
  readonly isInstalled: boolean;
  /** Starts the version that waits; undefined while there is none. */
  readonly update: (() => void) | undefined;
}

/** Of Chromium; no standard, and absent from TypeScript's library. */
interface InstallOffer extends Event {
  prompt(): Promise<unknown>;
}

const InstallationContext = createContext<Installation | undefined>(undefined);

export function InstallationProvider({ children }: { readonly children: ReactNode }) {
  const [offer, setOffer] = useState<InstallOffer>();
  const [isInstalled, setIsInstalled] = useState(() => matchMedia('(display-mode: standalone)').matches);
  const [update, setUpdate] = useState<() => void>();
  useEffect(() => {
    const offered = (event: Event) => {
      // The question comes when the person asks for it, not when the browser thinks so.
      event.preventDefault();
      setOffer(event as InstallOffer);
    };
    const installed = () => {
      setOffer(undefined);
      setIsInstalled(true);
    };
    addEventListener('beforeinstallprompt', offered);
    addEventListener('appinstalled', installed);
    return () => {
      removeEventListener('beforeinstallprompt', offered);
      removeEventListener('appinstalled', installed);
    };
  }, []);
  useEffect(() => startServiceWorker((start) => setUpdate(() => start)), []);
  const installation = useMemo<Installation>(
    () => ({
      install: offer && (async () => void (await offer.prompt().finally(() => setOffer(undefined)))),
      isInstalled,
      update,
    }),
    [offer, isInstalled, update],
  );
  return <InstallationContext.Provider value={installation}>{children}</InstallationContext.Provider>;
}

export function useInstallation(): Installation {
  const installation = useContext(InstallationContext);
  if (!installation) throw new Error('useInstallation needs an InstallationProvider above it');
  return installation;
}

/** Keeps the app for when there is no connection. @param onWaiting is told how to start a newer version. @returns what stops it. */
function startServiceWorker(onWaiting: (start: () => void) => void): () => void {
  if (!('serviceWorker' in navigator)) return () => {};
  let stopped = false;
  let look = () => {};
  const looked = () => document.visibilityState === 'visible' && look();
  void import('workbox-window').then(async ({ Workbox }) => {
    if (stopped) return;
    const worker = new Workbox('/app/sw.js', { scope: '/app/' });
    worker.addEventListener('waiting', () =>
      onWaiting(() => {
        worker.addEventListener('controlling', () => location.reload());
        worker.messageSkipWaiting();
      }),
    );
    // A browser that keeps no workers, such as some private windows, shows the app all the same.
    await worker.register().catch(() => undefined);
    // An app on a home screen stays open for days: it looks for a new version whenever somebody comes back to it.
    look = () => void worker.update().catch(() => undefined);
  });
  document.addEventListener('visibilitychange', looked);
  return () => {
    stopped = true;
    document.removeEventListener('visibilitychange', looked);
  };
}
