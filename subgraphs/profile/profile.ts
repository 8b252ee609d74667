/*
 * The profile domain: who people are to one another, and what they have to celebrate. It learns of registrations and
 * connections by event and never asks another domain.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Lookout } from '../kernel/lookout.ts';
import type { Machine, Route, SubgraphDefinition } from '../kernel/subgraph.ts';
import { ZipCodes } from '../kernel/zip-codes.ts';
import { CelebrationResolver } from './celebration.resolver.ts';
import { Connection } from './celebration.ts';
import { eraseProfile } from './erasure.ts';
import { FundNoticeKind, recordFundNotice } from './fund-notice.ts';
import { recordClawBack, recordConnection, recordRegistration } from './history.ts';
import { migrations } from './migrations.ts';
import { openNotificationCalendar } from './notifications/calendar.ts';
import { andTold } from './notifications/facts.ts';
import { NotificationResolver } from './notifications/notification.resolver.ts';
import { openPushCourier, type PushCourier } from './notifications/push-courier.ts';
import { PushInbox } from './notifications/push-sender.inbox.ts';
import type { PushSender } from './notifications/push-sender.ts';
import { WebPushSender } from './notifications/push-sender.web.ts';
import { PushVault } from './notifications/push-vault.ts';
import { NotificationSettingsResolver } from './notifications/settings.resolver.ts';
import { Citizen, Officer, Profile } from './person.ts';
import { Account, loadCitizens, loadOfficers, ProfileResolver } from './profile.resolver.ts';
import { ResidenceResolver } from './residence.resolver.ts';
import { Residence, recordAgeBand, recordComingOfAge } from './residence.ts';
import { Story, StoryNamesResolver } from './story-names.ts';

export interface ProfileServices {
  /** Read at first use. */
  zipCodes(): ZipCodes;
  /** A fresh EntityManager, for subscriptions: theirs would remember every row for as long as they live. */
  read(): EntityManager;
  readonly notificationCalendar: Lookout;
  readonly pushVault: PushVault;
  /** Undefined where pushes are not set up. */
  readonly pushSender: PushSender | undefined;
  readonly pushCourier: PushCourier;
}

export const profile: SubgraphDefinition<ProfileServices> = {
  name: 'profile',
  resolvers: [
    ProfileResolver,
    CelebrationResolver,
    StoryNamesResolver,
    ResidenceResolver,
    NotificationResolver,
    NotificationSettingsResolver,
  ],
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
  consumes: andTold({
    'account.registered': async (event, work) => {
      await recordRegistration(event.body, work);
      await recordAgeBand(event.body, work);
    },
    'account.erased': (event, work) => eraseProfile(event.body, work),
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
  }),
  open: async (machine) => {
    let zipCodes: ZipCodes | undefined;
    const pushVault = new PushVault(machine);
    const pushSender = senderOf(machine, pushVault);
    return {
      zipCodes: () => {
        zipCodes ??= ZipCodes.load();
        return zipCodes;
      },
      read: machine.em,
      notificationCalendar: openNotificationCalendar(machine),
      pushVault,
      pushSender,
      pushCourier: openPushCourier(machine, pushVault, pushSender),
    };
  },
  async close({ notificationCalendar, pushCourier }) {
    await Promise.all([notificationCalendar.close(), pushCourier.close()]);
  },
  routes({ pushSender }): Readonly<Record<string, Route>> {
    return pushSender instanceof PushInbox ? { '/development/pushes': pushSender.handle } : {};
  },
};

function senderOf({ configuration, clock, random }: Machine, vault: PushVault): PushSender | undefined {
  const { pushContact: contact, environment } = configuration;
  if (contact) return new WebPushSender({ vault, contact, clock, random });
  return environment === 'production' ? undefined : new PushInbox(vault, clock);
}
