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
import { Requires, ShownIn } from '../../kernel/caller.ts';
import { Refusal } from '../../kernel/errors.ts';
import { Position, PositionInput } from '../../kernel/position.ts';
import { presentFirst } from '../../kernel/present-first.ts';
import { DateTime, Meters, Seconds, Sequence } from '../../kernel/scalars.ts';
import type { ConnectionsServices } from '../connections.ts';
import { Officer } from '../handshake/connection.ts';
import type { Alert } from './alert-feed.ts';
import type { Remark } from './plausibility.ts';
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
  PRESENT = 'PRESENT',
  LEFT = 'LEFT',
}

registerEnumType(AlertState, {
  name: 'AlertState',
  description: 'What happened.',
  valuesConfig: {
    ENTERED: {
      description:
        'The officer can be found nearby from now on, and the caller has not been told of this window before: worth a notification.',
    },
    PRESENT: {
      description:
        'The officer can be found nearby, of which the caller has been told before: after subscribing anew, or when the officer comes back.',
    },
    LEFT: { description: 'The officer is gone: out of range, busy or no longer available.' },
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
    description:
      'Grows with every report of the caller; older ones than the last are passed over. A phone that keeps no count over its own restarts begins with the seconds since 1970.',
  })
  sequence!: number;

  @Field(() => DateTime, {
    nullable: true,
    description:
      "When the phone measured it; the server's time of arrival where it is absent. Older ones than the last are passed over.",
  })
  measuredAt?: Date | null;
}

enum ReportRemark {
  OLDER = 'OLDER',
  TOO_ROUGH = 'TOO_ROUGH',
  IMPLAUSIBLE_JUMP = 'IMPLAUSIBLE_JUMP',
}

registerEnumType(ReportRemark, {
  name: 'ReportRemark',
  description: 'Why a report was not taken in.',
  valuesConfig: {
    OLDER: { description: 'A newer one is known, by sequence or by time.' },
    TOO_ROUGH: { description: 'Its accuracy is worse than 200 m.' },
    IMPLAUSIBLE_JUMP: {
      description:
        'It is farther from the last one than anybody travels in the time between. Nobody finds the caller until a report is plausible again: at 250 km/h from the last that was believed.',
    },
  },
});

@ObjectType({ description: 'What became of a report.' })
export class ReportLocationPayload {
  @Field(() => Boolean, { description: 'Whether it was taken in.' })
  taken!: boolean;

  @Field(() => ReportRemark, { nullable: true, description: 'Why not; null for one that was.' })
  remark!: Remark | null;

  @Field(() => Seconds, {
    description:
      'For so long a phone need not report: no officer who can be found now comes into range before, at 160 km/h towards each other. A window that opens meanwhile is held against the last report. 0 where an officer is near or nothing is known; report at the usual pace then.',
  })
  quietSeconds!: number;

  @Field(() => DateTime, { description: 'When the position is forgotten if no report follows.' })
  expiresAt!: Date;
}

type ConnectionsCall = Call<ConnectionsServices>;

@Resolver(() => ProximityAlert)
export class ProximityResolver {
  @Mutation(() => ReportLocationPayload, {
    description:
      'Says where the caller is. It is kept in memory for two minutes and nowhere else. For citizens, and for officers while their window is open. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, WINDOW_NOT_OPEN, RATE_LIMITED (more than one a second for long), ACCOUNT_SUSPENDED, AGE_RESTRICTED, UNAVAILABLE.',
  })
  @Requires('citizen', 'officer')
  @ShownIn('public')
  async reportLocation(
    @Arg('input', () => ReportLocationInput, { description: 'Where.' }) input: ReportLocationInput,
    @Ctx() call: ConnectionsCall,
  ): Promise<ReportLocationPayload> {
    const { accountId, services, caller } = call;
    const refusal = services.restraints.refusalToShare(accountId);
    if (refusal) throw new Refusal(refusal);
    const { isTaken, remark, quietSeconds, expiresAt } = await services.proximity.report(
      accountId,
      caller.scopes.includes('officer'),
      {
        position: input.position,
        accuracyMeters: input.accuracyMeters ?? undefined,
        sequence: input.sequence,
        measuredAt: input.measuredAt ?? undefined,
      },
    );
    return { taken: isTaken, remark: remark ?? null, quietSeconds, expiresAt: new Date(expiresAt) };
  }

  @Query(() => [ProximityAlert], {
    description:
      "The available officers in range of the caller's last report, the nearest first; none when that is too long ago. For citizens. Codes: UNAUTHENTICATED, FORBIDDEN.",
  })
  @Requires('citizen')
  @ShownIn('public')
  async nearbyOfficers(@Ctx() call: ConnectionsCall): Promise<ProximityAlert[]> {
    const { accountId, services } = call;
    const now = call.clock.now();
    const sightings = await services.whereabouts.sightings(accountId);
    for (const { officerId, windowId } of sightings) services.vigilance.sighted(accountId, officerId, windowId, now);
    sightings.sort((a, b) => a.meters - b.meters);
    return sightings.slice(0, NEARBY_LIMIT).map((sighting) => alertOf(sighting, AlertState.PRESENT, now));
  }

  @Query(() => ProximityAlert, {
    nullable: true,
    description:
      "The available officer nearest to the caller's last report, within 5 km; null where there is none. For citizens. Codes: UNAUTHENTICATED, FORBIDDEN, POSITION_UNKNOWN, UNAVAILABLE.",
  })
  @Requires('citizen')
  @ShownIn('public')
  async nearestOfficer(@Ctx() call: ConnectionsCall): Promise<ProximityAlert | null> {
    const { accountId, services } = call;
    const sighting = await services.proximity.nearest(accountId, NEAREST_METERS);
    if (sighting) services.vigilance.sighted(accountId, sighting.officerId, sighting.windowId, call.clock.now());
    return sighting ? alertOf(sighting, AlertState.PRESENT, call.clock.now()) : null;
  }

  @Subscription(() => ProximityAlert, {
    description:
      'Tells of available officers who come near the caller and leave again. Whoever is near already comes first, so nothing is missed by subscribing again. A slow reader is told the latest of each officer. For citizens. Codes: UNAUTHENTICATED, FORBIDDEN, UNAVAILABLE.',
    subscribe: async ({ context }) => {
      const { accountId, services, clock } = context as ConnectionsCall;
      const feed = await services.proximity.listen(accountId);
      return presentFirst([], feed, (alert: Alert) => {
        if (alert.kind === 'ENTERED') {
          services.vigilance.sighted(accountId, alert.officerId, alert.windowId, clock.now());
        }
        const sighting = { ...alert, windowClosesAt: new Date(alert.windowClosesAt) };
        return alertOf(sighting, AlertState[alert.kind], new Date(alert.at));
      });
    },
  })
  @Requires('citizen')
  @ShownIn('public')
  proximityAlerts(@Root() alert: ProximityAlert): ProximityAlert {
    return alert;
  }
}

/** Farther than anybody walks to meet somebody. */
const NEAREST_METERS = 5_000;
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
