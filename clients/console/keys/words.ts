/* How the rights of keys are called. */
import type { I18n } from '@lingui/core';
import type { PartnerScope } from '../generated/graphql.ts';

export const partnerScopes: Readonly<Record<PartnerScope, (i18n: I18n) => string>> = {
  VOUCHERS_REDEEM: (i18n) => i18n._('Check and redeem vouchers'),
  OFFERS_READ: (i18n) => i18n._('Read offers'),
};
