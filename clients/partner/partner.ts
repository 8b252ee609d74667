/*
 * What the systems of a retailer ask of Hey Blue!: offers, vouchers, what tills took, sales and statements. Each call that
 * takes something carries a key of its own, made before the first attempt, so that asking again never takes twice.
 */
import {
  CaptureVoucher,
  type CaptureVoucherInput,
  HoldVoucher,
  type HoldVoucherInput,
  type HoldVoucherMutation,
  type OfferPartsFragment,
  type OfferStatus,
  OfferStock,
  type OfferStockQuery,
  RedeemVoucher,
  type RedeemVoucherInput,
  type RedemptionPartsFragment,
  Redemptions,
  type RedemptionsQueryVariables,
  ReleaseVoucher,
  ReportSales,
  type ReportSalesMutation,
  RetailerOffers,
  type SaleInput,
  type SalePartsFragment,
  Sales,
  Statement,
  type StatementQuery,
  SubmitOfflineClaims,
  type SubmitOfflineClaimsInput,
  type SubmitOfflineClaimsMutation,
  Terminals,
  type TerminalsQuery,
  VoucherDisputes,
  type VoucherDisputesQuery,
  VoucherKeys,
  type VoucherKeysQuery,
  VoucherRevocations,
  type VoucherRevocationsQuery,
  WebhookEndpoints,
  type WebhookEndpointsQuery,
} from './generated/operations.ts';
import {
  type Ask,
  type CallOptions,
  PartnerError,
  type PartnerErrorCode,
  type PartnerOptions,
  transport,
} from './transport.ts';

export { type CallOptions, PartnerError, type PartnerErrorCode, type PartnerOptions };
export type Offer = OfferPartsFragment;
export type Stock = OfferStockQuery['offerStock']['edges'][number]['node'];
export type Redemption = RedemptionPartsFragment;
export type Hold = HoldVoucherMutation['holdVoucher']['hold'];
export type VoucherKey = VoucherKeysQuery['voucherKeys'][number];
export type RevocationListPayload = VoucherRevocationsQuery['voucherRevocations'];
export type Terminal = TerminalsQuery['terminals']['edges'][number]['node'];
export type ClaimResult = SubmitOfflineClaimsMutation['submitOfflineClaims']['results'][number];
export type Dispute = VoucherDisputesQuery['voucherDisputes']['edges'][number]['node'];
export type Sale = SalePartsFragment;
export type ReportedSale = ReportSalesMutation['reportSales']['results'][number];
export type MonthlyStatement = StatementQuery['organisationStatement'];
export type Endpoint = WebhookEndpointsQuery['webhookEndpoints'][number];
export type { SaleInput };

/** One of the two: the code that people read, or the token that a QR code holds. */
export type VoucherName =
  | { readonly code: string; readonly token?: never }
  | { readonly token: string; readonly code?: never };

export interface Page<Node> {
  readonly nodes: readonly Node[];
  /** Pass it as `after` for the next page; undefined behind the last one. */
  readonly next: string | undefined;
}

export interface PageWish {
  /** 1 to 100; 50 when absent. */
  readonly first?: number;
  readonly after?: string | undefined;
}

/** Which of them, by when they were taken (RFC 3339), where and of what. */
export type RedemptionWish = Pick<RedemptionsQueryVariables, 'since' | 'until' | 'terminalId' | 'offerId'>;

const PAGE = 50;
/** Who reads all asks as seldom as can be. */
const WHOLE_PAGE = 100;
/** As many as the API takes in one call. */
const BATCH = 100;
const LOOK_SECONDS = 10;

/** Every method takes, last, what is to hold for this call alone, and throws PartnerError for all that is no answer. */
export class Partner {
  readonly #ask: Ask;
  #retailerId: string | undefined;

  /** @throws TypeError for an address or a key that is none. */
  constructor(options: PartnerOptions) {
    this.#ask = transport(options);
    this.#retailerId = options.retailerId;
  }

  /** For which retailer the key is. @throws PartnerError RETAILER_UNKNOWN where it has no offer: say it in the options. */
  async retailerId(call?: CallOptions): Promise<string> {
    this.#retailerId ??= (await this.stockPage({ first: 1 }, call)).nodes[0]?.offer?.retailer.id;
    if (this.#retailerId === undefined) {
      throw new PartnerError(
        'RETAILER_UNKNOWN',
        'The retailer has no offer yet: give its id as the option retailerId.',
      );
    }
    return this.#retailerId;
  }

