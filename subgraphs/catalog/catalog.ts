/* The catalog domain: who takes part, and what points buy. It tells the others what is listed and on which terms. */
import type { SubgraphDefinition } from '../kernel/subgraph.ts';
import { ZipCodes } from '../kernel/zip-codes.ts';
import { loadDemonstration } from './demonstration.ts';
import { ImportTableResolver } from './listings/catalog.resolver.ts';
import { HistoryResolver } from './listings/history.resolver.ts';
import { CityResolver, ListingResolver, StoreResolver } from './listings/listing.resolver.ts';
import { Charity, City, Retailer, Store } from './listings/listing.ts';
import {
  loadCharities,
  loadMunicipalities,
  loadOffers,
  loadProducts,
  loadRetailers,
  loadSchemes,
} from './listings/loaders.ts';
import { MunicipalityResolver, SchemeResolver } from './listings/municipality.resolver.ts';
import { Municipality, Scheme } from './listings/municipality.ts';
import { OfferResolver } from './listings/offer.resolver.ts';
import { Offer } from './listings/offer.ts';
import { ProductResolver } from './listings/product.resolver.ts';
import { Product } from './listings/product.ts';
import { ProfileResolver } from './listings/profile.resolver.ts';
import { migrations } from './migrations.ts';
import { UploadResolver } from './uploads/upload.resolver.ts';
import { Upload } from './uploads/upload.ts';
import { openUploads, type Uploads } from './uploads/uploads.ts';

export interface CatalogServices {
  readonly zipCodes: () => ZipCodes;
  readonly uploads: Uploads;
}

export const catalog: SubgraphDefinition<CatalogServices> = {
  name: 'catalog',
  resolvers: [
    OfferResolver,
    ListingResolver,
    StoreResolver,
    CityResolver,
    ImportTableResolver,
    ProductResolver,
    ProfileResolver,
    MunicipalityResolver,
    SchemeResolver,
    HistoryResolver,
    UploadResolver,
  ],
  entities: [Retailer, Store, Offer, Charity, City, Product, Municipality, Scheme, Upload],
  migrations,
  references: {
    Offer: loadOffers,
    Retailer: loadRetailers,
    Charity: loadCharities,
    Product: loadProducts,
    Municipality: loadMunicipalities,
    Scheme: loadSchemes,
  },
  consumes: {},
  async open(machine) {
    if (machine.configuration.demo) await machine.work(loadDemonstration);
    let zipCodes: ZipCodes | undefined;
    return {
      zipCodes: () => {
        zipCodes ??= ZipCodes.load();
        return zipCodes;
      },
      uploads: openUploads(machine),
    };
  },
  close: ({ uploads }) => uploads.close(),
  routes: ({ uploads }) => uploads.routes,
};
