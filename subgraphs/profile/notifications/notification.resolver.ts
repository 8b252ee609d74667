/* What one was told on the graph: the list, how much of it is unread, and what is new while one looks. */
import {
  Arg,
  Args,
  Ctx,
  Directive,
  Field,
  FieldResolver,
  ID,
  InputType,
  Int,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
  Subscription,
} from 'type-graphql';
import type { Call } from '../../kernel/call.ts';
import { Authenticated, ShownIn } from '../../kernel/caller.ts';
import { type Page, PageArguments } from '../../kernel/page.ts';
import { presentFirst, readPresent } from '../../kernel/present-first.ts';
import { Account } from '../profile.resolver.ts';
import type { ProfileServices } from '../profile.ts';
import {
  countUnread,
  findNotifications,
  markRead,
  Notification,
  type NotificationMessage,
  NotificationPage,
  notificationChannel,
  notificationsById,
  unreadNotifications,
} from './notification.ts';

@InputType({ description: 'What the caller has read.' })
export class MarkNotificationsReadInput {
  @Field(() => [ID], {
    nullable: true,
    description: 'Which, at most 100; absent or null for all. Those that are not of the caller are passed over.',
  })
  notificationIds?: string[] | null;
}

@ObjectType({ description: 'What was read, and what is left.' })
export class MarkNotificationsReadPayload {
  @Field(() => Account, { description: 'The account of the caller, with the count of what is unread now.' })
  account!: Account;

  @Field(() => [Notification], { description: 'Those that were named, as they are now; none where all were meant.' })
  @Directive('@listSize(assumedSize: 100)')
  notifications!: Notification[];
}

@ObjectType({ description: 'News of what the caller was told.' })
export class NotificationUpdate {
  @Field(() => Account, { description: 'The account of the caller, with the count of what is unread now.' })
  account!: Account;

  @Field(() => [Notification], {
    description:
      'First the newest that are unread, at most 20; then each that is new or was read, also on another device. After many were read at once again the newest that are unread.',
  })
  @Directive('@listSize(assumedSize: 20)')
  notifications!: Notification[];
}

type ProfileCall = Call<ProfileServices>;

@Resolver(() => Account)
export class NotificationResolver {
  @FieldResolver(() => Int, {
    nullable: true,
    description: 'How many notifications of the last 90 days the person has not read; for themselves, null for others.',
  })
  async unreadNotificationCount(@Root() account: Account, @Ctx() call: ProfileCall): Promise<number | null> {
    if (account.id !== call.caller.accountId) return null;
    return countUnread(call.services.read(), account.id, call.clock.now());
  }

  @Query(() => NotificationPage, {
    description:
      'What the caller was told in the last 90 days, the newest first. For everybody who is signed in, also while suspended. Codes: UNAUTHENTICATED, BAD_USER_INPUT.',
  })
  @ShownIn('public')
  @Authenticated()
  notifications(@Args(() => PageArguments) page: PageArguments, @Ctx() call: ProfileCall): Promise<Page<Notification>> {
    return findNotifications(call.em, call.accountId, call.clock.now(), page);
  }

  @Mutation(() => MarkNotificationsReadPayload, {
    description:
      'Says that the caller has read these, or all. Saying it twice changes nothing; what was not pushed yet is pushed no more. Codes: UNAUTHENTICATED, BAD_USER_INPUT (more than 100).',
  })
  @ShownIn('public')
  @Authenticated()
  async markNotificationsRead(
    @Arg('input', () => MarkNotificationsReadInput, { description: 'Which.' }) input: MarkNotificationsReadInput,
    @Ctx() call: ProfileCall,
  ): Promise<MarkNotificationsReadPayload> {
    const { accountId } = call;
    const notifications = await call.work((work) => markRead(work, accountId, input.notificationIds));
    return { account: own(accountId), notifications };
  }

  @Subscription(() => NotificationUpdate, {
    description: 'What the caller is told while they listen; what is unread comes first. Codes: UNAUTHENTICATED.',
    subscribe: ({ context }) => updates(context as ProfileCall),
  })
  @ShownIn('public')
  @Authenticated()
  notificationUpdates(@Root() update: NotificationUpdate): NotificationUpdate {
    return update;
  }
}

const own = (id: string): Account => Object.assign(new Account(), { id });

/** What is unread, then what changes; rows are read when they are told. */
async function updates(call: ProfileCall): Promise<AsyncIterableIterator<NotificationUpdate>> {
  const { accountId, services, clock } = call;
  const messages = await call.live.subscribe<NotificationMessage>(notificationChannel(accountId));
  const unread = async (): Promise<NotificationUpdate> => ({
    account: own(accountId),
    notifications: await unreadNotifications(services.read(), accountId, clock.now()),
  });
  const present = await readPresent(messages, unread);
  return presentFirst([present], messages, async ({ ids }) => {
    if (!ids) return unread();
    return { account: own(accountId), notifications: await notificationsById(services.read(), accountId, ids) };
  });
}
