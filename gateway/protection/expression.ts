/* Sums and products over the variables of an operation: numbers where they depend on none, functions where they do. */

export type Values = Readonly<Record<string, unknown>>;

export type Expression = number | ((values: Values) => number);

const MOST = Number.MAX_SAFE_INTEGER;
const bounded = (value: number) => Math.min(value, MOST);

const at = (expression: Expression, values: Values) =>
  typeof expression === 'number' ? expression : expression(values);

export function add(...terms: readonly Expression[]): Expression {
  return fold(terms, 0, (sum, term) => bounded(sum + term));
}

export function largest(...terms: readonly Expression[]): Expression {
  return fold(terms, 0, (one, other) => Math.max(one, other));
}

export function times(one: Expression, other: Expression): Expression {
  if (one === 0 || other === 0) return 0;
  if (one === 1) return other;
  if (other === 1) return one;
  if (typeof one === 'number' && typeof other === 'number') return bounded(one * other);
  return (values) => bounded(at(one, values) * at(other, values));
}

/** What is known is reckoned at once; what is left over is reckoned each time. */
function fold(terms: readonly Expression[], start: number, join: (one: number, other: number) => number): Expression {
  const known = terms.filter((term) => typeof term === 'number').reduce(join, start);
  const open = terms.filter((term) => typeof term !== 'number');
  const [only] = open;
  if (!only) return known;
  if (open.length === 1) return (values) => join(known, only(values));
  return (values) => {
    let joined = known;
    for (const term of open) joined = join(joined, term(values));
    return joined;
  };
}
