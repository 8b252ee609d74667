/* Says that there is no connection, as long as the browser knows of none: what is on the screen may be old then. */
import { useLingui } from '@lingui/react';
import { useSyncExternalStore } from 'react';
import { Note } from '../../interface/parts.tsx';

function watch(changed: () => void): () => void {
  addEventListener('online', changed);
  addEventListener('offline', changed);
  return () => {
    removeEventListener('online', changed);
    removeEventListener('offline', changed);
  };
}

export function Connection() {
  const { i18n } = useLingui();
  const isOnline = useSyncExternalStore(watch, () => navigator.onLine);
  if (isOnline) return null;
  return (
    <Note tone="warn">{i18n._('There is no connection. What you see may be old, and nothing can be decided.')}</Note>
  );
}
