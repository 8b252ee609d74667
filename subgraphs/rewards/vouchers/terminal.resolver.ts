/* Tills that are cut off, on the graph: which there are, what they took, and what they may not take. */
import {
  Arg,
  Args,
  ArgsType,
  Ctx,
  Directive,
  Field,
  Float,
  ID,
  InputType,
  Int,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  registerEnumType,
} from 'type-graphql';
import type { Call } from '../../kernel/call.ts';
import { Requires, refuseOutsiders, ShownIn } from '../../kernel/caller.ts';
import { Refusal } from '../../kernel/errors.ts';
import { decodeCursor, type Page, PageArguments, toPage } from '../../kernel/page.ts';
import { Base64, Cents, DateTime, Sequence, ShortText, VoucherToken } from '../../kernel/scalars.ts';
import { canonicalId } from '../ledger/ledger.ts';
import { refuseFormerMember } from '../membership.ts';
import type { RewardsServices } from '../rewards.ts';
import { type ClaimDecision, decideClaims } from './offline-claims.ts';
import { revocationsOf, signRevocations } from './revocation.ts';
import {
  activeTerminal,
  findTerminal,
  OFFLINE_LIMIT,
  registerTerminal,
  revokeTerminal,
  Terminal,
  TerminalPage,
  terminalsOf,
} from './terminal.ts';
import { changingTillOf, refuseAncient } from './till.ts';
import { verificationKeys } from './voucher-keys.ts';

type RewardsCall = Call<RewardsServices>;

export enum ClaimOutcome {
  ACCEPTED = 'ACCEPTED',
  DISPUTED = 'DISPUTED',
  REFUSED = 'REFUSED',
}

registerEnumType(ClaimOutcome, {
  name: 'ClaimOutcome',
  description: 'What became of what a till took while it was cut off.',
  valuesConfig: {
    ACCEPTED: { description: 'It was the first: the voucher is redeemed.' },
    DISPUTED: { description: 'Somebody else was first, which the till could not know: see `voucherDisputes`.' },
    REFUSED: { description: 'The till should not have taken it; `refusal` says why.' },
  },
});

export enum ClaimRefusalReason {
  BAD_SIGNATURE = 'BAD_SIGNATURE',
  CLOCK_AHEAD = 'CLOCK_AHEAD',
  SEQUENCE_REUSED = 'SEQUENCE_REUSED',
  TOKEN_INVALID = 'TOKEN_INVALID',
  NOT_YET_ISSUED = 'NOT_YET_ISSUED',
  EXPIRED = 'EXPIRED',
  OTHER_RETAILER = 'OTHER_RETAILER',
  NOT_OFFLINE = 'NOT_OFFLINE',
  ABOVE_LIMIT = 'ABOVE_LIMIT',
  LIST_TOO_OLD = 'LIST_TOO_OLD',
  REVOKED = 'REVOKED',
  ALREADY_TAKEN = 'ALREADY_TAKEN',
}

registerEnumType(ClaimRefusalReason, {
  name: 'ClaimRefusalReason',
  description:
    'Why a till should not have taken a voucher while it was cut off, in the order in which it is looked at.',
  valuesConfig: {
    BAD_SIGNATURE: { description: 'The terminal did not sign this; it is not kept.' },
    SEQUENCE_REUSED: { description: 'Something else was claimed under this number before.' },
    CLOCK_AHEAD: { description: 'It was taken more than five minutes from now: the clock of the till is wrong.' },
    TOKEN_INVALID: { description: 'No published key of ours has signed the token.' },
    NOT_YET_ISSUED: { description: 'It was taken before it was issued: the clock of the till was set back.' },
    EXPIRED: { description: 'It had expired when it was taken.' },
    OTHER_RETAILER: { description: 'It is for another retailer.' },
    NOT_OFFLINE: { description: 'Its offer does not allow it to be taken by a till that is cut off.' },
    ABOVE_LIMIT: { description: 'It is worth more than this terminal may take while it is cut off.' },
    LIST_TOO_OLD: { description: 'The list of revocations was older than 24 hours, or newer than the claim.' },
    REVOKED: { description: 'It stood on the list of revocations that the till had.' },
    ALREADY_TAKEN: { description: 'This terminal has claimed this voucher before.' },
  },
});

@InputType({ description: 'A till to be.' })
export class RegisterTerminalInput {
  @Field(() => ID, { description: 'Of which retailer.' })
  retailerId!: string;

  @Field(() => ShortText, { description: 'What it is called in the shop.' })
  name!: string;

  @Field(() => Base64, { description: 'The 32 bytes of its Ed25519 public key; the private key never leaves it.' })
  publicKey!: string;

  @Field(() => Cents, {
    defaultValue: OFFLINE_LIMIT.usual,
    description: 'What a voucher may be worth at most that it takes while it is cut off: 0 to 10,000 cents.',
  })
  offlineLimitCents!: number;
}

