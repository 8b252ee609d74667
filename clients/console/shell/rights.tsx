/*
 * Who may change what is an organisation's: who acts for it, but not those who only look at it, and administrators. The API
 * refuses the others too; here it decides what they are offered.
 */
import { useLingui } from '@lingui/react';
import { useCallback } from 'react';
import { useSite } from '../../graph/site.tsx';
import { Note } from '../../interface/parts.tsx';

/** @returns whether the person may change what is this organisation's. */
export function useMayChange(): (organisationId: string) => boolean {
  const { scopes, organisations } = useSite();
  return useCallback(
    (id) =>
      scopes.includes('administrator') ||
      (organisations.some((each) => each.endsWith(`:${id}`)) && !organisations.includes(`viewer:${id}`)),
    [scopes, organisations],
  );
}

/** The organisations of these kinds that the person may change things of, as their ids. */
export function useOwnChangeable(...kinds: readonly string[]): string[] {
  const { organisations } = useSite();
  const mayChange = useMayChange();
  const own = organisations.map((each) => each.split(':')).filter(([kind = '']) => kinds.includes(kind));
  return own.flatMap(([, id = '']) => (mayChange(id) ? [id] : []));
}

/** Tells who only looks at it why nothing can be changed. */
export function ViewerNote({ organisationId }: { readonly organisationId: string }) {
  const { i18n } = useLingui();
  const mayChange = useMayChange();
  if (mayChange(organisationId)) return null;
  return <Note>{i18n._('You look at this as a viewer. Its owners and editors can change it.')}</Note>;
}
