import { createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { publicKeyOf, signedHeaders, WebhookVault, writtenPublicKey, writtenSecret } from './webhook-keys.ts';

const bytes = (count: number) => fc.uint8Array({ minLength: count, maxLength: count }).map((each) => Buffer.from(each));
const secrets = fc.record({ secret: bytes(32), seed: bytes(32) });
const body = fc.string({ unit: 'binary', maxLength: 200 });

function isSignedBy(writtenKey: string, signed: string, signature: string): boolean {
  const x = Buffer.from(writtenKey.replace('whpk_', ''), 'base64').toString('base64url');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  return verify(null, Buffer.from(signed), key, Buffer.from(signature, 'base64'));
}

describe('the signatures of a message', () => {
  test('are right for every key that signs and for no other', () => {
    fc.assert(
      fc.property(secrets, secrets, secrets, body, fc.uuid(), (first, second, other, text, id) => {
        fc.pre(!first.secret.equals(other.secret) && !second.secret.equals(other.secret));
        const headers = signedHeaders({ id, body: text, sentAt: new Date() }, [first, second]);
        for (const key of [first, second]) {
          new Webhook(writtenSecret(key)).verify(text, headers, { jsonParse: false });
        }
        expect(() => new Webhook(writtenSecret(other)).verify(text, headers, { jsonParse: false })).toThrow();
        const signed = `${id}.${headers['webhook-timestamp']}.${text}`;
        const asymmetric = (headers['webhook-signature'] ?? '')
          .split(' ')
          .filter((each) => each.startsWith('v1a,'))
          .map((each) => each.slice('v1a,'.length));
        expect(asymmetric).toHaveLength(2);
        const [one = '', two = ''] = asymmetric;
        expect(isSignedBy(writtenPublicKey(publicKeyOf(first)), signed, one)).toBe(true);
        expect(isSignedBy(writtenPublicKey(publicKeyOf(second)), signed, two)).toBe(true);
        expect(isSignedBy(writtenPublicKey(publicKeyOf(first)), `${signed}.`, one)).toBe(false);
      }),
      { numRuns: 50 },
    );
  });

  test('are what the page for partners says, to the letter of its example', () => {
    const page = readFileSync('docs/webhooks.md', 'utf8');
    const said = (name: string) => page.match(new RegExp(`^${name} +(.+)$`, 'm'))?.[1] ?? '';
    const key = { secret: Buffer.from([...Array(32).keys()]), seed: Buffer.from([...Array(32).keys()]) };
    expect(writtenSecret(key)).toBe(said('secret'));
    expect(writtenPublicKey(publicKeyOf(key))).toBe(said('public key'));
    const sentAt = new Date(Number(said('timestamp')) * 1000);
    expect(signedHeaders({ id: said('id'), body: said('body'), sentAt }, [key])).toEqual({
      'webhook-id': said('id'),
      'webhook-timestamp': said('timestamp'),
      'webhook-signature': said('signature'),
    });
    // The key whose private half is these bytes, by RFC 8032.
    const [v1 = '', v1a = ''] = said('signature').split(' ');
    expect(new Webhook(said('secret')).sign(said('id'), sentAt, said('body'))).toBe(v1);
    const signed = `${said('id')}.${said('timestamp')}.${said('body')}`;
    expect(isSignedBy(said('public key'), signed, v1a.slice('v1a,'.length))).toBe(true);
  });
});

describe('a sealed key', () => {
  test('opens for its own row and process, and not when a bit of it has changed', () => {
    fc.assert(
      fc.property(secrets, bytes(32), bytes(32), fc.nat(), (key, secretKey, otherKey, place) => {
        fc.pre(!secretKey.equals(otherKey));
        const vault = new WebhookVault(secretKey, (count) => Buffer.alloc(count, 7));
        const sealed = vault.seal(key, 'a');
        expect(vault.unseal(sealed, 'a')).toEqual(key);
        expect(() => vault.unseal(sealed, 'b')).toThrow();
        expect(() => new WebhookVault(otherKey, Buffer.alloc).unseal(sealed, 'a')).toThrow();
        const changed = Buffer.from(sealed);
        changed.writeUInt8(changed.readUInt8(place % changed.length) ^ 1, place % changed.length);
        expect(() => vault.unseal(changed, 'a')).toThrow();
      }),
      { numRuns: 50 },
    );
  });
});
