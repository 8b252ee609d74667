/* The way to a transaction of the books, where administrators see its postings and may undo it. */
import type { ReactNode } from 'react';
import { Link } from 'wouter';

export function TransactionLink({ id, children }: { readonly id: string; readonly children: ReactNode }) {
  return <Link href={`/ledger/transactions/${id}`}>{children}</Link>;
}
