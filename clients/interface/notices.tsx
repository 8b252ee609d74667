/*
 * Short messages after something was done, shown for a while and announced to screen readers without taking the focus.
 */
import { createContext, type ReactNode, useCallback, useContext, useRef, useState } from 'react';

interface Notice {
  readonly id: number;
  readonly text: string;
}

type Tell = (text: string) => void;

const SHOWN_MILLISECONDS = 6_000;
const NoticeContext = createContext<Tell | undefined>(undefined);

export function NoticeProvider({ children }: { readonly children: ReactNode }) {
  const [notices, setNotices] = useState<readonly Notice[]>([]);
  const last = useRef(0);
  const tell = useCallback<Tell>((text) => {
    const id = ++last.current;
    // The same words again take the place of the earlier ones: a new element, so screen readers hear them again.
    setNotices((before) => [...before.filter((notice) => notice.text !== text).slice(-2), { id, text }]);
    setTimeout(() => setNotices((before) => before.filter((notice) => notice.id !== id)), SHOWN_MILLISECONDS);
  }, []);
  return (
    <NoticeContext.Provider value={tell}>
      {children}
      <div className="notices" role="status" aria-live="polite">
        {notices.map(({ id, text }) => (
          <div key={id} className="notice">
            {text}
          </div>
        ))}
      </div>
    </NoticeContext.Provider>
  );
}

/** Tells the person something that was done. */
export function useNotice(): Tell {
  const tell = useContext(NoticeContext);
  if (!tell) throw new Error('useNotice needs a NoticeProvider above it');
  return tell;
}
