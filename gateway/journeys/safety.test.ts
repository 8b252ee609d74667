/*
 * What keeps meetings honest and people safe, told through the public API alone, in both ways to run: codes that one side
 * makes or hands in without a network, meetings that are held and taken back, block, report, suspension, appeal, warning.
 * Each test is a step that stands on those before it.
 */
import {
  AcceptConnectionDocument,
  AcknowledgeWarningDocument,
  AppealSuspensionDocument,
  BlockPersonDocument,
  ClawBackConnectionDocument,
  ConfirmByCodeDocument,
  ConnectionDocument,
  ConnectionsToReviewDocument,
  ConsentToStoryDocument,
  CurrentWindowDocument,
  DecideAppealDocument,
  LedgerAuditDocument,
  MeDocument,
  MeetByCodeDocument,
  MeetingCodeDocument,
  NearbyOfficersDocument,
  OpenWindowDocument,
  OwnSuspensionDocument,
  OwnWarningUpdatesDocument,
  PersonReportsDocument,
  ProposeStoryDocument,
  RefreshSessionDocument,
  ReinstateAccountDocument,
  ReportLocationDocument,
  ReportPersonDocument,
  ReportsDocument,
  RequestConnectionDocument,
  ResolvePersonReportDocument,
  ReviewConnectionDocument,
  SaveRiskRuleDocument,
  StoryDocument,
  StoryFeedDocument,
  SuspendAccountDocument,
  SuspensionAppealsDocument,
  UnblockPersonDocument,
  WindowCodeDocument,
} from '../../clients/generated/graphql.ts';
import type { SignedIn } from '../../clients/sign-in.ts';
import { codeMadeOffline } from './meeting-code.ts';
import {
  eventually,
  nextOf,
  refusalOf,
  signInAdministrator,
  signInCitizen,
  signInOfficer,
  untilEvent,
} from './people.ts';
import { type RunningSystem, startOneProcess, startSevenProcesses } from './systems.ts';

const capitol = { latitude: 30.2747, longitude: -97.7404 };
const minute = 60_000;
const hour = 60 * minute;

