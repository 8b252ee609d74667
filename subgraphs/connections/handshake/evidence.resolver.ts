/* Codes that people show one another, on the graph: the one that is shown, and the one that was scanned. */
import { Arg, Ctx, Field, ID, InputType, Int, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import { renderSVG } from 'uqr';
import type { Call } from '../../kernel/call.ts';
import { Requires, ShownIn } from '../../kernel/caller.ts';
import { Refusal } from '../../kernel/errors.ts';
import { DateTime, OpaqueToken, SvgImage } from '../../kernel/scalars.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import type { ConnectionsServices } from '../connections.ts';
import { refuseRestrained } from '../safety/restraints.ts';
import { findOpenWindow } from '../windows/window.ts';
import { Connection, sideOf, stateAt } from './connection.ts';
import { isBusy } from './connection-state.ts';
import { ConnectionPayload, loadOwnConnections } from './handshake.resolver.ts';
import { wrongState } from './handshake.ts';
import { type Shown, STEP_SECONDS, secretOf, stepAt, writeCode } from './meeting-code.ts';
import { confirmByCode, meetByCode, type Scan } from './scan.ts';

@ObjectType({
  description: `What one person shows so that the other can scan it: a code that changes every 30 seconds and needs no position. An app that has been given the secret makes the codes itself, without a network, until \`endsAt\`:
code = base64url(signed || HMAC-SHA256(secret, signed) cut to its first 16 bytes), without padding, where
signed = version, 1 byte, 1 || id of the connection or window, 16 bytes || who shows it, 1 byte, 0 the officer, 1 the citizen, 2 a window || step, 4 bytes, big-endian, the whole 30 seconds since 1970-01-01T00:00:00Z.
\`secret\` is base64url of the 32 bytes that are the key.`,
})
export class MeetingCode {
  @Field(() => ID, { description: 'The connection or window that the codes are for.' })
  subjectId!: string;

  @Field(() => OpaqueToken, {
    description: "The key of this side's codes, base64url; for the app that shows them, and nobody else.",
  })
  secret!: string;

  @Field(() => Int, { description: 'How long a code is shown, in seconds: 30.' })
  stepSeconds!: number;

  @Field(() => DateTime, { description: 'From when the codes are valid.' })
  startsAt!: Date;

  @Field(() => DateTime, { description: 'Until when they are valid, unless it ends earlier.' })
  endsAt!: Date;

  @Field(() => OpaqueToken, { description: 'The code of this moment.' })
  current!: string;

  @Field(() => SvgImage, { description: 'The code of this moment as a QR code.' })
  svg!: string;
}

@InputType({ description: 'A code that was scanned.' })
export class ScanInput {
  @Field(() => OpaqueToken, { description: 'The code.' })
  code!: string;

  @Field(() => DateTime, {
    description:
      'When it was scanned: now, or earlier where there was no network; the same when it is handed in again.',
  })
  scannedAt!: Date;
}

type ConnectionsCall = Call<ConnectionsServices>;
const CODES =
  'UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, MEETING_CODE_INVALID, MEETING_CODE_USED, TOO_MANY_ATTEMPTS, AGE_RESTRICTED, PAIR_REWARDED_RECENTLY, MEETING_REFUSED';

@Resolver()
export class EvidenceResolver {
  @Query(() => MeetingCode, {
    description:
      "The caller's codes for a connection, from acceptance to its end. For the two of them. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, NOT_FOUND, CONNECTION_STATE.",
  })
  @ShownIn('public')
  @Requires('citizen', 'officer')
  async meetingCode(
    @Arg('connectionId', () => ID, { description: 'The connection.' }) connectionId: string,
    @Ctx() call: ConnectionsCall,
  ): Promise<MeetingCode> {
    const connection = await call.load(loadOwnConnections, connectionId);
    const side = connection && sideOf(connection, call.accountId);
    if (!connection || !side) throw new Refusal('NOT_FOUND', 'You have no such connection.');
    const now = call.clock.now();
    const { acceptedAt, expiresAt } = connection;
    if (!acceptedAt || !isBusy(stateAt(connection, now))) throw wrongState(connection, now);
    return codesFor(call, connection.id, side, acceptedAt, expiresAt);
  }

  @Query(() => MeetingCode, {
    description:
      "The codes of the caller's open window: a citizen who scans one has met the officer, without any request. Each code is good for one citizen. For officers. Codes: UNAUTHENTICATED, FORBIDDEN, WINDOW_NOT_OPEN.",
  })
  @ShownIn('public')
  @Requires('officer')
  async windowCode(@Ctx() call: ConnectionsCall): Promise<MeetingCode> {
    const window = await findOpenWindow(call.em, call.accountId, call.clock.now());
    if (!window) throw new Refusal('WINDOW_NOT_OPEN');
    return codesFor(call, window.id, 'window', window.opensAt, window.closesAt);
  }

  @Mutation(() => ConnectionPayload, {
    description: `Hands in the code that the other of a connection showed: both have confirmed that they met. It must have been scanned between acceptance and end; it may be handed in within 24 hours of the acceptance, also after the connection has expired. The same scan handed in again changes nothing. For the two of them. Codes: ${CODES}, CONNECTION_STATE.`,
  })
  @ShownIn('public')
  @Requires('citizen', 'officer')
  confirmByCode(
    @Arg('input', () => ScanInput, { description: 'What was scanned.' }) input: ScanInput,
    @Ctx() call: ConnectionsCall,
  ): Promise<ConnectionPayload> {
    return handIn(call, input, confirmByCode);
  }

  @Mutation(() => ConnectionPayload, {
    description: `Hands in the code that an officer showed during an open window: the two have met, asked for or not. May be handed in within 24 hours of the window's opening. The same scan handed in again is the same meeting. For citizens. Codes: ${CODES}, ACCOUNT_SUSPENDED, OFFICER_UNAVAILABLE.`,
  })
  @ShownIn('public')
  @Requires('citizen')
  meetByCode(
    @Arg('input', () => ScanInput, { description: 'What was scanned.' }) input: ScanInput,
    @Ctx() call: ConnectionsCall,
  ): Promise<ConnectionPayload> {
    return handIn(call, input, meetByCode);
  }
}

type HandIn = (
  work: UnitOfWork,
  services: ConnectionsServices,
  accountId: string,
  scan: Scan,
) => Promise<Connection | Refusal>;

/** A refusal that is returned has been counted, and is thrown once that is committed. */
async function handIn(call: ConnectionsCall, { code, scannedAt }: ScanInput, task: HandIn): Promise<ConnectionPayload> {
  const { accountId, services } = call;
  refuseRestrained(services.restraints, accountId);
  const outcome = await call.work((work) => task(work, services, accountId, { code, scannedAt }));
  if (outcome instanceof Refusal) throw outcome;
  services.schedule(outcome);
  return { connection: outcome };
}

function codesFor(call: ConnectionsCall, subjectId: string, shown: Shown, startsAt: Date, endsAt: Date): MeetingCode {
  const secret = secretOf(call.services.meetingCodeKey, subjectId, shown);
  const current = writeCode(secret, { subjectId, shown, step: stepAt(call.clock.now()) });
  return {
    subjectId,
    secret: secret.toString('base64url'),
    stepSeconds: STEP_SECONDS,
    startsAt,
    endsAt,
    current,
    svg: renderSVG(current),
  };
}
