/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** The text of an operation; its types are known to the compiler alone. */
export type Operation<Result, Variables> = string & { readonly types?: (variables: Variables) => Result };
/** Which hold. */
export type CaptureVoucherInput = {
  /** The hold. */
  holdId: string;
  /** For which retailer; needed from those only who act for several. */
  retailerId?: string | null | undefined;
  /** The number of the sale in the own books, at most 64 characters; it is kept with the redemption. */
  saleReference?: string | null | undefined;
};

/** What became of what a till took while it was cut off. */
export type ClaimOutcome =
  /** It was the first: the voucher is redeemed. */
  | 'ACCEPTED'
  /** Somebody else was first, which the till could not know: see `voucherDisputes`. */
  | 'DISPUTED'
  /** The till should not have taken it; `refusal` says why. */
  | 'REFUSED';

/** Why a till should not have taken a voucher while it was cut off, in the order in which it is looked at. */
export type ClaimRefusalReason =
  /** It is worth more than this terminal may take while it is cut off. */
  | 'ABOVE_LIMIT'
  /** This terminal has claimed this voucher before. */
  | 'ALREADY_TAKEN'
  /** The terminal did not sign this; it is not kept. */
  | 'BAD_SIGNATURE'
  /** It was taken more than five minutes from now: the clock of the till is wrong. */
  | 'CLOCK_AHEAD'
  /** It had expired when it was taken. */
  | 'EXPIRED'
  /** The list of revocations was older than 24 hours, or newer than the claim. */
  | 'LIST_TOO_OLD'
  /** Its offer does not allow it to be taken by a till that is cut off. */
  | 'NOT_OFFLINE'
  /** It was taken before it was issued: the clock of the till was set back. */
  | 'NOT_YET_ISSUED'
  /** It is for another retailer. */
  | 'OTHER_RETAILER'
  /** It stood on the list of revocations that the till had. */
  | 'REVOKED'
  /** Something else was claimed under this number before. */
  | 'SEQUENCE_REUSED'
  /** No published key of ours has signed the token. */
  | 'TOKEN_INVALID';

/** What became of a dispute. */
export type DisputeState =
  /** The retailer bears it. */
  | 'DISMISSED'
  /** An administrator has not decided yet. */
  | 'OPEN'
  /** The retailer is paid for it from the reserve. */
  | 'UPHELD';

/** Which voucher to hold for a sale: by its code or by its token. */
export type HoldVoucherInput = {
  /** The code as it was read, scanned or typed. */
  code?: string | null | undefined;
  /** The key of this sale; the same key gets the same hold. */
  idempotencyKey: string;
  /** For which retailer; needed from those only who act for several. */
  retailerId?: string | null | undefined;
  /** For how long, 10 to 600. */
  seconds?: number;
  /** At which of its terminals. */
  terminalId?: string | null | undefined;
  /** The token as it was scanned. */
  token?: string | null | undefined;
};

/** Where an offer stands between being written and being closed. */
export type OfferStatus =
  /** Closed for good; vouchers issued before stay valid. */
  | 'ARCHIVED'
  /** Being written; only those who act for the retailer see it. */
  | 'DRAFT'
  /** Off the lists for a while; vouchers issued before stay valid. */
  | 'PAUSED'
  /** On the lists from its first day to its last. */
  | 'PUBLISHED';

/** A voucher that a till took while it was cut off. */
export type OfflineClaimInput = {
  /** When it was taken, by the clock of the till; whole milliseconds. */
  claimedAt: string;
  /** `asOf` of the list of revocations that the till had then. */
  revocationsAsOf: string;
  /** Its number: counts up at each terminal and is never used for another claim. */
  sequence: number;
  /** Ed25519 by the key of the terminal over: "HB1 claim ", the 16 bytes of the id of the terminal, the number (8 bytes), the two instants (8 bytes each, milliseconds since 1970), SHA-256 of the text of the token; numbers are big-endian. */
  signature: string;
  /** The token as it was scanned. */
  token: string;
};

