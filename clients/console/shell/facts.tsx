/* What is known of a thing, name by name; what is not known is left out. */
import type { ReactNode } from 'react';

export function Facts({ entries }: { readonly entries: readonly (readonly [name: string, value: ReactNode])[] }) {
  const known = entries.filter(([, value]) => value !== null && value !== undefined && value !== '');
  return (
    <dl className="facts">
      {known.map(([name, value]) => (
        <div key={name} className="fact">
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
