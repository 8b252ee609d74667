/* The present time, for what counts down on a screen. */
import { useEffect, useState } from 'react';

/** Moves every so many seconds. */
export function useNow(seconds = 1): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), seconds * 1_000);
    return () => clearInterval(timer);
  }, [seconds]);
  return now;
}