/** Which voucher to take: by its code or by its token. */
export type RedeemVoucherInput = {
  /** The code as it was read, scanned or typed. */
  code?: string | null | undefined;
  /** The key of this request: sent again after an answer was lost, the same key for the same voucher gets the same answer instead of VOUCHER_REDEEMED. */
  idempotencyKey?: string | null | undefined;
  /** For which retailer; needed from those only who act for several. */
  retailerId?: string | null | undefined;
  /** The number of the sale in the own books, at most 64 characters; it is kept with the redemption. */
  saleReference?: string | null | undefined;
  /** At which of its terminals. */
  terminalId?: string | null | undefined;
  /** The token as it was scanned. */
  token?: string | null | undefined;
};

/** How a voucher was taken. */
export type RedemptionMethod =
  /** By its code, which was read, typed or scanned. */
  | 'CODE'
  /** By its signed token, at a till that was cut off and told us later. */
  | 'OFFLINE'
  /** By its signed token. */
  | 'TOKEN';

/** Which hold to let go. */
export type ReleaseVoucherInput = {
  /** The hold. */
  holdId: string;
  /** For which retailer; needed from those only who act for several. */
  retailerId?: string | null | undefined;
};

/** A report of sales and refunds. */
export type ReportSalesInput = {
  /** Whose sales; not needed with the key of a retailer, nor by who acts for one retailer alone. */
  retailerId?: string | null | undefined;
  /** The rows, 1 to 100, each judged by itself; send more one call after the other. */
  sales: Array<SaleInput>;
};

/** A sale, or a refund of one. */
export type SaleInput = {
  /** What was paid, vouchers taken off, without tax; of a refund what was given back, above zero too. */
  cents: number;
  /** The number of the receipt in the system of the retailer: what it is told under once. */
  externalId: string;
  /** Makes it a refund: the external id of the sale that is given back. */
  refundsExternalId?: string | null | undefined;
  /** When it was sold, or given back. */
  soldAt: string;
  /** The voucher that was taken off, if any; not for refunds. */
  voucherId?: string | null | undefined;
  /** Of the store. Not for refunds, which have that of their sale. */
  zipCode?: string | null | undefined;
};

/** What became of a row of a report. */
export type SaleOutcome =
  /** It is in the books, with its fee. */
  | 'RECORDED'
  /** It is not in the books; `refusal` says why. */
  | 'REFUSED'
  /** The same was recorded before; nothing was done. */
  | 'REPEATED'
  /** A refund of a sale that was not told yet: it is recorded together with it. */
  | 'WAITING';

/** Why a row of a report is not in the books. */
export type SaleRefusal =
  /** Something else was told under this external id. */
  | 'EXTERNAL_ID_REUSED'
  /** A refund gives back at least a cent. */
  | 'REFUND_OF_NOTHING'
  /** What it gives back is a refund itself. */
  | 'REFUND_OF_REFUND'
  /** More would be given back than was paid. */
  | 'REFUND_TOO_LARGE'
  /** It was sold more than ten minutes from now. */
  | 'SOLD_IN_FUTURE'
  /** It was sold more than 400 days ago. */
  | 'SOLD_TOO_LONG_AGO'
  /** Another sale was paid with this voucher. */
  | 'VOUCHER_REPORTED'
  /** The retailer has no such voucher. */
  | 'VOUCHER_UNKNOWN'
  /** A sale needs the ZIP code of its store. */
  | 'ZIP_CODE_MISSING'
  /** There is no such ZIP code, or it is that of a post office of the forces abroad. */
  | 'ZIP_CODE_UNKNOWN';

/** What a till took while it was cut off. */
export type SubmitOfflineClaimsInput = {
  /** The claims, 1 to 100; send more one call after the other. */
  claims: Array<OfflineClaimInput>;
  /** Of which retailer; needed from those only who act for several. */
  retailerId?: string | null | undefined;
  /** The terminal. */
  terminalId: string;
};

