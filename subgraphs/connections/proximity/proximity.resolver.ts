/* Reports and alerts on the graph. Citizens find officers; officers find nobody. */
import {
  Arg,
  Ctx,
  Field,
  InputType,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
  registerEnumType,
  Subscription,
} from 'type-graphql';
import type { Call } from '../../kernel/call.ts';
import { Requires } from '../../kernel/caller.ts';
import { Refusal } from '../../kernel/errors.ts';
import { Position, PositionInput } from '../../kernel/position.ts';
import { presentFirst, readPresent } from '../../kernel/present-first.ts';
import { DateTime, Meters, Sequence } from '../../kernel/scalars.ts';
import type { ConnectionsServices } from '../connections.ts';
import { Officer } from '../handshake/connection.ts';
import { type AlertMessage, alertChannel, type Presence } from './presence.ts';
import type { Sighting } from './whereabouts.ts';

enum DistanceBucket {
  WITHIN_100_METERS = 'WITHIN_100_METERS',
  WITHIN_250_METERS = 'WITHIN_250_METERS',
  WITHIN_500_METERS = 'WITHIN_500_METERS',
  FARTHER = 'FARTHER',
}

registerEnumType(DistanceBucket, {
  name: 'DistanceBucket',
  description: "About how far the middle of an officer's cell is from one's own last report.",
  valuesConfig: {
    WITHIN_100_METERS: { description: 'At most 100 m.' },
    WITHIN_250_METERS: { description: 'At most 250 m.' },
    WITHIN_500_METERS: { description: 'At most 500 m.' },
    FARTHER: { description: 'More than 500 m.' },
  },
});

enum AlertState {
  ENTERED = 'ENTERED',
  LEFT = 'LEFT',
}

registerEnumType(AlertState, {
  name: 'AlertState',
  description: 'What happened.',
  valuesConfig: {
    ENTERED: { description: 'The officer can be found nearby from now on.' },
    LEFT: { description: 'The officer is gone, out of range or no longer available.' },
  },
});

@ObjectType({ description: 'Tells a citizen of an available officer nearby.' })
export class ProximityAlert {
  @Field(() => Officer, { description: 'Who it is.' })
  officer!: Officer;

  @Field(() => AlertState, { description: 'Whether the officer came or went.' })
  state!: AlertState;

  @Field(() => Position, {
    description: 'The middle of a cell of about 100 m that the officer is in; never the position.',
  })
  cell!: Position;

  @Field(() => DistanceBucket, { description: 'About how far that is.' })
  distance!: DistanceBucket;

  @Field(() => DateTime, { description: "When the officer's window ends by itself." })
  windowClosesAt!: Date;

  @Field(() => DateTime, { description: 'When this was noticed.' })
  alertedAt!: Date;
}

@InputType({ description: 'Where the caller is now.' })
export class ReportLocationInput {
  @Field(() => PositionInput, { description: 'The position.' })
  position!: PositionInput;

  @Field(() => Meters, { nullable: true, description: 'The radius within which the phone believes it to be true.' })
  accuracyMeters?: number | null;

  @Field(() => Sequence, {
    description: 'Grows with every report of the caller; older ones than the last are passed over.',
  })
  sequence!: number;
}

@ObjectType({ description: 'What became of a report.' })
export class ReportLocationPayload {
  @Field(() => Boolean, { description: 'Whether it was taken in; false for one that is older than the last.' })
  taken!: boolean;

  @Field(() => DateTime, { description: 'When the position is forgotten if no report follows.' })
  expiresAt!: Date;
}

type ConnectionsCall = Call<ConnectionsServices>;

