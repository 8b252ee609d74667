/*
 * What a meeting needs is loaded before it is needed: people meet where networks are bad. Not the map, which is as large
 * as all else together.
 */
import { useEffect } from 'react';

const parts = [
  () => import('./scan.tsx'),
  () => import('./meeting.tsx'),
  () => import('qr-scanner'),
  () => import('canvas-confetti'),
];

export function usePreparedMeeting(): void {
  useEffect(() => {
    // What cannot be had now is loaded when it is opened.
    for (const load of parts) load().catch(() => undefined);
  }, []);
}