/** What can be done with a voucher. */
export type VoucherStatus =
  /** Nobody redeemed it in time. */
  | 'EXPIRED'
  /** A till holds it for a sale for a short while; nobody else can take it meanwhile. */
  | 'HELD'
  /** It can be redeemed. */
  | 'ISSUED'
  /** The retailer has taken it. */
  | 'REDEEMED'
  /** It is good no more, and its points went back to its owner. */
  | 'REFUNDED'
  /** It is good no more. Where its points go back, they do from `refundDueAt`. */
  | 'VOID';

/** Whether an endpoint is told. */
export type WebhookEndpointState =
  /** It is. */
  | 'ACTIVE'
  /** It is not: messages for it lie among its dead letters until they are replayed. */
  | 'DISABLED';

/** What a message tells; its body says it as `type`, in lower case with a dot: voucher.redeemed. */
export type WebhookEvent =
  /** Points that a charity holds were settled. */
  | 'DONATION_SETTLED'
  /** Nothing but that the endpoint is reached; sent when asked for. */
  | 'PING'
  /** Points that paid fees of a municipality were settled. */
  | 'POINTS_SETTLED'
  /** Somebody asks to pay a part of a fee with points. */
  | 'SCHEME_CLAIMED'
  /** A scheme takes no new claims for a while. */
  | 'SCHEME_PAUSED'
  /** A paused scheme takes claims again. */
  | 'SCHEME_RESUMED'
  /** An administrator took a settlement back: its points are to be settled again. */
  | 'SETTLEMENT_REVERSED'
  /** The statement of a month is complete; read it as `organisationStatement`. */
  | 'STATEMENT_READY'
  /** Nobody used a voucher in time. */
  | 'VOUCHER_EXPIRED'
  /** A till of the retailer took a voucher. */
  | 'VOUCHER_REDEEMED'
  /** The points of a voucher went back to its owner. */
  | 'VOUCHER_REFUNDED';

export type RetailerOffersQueryVariables = Exact<{
  retailerId: string;
  first: number;
  after?: string | null | undefined;
  status?: OfferStatus | null | undefined;
}>;


export type RetailerOffersQuery = { retailerOffers: { edges: Array<{ node: { id: string, title: string, description: string | null, pricePoints: number, valueCents: number, stock: number | null, perPersonLimit: number | null, startsAt: string, endsAt: string | null, status: OfferStatus, version: number, offlineAllowed: boolean, refundable: boolean, retailer: { id: string, name: string } } }>, pageInfo: { endCursor: string | null, hasNextPage: boolean } } };

export type OfferStockQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
}>;


export type OfferStockQuery = { offerStock: { edges: Array<{ node: { version: number, stock: number | null, remaining: number | null, open: number, redeemed: number, offer: { id: string, title: string, description: string | null, pricePoints: number, valueCents: number, stock: number | null, perPersonLimit: number | null, startsAt: string, endsAt: string | null, status: OfferStatus, version: number, offlineAllowed: boolean, refundable: boolean, retailer: { id: string, name: string } } | null } }>, pageInfo: { endCursor: string | null, hasNextPage: boolean } } };

export type OfferPartsFragment = { id: string, title: string, description: string | null, pricePoints: number, valueCents: number, stock: number | null, perPersonLimit: number | null, startsAt: string, endsAt: string | null, status: OfferStatus, version: number, offlineAllowed: boolean, refundable: boolean, retailer: { id: string, name: string } };

export type PagePartsFragment = { endCursor: string | null, hasNextPage: boolean };

export type RedeemVoucherMutationVariables = Exact<{
  input: RedeemVoucherInput;
}>;


export type RedeemVoucherMutation = { redeemVoucher: { voucher: { id: string, status: VoucherStatus, redeemedAt: string, valueCents: number, method: RedemptionMethod, terminalId: string | null, saleReference: string | null, offer: { id: string, title: string } | null, retailer: { id: string, name: string } | null } } };

