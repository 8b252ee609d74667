/*
 * An account as the console names it: "You", or the end of its id, since people's names are not the console's to show.
 * Administrators come from there to what can be done about the account.
 */
import { useLingui } from '@lingui/react';
import { Link } from 'wouter';
import { useSite } from '../../graph/site.tsx';

/** The ends of ids differ; their beginnings say when they were made. */
export const shortId = (id: string) => id.slice(-8);

export function AccountName({ id }: { readonly id: string }) {
  const { i18n } = useLingui();
  const { accountId, scopes } = useSite();
  if (id === accountId) return <span>{i18n._('You')}</span>;
  const name = i18n._('Account {id}', { id: shortId(id) });
  if (!scopes.includes('administrator')) return <span className="number">{name}</span>;
  return (
    <Link href={`/accounts/${id}`} className="number">
      {name}
    </Link>
  );
}
