/* Vouchers on the graph, as the retailers see them who take them: by their key, or by people who act for them. */
import { Arg, Ctx, Field, ID, InputType, Int, Mutation, ObjectType, Resolver } from 'type-graphql';
import type { Call } from '../../kernel/call.ts';
import { Requires, ShownIn } from '../../kernel/caller.ts';
import { Refusal } from '../../kernel/errors.ts';
import { DateTime, IdempotencyKey, Seconds, ShortText, VoucherCode, VoucherToken } from '../../kernel/scalars.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { canonicalId } from '../ledger/ledger.ts';
import type { RewardsServices } from '../rewards.ts';
import { limitingGuesses } from './guess-limit.ts';
import { activeTerminal } from './terminal.ts';
import {
  captureVoucher,
  changingTillOf,
  HOLD_SECONDS,
  holdVoucher,
  redeemVoucher,
  releaseVoucher,
  type Shown,
  shownCode,
  shownToken,
  type Till,
} from './till.ts';
import { asRedeemed, Offer, RedeemedVoucher } from './voucher.ts';
import { verificationKeys } from './voucher-keys.ts';
import type { VoucherRow } from './voucher-state.ts';

type RewardsCall = Call<RewardsServices>;

@InputType({ description: 'Which voucher to take: by its code or by its token.' })
export class RedeemVoucherInput {
  @Field(() => VoucherCode, { nullable: true, description: 'The code as it was read, scanned or typed.' })
  code?: string | null;

  @Field(() => VoucherToken, { nullable: true, description: 'The token as it was scanned.' })
  token?: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'For which retailer; needed from those only who act for several.',
  })
  retailerId?: string | null;

  @Field(() => ID, { nullable: true, description: 'At which of its terminals.' })
  terminalId?: string | null;

  @Field(() => ShortText, {
    nullable: true,
    description: 'The number of the sale in the own books, at most 64 characters; it is kept with the redemption.',
  })
  saleReference?: string | null;

  @Field(() => IdempotencyKey, {
    nullable: true,
    description:
      'The key of this request: sent again after an answer was lost, the same key for the same voucher gets the same answer instead of VOUCHER_REDEEMED.',
  })
  idempotencyKey?: string | null;
}

@ObjectType({ description: 'The voucher that was taken.' })
export class RedeemVoucherPayload {
  @Field(() => RedeemedVoucher, { description: 'The voucher.' })
  voucher!: RedeemedVoucher;
}

@InputType({ description: 'Which voucher to hold for a sale: by its code or by its token.' })
export class HoldVoucherInput {
  @Field(() => VoucherCode, { nullable: true, description: 'The code as it was read, scanned or typed.' })
  code?: string | null;

  @Field(() => VoucherToken, { nullable: true, description: 'The token as it was scanned.' })
  token?: string | null;

  @Field(() => ID, { nullable: true, description: 'For which retailer; needed from those only who act for several.' })
  retailerId?: string | null;

  @Field(() => ID, { nullable: true, description: 'At which of its terminals.' })
  terminalId?: string | null;

  @Field(() => Seconds, { defaultValue: HOLD_SECONDS.usual, description: 'For how long, 10 to 600.' })
  seconds!: number;

  @Field(() => IdempotencyKey, { description: 'The key of this sale; the same key gets the same hold.' })
  idempotencyKey!: string;
}

@ObjectType({ description: 'A voucher that is held for a sale.' })
export class VoucherHold {
  @Field(() => ID, { description: 'The id of the hold, to capture it or let it go.' })
  id!: string;

  @Field(() => ID, { description: 'The id of the voucher.' })
  voucherId!: string;

  @Field(() => Offer, { nullable: true, description: 'What it is good for; null while the catalog does not answer.' })
  offer!: Offer;

  @Field(() => Int, { description: 'What it is worth at the till, in cents.' })
  valueCents!: number;

  @Field(() => DateTime, { description: 'Until when nobody else can take it; a capture from then on is refused.' })
  heldUntil!: Date;
}

@ObjectType({ description: 'The hold.' })
export class HoldVoucherPayload {
  @Field(() => VoucherHold, { description: 'The hold.' })
  hold!: VoucherHold;
}

@InputType({ description: 'Which hold.' })
export class CaptureVoucherInput {
  @Field(() => ID, { description: 'The hold.' })
  holdId!: string;

  @Field(() => ID, { nullable: true, description: 'For which retailer; needed from those only who act for several.' })
  retailerId?: string | null;

  @Field(() => ShortText, {
    nullable: true,
    description: 'The number of the sale in the own books, at most 64 characters; it is kept with the redemption.',
  })
  saleReference?: string | null;
}

@InputType({ description: 'Which hold to let go.' })
export class ReleaseVoucherInput {
  @Field(() => ID, { description: 'The hold.' })
  holdId!: string;

  @Field(() => ID, { nullable: true, description: 'For which retailer; needed from those only who act for several.' })
  retailerId?: string | null;
}

@ObjectType({ description: 'The hold that is over.' })
export class ReleaseVoucherPayload {
  @Field(() => ID, { description: 'The voucher, which can be taken again while it is good.' })
  voucherId!: string;
}

const SHOWN_CODES = 'VOUCHER_INVALID, VOUCHER_REDEEMED, VOUCHER_EXPIRED, VOUCHER_HELD, VOUCHER_VOID';
const TILL_CODES =
  'UNAUTHENTICATED, FORBIDDEN (also for an own voucher), BAD_USER_INPUT, NOT_FOUND (the terminal), RETAILER_SUSPENDED, CHANGED_MEANWHILE, RATE_LIMITED (too many codes that nobody has)';