export type HoldVoucherMutationVariables = Exact<{
  input: HoldVoucherInput;
}>;


export type HoldVoucherMutation = { holdVoucher: { hold: { id: string, voucherId: string, valueCents: number, heldUntil: string, offer: { id: string, title: string } | null } } };

export type CaptureVoucherMutationVariables = Exact<{
  input: CaptureVoucherInput;
}>;


export type CaptureVoucherMutation = { captureVoucher: { voucher: { id: string, status: VoucherStatus, redeemedAt: string, valueCents: number, method: RedemptionMethod, terminalId: string | null, saleReference: string | null, offer: { id: string, title: string } | null, retailer: { id: string, name: string } | null } } };

export type ReleaseVoucherMutationVariables = Exact<{
  input: ReleaseVoucherInput;
}>;


export type ReleaseVoucherMutation = { releaseVoucher: { voucherId: string } };

export type RedemptionsQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  since?: string | null | undefined;
  until?: string | null | undefined;
  terminalId?: string | null | undefined;
  offerId?: string | null | undefined;
}>;


export type RedemptionsQuery = { redemptions: { edges: Array<{ node: { id: string, status: VoucherStatus, redeemedAt: string, valueCents: number, method: RedemptionMethod, terminalId: string | null, saleReference: string | null, offer: { id: string, title: string } | null, retailer: { id: string, name: string } | null } }>, pageInfo: { endCursor: string | null, hasNextPage: boolean } } };

export type RedemptionPartsFragment = { id: string, status: VoucherStatus, redeemedAt: string, valueCents: number, method: RedemptionMethod, terminalId: string | null, saleReference: string | null, offer: { id: string, title: string } | null, retailer: { id: string, name: string } | null };

export type VoucherKeysQueryVariables = Exact<{ [key: string]: never; }>;


export type VoucherKeysQuery = { voucherKeys: Array<{ keyId: number, publicKey: string, signsSince: string, publishedUntil: string | null }> };

export type VoucherRevocationsQueryVariables = Exact<{
  retailerId: string;
}>;


export type VoucherRevocationsQuery = { voucherRevocations: { asOf: string, fromSerial: number, bitmap: string, count: number, keyId: number, signature: string } };

export type TerminalsQueryVariables = Exact<{
  retailerId: string;
  first: number;
  after?: string | null | undefined;
}>;


export type TerminalsQuery = { terminals: { edges: Array<{ node: { id: string, name: string, offlineLimitCents: number, registeredAt: string, revokedAt: string | null, lastSeenAt: string | null, lastSequence: number | null } }>, pageInfo: { endCursor: string | null, hasNextPage: boolean } } };

export type SubmitOfflineClaimsMutationVariables = Exact<{
  input: SubmitOfflineClaimsInput;
}>;


export type SubmitOfflineClaimsMutation = { submitOfflineClaims: { results: Array<{ sequence: number, outcome: ClaimOutcome, refusal: ClaimRefusalReason | null, voucherId: string | null }> } };

export type VoucherDisputesQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  state?: DisputeState | null | undefined;
}>;


export type VoucherDisputesQuery = { voucherDisputes: { edges: Array<{ node: { id: string, voucherId: string, terminalId: string, valueCents: number, claimedAt: string, openedAt: string, state: DisputeState, reason: string | null, decidedAt: string | null } }>, pageInfo: { endCursor: string | null, hasNextPage: boolean } } };

export type ReportSalesMutationVariables = Exact<{
  input: ReportSalesInput;
}>;


export type ReportSalesMutation = { reportSales: { results: Array<{ externalId: string, outcome: SaleOutcome, refusal: SaleRefusal | null, sale: { id: string, externalId: string, refundsExternalId: string | null, cents: number, zipCode: string, soldAt: string, reportedAt: string, month: string, feeRuleVersion: number, feeCents: number, administrationCents: number, fundCents: number } | null }> } };

