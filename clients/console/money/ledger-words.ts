/* What the books call their transactions and accounts, in words, and how each kind of transaction is undone. */
import type { I18n } from '@lingui/core';
import type { LedgerAccountKind, LedgerTransactionKind } from '../generated/graphql.ts';

type Say = (i18n: I18n) => string;

export const transactionKindWords: Readonly<Record<LedgerTransactionKind, Say>> = {
  AWARD: (i18n) => i18n._('Points for a meeting'),
  REDEMPTION: (i18n) => i18n._('Points for a voucher'),
  DONATION: (i18n) => i18n._('Donation to a charity'),
  SCHEME_CLAIM: (i18n) => i18n._('Points for a municipal fee'),
  SCHEME_BUDGET: (i18n) => i18n._('Worth of points, out of a scheme’s budget'),
  SCHEME_GRANT: (i18n) => i18n._('Budget of a scheme'),
  SCHEME_GRANT_RETURN: (i18n) => i18n._('Budget of a scheme, given back'),
  SETTLEMENT: (i18n) => i18n._('Settlement of an organisation'),
  SALE_FEE: (i18n) => i18n._('Fee of a sale'),
  SALE_FEE_REFUND: (i18n) => i18n._('Fee of a refund'),
  FUND_PAYOUT: (i18n) => i18n._('Payment of a community fund'),
  DISPUTE_RESERVE: (i18n) => i18n._('Set aside for disputes'),
  DISPUTE: (i18n) => i18n._('Payment of a dispute'),
  REVERSAL: (i18n) => i18n._('Undoing of another transaction'),
  RECOVERY: (i18n) => i18n._('Points that were owed'),
  CLAW_BACK: (i18n) => i18n._('Points of a meeting, taken back'),
  EXPIRY: (i18n) => i18n._('Points that ran out'),
  OTHER: (i18n) => i18n._('Something else'),
};

const final: Say = (i18n) => i18n._('This is final: it undoes or ends something itself.');
const ofScheme: Say = (i18n) =>
  i18n._('A claim is taken back in the claims of its municipality, and the books follow by themselves.');
const bySystem: Say = (i18n) => i18n._('The system keeps this by itself. It is not undone by hand.');
const ofSale: Say = (i18n) => i18n._('A sale is taken back by reporting its refund, among the sales of the retailer.');

/** Why it is not undone here, and where it is. */
export const ownWayWords: Readonly<Record<LedgerTransactionKind, Say>> = {
  AWARD: (i18n) => i18n._('Points of a meeting are taken back with the meeting, under “Meetings to review”.'),
  REDEMPTION: (i18n) =>
    i18n._(
      'Points of a voucher go back with the voucher: make it void or take its redemption back, under “Vouchers and disputes”.',
    ),
  DONATION: (i18n) => i18n._('This donation cannot be undone any more.'),
  SCHEME_CLAIM: ofScheme,
  SCHEME_BUDGET: ofScheme,
  SCHEME_GRANT: (i18n) => i18n._('A budget is changed with its scheme, among the schemes of the municipality.'),
  SCHEME_GRANT_RETURN: final,
  SETTLEMENT: (i18n) => i18n._('A settlement is taken back in the statements of its organisation.'),
  SALE_FEE: ofSale,
  SALE_FEE_REFUND: final,
  FUND_PAYOUT: bySystem,
  DISPUTE_RESERVE: bySystem,
  DISPUTE: bySystem,
  REVERSAL: final,
  RECOVERY: final,
  CLAW_BACK: final,
  EXPIRY: final,
  OTHER: bySystem,
};

export const accountKindWords: Readonly<Record<LedgerAccountKind, Say>> = {
  ISSUANCE: (i18n) => i18n._('Source of all points'),
  PERSON: (i18n) => i18n._('Account'),
  RETAILER: (i18n) => i18n._('Retailer'),
  CHARITY: (i18n) => i18n._('Charity'),
  MUNICIPALITY: (i18n) => i18n._('Municipality'),
  EXPIRED: (i18n) => i18n._('Points that ran out'),
  SETTLED: (i18n) => i18n._('Settled points'),
  BUDGET: (i18n) => i18n._('Budget of a scheme'),
  GRANT: (i18n) => i18n._('Source of budgets'),
  FEE: (i18n) => i18n._('Fees that were paid'),
  AFFILIATE: (i18n) => i18n._('What a retailer owes'),
  ADMINISTRATION: (i18n) => i18n._('Administration'),
  FUND: (i18n) => i18n._('Community fund'),
  PAYOUT: (i18n) => i18n._('Paid by a community fund'),
  OTHER: (i18n) => i18n._('Something else'),
};