@InputType({ description: 'Which terminal.' })
export class RevokeTerminalInput {
  @Field(() => ID, { description: 'The terminal.' })
  terminalId!: string;
}

@ObjectType({ description: 'The terminal.' })
export class TerminalPayload {
  @Field(() => Terminal, { description: 'The terminal as it is now.' })
  terminal!: Terminal;
}

@InputType({ description: 'A voucher that a till took while it was cut off.' })
export class OfflineClaimInput {
  @Field(() => Sequence, { description: 'Its number: counts up at each terminal and is never used for another claim.' })
  sequence!: number;

  @Field(() => VoucherToken, { description: 'The token as it was scanned.' })
  token!: string;

  @Field(() => DateTime, { description: 'When it was taken, by the clock of the till; whole milliseconds.' })
  claimedAt!: Date;

  @Field(() => DateTime, { description: '`asOf` of the list of revocations that the till had then.' })
  revocationsAsOf!: Date;

  @Field(() => Base64, {
    description:
      'Ed25519 by the key of the terminal over: "HB1 claim ", the 16 bytes of the id of the terminal, the number (8 bytes), the two instants (8 bytes each, milliseconds since 1970), SHA-256 of the text of the token; numbers are big-endian.',
  })
  signature!: string;
}

@InputType({ description: 'What a till took while it was cut off.' })
export class SubmitOfflineClaimsInput {
  @Field(() => ID, { description: 'The terminal.' })
  terminalId!: string;

  @Field(() => ID, { nullable: true, description: 'Of which retailer; needed from those only who act for several.' })
  retailerId?: string | null;

  @Field(() => [OfflineClaimInput], { description: 'The claims, 1 to 100; send more one call after the other.' })
  claims!: OfflineClaimInput[];
}

@ObjectType({ description: 'What was decided about a claim.' })
export class OfflineClaimResult {
  @Field(() => Int, { description: 'The number of the claim.' })
  sequence!: number;

  @Field(() => ClaimOutcome, { description: 'What became of it.' })
  outcome!: ClaimOutcome;

  @Field(() => ClaimRefusalReason, { nullable: true, description: 'Why it was refused.' })
  refusal!: ClaimRefusalReason | null;

  @Field(() => ID, { nullable: true, description: 'The voucher; null where the claim was refused.' })
  voucherId!: string | null;
}

@ObjectType({ description: 'What was decided.' })
export class SubmitOfflineClaimsPayload {
  @Field(() => [OfflineClaimResult], { description: 'For each claim, in the order in which they were sent.' })
  results!: OfflineClaimResult[];
}

@ArgsType()
export class TerminalArguments extends PageArguments {
  @Field(() => ID, { description: 'Of which retailer.' })
  retailerId!: string;
}

@ObjectType({
  description:
    'The vouchers of a retailer that a till must not take while it is cut off, though their tokens are genuine: those that were used, given back or made void. A list older than 24 hours is good for nothing.',
})
export class VoucherRevocations {
  @Field(() => DateTime, { description: 'Everything up to this instant stands in it; a minute ago, whole seconds.' })
  asOf!: Date;

  @Field(() => Float, { description: 'The number of the voucher that the first bit stands for.' })
  fromSerial!: number;

  @Field(() => Base64, {
    description:
      'One bit for each number, deflated (RFC 1951): bit i of byte n, the least significant first, is 1 where voucher `fromSerial` + 8 n + i must not be taken.',
  })
  bitmap!: string;

  @Field(() => Int, { description: 'How many bits are 1.' })
  count!: number;

  @Field(() => Int, { description: 'Which of `voucherKeys` signed it.' })
  keyId!: number;

  @Field(() => Base64, {
    description:
      'Ed25519 over: "HB1 revoked ", the key id (2 bytes), the first 8 bytes of SHA-256 of the 16 bytes of the id of the retailer, `asOf` (4 bytes, seconds since 1970), `fromSerial` (6 bytes), SHA-256 of the deflated bitmap; numbers are big-endian.',
  })
  signature!: string;
}

@Resolver()
export class TerminalResolver {
  @Query(() => TerminalPage, {
    description:
      'The terminals of a retailer, the latest first. For its key, those who act for it, and administrators. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT.',
  })
  @ShownIn('public', 'partner', 'admin')
  @Requires('vouchers:redeem', 'retailer', 'administrator')
  async terminals(
    @Args(() => TerminalArguments) page: TerminalArguments,
    @Ctx() call: RewardsCall,
  ): Promise<Page<Terminal>> {
    const retailerId = canonicalId(page.retailerId);
    refuseOutsiders(call.caller, 'retailer', retailerId);
    const [registeredAt, id] = page.after ? decodeCursor(page.after, 'instant', 'id') : [];
    const behind = registeredAt && id ? { registeredAt, id } : undefined;
    const rows = await terminalsOf(call.em, retailerId, { limit: page.first + 1, behind });
    return toPage(rows, page, (row) => [row.registeredAt.toISOString(), row.id]);
  }

