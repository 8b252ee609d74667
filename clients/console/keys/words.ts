/* How rights of keys, messages and what becomes of them are called. */
import type { I18n } from '@lingui/core';
import type { Tone } from '../../interface/parts.tsx';
import type {
  PartnerKind,
  PartnerScope,
  WebhookDeliveryState,
  WebhookDisabledReason,
  WebhookEvent,
  WebhookFailure,
} from '../generated/graphql.ts';

type Words<Value extends string> = Readonly<Record<Value, (i18n: I18n) => string>>;

export const partnerScopes: Words<PartnerScope> = {
  VOUCHERS_REDEEM: (i18n) => i18n._('Check and redeem vouchers'),
  OFFERS_READ: (i18n) => i18n._('Read offers'),
};

export const events: Words<WebhookEvent> = {
  VOUCHER_REDEEMED: (i18n) => i18n._('A voucher was used'),
  VOUCHER_REFUNDED: (i18n) => i18n._('A voucher went back for its points'),
  VOUCHER_EXPIRED: (i18n) => i18n._('A voucher has expired'),
  DONATION_SETTLED: (i18n) => i18n._('Donated points were settled'),
  SCHEME_CLAIMED: (i18n) => i18n._('Somebody asks to pay a fee with points'),
  SCHEME_PAUSED: (i18n) => i18n._('A scheme was paused'),
  SCHEME_RESUMED: (i18n) => i18n._('A paused scheme takes claims again'),
  POINTS_SETTLED: (i18n) => i18n._('Points that paid fees were settled'),
  SETTLEMENT_REVERSED: (i18n) => i18n._('A settlement was taken back'),
  STATEMENT_READY: (i18n) => i18n._('The statement of a month is ready'),
  PING: (i18n) => i18n._('A trial message'),
};

/** What each kind of organisation can be told. */
export const eventsOf: Readonly<Record<PartnerKind, readonly WebhookEvent[]>> = {
  RETAILER: ['VOUCHER_REDEEMED', 'VOUCHER_REFUNDED', 'VOUCHER_EXPIRED', 'STATEMENT_READY'],
  CHARITY: ['DONATION_SETTLED', 'SETTLEMENT_REVERSED', 'STATEMENT_READY'],
  MUNICIPALITY: [
    'SCHEME_CLAIMED',
    'SCHEME_PAUSED',
    'SCHEME_RESUMED',
    'POINTS_SETTLED',
    'SETTLEMENT_REVERSED',
    'STATEMENT_READY',
  ],
};

export const deliveryStates: Words<WebhookDeliveryState> = {
  PENDING: (i18n) => i18n._('To be sent'),
  DELIVERED: (i18n) => i18n._('Delivered'),
  DEAD: (i18n) => i18n._('Given up'),
};

export const deliveryTones: Readonly<Record<WebhookDeliveryState, Tone>> = {
  PENDING: 'warn',
  DELIVERED: 'good',
  DEAD: 'bad',
};

export const disabledReasons: Words<WebhookDisabledReason> = {
  MEMBER: (i18n) => i18n._('Somebody disabled it.'),
  GONE: (i18n) => i18n._('It answered that it wants no more (status 410).'),
  FAILING: (i18n) => i18n._('It took nothing for five days.'),
};

export const failures: Words<WebhookFailure> = {
  STATUS: (i18n) => i18n._('It answered with a status of failure.'),
  REDIRECTED: (i18n) => i18n._('It answered with a redirect; messages follow none.'),
  GONE: (i18n) => i18n._('It answered that it wants no more (status 410).'),
  ADDRESS_INVALID: (i18n) => i18n._('The address cannot be called.'),
  ADDRESS_NOT_PUBLIC: (i18n) => i18n._('The address leads to a network that is not public.'),
  NAME_UNKNOWN: (i18n) => i18n._('The name in the address is not known.'),
  NOT_CONNECTED: (i18n) => i18n._('Nobody answered, or the connection broke off.'),
  TIMED_OUT: (i18n) => i18n._('There was no answer within 15 seconds.'),
  ENCODED: (i18n) => i18n._('The answer was compressed, which was not asked for.'),
  DISABLED: (i18n) => i18n._('The endpoint is disabled.'),
};