@Resolver()
export class TillResolver {
  @Mutation(() => RedeemVoucherPayload, {
    description: `Takes a voucher of the own shop, once. For partners whose key may redeem vouchers, and those who act for the retailer. Codes: ${TILL_CODES}, ${SHOWN_CODES}.`,
  })
  @ShownIn('public', 'partner')
  @Requires('vouchers:redeem', 'retailer')
  async redeemVoucher(
    @Arg('input', () => RedeemVoucherInput, { description: 'Which.' }) input: RedeemVoucherInput,
    @Ctx() call: RewardsCall,
  ): Promise<RedeemVoucherPayload> {
    const sale = { idempotencyKey: input.idempotencyKey, reference: saleReference(input.saleReference) };
    const row = await taking(call, input, (work, till, shown) => redeemVoucher(work, till, shown, sale));
    return { voucher: asRedeemed(row) };
  }

  @Mutation(() => HoldVoucherPayload, {
    description: `Holds a voucher of the own shop for one sale, so that no other till takes it meanwhile; then captureVoucher or releaseVoucher. For partners whose key may redeem vouchers, and those who act for the retailer. Codes: ${TILL_CODES}, ${SHOWN_CODES}.`,
  })
  @ShownIn('public', 'partner')
  @Requires('vouchers:redeem', 'retailer')
  async holdVoucher(
    @Arg('input', () => HoldVoucherInput, { description: 'Which, and for how long.' }) input: HoldVoucherInput,
    @Ctx() call: RewardsCall,
  ): Promise<HoldVoucherPayload> {
    const { seconds, idempotencyKey } = input;
    if (seconds < HOLD_SECONDS.least || seconds > HOLD_SECONDS.most) {
      throw new Refusal('BAD_USER_INPUT', `seconds must be from ${HOLD_SECONDS.least} to ${HOLD_SECONDS.most}.`);
    }
    const row = await taking(call, input, (work, till, shown) =>
      holdVoucher(work, till, shown, { seconds, idempotencyKey }),
    );
    return { hold: asHold(row) };
  }

  @Mutation(() => RedeemVoucherPayload, {
    description:
      'Takes the voucher that a hold keeps; whether the hold still stands is decided now. The same hold again gets the same answer. For partners whose key may redeem vouchers, and those who act for the retailer. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, HOLD_EXPIRED, HOLD_ENDED, RETAILER_SUSPENDED.',
  })
  @ShownIn('public', 'partner')
  @Requires('vouchers:redeem', 'retailer')
  async captureVoucher(
    @Arg('input', () => CaptureVoucherInput, { description: 'Which.' }) input: CaptureVoucherInput,
    @Ctx() call: RewardsCall,
  ): Promise<RedeemVoucherPayload> {
    const till = await changingTillOf(call, input.retailerId);
    const sale = { reference: saleReference(input.saleReference) };
    const row = await call.work((work) => captureVoucher(work, till, canonicalId(input.holdId), sale));
    return { voucher: asRedeemed(row) };
  }

  @Mutation(() => ReleaseVoucherPayload, {
    description:
      'Lets a held voucher go. For partners whose key may redeem vouchers, and those who act for the retailer. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, HOLD_ENDED, VOUCHER_REDEEMED.',
  })
  @ShownIn('public', 'partner')
  @Requires('vouchers:redeem', 'retailer')
  async releaseVoucher(
    @Arg('input', () => ReleaseVoucherInput, { description: 'Which.' }) input: ReleaseVoucherInput,
    @Ctx() call: RewardsCall,
  ): Promise<ReleaseVoucherPayload> {
    const till = await changingTillOf(call, input.retailerId);
    const row = await call.work((work) => releaseVoucher(work, till, canonicalId(input.holdId)));
    return { voucherId: row.id };
  }
}

interface ShownVoucher {
  readonly code?: string | null;
  readonly token?: string | null;
  readonly retailerId?: string | null;
  readonly terminalId?: string | null;
}

type TakingTask = (work: UnitOfWork, till: Till, shown: Shown) => Promise<VoucherRow>;

/** Finds out what was shown at which till, and runs `task`; what nobody signed, unless somebody there has to wait. */
async function taking(call: RewardsCall, input: ShownVoucher, task: TakingTask): Promise<VoucherRow> {
  const { services } = call;
  const { retailerId, accountId } = await changingTillOf(call, input.retailerId);
  if ((input.code == null) === (input.token == null)) {
    throw new Refusal('BAD_USER_INPUT', 'Give a code or a token, one of them.');
  }
  const terminalId = input.terminalId ? canonicalId(input.terminalId) : undefined;
  const shown =
    input.code == null
      ? shownToken(await verificationKeys(call.em, call.clock.now()), input.token ?? '', retailerId)
      : shownCode(services.vault, input.code);
  const take = async (work: UnitOfWork) => task(work, { retailerId, accountId, terminalId }, shown);
  if (terminalId) await activeTerminal(call.em, terminalId, retailerId);
  if (shown.isProven) return call.work(take);
  const device = terminalId ? `terminal ${terminalId}` : `retailer ${retailerId}`;
  return limitingGuesses(call, { retailerId, subject: accountId ? `account ${accountId}` : device }, take);
}

function saleReference(text: string | null | undefined): string | null {
  if (text && text.length > 64) throw new Refusal('BAD_USER_INPUT', 'saleReference has at most 64 characters.');
  return text ?? null;
}

function asHold(row: VoucherRow): VoucherHold {
  if (row.hold_id === null || row.held_until === null) throw new Error('what is held has a hold');
  return Object.assign(new VoucherHold(), {
    id: row.hold_id,
    voucherId: row.id,
    offer: { id: row.offer_id },
    valueCents: row.value_cents,
    heldUntil: new Date(row.held_until),
  });
}
