import { createECDH, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { encrypt, newMessageSecrets, PADDED_BYTES } from './push-encryption.ts';
import { decrypt, openDevice } from './testing/neighbours.ts';

const bytes = (text: string) => Buffer.from(text, 'base64url');

/** RFC 8291, section 5 and appendix A. */
const example = {
  text: 'When I grow up, I want to be a watermelon',
  senderPrivate: 'yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw',
  receiverPrivate: 'q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94',
  receiverPublic: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
  salt: 'DGv6ra1nlYgDCS1FRnbzlw',
  auth: 'BTBZMqHH6r4Tts7J_aSIgg',
  body: 'DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN',
};

test('the example of RFC 8291 comes out byte for byte', () => {
  const body = encrypt(
    Buffer.from(example.text),
    { p256dh: bytes(example.receiverPublic), auth: bytes(example.auth) },
    { salt: bytes(example.salt), privateKey: bytes(example.senderPrivate) },
  );
  expect(body.toString('base64url')).toBe(example.body);
});

test('the receiver of the tests opens the example of RFC 8291', () => {
  const ecdh = createECDH('prime256v1');
  ecdh.setPrivateKey(bytes(example.receiverPrivate));
  expect(decrypt(bytes(example.body), ecdh, bytes(example.auth))).toBe(example.text);
});

test('whatever is encrypted for a device that device opens, all bodies are of one length, and no other device opens it', () => {
  const device = openDevice();
  const other = openDevice();
  const target = { p256dh: bytes(device.p256dh), auth: bytes(device.auth) };
  const lengths = new Set<number>();
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
      const body = encrypt(Buffer.from(text), target, newMessageSecrets(randomBytes));
      lengths.add(body.length);
      expect(device.open(body)).toBe(text);
      expect(() => other.open(body)).toThrow();
    }),
  );
  expect([...lengths]).toEqual([16 + 4 + 1 + 65 + PADDED_BYTES + 16]);
});

test('a text that is longer than all are padded to is refused', () => {
  const { p256dh, auth } = openDevice();
  const target = { p256dh: bytes(p256dh), auth: bytes(auth) };
  expect(() => encrypt(Buffer.alloc(PADDED_BYTES), target, newMessageSecrets(randomBytes))).toThrow('too long');
});