  @Mutation(() => TerminalPayload, {
    description:
      'Makes a till known that is to take vouchers while it is cut off. For those who act for the retailer, and administrators. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, LIMIT_REACHED.',
  })
  @ShownIn('public', 'admin')
  @Requires('retailer', 'administrator')
  async registerTerminal(
    @Arg('input', () => RegisterTerminalInput, { description: 'The till.' }) input: RegisterTerminalInput,
    @Ctx() call: RewardsCall,
  ): Promise<TerminalPayload> {
    const { accountId } = call;
    const retailerId = canonicalId(input.retailerId);
    await refuseFormerMember(call, call.caller, 'retailer', retailerId);
    const publicKey = Buffer.from(input.publicKey, 'base64');
    return {
      terminal: await call.work((work) => registerTerminal(work, accountId, { ...input, retailerId, publicKey })),
    };
  }

  @Mutation(() => TerminalPayload, {
    description:
      'Takes nothing from a till any more, not even what it took before: for one that was lost. For those who act for the retailer, and administrators. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, NOT_FOUND.',
  })
  @ShownIn('public', 'admin')
  @Requires('retailer', 'administrator')
  async revokeTerminal(
    @Arg('input', () => RevokeTerminalInput, { description: 'Which.' }) input: RevokeTerminalInput,
    @Ctx() call: RewardsCall,
  ): Promise<TerminalPayload> {
    const terminal = await findTerminal(call.em, canonicalId(input.terminalId));
    if (!terminal) throw new Refusal('NOT_FOUND');
    await refuseFormerMember(call, call.caller, 'retailer', terminal.retailerId);
    return { terminal: await call.work((work) => revokeTerminal(work, terminal.id)) };
  }

  @Mutation(() => SubmitOfflineClaimsPayload, {
    description:
      'Tells what a till took while it was cut off, and hears for each what becomes of it. The same claim again gets the same answer, so that an upload may be repeated. Tell within 24 hours: a voucher that its owner gave back meanwhile is paid back after that. For partners whose key may redeem vouchers, and those who act for the retailer. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, NOT_FOUND.',
  })
  @ShownIn('public', 'partner')
  @Directive('@cost(weight: 100)')
  @Requires('vouchers:redeem', 'retailer')
  async submitOfflineClaims(
    @Arg('input', () => SubmitOfflineClaimsInput, { description: 'The claims.' }) input: SubmitOfflineClaimsInput,
    @Ctx() call: RewardsCall,
  ): Promise<SubmitOfflineClaimsPayload> {
    const { retailerId } = await changingTillOf(call, input.retailerId);
    if (input.claims.length === 0) throw new Refusal('BAD_USER_INPUT', 'claims is empty.');
    refuseAncient(...input.claims.flatMap(({ claimedAt, revocationsAsOf }) => [claimedAt, revocationsAsOf]));
    const claims = input.claims.map((claim) => ({ ...claim, signature: Buffer.from(claim.signature, 'base64') }));
    const decisions = await call.work(async (work) => {
      const terminal = await activeTerminal(work.em, canonicalId(input.terminalId), retailerId);
      return decideClaims(work, terminal, await verificationKeys(work.em, work.now), claims);
    });
    return { results: decisions.map(asResult) };
  }

  @Query(() => VoucherRevocations, {
    description:
      'What a till must not take while it is cut off. For the key of the retailer, those who act for it, and administrators. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT.',
  })
  @ShownIn('public', 'partner', 'admin')
  @Directive('@cost(weight: 100)')
  @Requires('vouchers:redeem', 'retailer', 'administrator')
  async voucherRevocations(
    @Arg('retailerId', () => ID, { description: 'Of which retailer.' }) givenId: string,
    @Ctx() call: RewardsCall,
  ): Promise<VoucherRevocations> {
    const retailerId = canonicalId(givenId);
    refuseOutsiders(call.caller, 'retailer', retailerId);
    const list = await revocationsOf(call.em, retailerId, call.clock.now());
    const { keyId, key } = await call.services.voucherKeys.signingKey();
    const signature = signRevocations(key, keyId, retailerId, list).toString('base64');
    return { ...list, bitmap: list.bitmap.toString('base64'), keyId, signature };
  }
}

const asResult = ({ sequence, outcome, refusal, voucherId }: ClaimDecision): OfflineClaimResult => ({
  sequence,
  outcome: outcome.toUpperCase() as ClaimOutcome,
  refusal: refusal as ClaimRefusalReason | null,
  voucherId,
});