export type SalesQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  month: string;
}>;


export type SalesQuery = { sales: { edges: Array<{ node: { id: string, externalId: string, refundsExternalId: string | null, cents: number, zipCode: string, soldAt: string, reportedAt: string, month: string, feeRuleVersion: number, feeCents: number, administrationCents: number, fundCents: number } }>, pageInfo: { endCursor: string | null, hasNextPage: boolean } } };

export type SalePartsFragment = { id: string, externalId: string, refundsExternalId: string | null, cents: number, zipCode: string, soldAt: string, reportedAt: string, month: string, feeRuleVersion: number, feeCents: number, administrationCents: number, fundCents: number };

export type StatementQueryVariables = Exact<{
  organisationId: string;
  month: string;
}>;


export type StatementQuery = { organisationStatement: { month: string, openingPoints: number, receivedPoints: number, returnedPoints: number, settledPoints: number, closingPoints: number, sales: { salesCount: number, salesCents: number, refundsCount: number, refundsCents: number, feeCents: number, administrationCents: number, fundCents: number, vouchersRedeemed: number, redeemedPoints: number } | null } };

export type WebhookEndpointsQueryVariables = Exact<{
  organisationId: string;
}>;


export type WebhookEndpointsQuery = { webhookEndpoints: Array<{ id: string, url: string, events: Array<WebhookEvent>, state: WebhookEndpointState, signingKeys: Array<{ id: string, publicKey: string, createdAt: string, signsUntil: string | null }> }> };

export const RetailerOffers: Operation<RetailerOffersQuery, RetailerOffersQueryVariables> =
  "query RetailerOffers($retailerId:ID!$first:PageSize!$after:Cursor$status:OfferStatus){retailerOffers(retailerId:$retailerId first:$first after:$after status:$status){edges{node{...OfferParts}}pageInfo{...PageParts}}}fragment OfferParts on Offer{id title description pricePoints valueCents stock perPersonLimit startsAt endsAt status version offlineAllowed refundable retailer{id name}}fragment PageParts on PageInfo{endCursor hasNextPage}";
export const OfferStock: Operation<OfferStockQuery, OfferStockQueryVariables> =
  "query OfferStock($first:PageSize!$after:Cursor){offerStock(first:$first after:$after){edges{node{version stock remaining open redeemed offer{...OfferParts}}}pageInfo{...PageParts}}}fragment OfferParts on Offer{id title description pricePoints valueCents stock perPersonLimit startsAt endsAt status version offlineAllowed refundable retailer{id name}}fragment PageParts on PageInfo{endCursor hasNextPage}";
export const RedeemVoucher: Operation<RedeemVoucherMutation, RedeemVoucherMutationVariables> =
  "mutation RedeemVoucher($input:RedeemVoucherInput!){redeemVoucher(input:$input){voucher{...RedemptionParts}}}fragment RedemptionParts on RedeemedVoucher{id status redeemedAt valueCents method terminalId saleReference offer{id title}retailer{id name}}";
export const HoldVoucher: Operation<HoldVoucherMutation, HoldVoucherMutationVariables> =
  "mutation HoldVoucher($input:HoldVoucherInput!){holdVoucher(input:$input){hold{id voucherId valueCents heldUntil offer{id title}}}}";
export const CaptureVoucher: Operation<CaptureVoucherMutation, CaptureVoucherMutationVariables> =
  "mutation CaptureVoucher($input:CaptureVoucherInput!){captureVoucher(input:$input){voucher{...RedemptionParts}}}fragment RedemptionParts on RedeemedVoucher{id status redeemedAt valueCents method terminalId saleReference offer{id title}retailer{id name}}";
export const ReleaseVoucher: Operation<ReleaseVoucherMutation, ReleaseVoucherMutationVariables> =
  "mutation ReleaseVoucher($input:ReleaseVoucherInput!){releaseVoucher(input:$input){voucherId}}";
