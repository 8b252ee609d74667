/* On the graph: what one wants to be told of and when, and the devices that may be told while the app is closed. */
import {
  Arg,
  Ctx,
  Field,
  FieldResolver,
  ID,
  InputType,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import type { Call } from '../../kernel/call.ts';
import { Authenticated, ShownIn } from '../../kernel/caller.ts';
import { Refusal } from '../../kernel/errors.ts';
import { LocalTime, OpaqueToken, TimeZone, WebAddress } from '../../kernel/scalars.ts';
import { Account } from '../profile.resolver.ts';
import type { ProfileServices } from '../profile.ts';
import { checkedSubscription, PushDevice, registerDevice, removeDevice } from './push-device.ts';
import { changeSettings, NotificationSettings, settingsOf } from './settings.ts';
import { NotificationChannel, NotificationTopic } from './topic.ts';

@InputType({ description: 'Whether notifications of a topic are wanted on a channel.' })
export class NotificationChoiceInput {
  @Field(() => NotificationTopic, { description: 'What about.' })
  topic!: NotificationTopic;

  @Field(() => NotificationChannel, { description: 'By which way.' })
  channel!: NotificationChannel;

  @Field(() => Boolean, { description: 'Whether they are wanted.' })
  wanted!: boolean;
}

@InputType({ description: 'When nothing is to be pushed, every day.' })
export class QuietTimeInput {
  @Field(() => Boolean, { description: 'Whether they are kept.' })
  enabled!: boolean;

  @Field(() => LocalTime, { description: 'When they begin.' })
  from!: string;

  @Field(() => LocalTime, { description: 'When they end, which is another time than they begin.' })
  to!: string;

  @Field(() => TimeZone, { description: 'Where the clock stands.' })
  timeZone!: string;
}

@InputType({ description: 'What to change; what is left out stays.' })
export class SetNotificationSettingsInput {
  @Field(() => [NotificationChoiceInput], { nullable: true, description: 'What is wanted where.' })
  choices?: NotificationChoiceInput[] | null;

  @Field(() => QuietTimeInput, { nullable: true, description: 'When nothing is to be pushed.' })
  quietHours?: QuietTimeInput | null;
}

@InputType({ description: "A browser's push subscription, as it gave it (W3C Push API)." })
export class RegisterPushSubscriptionInput {
  @Field(() => WebAddress, { description: 'Where the browser hears: the same address is the same device.' })
  endpoint!: string;

  @Field(() => OpaqueToken, { description: 'Its public key `p256dh`: 65 bytes in base64url.' })
  p256dh!: string;

  @Field(() => OpaqueToken, { description: 'Its secret `auth`: 16 bytes in base64url.' })
  auth!: string;
}

@InputType({ description: 'Which device is to be told no more: one of the two.' })
export class RemovePushSubscriptionInput {
  @Field(() => WebAddress, { nullable: true, description: 'Where its browser hears; or give its id.' })
  endpoint?: string | null;

  @Field(() => ID, { nullable: true, description: 'The device; or give its address.' })
  deviceId?: string | null;
}

@ObjectType({ description: 'The settings after a change.' })
export class NotificationSettingsPayload {
  @Field(() => Account, { description: 'The account of the caller, with its settings as they are now.' })
  account!: Account;
}

@ObjectType({ description: 'The device that is told from now on.' })
export class RegisterPushSubscriptionPayload {
  @Field(() => PushDevice, { description: 'The device.' })
  device!: PushDevice;

  @Field(() => Account, { description: 'The account of the caller, with all of its devices.' })
  account!: Account;
}

type ProfileCall = Call<ProfileServices>;
const CODES = 'UNAUTHENTICATED, BAD_USER_INPUT';

@Resolver(() => Account)
export class NotificationSettingsResolver {
  @FieldResolver(() => NotificationSettings, {
    nullable: true,
    description: 'What the person wants to be told of, and how; for themselves, null for others.',
  })
  notificationSettings(@Root() account: Account, @Ctx() call: ProfileCall): Promise<NotificationSettings> | null {
    return account.id === call.caller.accountId ? settingsOf(call.services.read(), account.id) : null;
  }

  @Query(() => OpaqueToken, {
    nullable: true,
    description:
      'The key with which a browser subscribes to pushes, `applicationServerKey` of the W3C Push API: a public key of P-256 in base64url. Null where pushes are not set up. For everybody who is signed in. Codes: UNAUTHENTICATED.',
  })
  @ShownIn('public')
  @Authenticated()
  async pushApplicationKey(@Ctx() call: ProfileCall): Promise<string | null> {
    return (await call.services.pushSender?.applicationKey()) ?? null;
  }

  @Mutation(() => NotificationSettingsPayload, {
    description: `Says what the caller wants to be told of, and when nothing is to be pushed; what is left out stays. For everybody who is signed in. Codes: ${CODES} (no such time zone, quiet hours without a length, or what concerns the account unwanted in the app).`,
  })
  @ShownIn('public')
  @Authenticated()
  async setNotificationSettings(
    @Arg('input', () => SetNotificationSettingsInput, { description: 'What to change.' })
    input: SetNotificationSettingsInput,
    @Ctx() call: ProfileCall,
  ): Promise<NotificationSettingsPayload> {
    const { accountId } = call;
    await call.work((work) => changeSettings(work, accountId, input));
    return { account: own(accountId) };
  }

  @Mutation(() => RegisterPushSubscriptionPayload, {
    description: `Pushes to this device from now on. Registered again it is the same device, also when another account did so before, which is told there no more. Of more than 10 of an account the one that was registered first goes. For everybody who is signed in. Codes: ${CODES} (an address that is not public, keys that are none), UNAVAILABLE (pushes are not set up).`,
  })
  @ShownIn('public')
  @Authenticated()
  async registerPushSubscription(
    @Arg('input', () => RegisterPushSubscriptionInput, { description: 'The device.' })
    input: RegisterPushSubscriptionInput,
    @Ctx() call: ProfileCall,
  ): Promise<RegisterPushSubscriptionPayload> {
    const { accountId, services } = call;
    if (!services.pushSender) throw new Refusal('UNAVAILABLE', 'Pushes are not set up here.');
    const subscription = checkedSubscription(input);
    const device = await call.work((work) => registerDevice(work, services.pushVault, accountId, subscription));
    return { device, account: own(accountId) };
  }

  @Mutation(() => NotificationSettingsPayload, {
    description: `Pushes to a device of the caller no more. Doing so twice changes nothing. Codes: ${CODES} (both or none of the two given).`,
  })
  @ShownIn('public')
  @Authenticated()
  async removePushSubscription(
    @Arg('input', () => RemovePushSubscriptionInput, { description: 'The device.' })
    input: RemovePushSubscriptionInput,
    @Ctx() call: ProfileCall,
  ): Promise<NotificationSettingsPayload> {
    const { accountId, services } = call;
    await call.work((work) => removeDevice(work, services.pushVault, accountId, input));
    return { account: own(accountId) };
  }
}

const own = (id: string): Account => Object.assign(new Account(), { id });
