/*
 * Hears a scanner that types like a keyboard while the focus is in no field: what comes in one go and ends with Enter is a
 * voucher. Keys for buttons and links, and what people type into fields, are left alone.
 */
import { useEffect, useRef } from 'react';

interface Heard {
  onScan(text: string): void;
  /** Enter without anything before it. */
  readonly onEnter?: (() => void) | undefined;
}

/** Between two keys of a scanner far less passes. */
const GAP_MILLISECONDS = 500;

/** @param heard undefined while nothing is to be heard. */
export function useScannerKeys(heard: Heard | undefined): void {
  const latest = useRef(heard);
  latest.current = heard;
  useEffect(() => {
    let written = '';
    let lastAt = 0;
    const pressed = (event: KeyboardEvent) => {
      const { target, key, timeStamp } = event;
      const isElsewhere = target instanceof Element && target.closest('input, select, textarea');
      if (!latest.current || isElsewhere || event.ctrlKey || event.metaKey || event.altKey) return;
      if (timeStamp - lastAt > GAP_MILLISECONDS) written = '';
      if (key.length === 1) {
        // A space is a symbol of a token, and would press the button that has the focus.
        if (key !== ' ' || written !== '') event.preventDefault();
        written += key;
        lastAt = timeStamp;
      } else if (key === 'Enter') {
        const isButton = target instanceof Element && target.closest('button, a');
        if (written === '' && isButton) return;
        event.preventDefault();
        if (written === '') latest.current.onEnter?.();
        else latest.current.onScan(written);
        written = '';
      }
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  }, []);
}
