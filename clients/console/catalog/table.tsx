/* A table with a name; where it is wider than the screen, it scrolls by itself and is in reach of the keyboard. */
import type { ReactNode } from 'react';

interface TableProperties {
  readonly label: string;
  readonly heads: readonly string[];
  readonly children: ReactNode;
}

export function Table({ label, heads, children }: TableProperties) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is in reach of the keyboard.
    <section className="table" aria-label={label} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </section>
  );
}
