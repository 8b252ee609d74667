/*
 * The profile domain: who people are to one another, and what they have to celebrate. It learns of registrations and
 * connections by event and never asks another domain.
 */
import type { SubgraphDefinition } from '../kernel/subgraph.ts';
import { ZipCodes } from '../kernel/zip-codes.ts';
import { CelebrationResolver } from './celebration.resolver.ts';
import { Connection } from './celebration.ts';
import { FundNoticeKind, recordFundNotice } from './fund-notice.ts';
import { recordClawBack, recordConnection, recordRegistration } from './history.ts';
import { migrations } from './migrations.ts';
import { Citizen, Officer, Profile } from './person.ts';
import { Account, loadCitizens, loadOfficers, ProfileResolver } from './profile.resolver.ts';
import { ResidenceResolver } from './residence.resolver.ts';
import { Residence, recordAgeBand, recordComingOfAge } from './residence.ts';
import { Story, StoryNamesResolver } from './story-names.ts';

export interface ProfileServices {
  /** Read at first use. */
  zipCodes(): ZipCodes;
}

export const profile: SubgraphDefinition<ProfileServices> = {
  name: 'profile',
  resolvers: [ProfileResolver, CelebrationResolver, StoryNamesResolver, ResidenceResolver],
  orphanedTypes: [Account, Connection, Officer, Citizen, Story],
  entities: [Profile, Residence],
  migrations,
  // No entry for Story: it is what the gateway brings, with the fields that its names require.
  references: {
    Account: async (ids) => ids.map((id) => Object.assign(new Account(), { id })),
    Connection: async (ids) => ids.map((id) => Object.assign(new Connection(), { id })),
    Officer: loadOfficers,
    Citizen: loadCitizens,
  },
  consumes: {
    'account.registered': async (event, work) => {
      await recordRegistration(event.body, work);
      await recordAgeBand(event.body, work);
    },
    'account.cameOfAge': (event, work) => recordComingOfAge(event.body, work),
    'connection.confirmed': (event, work) => recordConnection(event.body, work),
    'connection.clawedBack': (event, work) => recordClawBack(event.body, work),
    'fund.monthClosed': ({ body: { zipCode, month, fundCents: cents, closedAt: happenedAt } }, work) =>
      recordFundNotice({ kind: FundNoticeKind.MONTH_CLOSED, zipCode, month, cents, happenedAt }, work),
    'fund.roundOpened': (
      { body: { zipCode, month, fundCents: cents, roundId, closesAt, openedAt: happenedAt } },
      work,
    ) =>
      recordFundNotice(
        { kind: FundNoticeKind.VOTE_OPENED, zipCode, month, cents, roundId, closesAt, happenedAt },
        work,
      ),
    'fund.roundDecided': ({ body: { zipCode, month, awardedCents: cents, roundId, decidedAt: happenedAt } }, work) =>
      recordFundNotice({ kind: FundNoticeKind.VOTE_DECIDED, zipCode, month, cents, roundId, happenedAt }, work),
  },
  open: async () => {
    let zipCodes: ZipCodes | undefined;
    return {
      zipCodes: () => {
        zipCodes ??= ZipCodes.load();
        return zipCodes;
      },
    };
  },
};