  /** The own offers, the newest first. */
  async offersPage(
    { first = PAGE, after, status }: PageWish & { readonly status?: OfferStatus } = {},
    call?: CallOptions,
  ): Promise<Page<Offer>> {
    const retailerId = await this.retailerId(call);
    const { retailerOffers } = await this.#ask(RetailerOffers, { retailerId, first, after, status }, call);
    return pageOf(retailerOffers);
  }

  /** All of them, page after page as they are read. */
  offers(wish: { readonly status?: OfferStatus } = {}, call?: CallOptions): AsyncGenerator<Offer, void> {
    return each((after) => this.offersPage({ ...wish, first: WHOLE_PAGE, after }, call));
  }

  /** What is left of the own offers. */
  async stockPage({ first = PAGE, after }: PageWish = {}, call?: CallOptions): Promise<Page<Stock>> {
    return pageOf((await this.#ask(OfferStock, { first, after }, call)).offerStock);
  }

  stock(call?: CallOptions): AsyncGenerator<Stock, void> {
    return each((after) => this.stockPage({ first: WHOLE_PAGE, after }, call));
  }

  /**
   * Looks at a voucher without taking it: a hold of ten seconds that is let go at once.
   * @throws PartnerError VOUCHER_INVALID, VOUCHER_REDEEMED, VOUCHER_EXPIRED, VOUCHER_HELD, VOUCHER_VOID and so on.
   */
  async checkVoucher(voucher: VoucherName, call?: CallOptions): Promise<Hold> {
    const hold = await this.holdVoucher(voucher, { seconds: LOOK_SECONDS }, call);
    // Where this fails the hold ends by itself.
    await this.releaseVoucher(hold.id, call).catch(() => undefined);
    return hold;
  }

  /** Takes a voucher, once. After an uncertain end ask again with the same `idempotencyKey`. */
  async redeemVoucher(
    voucher: VoucherName,
    more: Pick<RedeemVoucherInput, 'terminalId' | 'saleReference' | 'idempotencyKey'> = {},
    call?: CallOptions,
  ): Promise<Redemption> {
    const idempotencyKey = more.idempotencyKey ?? crypto.randomUUID();
    const { redeemVoucher } = await this.#ask(RedeemVoucher, { input: { ...voucher, ...more, idempotencyKey } }, call);
    return redeemVoucher.voucher;
  }

  /** Keeps a voucher for one sale, 120 seconds unless said; then captureVoucher or releaseVoucher. */
  async holdVoucher(
    voucher: VoucherName,
    more: Partial<Pick<HoldVoucherInput, 'terminalId' | 'seconds' | 'idempotencyKey'>> = {},
    call?: CallOptions,
  ): Promise<Hold> {
    const idempotencyKey = more.idempotencyKey ?? crypto.randomUUID();
    return (await this.#ask(HoldVoucher, { input: { ...voucher, ...more, idempotencyKey } }, call)).holdVoucher.hold;
  }

  /** Takes what a hold keeps; the same hold again gets the same answer. */
  async captureVoucher(
    holdId: string,
    more: Pick<CaptureVoucherInput, 'saleReference'> = {},
    call?: CallOptions,
  ): Promise<Redemption> {
    return (await this.#ask(CaptureVoucher, { input: { holdId, ...more } }, call)).captureVoucher.voucher;
  }

  /** Lets a hold go, so that the next sale may take the voucher at once. */
  async releaseVoucher(holdId: string, call?: CallOptions): Promise<void> {
    await this.#ask(ReleaseVoucher, { input: { holdId } }, call);
  }

  /** What was taken, the latest first. */
  async redemptionsPage(
    { first = PAGE, ...wish }: PageWish & RedemptionWish = {},
    call?: CallOptions,
  ): Promise<Page<Redemption>> {
    return pageOf((await this.#ask(Redemptions, { first, ...wish }, call)).redemptions);
  }

  redemptions(wish: RedemptionWish = {}, call?: CallOptions): AsyncGenerator<Redemption, void> {
    return each((after) => this.redemptionsPage({ ...wish, first: WHOLE_PAGE, after }, call));
  }

  /** The keys that check tokens; ask daily. */
  async voucherKeys(call?: CallOptions): Promise<readonly VoucherKey[]> {
    return (await this.#ask(VoucherKeys, {}, call)).voucherKeys;
  }

  /** What a till must not take while it is cut off; ask hourly, and check it with `verifyRevocations`. */
  async voucherRevocations(call?: CallOptions): Promise<RevocationListPayload> {
    const retailerId = await this.retailerId(call);
    return (await this.#ask(VoucherRevocations, { retailerId }, call)).voucherRevocations;
  }

  /** The tills that may take vouchers while they are cut off, the latest first. */
  async terminalsPage({ first = PAGE, after }: PageWish = {}, call?: CallOptions): Promise<Page<Terminal>> {
    const retailerId = await this.retailerId(call);
    return pageOf((await this.#ask(Terminals, { retailerId, first, after }, call)).terminals);
  }

  terminals(call?: CallOptions): AsyncGenerator<Terminal, void> {
    return each((after) => this.terminalsPage({ first: WHOLE_PAGE, after }, call));
  }

  /** Tells what a till took while it was cut off, however many; claims that were decided get the same answer again. */
  async submitOfflineClaims(
    terminalId: string,
    claims: SubmitOfflineClaimsInput['claims'],
    call?: CallOptions,
  ): Promise<readonly ClaimResult[]> {
    const results: ClaimResult[] = [];
    for (const batch of batches(claims)) {
      const input = { terminalId, claims: batch };
      const { submitOfflineClaims } = await this.#ask(SubmitOfflineClaims, { input }, call);
      results.push(...submitOfflineClaims.results);
    }
    return results;
  }

  /** What a till took while it was cut off though somebody else had been first, the latest first. */
  async disputesPage({ first = PAGE, after }: PageWish = {}, call?: CallOptions): Promise<Page<Dispute>> {
    return pageOf((await this.#ask(VoucherDisputes, { first, after }, call)).voucherDisputes);
  }

  disputes(call?: CallOptions): AsyncGenerator<Dispute, void> {
    return each((after) => this.disputesPage({ first: WHOLE_PAGE, after }, call));
  }

  /** Tells of sales and refunds, however many. A row that was told before is answered REPEATED, so repeat after a failure. */
  async reportSales(rows: readonly SaleInput[], call?: CallOptions): Promise<readonly ReportedSale[]> {
    const results: ReportedSale[] = [];
    for (const sales of batches(rows)) {
      results.push(...(await this.#ask(ReportSales, { input: { sales } }, call)).reportSales.results);
    }
    return results;
  }

  /** @param month in whose books they are, such as 2026-03. */
  async salesPage(month: string, { first = PAGE, after }: PageWish = {}, call?: CallOptions): Promise<Page<Sale>> {
    return pageOf((await this.#ask(Sales, { month, first, after }, call)).sales);
  }

  sales(month: string, call?: CallOptions): AsyncGenerator<Sale, void> {
    return each((after) => this.salesPage(month, { first: WHOLE_PAGE, after }, call));
  }

  /** What a month adds up to. */
  async statement(month: string, call?: CallOptions): Promise<MonthlyStatement> {
    const organisationId = await this.retailerId(call);
    return (await this.#ask(Statement, { organisationId, month }, call)).organisationStatement;
  }

  /** Where the retailer is told of what happens, with the public keys that check it. */
  async webhookEndpoints(call?: CallOptions): Promise<readonly Endpoint[]> {
    const organisationId = await this.retailerId(call);
    return (await this.#ask(WebhookEndpoints, { organisationId }, call)).webhookEndpoints;
  }
}

interface Connection<Node> {
  readonly edges: readonly { readonly node: Node }[];
  readonly pageInfo: { readonly endCursor: string | null; readonly hasNextPage: boolean };
}

function pageOf<Node>({ edges, pageInfo }: Connection<Node>): Page<Node> {
  return { nodes: edges.map(({ node }) => node), next: (pageInfo.hasNextPage && pageInfo.endCursor) || undefined };
}

async function* each<Node>(ask: (after: string | undefined) => Promise<Page<Node>>): AsyncGenerator<Node, void> {
  let after: string | undefined;
  do {
    const { nodes, next } = await ask(after);
    yield* nodes;
    after = next;
  } while (after !== undefined);
}

function batches<Row>(rows: readonly Row[]): Row[][] {
  const count = Math.ceil(rows.length / BATCH);
  return Array.from({ length: count }, (_, index) => rows.slice(index * BATCH, (index + 1) * BATCH));
}
