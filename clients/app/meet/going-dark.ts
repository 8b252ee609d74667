/*
 * Ending an officer's window, which must not fail for want of a network: asked again until the API has answered. From the
 * first tap on the phone tells its place no more, so that the officer is forgotten within two minutes even so.
 */
import { useCallback, useEffect, useState } from 'react';
import { useMutation } from 'urql';
import { codeOf } from '../../interface/refusals.ts';
import { GoDarkDocument } from '../generated/graphql.ts';

const FIRST_PAUSE_MILLISECONDS = 1_000;
const LONGEST_PAUSE_MILLISECONDS = 15_000;
const LATER = new Set(['UNREACHABLE', 'UNAVAILABLE', 'RATE_LIMITED', 'INTERNAL']);

/** @param windowId of the open window. */
export function useGoingDark(windowId: string | undefined): { readonly isGoingDark: boolean; goDark(): void } {
  const [ending, setEnding] = useState<string>();
  const [, close] = useMutation(GoDarkDocument);
  useEffect(() => {
    if (!ending) return;
    let pause = FIRST_PAUSE_MILLISECONDS;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isOver = false;
    const attempt = async () => {
      clearTimeout(timer);
      const { error } = await close({ input: { windowId: ending } });
      if (isOver) return;
      if (!error || !LATER.has(codeOf(error))) return setEnding(undefined);
      timer = setTimeout(() => void attempt(), pause);
      pause = Math.min(LONGEST_PAUSE_MILLISECONDS, pause * 2);
    };
    const now = () => void attempt();
    addEventListener('online', now);
    now();
    return () => {
      isOver = true;
      clearTimeout(timer);
      removeEventListener('online', now);
    };
  }, [ending, close]);
  const goDark = useCallback(() => setEnding(windowId), [windowId]);
  return { isGoingDark: ending !== undefined, goDark };
}
