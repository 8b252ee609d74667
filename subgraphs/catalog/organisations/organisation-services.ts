/* What organisations need besides the database: sealed contacts, and a look at domains: by DNS, on a laptop in a folder. */
import { join } from 'node:path';
import type { Machine } from '../../kernel/subgraph.ts';
import type { ApplicationTools } from './application.ts';
import { DnsDomainProof } from './domain-proof.dns.ts';
import { FolderDomainProof } from './domain-proof.folder.ts';
import type { DomainProof } from './domain-proof.ts';
import { Contacts } from './organisation.ts';

export interface OrganisationServices extends ApplicationTools {
  readonly domains: DomainProof;
}

export function openOrganisationServices({ configuration, random, log }: Machine): OrganisationServices {
  const { environment, dataFolder, secretKey } = configuration;
  return {
    random,
    contacts: new Contacts(secretKey, random),
    domains:
      environment === 'production' ? new DnsDomainProof() : new FolderDomainProof(join(dataFolder, 'domains'), log),
  };
}
