/* Numbers that a person reads at a glance. */
import { useFormats } from '../../interface/language.tsx';
import './imports.css';

export function Figures({ of }: { readonly of: readonly (readonly [string, number | null | undefined])[] }) {
  const { count } = useFormats();
  return (
    <dl className="figures">
      {of.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value === null || value === undefined ? '–' : count(value)}</dd>
        </div>
      ))}
    </dl>
  );
}