export const Redemptions: Operation<RedemptionsQuery, RedemptionsQueryVariables> =
  "query Redemptions($first:PageSize!$after:Cursor$since:DateTime$until:DateTime$terminalId:ID$offerId:ID){redemptions(first:$first after:$after since:$since until:$until terminalId:$terminalId offerId:$offerId){edges{node{...RedemptionParts}}pageInfo{...PageParts}}}fragment PageParts on PageInfo{endCursor hasNextPage}fragment RedemptionParts on RedeemedVoucher{id status redeemedAt valueCents method terminalId saleReference offer{id title}retailer{id name}}";
export const VoucherKeys: Operation<VoucherKeysQuery, VoucherKeysQueryVariables> =
  "query VoucherKeys{voucherKeys{keyId publicKey signsSince publishedUntil}}";
export const VoucherRevocations: Operation<VoucherRevocationsQuery, VoucherRevocationsQueryVariables> =
  "query VoucherRevocations($retailerId:ID!){voucherRevocations(retailerId:$retailerId){asOf fromSerial bitmap count keyId signature}}";
export const Terminals: Operation<TerminalsQuery, TerminalsQueryVariables> =
  "query Terminals($retailerId:ID!$first:PageSize!$after:Cursor){terminals(retailerId:$retailerId first:$first after:$after){edges{node{id name offlineLimitCents registeredAt revokedAt lastSeenAt lastSequence}}pageInfo{...PageParts}}}fragment PageParts on PageInfo{endCursor hasNextPage}";
export const SubmitOfflineClaims: Operation<SubmitOfflineClaimsMutation, SubmitOfflineClaimsMutationVariables> =
  "mutation SubmitOfflineClaims($input:SubmitOfflineClaimsInput!){submitOfflineClaims(input:$input){results{sequence outcome refusal voucherId}}}";
export const VoucherDisputes: Operation<VoucherDisputesQuery, VoucherDisputesQueryVariables> =
  "query VoucherDisputes($first:PageSize!$after:Cursor$state:DisputeState){voucherDisputes(first:$first after:$after state:$state){edges{node{id voucherId terminalId valueCents claimedAt openedAt state reason decidedAt}}pageInfo{...PageParts}}}fragment PageParts on PageInfo{endCursor hasNextPage}";
export const ReportSales: Operation<ReportSalesMutation, ReportSalesMutationVariables> =
  "mutation ReportSales($input:ReportSalesInput!){reportSales(input:$input){results{externalId outcome refusal sale{...SaleParts}}}}fragment SaleParts on Sale{id externalId refundsExternalId cents zipCode soldAt reportedAt month feeRuleVersion feeCents administrationCents fundCents}";
export const Sales: Operation<SalesQuery, SalesQueryVariables> =
  "query Sales($first:PageSize!$after:Cursor$month:Month!){sales(first:$first after:$after month:$month){edges{node{...SaleParts}}pageInfo{...PageParts}}}fragment PageParts on PageInfo{endCursor hasNextPage}fragment SaleParts on Sale{id externalId refundsExternalId cents zipCode soldAt reportedAt month feeRuleVersion feeCents administrationCents fundCents}";
export const Statement: Operation<StatementQuery, StatementQueryVariables> =
  "query Statement($organisationId:ID!$month:Month!){organisationStatement(kind:RETAILER organisationId:$organisationId month:$month){month openingPoints receivedPoints returnedPoints settledPoints closingPoints sales{salesCount salesCents refundsCount refundsCents feeCents administrationCents fundCents vouchersRedeemed redeemedPoints}}}";
export const WebhookEndpoints: Operation<WebhookEndpointsQuery, WebhookEndpointsQueryVariables> =
  "query WebhookEndpoints($organisationId:ID!){webhookEndpoints(kind:RETAILER organisationId:$organisationId){id url events state signingKeys{id publicKey createdAt signsUntil}}}";