/*
 * The profile domain: who people are to one another, and what they have to celebrate. It learns of registrations and
 * connections by event and never asks another domain.
 */
import type { SubgraphDefinition } from '../kernel/subgraph.ts';
import { CelebrationResolver } from './celebration.resolver.ts';
import { Connection } from './celebration.ts';
import { recordClawBack, recordConnection, recordRegistration } from './history.ts';
import { migrations } from './migrations.ts';
import { Citizen, Officer, Profile } from './person.ts';
import { Account, loadCitizens, loadOfficers, ProfileResolver } from './profile.resolver.ts';

export const profile: SubgraphDefinition<undefined> = {
  name: 'profile',
  resolvers: [ProfileResolver, CelebrationResolver],
  orphanedTypes: [Account, Connection, Officer, Citizen],
  entities: [Profile],
  migrations,
  references: {
    Account: async (ids) => ids.map((id) => Object.assign(new Account(), { id })),
    Connection: async (ids) => ids.map((id) => Object.assign(new Connection(), { id })),
    Officer: loadOfficers,
    Citizen: loadCitizens,
  },
  consumes: {
    'account.registered': (event, work) => recordRegistration(event.body, work),
    'connection.confirmed': (event, work) => recordConnection(event.body, work),
    'connection.clawedBack': (event, work) => recordClawBack(event.body, work),
  },
  open: async () => undefined,
};
