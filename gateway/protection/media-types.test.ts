import { isJsonBody, responseType } from './media-types.ts';

const STRICT = 'application/graphql-response+json';
const JSON_TYPE = 'application/json';

test.each([
  [undefined, JSON_TYPE],
  ['', JSON_TYPE],
  ['*/*', JSON_TYPE],
  ['application/*', JSON_TYPE],
  [JSON_TYPE, JSON_TYPE],
  [STRICT, STRICT],
  [`${STRICT}, ${JSON_TYPE};q=0.9`, STRICT],
  [`${JSON_TYPE}, ${STRICT}`, STRICT],
  [`${STRICT};q=0.1, ${JSON_TYPE};q=0.9`, JSON_TYPE],
  [`${STRICT};q=0, */*`, JSON_TYPE],
  [`${JSON_TYPE};q=0, */*;q=0.5`, STRICT],
  ['text/html, */*;q=0.1', JSON_TYPE],
  [`APPLICATION/JSON ; Q=1.0`, JSON_TYPE],
  [`${STRICT}; charset=UTF-8`, STRICT],
  [`${STRICT}; charset=iso-8859-1, ${JSON_TYPE}; charset="utf-8"`, JSON_TYPE],
])('Accept: %s is answered as %s', (accept, type) => {
  expect(responseType(accept)).toBe(type);
});

test.each([
  'text/html',
  'image/*, text/event-stream',
  `${JSON_TYPE};q=0`,
  '*/*;q=0',
  `${JSON_TYPE};charset=utf-16`,
  `${JSON_TYPE};q=much`,
])('Accept: %s takes nothing that is told here', (accept) => {
  expect(responseType(accept)).toBeUndefined();
});

test('a body is JSON in UTF-8, said in any of the ways that this is said', () => {
  const told = [JSON_TYPE, 'Application/JSON', `${JSON_TYPE}; charset=utf-8`, `${JSON_TYPE};charset="UTF-8"; x=y`];
  expect(told.filter((type) => !isJsonBody(type))).toEqual([]);
  const others = [undefined, '', 'text/plain', 'application/x-www-form-urlencoded', 'text/json', 'application/jsonp'];
  expect([...others, `${JSON_TYPE}; charset=utf-16`, STRICT].filter((type) => isJsonBody(type))).toEqual([]);
});
