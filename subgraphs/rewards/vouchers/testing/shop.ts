/*
 * A shop in the town, with its people, its key and its tills: what they ask of vouchers, answered as a refusal's code or a
 * payload. A till that is cut off is played as it is described to its makers: it has a key of its own and signs.
 */
import { generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';
import type { EventBody } from '../../../../schema/events.ts';
import type { Caller } from '../../../kernel/caller.ts';
import { type Answer, administrator, citizen, type Person, type Town, till } from '../../testing/town.ts';
import { type OfflineClaim, signedClaim } from '../offline-claims.ts';
import { publicKeyOf } from '../voucher-token.ts';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

/** Somebody who acts for a retailer. */
export const member = (retailerId: string, accountId: string = randomUUID()): Person => ({
  accountId,
  scopes: ['citizen', 'retailer'],
  organisations: [`retailer:${retailerId}`],
});

export interface Bought {
  readonly owner: Person;
  readonly id: string;
  readonly code: string;
  readonly token: string;
  readonly retailerId: string;
  readonly offerId: string;
  /** Its key. */
  readonly till: Caller;
}

export interface TillKey {
  readonly terminalId: string;
  readonly privateKey: KeyObject;
}

const REDEEMED = 'id status redeemedAt valueCents method terminalId saleReference offer { id } retailer { id }';

export function shopsOf(town: () => Town) {
  async function ask(field: string, type: string, selection: string, input: object, caller: Caller): Promise<Answer> {
    const document = `mutation ($input: ${type}!) { ${field}(input: $input) { ${selection} } }`;
    const { data, errors } = await town().execute(document, { input }, caller);
    return {
      code: errors?.[0]?.extensions?.code as string | undefined,
      message: errors?.[0]?.message,
      payload: data?.[field],
    } as Answer;
  }

  const shops = {
    ask,
    /** A citizen with 20 points more who buys a voucher for 10. */
    async buy(terms: Partial<EventBody<'offer.published'>> = {}, owner: Person = citizen()): Promise<Bought> {
      await town().meet(randomUUID(), owner.accountId);
      const offer = await town().publish(terms);
      return shops.buyOf(offer, owner);
    },
    async buyOf(offer: { offerId: string; retailerId: string }, owner: Person): Promise<Bought> {
      const { payload, code } = await town().redeem(owner, offer.offerId);
      if (code) throw new Error(code);
      const { id } = payload.voucher;
      const { token } = await shops.look(owner, id, 'token');
      const { retailerId, offerId } = offer;
      return { owner, id, code: payload.voucher.code, token, retailerId, offerId, till: till(retailerId) };
    },
    /** A voucher as its owner sees it. */
    // biome-ignore lint/suspicious/noExplicitAny: tests look into answers freely
    async look(owner: Caller, id: string, selection = 'status'): Promise<any> {
      const { data, errors } = await town().execute(
        `query ($id: ID!) { voucher(id: $id) { ${selection} } }`,
        { id },
        owner,
      );
      if (errors) throw new Error(errors[0]?.message);
      return data.voucher;
    },
    status: async ({ owner, id }: Bought): Promise<string> => (await shops.look(owner, id)).status,
    redeem: (caller: Caller, input: object) =>
      ask('redeemVoucher', 'RedeemVoucherInput', `voucher { ${REDEEMED} }`, input, caller),
    hold: (caller: Caller, input: object) =>
      ask(
        'holdVoucher',
        'HoldVoucherInput',
        'hold { id voucherId valueCents heldUntil offer { id } }',
        { idempotencyKey: randomUUID(), ...input },
        caller,
      ),
    capture: (caller: Caller, holdId: string, input: object = {}) =>
      ask('captureVoucher', 'CaptureVoucherInput', `voucher { ${REDEEMED} }`, { holdId, ...input }, caller),
    release: (caller: Caller, holdId: string) =>
      ask('releaseVoucher', 'ReleaseVoucherInput', 'voucherId', { holdId }, caller),
    refund: (owner: Caller, voucherId: string, idempotencyKey: string = randomUUID()) =>
      ask(
        'refundVoucher',
        'RefundVoucherInput',
        'voucher { id status refundDueAt refundedAt refundable } balance { available spent }',
        { voucherId, idempotencyKey },
        owner,
      ),
    void: (voucherId: string, input: object = {}, caller: Caller = administrator) =>
      ask(
        'voidVoucher',
        'VoidVoucherInput',
        'voucher { status refundDueAt history { status actor reason } }',
        { voucherId, reason: 'A mistake.', idempotencyKey: randomUUID(), ...input },
        caller,
      ),
    /** The published keys, as a till reads them. */
    async keys(): Promise<Map<number, KeyObject>> {
      const { data } = await town().execute('{ voucherKeys { keyId publicKey publishedUntil } }');
      const read = ({ publicKey }: { publicKey: string }) => publicKeyOf(Buffer.from(publicKey, 'base64'));
      return new Map(data.voucherKeys.map((key: { keyId: number; publicKey: string }) => [key.keyId, read(key)]));
    },
    /** A new till of the shop. */
    async terminal(retailerId: string, input: object = {}): Promise<TillKey> {
      const { privateKey, publicKey } = generateKeyPairSync('ed25519');
      const { x = '' } = publicKey.export({ format: 'jwk' });
      const given = { retailerId, name: 'Till', publicKey: Buffer.from(x, 'base64url').toString('base64'), ...input };
      const answer = await ask(
        'registerTerminal',
        'RegisterTerminalInput',
        'terminal { id }',
        given,
        member(retailerId),
      );
      if (answer.code) throw new Error(answer.code);
      return { terminalId: answer.payload.terminal.id, privateKey };
    },
    claim({ terminalId, privateKey }: TillKey, claim: Omit<OfflineClaim, 'signature'>) {
      const signature = sign(null, signedClaim(terminalId, claim), privateKey).toString('base64');
      const { claimedAt, revocationsAsOf } = claim;
      return {
        ...claim,
        claimedAt: claimedAt.toISOString(),
        revocationsAsOf: revocationsAsOf.toISOString(),
        signature,
      };
    },
    submit: (caller: Caller, terminalId: string, claims: readonly object[]) =>
      ask(
        'submitOfflineClaims',
        'SubmitOfflineClaimsInput',
        'results { sequence outcome refusal voucherId }',
        { terminalId, claims },
        caller,
      ),
  };
  return shops;
}
