/* How kinds, states, roles and checks of organisations are called. */
import type { I18n } from '@lingui/core';
import type { Tone } from '../../interface/parts.tsx';
import type {
  ApplicationStatus,
  EmployerCheck,
  ListingStatus,
  MemberRole,
  OrganisationKind,
} from '../generated/graphql.ts';

type Words<Value extends string> = Readonly<Record<Value, (i18n: I18n) => string>>;

export const kinds: Words<OrganisationKind> = {
  RETAILER: (i18n) => i18n._('Shop'),
  CHARITY: (i18n) => i18n._('Charity'),
  MUNICIPALITY: (i18n) => i18n._('Municipality'),
  DEPARTMENT: (i18n) => i18n._('Police department'),
};

export const applicationStates: Words<ApplicationStatus> = {
  APPLIED: (i18n) => i18n._('Applied'),
  CHECKING: (i18n) => i18n._('Domain proved'),
  LISTED: (i18n) => i18n._('Approved'),
  REFUSED: (i18n) => i18n._('Refused'),
  WITHDRAWN: (i18n) => i18n._('Taken back'),
};

export const applicationTones: Readonly<Partial<Record<ApplicationStatus, Tone>>> = {
  APPLIED: 'warn',
  CHECKING: 'warn',
  LISTED: 'good',
  REFUSED: 'bad',
};

export const listingStates: Words<ListingStatus> = {
  LISTED: (i18n) => i18n._('Listed'),
  SUSPENDED: (i18n) => i18n._('Suspended'),
  ARCHIVED: (i18n) => i18n._('Ended'),
};

export const listingTones: Readonly<Partial<Record<ListingStatus, Tone>>> = { LISTED: 'good', SUSPENDED: 'warn' };

export const roles: Words<MemberRole> = {
  OWNER: (i18n) => i18n._('Owner: everything, also who else takes part'),
  EDITOR: (i18n) => i18n._('Editor: changes what is listed'),
  VIEWER: (i18n) => i18n._('Viewer: sees everything, changes nothing'),
};

export const roleNames: Words<MemberRole> = {
  OWNER: (i18n) => i18n._('Owner'),
  EDITOR: (i18n) => i18n._('Editor'),
  VIEWER: (i18n) => i18n._('Viewer'),
};

export const employerChecks: Words<EmployerCheck> = {
  NOT_NEEDED: (i18n) => i18n._('Not needed'),
  PASSED: (i18n) => i18n._('The IRS lists it under this name'),
  NAME_DIFFERS: (i18n) => i18n._('The IRS lists it under another name'),
  NOT_ON_LIST: (i18n) => i18n._('The IRS does not list it'),
};
