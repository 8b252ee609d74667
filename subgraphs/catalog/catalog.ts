/* The catalog domain: who takes part, and what points buy. It tells the others what is listed and on which terms. */
import type { Lookout } from '../kernel/lookout.ts';
import type { SubgraphDefinition } from '../kernel/subgraph.ts';
import { ZipCodes } from '../kernel/zip-codes.ts';
import { loadDemonstration } from './demonstration.ts';
import { eraseFromCatalog } from './erasure.ts';
import { FileImportResolver } from './importing/file-import.resolver.ts';
import { importPulled } from './importing/file-imports.ts';
import { type ImportFiles, type ImportRunner, startImportRunner } from './importing/import-runner.ts';
import { officerDigest } from './importing/officer-digest.ts';
import { uploadedFiles } from './importing/uploaded-files.ts';
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
import { ApplicationResolver } from './organisations/application.resolver.ts';
import { MembershipResolver } from './organisations/membership.resolver.ts';
import { OrganisationInvitation, OrganisationMember } from './organisations/membership.ts';
import { OrganisationResolver } from './organisations/organisation.resolver.ts';
import { Organisation, OrganisationApplication } from './organisations/organisation.ts';
import { type OrganisationServices, openOrganisationServices } from './organisations/organisation-services.ts';
import { noteVoucher } from './search/person.ts';
import { OfferFacetsResolver, OfferSearchEdgeResolver, OfferSearchResolver } from './search/search.resolver.ts';
import { openWordCounts } from './search/word-counts.ts';
import { TablePullResolver } from './uploads/pull.resolver.ts';
import { TablePull } from './uploads/pull.ts';
import { openPulls, type Pulls } from './uploads/pulls.ts';
import { UploadResolver } from './uploads/upload.resolver.ts';
import { Upload } from './uploads/upload.ts';
import { openUploads, type Uploads } from './uploads/uploads.ts';

export interface CatalogServices {
  readonly zipCodes: () => ZipCodes;
  readonly imports: ImportRunner;
  readonly importFiles: ImportFiles;
  readonly organisations: OrganisationServices;
  readonly uploads: Uploads;
  readonly pulls: Pulls;
  readonly wordCounts: Lookout;
}

export const catalog: SubgraphDefinition<CatalogServices> = {
  name: 'catalog',
  resolvers: [
    OfferResolver,
    ListingResolver,
    StoreResolver,
    CityResolver,
    ImportTableResolver,
    FileImportResolver,
    ProductResolver,
    ProfileResolver,
    MunicipalityResolver,
    SchemeResolver,
    HistoryResolver,
    OrganisationResolver,
    ApplicationResolver,
    MembershipResolver,
    UploadResolver,
    TablePullResolver,
    OfferSearchResolver,
    OfferFacetsResolver,
    OfferSearchEdgeResolver,
  ],
  entities: [
    Retailer,
    Store,
    Offer,
    Charity,
    City,
    Product,
    Municipality,
    Scheme,
    Upload,
    TablePull,
    Organisation,
    OrganisationApplication,
    OrganisationMember,
    OrganisationInvitation,
  ],
  migrations,
  references: {
    Offer: loadOffers,
    Retailer: loadRetailers,
    Charity: loadCharities,
    Product: loadProducts,
    Municipality: loadMunicipalities,
    Scheme: loadSchemes,
  },
  consumes: {
    'voucher.issued': (event, work) => noteVoucher(event.body, work),
    'account.erased': (event, work) => eraseFromCatalog(event.body, work),
  },
  async open(machine) {
    if (machine.configuration.demo) await machine.work(loadDemonstration);
    let zipCodes: ZipCodes | undefined;
    const uploads = openUploads(machine);
    const importFiles = uploadedFiles(uploads);
    const conceal = officerDigest(machine.configuration.secretKey);
    const imports = startImportRunner({ machine, files: importFiles, conceal });
    const pulled = { run: machine.work, files: importFiles, imports };
    return {
      importFiles,
      imports,
      organisations: openOrganisationServices(machine),
      zipCodes: () => {
        zipCodes ??= ZipCodes.load();
        return zipCodes;
      },
      uploads,
      pulls: openPulls(machine, uploads, {
        onPulled: async (uploadId, pull) => void (await importPulled(pulled, uploadId, pull)),
      }),
      wordCounts: openWordCounts(machine),
    };
  },
  async close({ organisations, imports, pulls, uploads, wordCounts }) {
    await organisations.close();
    await pulls.close();
    await imports.close();
    await wordCounts.close();
    await uploads.close();
  },
  routes: ({ uploads }) => uploads.routes,
};
