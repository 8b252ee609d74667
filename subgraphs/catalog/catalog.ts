/* The catalog domain: who takes part, and what points buy. It tells the others what is listed and on which terms. */
import type { SubgraphDefinition } from '../kernel/subgraph.ts';
import { ZipCodes } from '../kernel/zip-codes.ts';
import { loadDemonstration } from './demonstration.ts';
import {
  CityResolver,
  ListingResolver,
  loadCharities,
  loadOffers,
  loadRetailers,
  OfferResolver,
  StoreResolver,
} from './listings/catalog.resolver.ts';
import { Charity, City, Retailer, Store } from './listings/listing.ts';
import { Offer } from './listings/offer.ts';
import { migrations } from './migrations.ts';

export interface CatalogServices {
  readonly zipCodes: () => ZipCodes;
}

export const catalog: SubgraphDefinition<CatalogServices> = {
  name: 'catalog',
  resolvers: [OfferResolver, ListingResolver, StoreResolver, CityResolver],
  entities: [Retailer, Store, Offer, Charity, City],
  migrations,
  references: { Offer: loadOffers, Retailer: loadRetailers, Charity: loadCharities },
  consumes: {},
  async open(machine) {
    if (machine.configuration.demo) await machine.work(loadDemonstration);
    let zipCodes: ZipCodes | undefined;
    return {
      zipCodes: () => {
        zipCodes ??= ZipCodes.load();
        return zipCodes;
      },
    };
  },
};
