/* Answers as HTTP/1.1 writes them, however the network cuts them. */
import fc from 'fast-check';
import { AnswerReader } from './link.answers.ts';

interface Read {
  readonly status: number;
  readonly text: string;
  readonly keptMilliseconds: number;
}

/** Reads parts of bytes; the buffer they come in is used again for the next, as a connection does. */
function read(parts: readonly Buffer[]): { read: Read[]; reader: AnswerReader } {
  const answers: Read[] = [];
  const reader = new AnswerReader((answer, keptMilliseconds) => answers.push({ ...answer, keptMilliseconds }));
  const buffer = Buffer.alloc(4_096);
  for (const part of parts) {
    part.copy(buffer);
    reader.take(buffer.subarray(0, part.length));
  }
  return { read: answers, reader };
}

const bytes = (...lines: string[]) => Buffer.from(lines.join('\r\n'));
const ok = (...headers: string[]) => ['HTTP/1.1 200 OK', ...headers, ''];

/** Each as it may be written, and what it says. */
const samples: readonly [Buffer, Read][] = [
  [bytes(...ok('Content-Length: 6'), '{"ä"}'), { status: 200, text: '{"ä"}', keptMilliseconds: 4_000 }],
  [
    bytes('HTTP/1.1 503 Service Unavailable', 'content-length:0', '', ''),
    { status: 503, text: '', keptMilliseconds: 4_000 },
  ],
  [
    bytes(...ok('Keep-Alive: timeout=72', 'content-length: 1'), 'a'),
    { status: 200, text: 'a', keptMilliseconds: 71_000 },
  ],
  [bytes('HTTP/1.1 204 No Content', '', ''), { status: 204, text: '', keptMilliseconds: 4_000 }],
  [
    bytes(...ok('Transfer-Encoding: chunked', 'x-y: z'), '3;a=b', 'abc', '0A', '0123456789', '0', 'trailer: 1', '', ''),
    { status: 200, text: 'abc0123456789', keptMilliseconds: 4_000 },
  ],
  [
    bytes('HTTP/1.1 100 Continue', '', ...ok('content-length: 2'), '\r\n'),
    { status: 200, text: '\r\n', keptMilliseconds: 4_000 },
  ],
];

test('answers say the same wherever the network cuts them', () => {
  const cuts = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...samples), { minLength: 1, maxLength: 6 }), cuts, (chosen, lengths) => {
      const whole = Buffer.concat(chosen.map(([written]) => written));
      const parts: Buffer[] = [];
      for (let at = 0, index = 0; at < whole.length; index++) {
        const length = lengths[index % lengths.length] ?? 1;
        parts.push(whole.subarray(at, at + length));
        at += length;
      }
      const { read: answers, reader } = read(parts);
      expect(answers).toEqual(chosen.map(([, said]) => said));
      expect(reader.isBetween).toBe(true);
    }),
    { numRuns: 1_000 },
  );
});

test('an answer without a length lasts until the connection ends, and is the last', () => {
  const { read: answers, reader } = read([bytes(...ok('content-type: text/plain'), 'all'), Buffer.from(' of it')]);
  expect(answers).toEqual([]);
  expect(reader.end()).toBe(true);
  expect(answers).toEqual([{ status: 200, text: 'all of it', keptMilliseconds: 0 }]);
});

test('a connection is not kept where the server closes it, or speaks HTTP/1.0', () => {
  const closing = bytes(...ok('connection: Close', 'keep-alive: timeout=5', 'content-length: 1'), 'a');
  expect(read([closing]).read).toMatchObject([{ keptMilliseconds: 0 }]);
  expect(read([bytes('HTTP/1.0 200 OK', 'content-length: 1', '', 'a')]).read).toMatchObject([{ keptMilliseconds: 0 }]);
});

test('an answer that was cut off is none', () => {
  const { read: answers, reader } = read([bytes(...ok('content-length: 5'), 'abc')]);
  expect(reader.end()).toBe(false);
  expect(answers).toEqual([]);
});

test.each([
  ['no answer at all', bytes('SSH-2.0-OpenSSH', '', '')],
  ['two lengths', bytes(...ok('content-length: 1', 'content-length: 2'), 'ab')],
  ['a length that is no number', bytes(...ok('content-length: 1, 1'), 'ab')],
  ['a length and chunks', bytes(...ok('content-length: 1', 'transfer-encoding: chunked'), '1', 'a', '0', '', '')],
  ['a coding that nobody asked for', bytes(...ok('transfer-encoding: gzip, chunked'), '')],
  ['a chunk without a size', bytes(...ok('transfer-encoding: chunked'), 'x', '')],
  ['a chunk that is longer than it says', bytes(...ok('transfer-encoding: chunked'), '1', 'abc', '')],
  ['more than anybody answers', bytes(...ok('content-length: 999999999999'), '')],
])('%s breaks the connection', (_, written) => {
  expect(() => read([written])).toThrow();
});

test('a head that never ends breaks the connection', () => {
  const line = bytes(`x: ${'y'.repeat(1_000)}`, '');
  expect(() => read([bytes('HTTP/1.1 200 OK', ''), ...Array.from({ length: 20 }, () => line)])).toThrow();
});
