/*
 * Something that may happen once only, such as spending points: its key is made before the first attempt and kept, through
 * a reload too, until the API has answered.
 */
import { useCallback, useState } from 'react';
import type { CombinedError } from 'urql';
import { codeOf } from '../../interface/refusals.ts';

const nameOf = (wish: string) => `hey-blue wish ${wish}`;

/** The key of this wish: the same until it is answered. */
function keyOf(wish: string): string {
  try {
    const kept = sessionStorage.getItem(nameOf(wish));
    if (kept) return kept;
    const key = crypto.randomUUID();
    sessionStorage.setItem(nameOf(wish), key);
    return key;
  } catch {
    return crypto.randomUUID();
  }
}

function forget(wish: string): void {
  try {
    sessionStorage.removeItem(nameOf(wish));
  } catch {
    // It was never kept there.
  }
}

/** Whether nobody knows what became of it: the same key has to ask again. */
const isOpen = (error: CombinedError | undefined) =>
  error !== undefined && ['UNREACHABLE', 'UNAVAILABLE', 'INTERNAL'].includes(codeOf(error));

type Attempt<Data> = (
  idempotencyKey: string,
) => Promise<{ data?: Data | undefined; error?: CombinedError | undefined }>;

export interface Wish {
  readonly busy: boolean;
  readonly failure: CombinedError | undefined;
  /** Tries once more with the same key. @returns the answer, undefined where it was refused or lost. */
  attempt<Data>(wish: string, run: Attempt<Data>): Promise<Data | undefined>;
  forgive(): void;
}

/** One wish at a time. `wish` names all that it asks for, since one key stands for one question. */
export function useWish(): Wish {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<CombinedError>();
  const attempt = useCallback(async <Data>(wish: string, run: Attempt<Data>) => {
    setBusy(true);
    setFailure(undefined);
    const { data, error } = await run(keyOf(wish));
    if (!isOpen(error)) forget(wish);
    setBusy(false);
    setFailure(error);
    return error ? undefined : data;
  }, []);
  const forgive = useCallback(() => setFailure(undefined), []);
  return { busy, failure, attempt, forgive };
}
