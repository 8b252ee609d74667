/*
 * How the types of single values are made: a rule of what is taken, checked once when an argument is coerced. The types
 * themselves stand in scalars.ts.
 */
import { GraphQLError, GraphQLScalarType, Kind, type ValueNode } from 'graphql';

export interface TextRule {
  readonly name: string;
  readonly description: string;
  readonly longest: number;
  readonly shortest?: number;
  readonly pattern?: RegExp;
  /** What no pattern can say. */
  readonly holds?: (text: string) => boolean;
  /** What the message says is expected. */
  readonly expected: string;
  readonly trim?: boolean;
  readonly lines?: boolean;
}

// Control characters have no place in names and break logs and terminals; PostgreSQL refuses NUL. Lone surrogates are not text.
const CONTROL = /[\p{Cc}\p{Cs}]/u;
const CONTROL_BUT_LINES = /[^\P{Cc}\n\r\t]|\p{Cs}/u;

export function textScalar(rule: TextRule): GraphQLScalarType<string, string> {
  const check = (value: unknown): string => {
    if (typeof value !== 'string') throw invalid(rule.name, rule.expected);
    const text = rule.trim === false ? value : value.trim();
    const forbidden = rule.lines ? CONTROL_BUT_LINES : CONTROL;
    if (
      text.length > rule.longest ||
      text.length < (rule.shortest ?? 1) ||
      forbidden.test(text) ||
      (rule.pattern && !rule.pattern.test(text)) ||
      (rule.holds && !rule.holds(text))
    ) {
      throw invalid(rule.name, rule.expected);
    }
    return text;
  };
  return scalar(rule.name, rule.description, String, check);
}

export interface NumberRule {
  readonly name: string;
  readonly description: string;
  readonly least: number;
  readonly most: number;
  readonly whole: boolean;
}

export function numberScalar(rule: NumberRule): GraphQLScalarType<number, number> {
  const expected = `a ${rule.whole ? 'whole ' : ''}number from ${rule.least} to ${rule.most}`;
  const check = (value: unknown): number => {
    const fits = typeof value === 'number' && value >= rule.least && value <= rule.most;
    if (!fits || (rule.whole && !Number.isInteger(value))) throw invalid(rule.name, expected);
    return value;
  };
  return scalar(rule.name, `${rule.description} ${expected[0]?.toUpperCase()}${expected.slice(1)}.`, Number, check);
}

export function scalar<Value>(
  name: string,
  description: string,
  serialize: (value: unknown) => Value,
  check: (value: unknown) => Value,
): GraphQLScalarType<Value, Value> {
  return new GraphQLScalarType<Value, Value>({
    name,
    description,
    serialize,
    parseValue: check,
    parseLiteral: (node: ValueNode) => check(literal(node)),
  });
}

function literal(node: ValueNode): unknown {
  if (node.kind === Kind.STRING) return node.value;
  if (node.kind === Kind.INT || node.kind === Kind.FLOAT) return Number(node.value);
  if (node.kind === Kind.LIST) return node.values.map(literal);
  return undefined;
}

// The value itself is not repeated: it may be personal, and it may be a megabyte.
export function invalid(name: string, expected: string): GraphQLError {
  return new GraphQLError(`${name} must be ${expected}.`, { extensions: { code: 'BAD_USER_INPUT' } });
}
