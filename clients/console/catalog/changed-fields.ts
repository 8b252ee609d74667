/* What the fields of a listing are called, and how what they held is written; a field that is newer than this stays as it is. */
import type { I18n } from '@lingui/core';
import type { Formats } from '../../interface/language.tsx';

export function fieldName(field: string, i18n: I18n): string {
  const names: Readonly<Record<string, () => string>> = {
    acceptsDonations: () => i18n._('It takes points'),
    archivedAt: () => i18n._('Archived'),
    budgetCents: () => i18n._('Budget'),
    category: () => i18n._('Category'),
    centsPerPoint: () => i18n._('A point pays'),
    city: () => i18n._('City'),
    description: () => i18n._('Description'),
    earmarks: () => i18n._('What gifts can be meant for'),
    eligibleRoles: () => i18n._('For whom'),
    endsAt: () => i18n._('Until'),
    feeKind: () => i18n._('Kind of fee'),
    helpsFamilies: () => i18n._('It helps families of officers'),
    largestShareBasisPoints: () => i18n._('Largest share, in hundredths of a percent'),
    latitude: () => i18n._('Latitude'),
    legalName: () => i18n._('Name in law'),
    listedAt: () => i18n._('Listed since'),
    longitude: () => i18n._('Longitude'),
    name: () => i18n._('Name'),
    offlineAllowed: () => i18n._('Tills may take it while they are cut off'),
    openingHours: () => i18n._('Opening hours'),
    perPersonCents: () => i18n._('At most for one person'),
    perPersonLimit: () => i18n._('How many one person may take'),
    pictureUrl: () => i18n._('Address of a picture'),
    pointValue: () => i18n._('Worth in points'),
    priceCents: () => i18n._('Price'),
    pricePoints: () => i18n._('Price in points'),
    profile: () => i18n._('About it'),
    publishedAt: () => i18n._('Published'),
    refundable: () => i18n._('People may give it back for their points'),
    sku: () => i18n._('Number'),
    startsAt: () => i18n._('From'),
    state: () => i18n._('State, two letters'),
    status: () => i18n._('State'),
    stock: () => i18n._('Stock'),
    street: () => i18n._('Street and number'),
    title: () => i18n._('Title'),
    validDays: () => i18n._('Days that a voucher is valid'),
    valueCents: () => i18n._('Worth'),
    webDomain: () => i18n._('Domain'),
    webUrl: () => i18n._('Web page'),
    zipCode: () => i18n._('ZIP code'),
    zipCodes: () => i18n._('ZIP codes'),
  };
  return names[field]?.() ?? field;
}

/** @param value as the API has it: text, lists as JSON. */
export function fieldValue(field: string, value: string, i18n: I18n, { instant, money }: Formats): string {
  if (/(Cents|^centsPerPoint)$/.test(field) && /^-?\d+$/.test(value)) return money(Number(value));
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(value)) return instant(value);
  if (value === 'true') return i18n._('Yes');
  if (value === 'false') return i18n._('No');
  return field === 'status' ? statusName(value, i18n) : (asList(value) ?? value);
}

function statusName(value: string, i18n: I18n): string {
  const names: Readonly<Record<string, () => string>> = {
    draft: () => i18n._('Draft'),
    published: () => i18n._('Published'),
    paused: () => i18n._('Paused'),
    archived: () => i18n._('Archived'),
    listed: () => i18n._('Listed'),
    suspended: () => i18n._('Suspended'),
  };
  return names[value.toLowerCase()]?.() ?? value;
}

function asList(value: string): string | undefined {
  if (!value.startsWith('[')) return undefined;
  try {
    const list: unknown = JSON.parse(value);
    return Array.isArray(list) ? list.join(', ') : undefined;
  } catch {
    return undefined;
  }
}
