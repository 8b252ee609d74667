/*
 * What organisations need besides the database: sealed contacts, a look at domains (by DNS, on a laptop in a folder), and
 * somebody who takes back what nobody pursues.
 */
import { join } from 'node:path';
import type { Machine } from '../../kernel/subgraph.ts';
import type { ApplicationTools } from './application.ts';
import { DnsDomainProof } from './domain-proof.dns.ts';
import { FolderDomainProof } from './domain-proof.folder.ts';
import type { DomainProof } from './domain-proof.ts';
import { openForgottenApplications } from './forgotten-applications.ts';
import { Contacts } from './organisation.ts';

export interface OrganisationServices extends ApplicationTools {
  readonly domains: DomainProof;
  /** Resolves when nothing is under way. */
  close(): Promise<void>;
}

export function openOrganisationServices(machine: Machine): OrganisationServices {
  const { configuration, random, log } = machine;
  const { environment, dataFolder, secretKey } = configuration;
  const forgotten = openForgottenApplications(machine);
  return {
    random,
    contacts: new Contacts(secretKey, random),
    domains:
      environment === 'production' ? new DnsDomainProof() : new FolderDomainProof(join(dataFolder, 'domains'), log),
    close: () => forgotten.close(),
  };
}
