/*
 * The places of the console: where they are, what they are called, and for whom. Navigation, the first screen and routes
 * are made of this one table, so that nobody is shown a door that does not open.
 */
import type { I18n } from '@lingui/core';
import { type ComponentType, type LazyExoticComponent, lazy } from 'react';

/** Under what heading a place stands; the headings are in this order. */
export type Area = 'organisations' | 'catalog' | 'money' | 'people' | 'safety' | 'reports' | 'systems';

export interface Place {
  readonly path: string;
  readonly area: Area;
  readonly label: (i18n: I18n) => string;
  /** Any one of these scopes; open to everybody whose phone is verified where left out. */
  readonly scopes?: readonly string[];
  readonly screen: LazyExoticComponent<ComponentType>;
}

export const areas: Readonly<Record<Area, (i18n: I18n) => string>> = {
  organisations: (i18n) => i18n._('Organisations'),
  catalog: (i18n) => i18n._('Catalog'),
  money: (i18n) => i18n._('Money'),
  people: (i18n) => i18n._('People'),
  safety: (i18n) => i18n._('Safety'),
  reports: (i18n) => i18n._('Reports'),
  systems: (i18n) => i18n._('Systems'),
};

const administrators = ['administrator'] as const;

export const places: readonly Place[] = [
  {
    path: '/organisations',
    area: 'organisations',
    label: (i18n) => i18n._('My organisations'),
    screen: lazy(async () => ({ default: (await import('../organisations/organisations.tsx')).Organisations })),
  },
  {
    path: '/applications',
    area: 'organisations',
    label: (i18n) => i18n._('Applications'),
    scopes: administrators,
    screen: lazy(async () => ({ default: (await import('../organisations/applications.tsx')).Applications })),
  },
  {
    path: '/directory',
    area: 'organisations',
    label: (i18n) => i18n._('All organisations'),
    scopes: administrators,
    screen: lazy(async () => ({ default: (await import('../organisations/directory.tsx')).Directory })),
  },
  {
    path: '/retailers',
    area: 'catalog',
    label: (i18n) => i18n._('Retailers'),
    scopes: ['retailer', 'administrator'],
    screen: lazy(async () => ({ default: (await import('../catalog/retailers.tsx')).Retailers })),
  },
  {
    path: '/charities',
    area: 'catalog',
    label: (i18n) => i18n._('Charities'),
    scopes: ['charity', 'administrator'],
    screen: lazy(async () => ({ default: (await import('../catalog/charities.tsx')).Charities })),
  },
  {
    path: '/municipalities',
    area: 'catalog',
    label: (i18n) => i18n._('Municipalities'),
    scopes: ['municipality', 'administrator'],
    screen: lazy(async () => ({ default: (await import('../catalog/municipalities.tsx')).Municipalities })),
  },
  {
    path: '/imports',
    area: 'catalog',
    label: (i18n) => i18n._('Imports'),
    scopes: ['retailer', 'department', 'administrator'],
    screen: lazy(async () => ({ default: (await import('../imports/imports.tsx')).Imports })),
  },
  {
    path: '/synonyms',
    area: 'catalog',
    label: (i18n) => i18n._('Words of the search'),
    scopes: administrators,
    screen: lazy(async () => ({ default: (await import('../catalog/synonyms.tsx')).Synonyms })),
  },
  {
    path: '/scoring',
    area: 'money',
    label: (i18n) => i18n._('Scoring rules'),
    scopes: administrators,
    screen: lazy(async () => ({ default: (await import('../money/scoring.tsx')).Scoring })),
  },
  {
    path: '/fees',
    area: 'money',
    label: (i18n) => i18n._('Sales fees'),
    scopes: administrators,
    screen: lazy(async () => ({ default: (await import('../money/fees.tsx')).Fees })),
  },
  {
    path: '/funds',
    area: 'money',
    label: (i18n) => i18n._('Community funds'),
    scopes: ['municipality', 'administrator'],
    screen: lazy(async () => ({ default: (await import('../money/funds.tsx')).Funds })),
  },
  {
    path: '/vouchers',
    area: 'money',
    label: (i18n) => i18n._('Vouchers and disputes'),
    scopes: administrators,
    screen: lazy(async () => ({ default: (await import('../money/vouchers.tsx')).Vouchers })),
  },
  {
    path: '/ledger',
    area: 'money',
    label: (i18n) => i18n._('Ledger'),
    scopes: administrators,
    screen: lazy(async () => ({ default: (await import('../money/ledger.tsx')).Ledger })),
  },
  {
    path: '/departments',
    area: 'people',
    label: (i18n) => i18n._('Departments and officers'),
    scopes: administrators,
    screen: lazy(async () => ({ default: (await import('../people/departments.tsx')).Departments })),
  },
  {
    path: '/accounts',
    area: 'people',
    label: (i18n) => i18n._('Accounts'),
    scopes: administrators,
    screen: lazy(async () => ({ default: (await import('../people/accounts.tsx')).Accounts })),
  },
  {
    path: '/appeals',
    area: 'people',
    label: (i18n) => i18n._('Appeals'),
    scopes: administrators,
    screen: lazy(async () => ({ default: (await import('../people/appeals.tsx')).Appeals })),
  },
  {
    path: '/hubs',
    area: 'people',
    label: (i18n) => i18n._('Places to meet'),
    scopes: administrators,
    screen: lazy(async () => ({ default: (await import('../people/hubs.tsx')).Hubs })),
  },
  {
    path: '/documents',
    area: 'people',
    label: (i18n) => i18n._('Terms and privacy'),
    scopes: administrators,
    screen: lazy(async () => ({ default: (await import('../people/documents.tsx')).Documents })),
  },
  {
    path: '/review',
    area: 'safety',
    label: (i18n) => i18n._('Meetings to review'),
    scopes: administrators,
    screen: lazy(async () => ({ default: (await import('../safety/review.tsx')).Review })),
  },
  {
    path: '/person-reports',
    area: 'safety',
    label: (i18n) => i18n._('Reports of persons'),
    scopes: administrators,
    screen: lazy(async () => ({ default: (await import('../safety/person-reports.tsx')).PersonReports })),
  },
  {
    path: '/stories',
    area: 'safety',
    label: (i18n) => i18n._('Stories'),
    scopes: administrators,
    screen: lazy(async () => ({ default: (await import('../safety/stories.tsx')).Stories })),
  },
  {
    path: '/zones',
    area: 'safety',
    label: (i18n) => i18n._('Areas without meetings'),
    scopes: administrators,
    screen: lazy(async () => ({ default: (await import('../safety/zones.tsx')).Zones })),
  },
  {
    path: '/risk-rules',
    area: 'safety',
    label: (i18n) => i18n._('Risk rules'),
    scopes: administrators,
    screen: lazy(async () => ({ default: (await import('../safety/risk-rules.tsx')).RiskRules })),
  },
  {
    path: '/reports',
    area: 'reports',
    label: (i18n) => i18n._('Connections and points'),
    scopes: ['analyst', 'administrator'],
    screen: lazy(async () => ({ default: (await import('../reports/reports.tsx')).Reports })),
  },
  {
    path: '/keys',
    area: 'systems',
    label: (i18n) => i18n._('Keys'),
    scopes: ['retailer', 'administrator'],
    screen: lazy(async () => ({ default: (await import('../keys/keys.tsx')).Keys })),
  },
  {
    path: '/webhooks',
    area: 'systems',
    label: (i18n) => i18n._('Webhooks'),
    scopes: ['retailer', 'charity', 'municipality', 'administrator'],
    screen: lazy(async () => ({ default: (await import('../keys/webhooks.tsx')).Webhooks })),
  },
  {
    path: '/endpoints',
    area: 'systems',
    label: (i18n) => i18n._('Live endpoints'),
    scopes: administrators,
    screen: lazy(async () => ({ default: (await import('../systems/endpoints.tsx')).Endpoints })),
  },
];

/** The places that somebody with these scopes may enter. */
export function placesOf(scopes: readonly string[]): Place[] {
  if (scopes.length === 0) return [];
  return places.filter(({ scopes: wanted }) => !wanted || wanted.some((scope) => scopes.includes(scope)));
}
