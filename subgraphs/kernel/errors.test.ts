import { GraphQLError } from 'graphql';
import { pino } from 'pino';
import { forLog, presentError, Refusal } from './errors.ts';

function captured() {
  const lines: string[] = [];
  return { lines, log: pino({ level: 'error' }, { write: (line: string) => void lines.push(line) }) };
}

test('a refusal leaves with its code and sentence, and is no matter for the log', () => {
  const { lines, log } = captured();
  const presented = presentError(new Refusal('SOLD_OUT'), log);
  expect(presented).toMatchObject({ message: 'The offer has no stock left.', extensions: { code: 'SOLD_OUT' } });
  expect(lines).toEqual([]);
});

test('a refusal thrown by a resolver keeps its code behind its path', () => {
  const thrown = new GraphQLError('x', { path: ['redeemOffer'], originalError: new Refusal('SOLD_OUT') });
  expect(presentError(thrown, captured().log)).toMatchObject({
    path: ['redeemOffer'],
    extensions: { code: 'SOLD_OUT' },
  });
});

test('anything unforeseen leaves as INTERNAL with an id under which the log has the details', () => {
  const { lines, log } = captured();
  const presented = presentError(new TypeError('password of db is 1234'), log);
  expect(presented.extensions?.code).toBe('INTERNAL');
  expect(JSON.stringify(presented)).not.toContain('1234');
  const [line] = lines.map((text) => JSON.parse(text));
  expect(line.errorId).toBe(presented.extensions?.errorId);
  expect(line.err.message).toContain('1234');
});

test('a refused argument is named by its place, its value is not repeated', () => {
  const reason = 'PhoneNumber must be a number in the form of E.164, such as +15125550100.';
  const coercion = new GraphQLError(
    `Variable "$input" got invalid value "+1 512 secret" at "input.phoneNumber"; ${reason}`,
    {
      originalError: new GraphQLError(reason, { extensions: { code: 'BAD_USER_INPUT' } }),
    },
  );
  const presented = presentError(coercion, captured().log);
  expect(presented.message).toBe(`input.phoneNumber: ${reason}`);
  expect(presented.extensions?.code).toBe('BAD_USER_INPUT');
});

test('a message never grows with what was sent', () => {
  expect(presentError(new GraphQLError('x'.repeat(10_000)), captured().log).message.length).toBe(500);
});

test('an error of the database is logged without what its message quotes, any other with its message', () => {
  const ofDatabase = Object.assign(new Error('duplicate key: (email)=(somebody@example.org)'), {
    name: 'UniqueConstraintViolationException',
    code: '23505',
    constraint: 'one_per_email',
  });
  const line = forLog(ofDatabase);
  expect(line).toMatchObject({ type: ofDatabase.name, errorCode: '23505', constraint: 'one_per_email' });
  expect(JSON.stringify(line)).not.toContain('somebody');
  expect(forLog(new TypeError('x is no function'))).toMatchObject({ type: 'TypeError', message: 'x is no function' });
  expect(forLog('thrown text')).toEqual({ type: 'string' });
});
