/* One suite over both ways to look at a domain: a real name server on the loopback interface, and a folder. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { DnsDomainProof } from './domain-proof.dns.ts';
import { FolderDomainProof } from './domain-proof.folder.ts';
import { type DomainProof, isFreeMail, isOfDomain, proofName, proofText } from './domain-proof.ts';

interface Subject {
  readonly proof: DomainProof;
  publish(name: string, texts: readonly string[]): void;
  close(): void;
}

/** Of a message of the DNS (RFC 1035): the name that is asked for, and where the question ends. */
function questionOf(message: Buffer): { name: string; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = message.readUInt8(at); length > 0; length = message.readUInt8(at)) {
    labels.push(message.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), end: at + 5 };
}

/** A name server that knows some TXT records and says of all other names that they do not exist. */
function answer(message: Buffer, records: ReadonlyMap<string, readonly string[]>): Buffer {
  const { name, end } = questionOf(message);
  const texts = records.get(name) ?? [];
  const head = Buffer.from(message.subarray(0, end));
  head.writeUInt16BE(records.has(name) ? 0x8580 : 0x8583, 2);
  head.writeUInt16BE(texts.length, 6);
  head.writeUInt16BE(0, 10);
  const entries = texts.map((text) => {
    const bytes = Buffer.from(text);
    const pieces = [];
    for (let at = 0; at < bytes.length; at += 255) {
      const piece = bytes.subarray(at, at + 255);
      pieces.push(Buffer.from([piece.length]), piece);
    }
    const data = Buffer.concat(pieces);
    const entry = Buffer.alloc(12);
    entry.writeUInt16BE(0xc00c, 0);
    entry.writeUInt16BE(16, 2);
    entry.writeUInt16BE(1, 4);
    entry.writeUInt32BE(60, 6);
    entry.writeUInt16BE(data.length, 10);
    return Buffer.concat([entry, data]);
  });
  return Buffer.concat([head, ...entries]);
}

async function overDns(): Promise<Subject> {
  const records = new Map<string, readonly string[]>();
  const server: Socket = createSocket('udp4', (message, { port, address }) => {
    server.send(answer(message, records), port, address);
  });
  server.bind(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    proof: new DnsDomainProof([`127.0.0.1:${server.address().port}`]),
    publish: (name, texts) => records.set(name, texts),
    close: () => server.close(),
  };
}

async function overFolder(): Promise<Subject> {
  const folder = mkdtempSync(join(tmpdir(), 'hey-blue-domains-'));
  return {
    proof: new FolderDomainProof(folder, pino({ level: 'silent' })),
    publish: (name, texts) => writeFileSync(join(folder, `${name}.txt`), texts.join('\n')),
    close: () => undefined,
  };
}

describe.each([
  ['DNS', overDns],
  ['a folder', overFolder],
] as const)('a domain by %s', (_, open) => {
  let subject: Subject;

  beforeEach(async () => {
    subject = await open();
  });

  afterEach(() => {
    subject.close();
  });

  test('has the texts that were published under the very name, each whole', async () => {
    const name = proofName('shop.example');
    const texts = [proofText('abc'), 'v=spf1 -all', `long ${'x'.repeat(600)}`];
    subject.publish(name, texts);
    subject.publish(proofName('other.example'), [proofText('another')]);
    expect([...(await subject.proof.textsOf(name))].sort()).toEqual([...texts].sort());
  });

  test('has none where nothing was published', async () => {
    subject.publish(proofName('shop.example'), []);
    expect(await subject.proof.textsOf(proofName('shop.example'))).toEqual([]);
    expect(await subject.proof.textsOf(proofName('nobody.example'))).toEqual([]);
    expect(await subject.proof.textsOf('../../etc/passwd')).toEqual([]);
  });
});

test('a name server that is away is no answer', async () => {
  const server = createSocket('udp4');
  server.bind(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  await expect(new DnsDomainProof([`127.0.0.1:${port}`]).textsOf(proofName('shop.example'))).rejects.toThrow();
});

test('free domains are known, also below them, and an e-mail is of its domain and those above', () => {
  expect(['gmail.com', 'mail.gmail.com', 'hotmail.com'].filter(isFreeMail)).toHaveLength(3);
  expect(['notgmail.com', 'gmail.com.example', 'example.org'].filter(isFreeMail)).toEqual([]);
  expect(isOfDomain('pat@Mail.Shop.Example', 'shop.example')).toBe(true);
  expect(isOfDomain('pat@notshop.example', 'shop.example')).toBe(false);
});