@Resolver(() => ProximityAlert)
export class ProximityResolver {
  @Mutation(() => ReportLocationPayload, {
    description:
      'Says where the caller is. It is kept in memory for two minutes and nowhere else. For citizens, and for officers while their window is open. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, WINDOW_NOT_OPEN.',
  })
  @Requires('citizen', 'officer')
  reportLocation(
    @Arg('input', () => ReportLocationInput, { description: 'Where.' }) input: ReportLocationInput,
    @Ctx() call: ConnectionsCall,
  ): ReportLocationPayload {
    const { presence } = call.services;
    const reportedAt = call.clock.now();
    const { position, sequence } = input;
    const report = { position, sequence, accuracyMeters: input.accuracyMeters ?? undefined, reportedAt };
    const isOfficer = call.caller.scopes.includes('officer');
    if (isOfficer && !presence.hasOpenWindow(call.accountId)) throw new Refusal('WINDOW_NOT_OPEN');
    const taken = isOfficer
      ? presence.officerReported(call.accountId, report)
      : presence.citizenReported(call.accountId, report);
    return { taken, expiresAt: presence.expiryOf(call.accountId) ?? reportedAt };
  }

  @Query(() => [ProximityAlert], {
    description:
      "The available officers in range of the caller's last report, the nearest first; none when that is too long ago. For citizens. Codes: UNAUTHENTICATED, FORBIDDEN.",
  })
  @Requires('citizen')
  async nearbyOfficers(@Ctx() call: ConnectionsCall): Promise<ProximityAlert[]> {
    const now = call.clock.now();
    const sightings = await call.services.whereabouts.sightings(call.accountId);
    sightings.sort((a, b) => a.meters - b.meters);
    return sightings.slice(0, NEARBY_LIMIT).map((sighting) => alertOf(sighting, AlertState.ENTERED, now));
  }

  @Subscription(() => ProximityAlert, {
    description:
      'Tells of available officers who come near the caller and leave again. Whoever is near already comes first, so nothing is missed by subscribing again. For citizens. Codes: UNAUTHENTICATED, FORBIDDEN.',
    subscribe: async ({ context }) => {
      const call = context as ConnectionsCall;
      const messages = await call.live.subscribe<AlertMessage>(alertChannel(call.accountId));
      return alerts(call.services.presence, call.accountId, messages, call.clock.now());
    },
  })
  @Requires('citizen')
  proximityAlerts(@Root() alert: ProximityAlert): ProximityAlert {
    return alert;
  }
}

/** Nobody can choose among more; a city's parade has fewer in range. */
const NEARBY_LIMIT = 100;

function alertOf(sighting: Sighting, state: AlertState, alertedAt: Date): ProximityAlert {
  return {
    officer: { id: sighting.officerId },
    state,
    cell: sighting.cell,
    distance: bucketOf(sighting.meters),
    windowClosesAt: sighting.windowClosesAt,
    alertedAt,
  };
}

function bucketOf(meters: number): DistanceBucket {
  if (meters <= 100) return DistanceBucket.WITHIN_100_METERS;
  if (meters <= 250) return DistanceBucket.WITHIN_250_METERS;
  return meters <= 500 ? DistanceBucket.WITHIN_500_METERS : DistanceBucket.FARTHER;
}

/** Who is near already, then every change; what both tell is told once. `return` reaches the messages at once. */
async function alerts(
  presence: Presence,
  citizenId: string,
  messages: AsyncIterableIterator<AlertMessage>,
  now: Date,
): Promise<AsyncIterableIterator<ProximityAlert>> {
  const near = await readPresent(messages, () => presence.sightings(citizenId));
  const shown = new Set(near.map(({ officerId, windowId }) => `${officerId} ${windowId}`));
  const first = near.map((sighting) => alertOf(sighting, AlertState.ENTERED, now));
  return presentFirst(first, messages, (message) => {
    const key = `${message.officerId} ${message.windowId}`;
    const isNews = message.state === 'ENTERED' ? !shown.has(key) : shown.delete(key);
    if (!isNews) return undefined;
    if (message.state === 'ENTERED') shown.add(key);
    const sighting = { ...message, windowClosesAt: new Date(message.windowClosesAt) };
    const state = message.state === 'ENTERED' ? AlertState.ENTERED : AlertState.LEFT;
    return alertOf(sighting, state, new Date(message.alertedAt));
  });
}