describe.each([
  ['in one process', () => startOneProcess()],
  ['as seven processes', () => startSevenProcesses()],
])('evidence and safety, %s', (_name, start) => {
  let system: RunningSystem;
  let administrator: SignedIn;
  let officer: SignedIn;
  let secondOfficer: SignedIn;
  let thirdOfficer: SignedIn;
  let citizen: SignedIn;
  let neighbor: SignedIn;
  /** Of the officer and the citizen, by a code that was handed in late. */
  let connectionId: string;
  let held: string;
  let storyId: string;
  let sequence = 0;

  beforeAll(async () => {
    system = await start();
    administrator = await signInAdministrator(system.url);
    officer = await signInOfficer(system.url, administrator, 'Sam');
    secondOfficer = await signInOfficer(system.url, administrator, 'Dana');
    thirdOfficer = await signInOfficer(system.url, administrator, 'Lee');
    citizen = await signInCitizen(system.url, 'Casey');
    neighbor = await signInCitizen(system.url, 'Robin');
  });

  afterAll(async () => {
    const people = [administrator, officer, secondOfficer, thirdOfficer, citizen, neighbor];
    for (const person of people) await person?.client.close();
    await system?.close();
  });

  const at = (instant = system.now()) => instant.toISOString();
  const report = ({ client }: SignedIn) =>
    client.request(ReportLocationDocument, { input: { position: capitol, accuracyMeters: 5, sequence: ++sequence } });
  const open = ({ client }: SignedIn) => client.request(OpenWindowDocument, { input: { position: capitol } });
  const request = async (from: SignedIn, to: SignedIn) =>
    (await from.client.request(RequestConnectionDocument, { input: { officerId: to.accountId } })).requestConnection
      .connection;
  const confirm = async ({ client }: SignedIn, code: string, scannedAt: Date) =>
    (await client.request(ConfirmByCodeDocument, { input: { code, scannedAt: at(scannedAt) } })).confirmByCode
      .connection;
  /** The citizen scans the code of the officer's window. */
  const meet = async (who: SignedIn, host: SignedIn) => {
    const { windowCode } = await host.client.request(WindowCodeDocument);
    const input = { code: windowCode.current, scannedAt: at() };
    return (await who.client.request(MeetByCodeDocument, { input })).meetByCode.connection;
  };
  const points = async ({ client }: SignedIn) => (await client.request(MeDocument)).me.points?.available;
  const earns = (who: SignedIn, wanted: number) =>
    eventually(async () => ((await points(who)) === wanted ? true : undefined));
  const stateOf = async ({ client }: SignedIn, id: string) =>
    (await client.request(ConnectionDocument, { id })).connection?.state;
  /** What a person may do is written into the session: asked for anew, as an app does when it is told so. */
  const renew = async ({ client }: SignedIn) => {
    const input = { refreshToken: client.session?.refreshToken ?? '' };
    client.takeSession((await client.request(RefreshSessionDocument, { input })).refreshSession.session);
  };
  const tell = async (who: SignedIn, text: string) =>
    (
      await who.client.request(ReportPersonDocument, {
        input: { connectionId, reason: 'HARASSMENT', text },
      })
    ).reportPerson.reportId;
  const decide = (reportId: string, outcome: 'WARNED' | 'SUSPENDED', suspendedUntil?: Date) =>
    administrator.client.request(ResolvePersonReportDocument, {
      input: {
        reportId,
        outcome,
        note: 'Spoke with both.',
        ...(suspendedUntil && { suspendedUntil: at(suspendedUntil) }),
      },
    });

  test('a code made by a phone without a network counts for both when the other hands it in, and is good once', async () => {
    await Promise.all([open(officer), report(neighbor)]);
    await report(officer);
    const { id } = await request(neighbor, officer);
    await officer.client.request(AcceptConnectionDocument, { input: { connectionId: id } });
    const { meetingCode } = await officer.client.request(MeetingCodeDocument, { connectionId: id });
    await system.advance(minute);
    const now = system.now();
    const code = codeMadeOffline(meetingCode, 'officer', now);
    expect(code).not.toBe(meetingCode.current);
    expect(await refusalOf(confirm(citizen, code, now))).toBe('MEETING_CODE_INVALID');
    expect(await confirm(neighbor, code, now)).toMatchObject({ id, evidence: 'CODE', confirmedByOfficer: true });
    expect(await confirm(neighbor, code, now)).toMatchObject({ id, evidence: 'CODE' });
    await Promise.all([earns(officer, 30), earns(neighbor, 30)]);
    await eventually(async () => ((await stateOf(neighbor, id)) === 'REWARDED' ? true : undefined));
  });

  test('a scan without a network is handed in hours later, when the connection has expired, and is a meeting of that time', async () => {
    await report(citizen);
    const { id } = await request(citizen, officer);
    connectionId = id;
    await officer.client.request(AcceptConnectionDocument, { input: { connectionId } });
    const { meetingCode } = await citizen.client.request(MeetingCodeDocument, { connectionId });
    const scannedAt = system.now();
    const code = codeMadeOffline(meetingCode, 'citizen', scannedAt);
    await system.advance(3 * hour);
    expect(await stateOf(citizen, connectionId)).toBe('EXPIRED');
    expect(await refusalOf(confirm(officer, code, system.now()))).toBe('MEETING_CODE_INVALID');
    expect(await confirm(officer, code, scannedAt)).toMatchObject({ evidence: 'CODE', confirmedByCitizen: true });
    await Promise.all([earns(officer, 60), earns(citizen, 30)]);
  });

  test('a meeting that a rule speaks against is held, earns nothing, and an administrator lets it count', async () => {
    const parameters = { officerPerHour: 100, officerPerDay: 100, citizenPerHour: 100, citizenPerDay: 1 };
    await administrator.client.request(SaveRiskRuleDocument, {
      input: {
        kind: 'VELOCITY',
        effect: 'HOLD',
        enabled: true,
        parameters: Object.entries(parameters).map(([name, value]) => ({ name, value })),
      },
    });
    await open(secondOfficer);
    const { id, state } = await meet(citizen, secondOfficer);
    held = id;
    expect(state).toBe('HELD');
    const { connectionsToReview } = await administrator.client.request(ConnectionsToReviewDocument, { first: 10 });
    expect(connectionsToReview.edges.map(({ node }) => node)).toMatchObject([
      { connectionId: held, findings: [{ kind: 'VELOCITY' }], citizenId: citizen.accountId },
    ]);
    expect(await points(citizen)).toBe(30);
    const input = { connectionId: held, decision: 'RELEASE' as const, reason: 'Two corners of one festival.' };
    expect(await refusalOf(citizen.client.request(ReviewConnectionDocument, { input }))).toBe('FORBIDDEN');
    await administrator.client.request(ReviewConnectionDocument, { input });
    await Promise.all([earns(citizen, 60), earns(secondOfficer, 30)]);
    expect(await refusalOf(administrator.client.request(ReviewConnectionDocument, { input }))).toBe('CONNECTION_STATE');
  });

  test('a meeting that counted is taken back: points, profile and statistics go without it, and the books balance', async () => {
    const clawBack = () =>
      administrator.client.request(ClawBackConnectionDocument, {
        input: { connectionId: held, reason: 'They never met.' },
      });
    const { clawBackConnection } = await clawBack();
    expect(clawBackConnection.reviewCase).toMatchObject({
      state: 'CLAWED_BACK',
      reviews: [{ decision: 'RELEASE' }, { decision: 'CLAW_BACK', reason: 'They never met.' }],
    });
    expect(await refusalOf(clawBack())).toBe('CONNECTION_STATE');
    await Promise.all([earns(citizen, 30), earns(secondOfficer, 0)]);
    const connectionCount = async ({ client }: SignedIn) =>
      (await client.request(MeDocument)).me.profile?.connectionCount;
    await eventually(async () => ((await connectionCount(citizen)) === 1 ? true : undefined));
    const days = { from: at(new Date(system.now().getTime() - 24 * hour)).slice(0, 10), to: at().slice(0, 10) };
    const sums = async () => {
      const { connectionsByDayAndZip, pointsByDayAndZip } = await administrator.client.request(ReportsDocument, days);
      const sum = (values: number[]) => values.reduce((all, value) => all + value, 0);
      return {
        connections: sum(connectionsByDayAndZip.map(({ connections }) => connections)),
        pointsAwarded: sum(pointsByDayAndZip.map(({ pointsAwarded }) => pointsAwarded)),
      };
    };
    await eventually(async () => {
      const { connections, pointsAwarded } = await sums();
      return connections === 2 && pointsAwarded === 120 ? true : undefined;
    });
    const { ledgerAudit } = await administrator.client.request(LedgerAuditDocument);
    expect(ledgerAudit).toMatchObject({ balanced: true, problems: [] });
  });

  test('who is blocked neither finds nor asks, and does not learn why; unblocked, they meet again', async () => {
    await open(thirdOfficer);
    await report(thirdOfficer);
    await report(neighbor);
    const finds = async () =>
      (await neighbor.client.request(NearbyOfficersDocument)).nearbyOfficers.some(
        (alert) => alert.officer.id === thirdOfficer.accountId,
      );
    await eventually(async () => (await finds()) || undefined);
    const input = { accountId: neighbor.accountId };
    await thirdOfficer.client.request(BlockPersonDocument, { input });
    await eventually(async () => !(await finds()) || undefined);
    expect(await refusalOf(request(neighbor, thirdOfficer))).toBe('OFFICER_UNAVAILABLE');
    expect((await thirdOfficer.client.request(UnblockPersonDocument, { input })).unblockPerson.unblocked).toBe(true);
    await eventually(async () => (await finds()) || undefined);
  });

  test('who is reported and warned reads what about, and says so', async () => {
    const reportId = await tell(officer, 'Shouted at me.');
    const warnings = citizen.client.subscribe(OwnWarningUpdatesDocument);
    await decide(reportId, 'WARNED');
    const { ownWarningUpdates: warning } = await nextOf(warnings);
    expect(warning).toMatchObject({ reason: 'HARASSMENT', acknowledgedAt: null });
    expect(JSON.stringify(warning)).not.toContain(reportId);
    await citizen.client.request(AcknowledgeWarningDocument, { input: { warningId: warning.id } });
    await untilEvent(warnings, ({ ownWarningUpdates }) => ownWarningUpdates.acknowledgedAt !== null);
    await warnings.return?.();
  });

  test('who is reported and suspended loses window and stories at once, and may do nothing', async () => {
    const input = { connectionId, text: '{citizen} met {officer} at the market.' };
    storyId = (await citizen.client.request(ProposeStoryDocument, { input })).proposeStory.story.id;
    await officer.client.request(ConsentToStoryDocument, { input: { storyId, delay: 'NONE' } });
    const feed = async () =>
      (await neighbor.client.request(StoryFeedDocument, { first: 10 })).storyFeed.edges.map(({ node }) => node.id);
    expect(await feed()).toEqual([storyId]);
    await open(officer);
    const reportId = await tell(citizen, 'Waited at my door.');
    const { personReports } = await administrator.client.request(PersonReportsDocument, { state: 'OPEN', first: 10 });
    expect(personReports.edges.map(({ node }) => node)).toMatchObject([
      { id: reportId, reportedId: officer.accountId },
    ]);
    await decide(reportId, 'SUSPENDED', new Date(system.now().getTime() + 30 * 24 * hour));
    expect(await feed()).toEqual([]);
    expect((await neighbor.client.request(StoryDocument, { id: storyId })).story).toBeNull();
    expect((await officer.client.request(CurrentWindowDocument)).currentWindow).toBeNull();
    expect(await refusalOf(open(officer))).toBe('ACCOUNT_SUSPENDED');
    const suspension = await eventually(
      async () => (await officer.client.request(OwnSuspensionDocument)).me.suspension ?? undefined,
    );
    expect(suspension.reason).toContain('harassment');
    expect(suspension.reason).not.toContain('door');
    await renew(officer);
    expect(await refusalOf(open(officer))).toBe('FORBIDDEN');
  });

  test('an appeal that is granted gives back what the suspension took, stories too', async () => {
    const text = 'I delivered what was lost.';
    await officer.client.request(AppealSuspensionDocument, { input: { text } });
    const { suspensionAppeals } = await administrator.client.request(SuspensionAppealsDocument, { first: 10 });
    const [appeal] = suspensionAppeals.edges;
    expect(appeal?.node).toMatchObject({ accountId: officer.accountId, text });
    const input = { appealId: appeal?.node.id ?? '', outcome: 'REINSTATED' as const, note: 'So it was.' };
    await administrator.client.request(DecideAppealDocument, { input });
    const { story } = await eventually(async () => {
      const read = await neighbor.client.request(StoryDocument, { id: storyId });
      return read.story ? read : undefined;
    });
    expect(story).toMatchObject({ officerFirstName: 'Sam', citizenFirstName: 'Casey' });
    await renew(officer);
    const { openWindow } = await open(officer);
    expect(openWindow.window.state).toBe('OPEN');
    expect((await officer.client.request(OwnSuspensionDocument)).me.suspension).toBeNull();
  });

  test('an administrator suspends without a report: what the person has under way ends, until that is lifted', async () => {
    await report(thirdOfficer);
    await report(neighbor);
    const { id } = await request(neighbor, thirdOfficer);
    const input = { accountId: neighbor.accountId };
    await administrator.client.request(SuspendAccountDocument, { input: { ...input, reason: 'Asked us to.' } });
    await eventually(async () => ((await stateOf(thirdOfficer, id)) === 'CANCELLED' ? true : undefined));
    expect(await refusalOf(request(neighbor, thirdOfficer))).toBe('ACCOUNT_SUSPENDED');
    await administrator.client.request(ReinstateAccountDocument, { input });
    const again = await eventually(async () => {
      const code = await refusalOf(report(neighbor));
      return code === 'ACCOUNT_SUSPENDED' ? undefined : request(neighbor, thirdOfficer);
    });
    expect(again.state).toBe('REQUESTED');
  });
});
