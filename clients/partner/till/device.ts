/*
 * What this device keeps: the key of the shop, and all that the till needs without a network, in the browser's database.
 * Nothing of it leaves the device but to the system itself.
 */
import { clear, createStore, get, set } from 'idb-keyval';
import { OfflineTill } from '../offline-till.ts';
import { Partner, PartnerError } from '../partner.ts';

export interface Device {
  readonly partner: Partner;
  readonly till: OfflineTill;
  readonly shopId: string;
  readonly shopName: string;
}

interface Kept {
  readonly apiKey: string;
  readonly retailerId: string;
  readonly shopName: string;
}

const KEY = 'shop';
/** What a header can carry: anything else was copied from something that is no key. */
const KEY_FORM = /^[\x21-\x7e]+$/;
/** At a counter somebody waits: what takes longer is taken without a network. */
const PATIENCE_MILLISECONDS = 5_000;

const database = () => createStore('hey-blue till', 'kept');

/** As it was set up; undefined where it was not. */
export async function openDevice(): Promise<Device | undefined> {
  const kept = (await get(KEY, database())) as Kept | undefined;
  return kept && deviceOf(kept);
}

/** @throws PartnerError for a key that is not good; RETAILER_UNKNOWN for a shop without offers. */
export async function setUp(apiKey: string): Promise<Device> {
  return keep(await shopOf(apiKey));
}

/**
 * Goes on with another key of the same shop; what was taken without a network stays.
 * @throws PartnerError as setUp does; OTHER_SHOP for a key of another shop, whose vouchers these are not.
 */
export async function changeKey({ shopId }: Device, apiKey: string): Promise<Device> {
  const kept = await shopOf(apiKey);
  if (kept.retailerId !== shopId) throw new PartnerError('OTHER_SHOP', 'The key is of another shop.');
  return keep(kept);
}

async function shopOf(apiKey: string): Promise<Kept> {
  if (!KEY_FORM.test(apiKey)) throw new PartnerError('UNAUTHENTICATED', 'No key looks like this.');
  const partner = new Partner({ url: location.origin, apiKey, retries: 1 });
  const [stock] = (await partner.stockPage({ first: 1 })).nodes;
  const retailer = stock?.offer?.retailer;
  if (!retailer) throw new PartnerError('RETAILER_UNKNOWN', 'The shop has no offer yet.');
  return { apiKey, retailerId: retailer.id, shopName: retailer.name };
}

async function keep(kept: Kept): Promise<Device> {
  await set(KEY, kept, database());
  // Asks that the browser does not clear it away when space is short.
  await navigator.storage?.persist?.();
  return deviceOf(kept);
}

/** Forgets the shop and everything of this till. */
export const forgetDevice = (): Promise<void> => clear(database());

async function deviceOf({ apiKey, retailerId, shopName }: Kept): Promise<Device> {
  const options = { url: location.origin, apiKey, retailerId, timeoutMilliseconds: PATIENCE_MILLISECONDS, retries: 0 };
  const partner = new Partner(options);
  const store = {
    read: (name: string) => get(name, database()),
    write: (name: string, value: unknown) => set(name, value, database()),
  };
  return { partner, till: await OfflineTill.open({ partner, store }), shopId: retailerId, shopName };
}
