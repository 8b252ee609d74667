/*
 * Which of the two media types of GraphQL over HTTP a client is answered in, by its Accept header (RFC 9110, 12.5.1: the
 * most specific range counts, then its weight). Who does not say gets application/json, as the specification asks.
 */

export const STRICT_JSON = 'application/graphql-response+json';
export const JSON_TYPE = 'application/json';

export type ResponseType = typeof STRICT_JSON | typeof JSON_TYPE;

interface MediaRange {
  readonly type: string;
  readonly weight: number;
}

/** @returns undefined where the client takes neither. */
export function responseType(accept = ''): ResponseType | undefined {
  // What nearly everybody sends.
  if (accept === JSON_TYPE || accept === '*/*' || accept === '') return JSON_TYPE;
  if (accept === STRICT_JSON) return STRICT_JSON;
  const ranges = accept.split(',').flatMap(mediaRange);
  const strict = weightOf(STRICT_JSON, ranges);
  const json = weightOf(JSON_TYPE, ranges);
  if (Math.max(strict, json) <= 0) return undefined;
  if (strict !== json) return strict > json ? STRICT_JSON : JSON_TYPE;
  return ranges.some(({ type }) => type === STRICT_JSON) ? STRICT_JSON : JSON_TYPE;
}

function mediaRange(text: string): MediaRange[] {
  const [type = '', ...parameters] = text
    .toLowerCase()
    .split(';')
    .map((part) => part.trim());
  let weight = 1;
  for (const parameter of parameters) {
    const [name, value = ''] = parameter.split('=').map((part) => part.trim());
    // Answers are UTF-8: a range that wants another charset is not ours.
    if (name === 'charset' && !isUtf8(value)) return [];
    if (name === 'q') weight = /^(0(\.\d{0,3})?|1(\.0{0,3})?)$/.test(value) ? Number(value) : 0;
  }
  return [{ type, weight }];
}

function weightOf(type: string, ranges: readonly MediaRange[]): number {
  for (const like of [type, 'application/*', '*/*']) {
    const weights = ranges.filter((range) => range.type === like).map(({ weight }) => weight);
    if (weights.length > 0) return Math.max(...weights);
  }
  return 0;
}

function isUtf8(charset: string): boolean {
  return /^"?utf-?8"?$/.test(charset);
}

/** Whether a body of this content type is JSON in UTF-8, the only one that is read. */
export function isJsonBody(contentType = ''): boolean {
  if (contentType === JSON_TYPE) return true;
  const [type, ...parameters] = contentType
    .toLowerCase()
    .split(';')
    .map((part) => part.trim());
  return (
    type === JSON_TYPE &&
    parameters.every((parameter) => {
      const [name, value = ''] = parameter.split('=').map((part) => part.trim());
      return name !== 'charset' || isUtf8(value);
    })
  );
}
