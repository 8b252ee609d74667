/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** Which account. */
export type AccountInput = {
  /** The account. */
  accountId: string;
};

/** What an account may become once its phone is verified. */
export type AccountRole =
  /** Runs the system. */
  | 'ADMINISTRATOR'
  /** Meets officers; everybody is one who is nothing else. */
  | 'CITIZEN'
  /** A police officer: an administrator registered the verified e-mail for a department. */
  | 'OFFICER';

/** Which warning has been read. */
export type AcknowledgeWarningInput = {
  /** The warning. */
  warningId: string;
};

/** How old a person says to be. */
export type AgeBand =
  /** 18 or older. */
  | 'ADULT'
  /** Under 13: cannot register. */
  | 'CHILD'
  /** 13 to 17: may do nothing without a guardian's consent; never tells a location, is never shown in public. Becomes ADULT by itself. */
  | 'YOUTH';

/** What happened. */
export type AlertState =
  /** The officer can be found nearby from now on, and the caller has not been told of this window before: worth a notification. */
  | 'ENTERED'
  /** The officer is gone: out of range, busy or no longer available. */
  | 'LEFT'
  /** The officer can be found nearby, of which the caller has been told before: after subscribing anew, or when the officer comes back. */
  | 'PRESENT';

/** What came of an appeal. */
export type AppealOutcome =
  /** The suspension is lifted. */
  | 'REINSTATED'
  /** The suspension stays. */
  | 'UPHELD';

/** What the suspended person says to it. */
export type AppealSuspensionInput = {
  /** Why it ought to be lifted. */
  text: string;
};

/** Which hub to take off the list. */
export type ArchiveHubInput = {
  /** The hub. */
  hubId: string;
};

/** Which offer to close. */
export type ArchiveOfferInput = {
  /** The offer. */
  offerId: string;
};

/** Whom to block or to unblock. */
export type BlockPersonInput = {
  /** The account of the officer or the citizen, as an alert or a connection names it. */
  accountId: string;
};

/** Which gathering to call off, and why. */
export type CancelGatheringInput = {
  /** The gathering. */
  gatheringId: string;
  /** The reason, told to those who wanted to come. */
  reason: string;
};

/** A gathering as it shall be. */
export type ChangeGatheringInput = {
  /** How many may come, not less than come already and at most 10,000; none for no limit. */
  capacity?: number | null | undefined;
  /** What one may expect. */
  description: string;
  /** When it ends, at most 12 hours after it begins. */
  endsAt: string;
  /** The gathering. */
  gatheringId: string;
  /** The hub in which it is; or give a place. */
  hubId?: string | null | undefined;
  /** The place at which it is; or give a hub. */
  place?: GatheringPlaceInput | null | undefined;
  /** When it begins: in the future, at most 90 days ahead; as it was when it has begun. */
  startsAt: string;
  /** What it is, in a few words. */
  title: string;
};

/** Which meeting to take back. */
export type ClawBackConnectionInput = {
  /** The connection. */
  connectionId: string;
  /** Why; it stays for good. */
  reason: string;
};

/** Which window to close. */
export type CloseWindowInput = {
  /** The window. */
  windowId: string;
};

/** What the person came back with. */
export type CompleteSignInInput = {
  /** The parameter `code` of the address the person came back to. */
  code: string;
  /** As startSignIn gave it. */
  flow: string;
  /** The parameter `state` of that address. */
  state: string;
};

/** Which connection. */
export type ConnectionInput = {
  /** The connection. */
  connectionId: string;
};

/** How far a connection has come. */
export type ConnectionState =
  /** The officer has accepted; both meet and confirm. The officer is busy. */
  | 'ACCEPTED'
  /** One of the two has withdrawn. Final. */
  | 'CANCELLED'
  /** It does not count: it was refused after a review, or taken back. Final. */
  | 'CLAWED_BACK'
  /** Both have confirmed that they met; points follow, and with them REWARDED. */
  | 'CONFIRMED'
  /** The officer has declined. Final. */
  | 'DECLINED'
  /** Nobody acted in time. Final, unless a code that was scanned in time is still handed in. */
  | 'EXPIRED'
  /** Both have confirmed that they met; people look at it before it counts. */
  | 'HELD'
  /** One of the two has confirmed that they met; the other may still. The officer is busy. */
  | 'MET'
  /** The citizen has asked; the officer may accept or decline. */
  | 'REQUESTED'
  /** Both have confirmed that they met, and points were given for it. */
  | 'REWARDED';

/** Consent to a story. */
export type ConsentToStoryInput = {
  /** For officers: how long it waits from now on; ten minutes when left out. */
  delay?: StoryDelay | null | undefined;
  /** The story. */
  storyId: string;
};

/** A key for a partner. */
export type CreatePartnerKeyInput = {
  /** What to call it. */
  label: string;
  /** The retailer for which it acts. */
  retailerId: string;
  /** What it may do; at least one. */
  scopes: Array<PartnerScope>;
};

/** How an appeal is decided. */
export type DecideAppealInput = {
  /** The appeal. */
  appealId: string;
  /** Why; the person reads it. */
  note: string;
  /** What comes of it. */
  outcome: AppealOutcome;
};

/** About how far the middle of an officer's cell is from one's own last report. */
export type DistanceBucket =
  /** More than 500 m. */
  | 'FARTHER'
  /** At most 100 m. */
  | 'WITHIN_100_METERS'
  /** At most 250 m. */
  | 'WITHIN_250_METERS'
  /** At most 500 m. */
  | 'WITHIN_500_METERS';

/** To whom to give, and how much. */
export type DonatePointsInput = {
  /** The charity. */
  charityId: string;
  /** The key of this wish; the same key is the same donation. */
  idempotencyKey: string;
  /** How many points. */
  points: number;
};

/** How sure it is that two people met, from least to most; points follow it. */
export type Evidence =
  /** One scanned the code that the other showed. */
  | 'CODE'
  /** Their phones were within ten feet of each other, as exactly as phones know that. */
  | 'PROXIMITY'
  /** Their phones were about 100 meters from each other, or knew their places only roughly. */
  | 'VICINITY'
  /** They said so; nothing shows that they were near each other. */
  | 'VIRTUAL';

/** What became of the wish to come. */
export type GatheringAnswer =
  /** There is a seat. */
  | 'COMING'
  /** All seats are taken; the first who waits gets the next that becomes free. */
  | 'WAITING';

/** A public place that is no hub. */
export type GatheringPlaceInput = {
  /** What it is called. */
  name: string;
  /** Where it is; the ZIP code follows from it. */
  position: PositionInput;
};

/** Whether a gathering takes place. */
export type GatheringState =
  /** Its host or an administrator called it off. Final. */
  | 'CANCELLED'
  /** Its end has passed. Final. */
  | 'ENDED'
  /** It is announced or under way. */
  | 'SCHEDULED';

/** A table to take in. */
export type ImportTableInput = {
  /** The text of the file: a header, then rows; commas, semicolons, tabs or bars between cells. */
  content: string;
  /** Only try: tells what would happen and writes nothing. */
  dryRun?: boolean | null | undefined;
  /** The key of this wish; the same key gets the same outcome. */
  idempotencyKey: string;
  /** What its rows are. */
  kind: TableKind;
};

/** A place to look around: a position or a ZIP code, one of the two. */
export type NearInput = {
  /** Around this position. */
  position?: PositionInput | null | undefined;
  /** How far to look; 5,000 m unless said, at most 100,000. */
  radiusMeters?: number | null | undefined;
  /** Around the middle of this ZIP code. */
  zipCode?: string | null | undefined;
};

/** Where the officer is. */
export type OpenWindowInput = {
  /** The present position. Citizens learn a cell of about 100 m, not this. */
  position: PositionInput;
};

/** What a partner key may do, for its own retailer only. */
export type PartnerScope =
  /** Read the data of offers. */
  | 'OFFERS_READ'
  /** Check and redeem vouchers. */
  | 'VOUCHERS_REDEEM';

/** What came of a report. */
export type PersonReportOutcome =
  /** Nothing is held against the person; what the system did because of it is undone. */
  | 'DISMISSED'
  /** The person was suspended by this decision, and may appeal. */
  | 'SUSPENDED'
  /** The person was warned: ownWarnings tells them what about, and not by whom. */
  | 'WARNED';

/** What a report of a person is about. */
export type PersonReportReason =
  /** Treated worse for who they are. */
  | 'DISCRIMINATION'
  /** A connection that was none, or anything else to gain by deceit. */
  | 'FRAUD'
  /** Unwanted advances, insults, pestering. */
  | 'HARASSMENT'
  /** Somebody else came than the account says. */
  | 'IMPERSONATION'
  /** Anything else; the text says what. */
  | 'OTHER'
  /** Follows one person; the system reports this too. */
  | 'SUSPECTED_STALKING'
  /** Violence, or words that announce it. */
  | 'THREAT';

/** Whether a report waits for somebody to look at it. */
export type PersonReportState =
  /** Nobody has decided yet. */
  | 'OPEN'
  /** An administrator has decided. */
  | 'RESOLVED';

/** Why a balance is told. */
export type PointsReason =
  /** Points were earned by a connection. */
  | 'AWARD'
  /** Points of a connection that does not count were taken back. */
  | 'CLAW_BACK'
  /** Points were given to a charity. */
  | 'DONATION'
  /** It is the balance at the time of subscribing; nothing changed. */
  | 'PRESENT'
  /** Points were spent on a voucher. */
  | 'REDEMPTION';

/** A place on Earth, WGS 84. */
export type PositionInput = {
  /** Degrees north of the equator. */
  latitude: number;
  /** Degrees east of Greenwich. */
  longitude: number;
};

/** The side a person takes. */
export type ProfileRole =
  /** Runs the system; meets nobody. */
  | 'ADMINISTRATOR'
  /** Meets officers. */
  | 'CITIZEN'
  /** A police officer whose department is known; opens windows and meets citizens. */
  | 'OFFICER';

/** A story of a meeting. */
export type ProposeStoryInput = {
  /** The connection; both have confirmed it. */
  connectionId: string;
  /** For officers: how long it waits once both have consented; ten minutes when left out. */
  delay?: StoryDelay | null | undefined;
  /** What to tell. Write `{officer}` and `{citizen}` where the first names are to stand. */
  text: string;
};

/** What to spend points on. */
export type RedeemOfferInput = {
  /** The key of this wish; the same key gets the same voucher. */
  idempotencyKey: string;
  /** The offer. */
  offerId: string;
};

/** Which voucher to take. */
export type RedeemVoucherInput = {
  /** The code as it was read, scanned or typed. */
  code: string;
};

/** The session to go on with. */
export type RefreshSessionInput = {
  /** The refresh token that was given last. */
  refreshToken: string;
};

/** Officers of one department. */
export type RegisterOfficersInput = {
  /** The department that vouches for them. */
  departmentName: string;
  /** Work e-mail addresses, 1 to 100; case makes no difference. */
  emailAddresses: Array<string>;
};

/** Where the caller is now. */
export type ReportLocationInput = {
  /** The radius within which the phone believes it to be true. */
  accuracyMeters?: number | null | undefined;
  /** When the phone measured it; the server's time of arrival where it is absent. Older ones than the last are passed over. */
  measuredAt?: string | null | undefined;
  /** The position. */
  position: PositionInput;
  /** Grows with every report of the caller; older ones than the last are passed over. */
  sequence: number;
};

/** What to report of the other of a connection. */
export type ReportPersonInput = {
  /** A connection of the caller, in whatever state. */
  connectionId: string;
  /** What it is about. */
  reason: PersonReportReason;
  /** What happened. Administrators read it. */
  text: string;
};

/** What is wrong with a story. */
export type ReportStoryInput = {
  /** What is wrong with it. */
  reason: StoryReportReason;
  /** The story. */
  storyId: string;
};

/** Whom to meet. */
export type RequestConnectionInput = {
  /** The officer, from an alert. */
  officerId: string;
};

/** Where to send a one-time code. */
export type RequestPhoneCodeInput = {
  /** A phone that receives text messages. */
  phoneNumber: string;
};

/** How a report was decided. */
export type ResolvePersonReportInput = {
  /** Why; for administrators. */
  note: string;
  /** What comes of it. */
  outcome: PersonReportOutcome;
  /** The report. */
  reportId: string;
  /** Of SUSPENDED: when the suspension ends by itself; until it is lifted where left out. */
  suspendedUntil?: string | null | undefined;
};

/** Whether the caller comes. */
export type RespondToGatheringInput = {
  /** True to come, false to come no more. */
  coming: boolean;
  /** The gathering. */
  gatheringId: string;
};

/** A decision about a held meeting. */
export type ReviewConnectionInput = {
  /** The connection. */
  connectionId: string;
  /** What is decided. */
  decision: ReviewDecision;
  /** Why; it stays for good. */
  reason: string;
};

/** What an administrator decided about a meeting. */
export type ReviewDecision =
  /** It does not count: points that were given are taken back. */
  | 'CLAW_BACK'
  /** It counts: points follow. */
  | 'RELEASE';

/** A decision about a story that is held. */
export type ReviewStoryInput = {
  /** Whether it is shown. */
  decision: StoryDecision;
  /** Why, for the record; nobody of the two reads it. */
  reason: string;
  /** The story. */
  storyId: string;
};

/** The key to revoke. */
export type RevokePartnerKeyInput = {
  /** Which key. */
  partnerKeyId: string;
};

/** What becomes of a meeting that a rule speaks against. */
export type RiskEffect =
  /** It is held until an administrator has looked at it. */
  | 'HOLD'
  /** It is refused at once and cannot be confirmed. */
  | 'REFUSE';

/** What may speak against a meeting, and which numbers a rule of this kind has. */
export type RiskKind =
  /** The middle of the ZIP code of one side’s counted meeting before or after is farther away than `slackMeters` and `metersPerSecond` in the time between allow. */
  | 'IMPOSSIBLE_SPEED'
  /** A code was scanned while the two phones, each heard of within `freshSeconds` and right within `accuracyMeters`, were more than `meters` apart, both accuracies taken off. */
  | 'RELAY'
  /** One of the two handed in used codes again: `times` or more in the last `hours` (at most 168). */
  | 'REPLAY'
  /** The last `meetings` counted meetings of one side, this one among them, were `samePartnerPercent` or more with this same partner; or a circle of at most `circleAccounts` accounts met only itself, `circleMeetings` times or more within 30 days. */
  | 'RING'
  /** With this meeting one side has more than `officerPerHour`, `officerPerDay`, `citizenPerHour` or `citizenPerDay` counted meetings within an hour or a day. */
  | 'VELOCITY';

/** One number of a risk rule. */
export type RiskParameterInput = {
  /** Which; see RiskKind. */
  name: string;
  /** The number, in the unit that ends its name. */
  value: number;
};

/** A hub as it shall be. */
export type SaveHubInput = {
  /** What it is and how to find the entrance. */
  description: string;
  /** The hub to change; without it, the one on the list with this very name and place, or a new one. */
  hubId?: string | null | undefined;
  /** Its name. */
  name: string;
  /** When it is open, in words. */
  openingNote?: string | null | undefined;
  /** Where the building is; the ZIP code follows from it. */
  place: PositionInput;
};

/** An offer as it shall be. */
export type SaveOfferInput = {
  /** The terms in full. */
  description?: string | null | undefined;
  /** Until when; none for no end. */
  endsAt?: string | null | undefined;
  /** The offer to change; without it, the one of this retailer and title, or a new one. */
  offerId?: string | null | undefined;
  /** How many one person may have; none for no limit. */
  perPersonLimit?: number | null | undefined;
  /** How many points it costs. */
  pricePoints: number;
  /** Whose offer it is. */
  retailerId: string;
  /** From when it can be redeemed; now unless said. */
  startsAt?: string | null | undefined;
  /** How many there are in all; none for no limit. */
  stock?: number | null | undefined;
  /** What one gets, in a few words. */
  title: string;
  /** What it is worth at the till, in cents. */
  valueCents: number;
};

/** A risk rule as it is to be from now on. */
export type SaveRiskRuleInput = {
  /** What becomes of a meeting that it speaks against. */
  effect: RiskEffect;
  /** Whether it is asked at all. */
  enabled: boolean;
  /** What it looks for. */
  kind: RiskKind;
  /** All its numbers. */
  parameters: Array<RiskParameterInput>;
};

/** A code that was scanned. */
export type ScanInput = {
  /** The code. */
  code: string;
  /** When it was scanned: now, or earlier where there was no network; the same when it is handed in again. */
  scannedAt: string;
};

/** A gathering to announce, at a hub or at a place of its own. */
export type ScheduleGatheringInput = {
  /** How many may come, at most 10,000; none for no limit. */
  capacity?: number | null | undefined;
  /** What one may expect. */
  description: string;
  /** When it ends, at most 12 hours after it begins. */
  endsAt: string;
  /** The hub in which it is; or give a place. */
  hubId?: string | null | undefined;
  /** The key of this wish; the same key is the same gathering. */
  idempotencyKey: string;
  /** The place at which it is; or give a hub. */
  place?: GatheringPlaceInput | null | undefined;
  /** When it begins: in the future, at most 90 days ahead. */
  startsAt: string;
  /** What it is, in a few words. */
  title: string;
};

/** The session to end. */
export type SignOutInput = {
  /** A refresh token of the session. */
  refreshToken: string;
};

/** How to come back from the identity provider. */
export type StartSignInInput = {
  /** Where the provider sends the person back to: one of the addresses that the operator configured. */
  redirectUri: string;
};

/** What happened on the feed. */
export type StoryChangeKind =
  /** A story is shown. */
  | 'PUBLISHED'
  /** A story is not shown any more: forget it. */
  | 'TAKEN_DOWN';

/** What an administrator decides about a story. */
export type StoryDecision =
  /** It is shown, once its delay is over. */
  | 'PUBLISH'
  /** It is never shown (again). */
  | 'REFUSE';

/** How long a story waits after the second consent before it is shown, so that the officer has moved on. */
export type StoryDelay =
  /** Five minutes. */
  | 'FIVE_MINUTES'
  /** Not at all. */
  | 'NONE'
  /** Ten minutes. */
  | 'TEN_MINUTES';

/** Why a story waits for an administrator. */
export type StoryHoldCause =
  /** When it was to be shown, the meeting was under review, or one of the two may not be shown or has blocked the other. */
  | 'CONNECTION'
  /** Several accounts have reported it. */
  | 'REPORTS'
  /** Its text matches rules; they are named. */
  | 'RULES'
  /** One of the two is suspended. It waits for the end of that and not for a decision; shown again by itself. */
  | 'SUSPENSION';

/** The language of what is written around a story; the story itself is in that of its author. */
export type StoryLanguage =
  /** English. */
  | 'ENGLISH'
  /** Spanish. */
  | 'SPANISH';

/** What is wrong with a story, in the eyes of who reports it. */
export type StoryReportReason =
  /** It hurts or threatens somebody. */
  | 'HARASSMENT'
  /** Something else. */
  | 'OTHER'
  /** It tells who or where somebody is. */
  | 'PERSONAL_DATA'
  /** It did not happen so. */
  | 'UNTRUE';

/** How far a story has come. */
export type StoryState =
  /** An administrator reads it before it is shown, or shown again. */
  | 'HELD'
  /** One of the two has written it; the other has not consented yet. */
  | 'PROPOSED'
  /** On the feed, for everybody. */
  | 'PUBLISHED'
  /** An administrator has refused it. Final. */
  | 'REFUSED'
  /** One of the two has withdrawn or declined, or the meeting does not count. Final. */
  | 'TAKEN_DOWN'
  /** Both have consented; the delay that the officer chose runs. */
  | 'WAITING';

/** Whom to suspend, why and until when. */
export type SuspendAccountInput = {
  /** The account. */
  accountId: string;
  /** Why; the person reads it. */
  reason: string;
  /** When it ends by itself; until it is lifted where left out. */
  until?: string | null | undefined;
};

/** What the rows of a table are. */
export type TableKind =
  /** Charities: ein, name, city, state, zip, and optionally ntee. */
  | 'CHARITIES'
  /** Offers of known retailers: retailer, title, price_points, value_usd, and optionally description, stock, per_person_limit, starts_on, ends_on. */
  | 'OFFERS'
  /** Stores of retailers: name, street, city, state, zip, latitude, longitude, and optionally category. */
  | 'RETAILERS';

/** What to change of the own profile; what is left out stays, null takes it away. */
export type UpdateProfileInput = {
  /** A few words about oneself. */
  about?: string | null | undefined;
  /** First name, shown to the people one meets. */
  firstName?: string | null | undefined;
  /** Withhold name and picture from others. */
  hidden?: boolean | null | undefined;
  /** Address of a picture. */
  pictureUrl?: string | null | undefined;
};

/** The code that came to the phone. */
export type VerifyPhoneInput = {
  /** How old the person is, an adult where left out; asked with the registration, and passed over when a phone is changed later. */
  ageBand?: AgeBand | null | undefined;
  /** Of a youth: any day of the month they were born in. When they come of age is noted, this is not; five years from now where left out. */
  birthMonth?: string | null | undefined;
  /** The six digits. */
  code: string;
  /** The phone it was sent to. */
  phoneNumber: string;
};

/** What can be done with a voucher. */
export type VoucherStatus =
  /** Nobody redeemed it in time. */
  | 'EXPIRED'
  /** It can be redeemed. */
  | 'ISSUED'
  /** The retailer has taken it. */
  | 'REDEEMED';

/** Whether an officer can be found. */
export type WindowState =
  /** Nobody finds the officer. */
  | 'CLOSED'
  /** The officer can be found by citizens nearby. */
  | 'OPEN';

/** Which story. */
export type WithdrawStoryConsentInput = {
  /** The story. */
  storyId: string;
};

export type RegisterOfficersMutationVariables = Exact<{
  input: RegisterOfficersInput;
}>;


export type RegisterOfficersMutation = { registerOfficers: { registered: number } };

export type CreatePartnerKeyMutationVariables = Exact<{
  input: CreatePartnerKeyInput;
}>;


export type CreatePartnerKeyMutation = { createPartnerKey: { secret: string, partnerKey: { id: string } } };

export type RevokePartnerKeyMutationVariables = Exact<{
  input: RevokePartnerKeyInput;
}>;


export type RevokePartnerKeyMutation = { revokePartnerKey: { partnerKey: { id: string, revokedAt: string | null } } };

export type ImportTableMutationVariables = Exact<{
  input: ImportTableInput;
}>;


export type ImportTableMutation = { importTable: { import: { id: string, rowsRead: number, rowsTaken: number, rowsChanged: number, rowsRefused: number, problems: Array<{ line: number, column: string | null, code: string, reason: string, refused: boolean }> } } };

export type SaveOfferMutationVariables = Exact<{
  input: SaveOfferInput;
}>;


export type SaveOfferMutation = { saveOffer: { offer: { id: string, title: string, pricePoints: number } } };

export type ArchiveOfferMutationVariables = Exact<{
  input: ArchiveOfferInput;
}>;


export type ArchiveOfferMutation = { archiveOffer: { offer: { id: string, archivedAt: string | null } } };

export type RetailersQueryVariables = Exact<{
  first: number;
}>;


export type RetailersQuery = { retailers: { edges: Array<{ node: { id: string, name: string } }> } };

export type ReportsQueryVariables = Exact<{
  from: string;
  to: string;
  zipCode?: string | null | undefined;
}>;


export type ReportsQuery = { connectionsByDayAndZip: Array<{ day: string, zipCode: string | null, connections: number }>, pointsByDayAndZip: Array<{ day: string, zipCode: string | null, pointsAwarded: number, pointsSpent: number, pointsDonated: number, vouchersRedeemed: number }> };

export type LedgerAuditQueryVariables = Exact<{ [key: string]: never; }>;


export type LedgerAuditQuery = { ledgerAudit: { balanced: boolean, transactions: number, postings: number, problems: Array<string> } };

export type MeetingCodeQueryVariables = Exact<{
  connectionId: string;
}>;


export type MeetingCodeQuery = { meetingCode: { subjectId: string, secret: string, stepSeconds: number, startsAt: string, endsAt: string, current: string, svg: string } };

export type WindowCodeQueryVariables = Exact<{ [key: string]: never; }>;


export type WindowCodeQuery = { windowCode: { subjectId: string, secret: string, stepSeconds: number, startsAt: string, endsAt: string, current: string, svg: string } };

export type MeetingCodePartsFragment = { subjectId: string, secret: string, stepSeconds: number, startsAt: string, endsAt: string, current: string, svg: string };

export type ConfirmByCodeMutationVariables = Exact<{
  input: ScanInput;
}>;


export type ConfirmByCodeMutation = { confirmByCode: { connection: { evidence: Evidence | null, id: string, state: ConnectionState, requestedAt: string, expiresAt: string, confirmedByOfficer: boolean, confirmedByCitizen: boolean, meetingPoint: { latitude: number, longitude: number } | null, officer: { id: string, firstName: string | null }, citizen: { id: string, firstName: string | null } } } };

export type MeetByCodeMutationVariables = Exact<{
  input: ScanInput;
}>;


export type MeetByCodeMutation = { meetByCode: { connection: { evidence: Evidence | null, id: string, state: ConnectionState, requestedAt: string, expiresAt: string, confirmedByOfficer: boolean, confirmedByCitizen: boolean, meetingPoint: { latitude: number, longitude: number } | null, officer: { id: string, firstName: string | null }, citizen: { id: string, firstName: string | null } } } };

export type ConnectionsToReviewQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
}>;


export type ConnectionsToReviewQuery = { connectionsToReview: { edges: Array<{ node: { connectionId: string, officerId: string, citizenId: string, state: ConnectionState, evidence: Evidence, withinMeters: number | null, zipCode: string | null, confirmedAt: string, findings: Array<{ kind: RiskKind, version: number }>, reviews: Array<{ decision: ReviewDecision, reason: string, reviewerId: string, reviewedAt: string }> } }>, pageInfo: { endCursor: string | null, hasNextPage: boolean } } };

export type ReviewConnectionMutationVariables = Exact<{
  input: ReviewConnectionInput;
}>;


export type ReviewConnectionMutation = { reviewConnection: { reviewCase: { connectionId: string, officerId: string, citizenId: string, state: ConnectionState, evidence: Evidence, withinMeters: number | null, zipCode: string | null, confirmedAt: string, findings: Array<{ kind: RiskKind, version: number }>, reviews: Array<{ decision: ReviewDecision, reason: string, reviewerId: string, reviewedAt: string }> } } };

export type ClawBackConnectionMutationVariables = Exact<{
  input: ClawBackConnectionInput;
}>;


export type ClawBackConnectionMutation = { clawBackConnection: { reviewCase: { connectionId: string, officerId: string, citizenId: string, state: ConnectionState, evidence: Evidence, withinMeters: number | null, zipCode: string | null, confirmedAt: string, findings: Array<{ kind: RiskKind, version: number }>, reviews: Array<{ decision: ReviewDecision, reason: string, reviewerId: string, reviewedAt: string }> } } };

export type ReviewCasePartsFragment = { connectionId: string, officerId: string, citizenId: string, state: ConnectionState, evidence: Evidence, withinMeters: number | null, zipCode: string | null, confirmedAt: string, findings: Array<{ kind: RiskKind, version: number }>, reviews: Array<{ decision: ReviewDecision, reason: string, reviewerId: string, reviewedAt: string }> };

export type RiskRulesQueryVariables = Exact<{ [key: string]: never; }>;


export type RiskRulesQuery = { riskRules: Array<{ kind: RiskKind, version: number, effect: RiskEffect, enabled: boolean, parameters: Array<{ name: string, value: number }> }> };

export type SaveRiskRuleMutationVariables = Exact<{
  input: SaveRiskRuleInput;
}>;


export type SaveRiskRuleMutation = { saveRiskRule: { riskRule: { kind: RiskKind, version: number, effect: RiskEffect, enabled: boolean, parameters: Array<{ name: string, value: number }> } } };

export type RiskRulePartsFragment = { kind: RiskKind, version: number, effect: RiskEffect, enabled: boolean, parameters: Array<{ name: string, value: number }> };

export type HubsQueryVariables = Exact<{
  near?: NearInput | null | undefined;
  first: number;
  after?: string | null | undefined;
}>;


export type HubsQuery = { hubs: { edges: Array<{ node: { distanceMeters: number | null, id: string, name: string, description: string, zipCode: string | null, openingNote: string | null, archivedAt: string | null, place: { latitude: number, longitude: number } } }>, pageInfo: { endCursor: string | null, hasNextPage: boolean } } };

export type SaveHubMutationVariables = Exact<{
  input: SaveHubInput;
}>;


export type SaveHubMutation = { saveHub: { hub: { id: string, name: string, description: string, zipCode: string | null, openingNote: string | null, archivedAt: string | null, place: { latitude: number, longitude: number } } } };

export type ArchiveHubMutationVariables = Exact<{
  input: ArchiveHubInput;
}>;


export type ArchiveHubMutation = { archiveHub: { hub: { id: string, name: string, description: string, zipCode: string | null, openingNote: string | null, archivedAt: string | null, place: { latitude: number, longitude: number } } } };

export type HubPartsFragment = { id: string, name: string, description: string, zipCode: string | null, openingNote: string | null, archivedAt: string | null, place: { latitude: number, longitude: number } };

export type GatheringsQueryVariables = Exact<{
  near?: NearInput | null | undefined;
  hubId?: string | null | undefined;
  from?: string | null | undefined;
  first: number;
  after?: string | null | undefined;
}>;


export type GatheringsQuery = { gatherings: { edges: Array<{ node: { id: string, title: string, description: string, state: GatheringState, placeName: string, zipCode: string | null, startsAt: string, endsAt: string, capacity: number | null, comingCount: number, waitingCount: number, seatsLeft: number | null, ownAnswer: GatheringAnswer | null, cancellationReason: string | null, hub: { id: string, name: string } | null, host: { id: string, firstName: string | null, departmentName: string | null } } }>, pageInfo: { endCursor: string | null, hasNextPage: boolean } } };

export type OwnGatheringsQueryVariables = Exact<{
  from?: string | null | undefined;
  first: number;
  after?: string | null | undefined;
}>;


export type OwnGatheringsQuery = { ownGatherings: { edges: Array<{ node: { id: string, title: string, description: string, state: GatheringState, placeName: string, zipCode: string | null, startsAt: string, endsAt: string, capacity: number | null, comingCount: number, waitingCount: number, seatsLeft: number | null, ownAnswer: GatheringAnswer | null, cancellationReason: string | null, hub: { id: string, name: string } | null, host: { id: string, firstName: string | null, departmentName: string | null } } }>, pageInfo: { endCursor: string | null, hasNextPage: boolean } } };

export type GatheringQueryVariables = Exact<{
  id: string;
}>;


export type GatheringQuery = { gathering: { id: string, title: string, description: string, state: GatheringState, placeName: string, zipCode: string | null, startsAt: string, endsAt: string, capacity: number | null, comingCount: number, waitingCount: number, seatsLeft: number | null, ownAnswer: GatheringAnswer | null, cancellationReason: string | null, hub: { id: string, name: string } | null, host: { id: string, firstName: string | null, departmentName: string | null } } | null };

export type ScheduleGatheringMutationVariables = Exact<{
  input: ScheduleGatheringInput;
}>;


export type ScheduleGatheringMutation = { scheduleGathering: { gathering: { id: string, title: string, description: string, state: GatheringState, placeName: string, zipCode: string | null, startsAt: string, endsAt: string, capacity: number | null, comingCount: number, waitingCount: number, seatsLeft: number | null, ownAnswer: GatheringAnswer | null, cancellationReason: string | null, hub: { id: string, name: string } | null, host: { id: string, firstName: string | null, departmentName: string | null } } } };

export type ChangeGatheringMutationVariables = Exact<{
  input: ChangeGatheringInput;
}>;


export type ChangeGatheringMutation = { changeGathering: { gathering: { id: string, title: string, description: string, state: GatheringState, placeName: string, zipCode: string | null, startsAt: string, endsAt: string, capacity: number | null, comingCount: number, waitingCount: number, seatsLeft: number | null, ownAnswer: GatheringAnswer | null, cancellationReason: string | null, hub: { id: string, name: string } | null, host: { id: string, firstName: string | null, departmentName: string | null } } } };

export type CancelGatheringMutationVariables = Exact<{
  input: CancelGatheringInput;
}>;


export type CancelGatheringMutation = { cancelGathering: { gathering: { id: string, title: string, description: string, state: GatheringState, placeName: string, zipCode: string | null, startsAt: string, endsAt: string, capacity: number | null, comingCount: number, waitingCount: number, seatsLeft: number | null, ownAnswer: GatheringAnswer | null, cancellationReason: string | null, hub: { id: string, name: string } | null, host: { id: string, firstName: string | null, departmentName: string | null } } } };

export type RespondToGatheringMutationVariables = Exact<{
  input: RespondToGatheringInput;
}>;


export type RespondToGatheringMutation = { respondToGathering: { gathering: { id: string, title: string, description: string, state: GatheringState, placeName: string, zipCode: string | null, startsAt: string, endsAt: string, capacity: number | null, comingCount: number, waitingCount: number, seatsLeft: number | null, ownAnswer: GatheringAnswer | null, cancellationReason: string | null, hub: { id: string, name: string } | null, host: { id: string, firstName: string | null, departmentName: string | null } } } };

export type GatheringUpdatesSubscriptionVariables = Exact<{ [key: string]: never; }>;


export type GatheringUpdatesSubscription = { gatheringUpdates: { id: string, title: string, description: string, state: GatheringState, placeName: string, zipCode: string | null, startsAt: string, endsAt: string, capacity: number | null, comingCount: number, waitingCount: number, seatsLeft: number | null, ownAnswer: GatheringAnswer | null, cancellationReason: string | null, hub: { id: string, name: string } | null, host: { id: string, firstName: string | null, departmentName: string | null } } };

export type GatheringPartsFragment = { id: string, title: string, description: string, state: GatheringState, placeName: string, zipCode: string | null, startsAt: string, endsAt: string, capacity: number | null, comingCount: number, waitingCount: number, seatsLeft: number | null, ownAnswer: GatheringAnswer | null, cancellationReason: string | null, hub: { id: string, name: string } | null, host: { id: string, firstName: string | null, departmentName: string | null } };

export type StartSignInMutationVariables = Exact<{
  input: StartSignInInput;
}>;


export type StartSignInMutation = { startSignIn: { authorizationUrl: string, flow: string, expiresAt: string } };

export type CompleteSignInMutationVariables = Exact<{
  input: CompleteSignInInput;
}>;


export type CompleteSignInMutation = { completeSignIn: { session: { accessToken: string, accessTokenExpiresAt: string, refreshToken: string, refreshTokenExpiresAt: string }, account: { id: string, phoneVerified: boolean } } };

export type RefreshSessionMutationVariables = Exact<{
  input: RefreshSessionInput;
}>;


export type RefreshSessionMutation = { refreshSession: { session: { accessToken: string, accessTokenExpiresAt: string, refreshToken: string, refreshTokenExpiresAt: string } } };

export type SignOutMutationVariables = Exact<{
  input: SignOutInput;
}>;


export type SignOutMutation = { signOut: { __typename: 'SignOutPayload' } };

export type RequestPhoneCodeMutationVariables = Exact<{
  input: RequestPhoneCodeInput;
}>;


export type RequestPhoneCodeMutation = { requestPhoneCode: { expiresAt: string } };

export type VerifyPhoneMutationVariables = Exact<{
  input: VerifyPhoneInput;
}>;


export type VerifyPhoneMutation = { verifyPhone: { session: { accessToken: string, accessTokenExpiresAt: string, refreshToken: string, refreshTokenExpiresAt: string }, account: { id: string, roles: Array<AccountRole> } } };

export type SessionPartsFragment = { accessToken: string, accessTokenExpiresAt: string, refreshToken: string, refreshTokenExpiresAt: string };

export type MeQueryVariables = Exact<{ [key: string]: never; }>;


export type MeQuery = { me: { id: string, phoneVerified: boolean, roles: Array<AccountRole>, departmentName: string | null, profile: { id: string, role: ProfileRole, firstName: string | null, departmentName: string | null, hidden: boolean, complete: boolean, connectionCount: number, lastConnectionAt: string | null } | null, points: { available: number, earned: number, spent: number } | null } };

export type UpdateProfileMutationVariables = Exact<{
  input: UpdateProfileInput;
}>;


export type UpdateProfileMutation = { updateProfile: { profile: { id: string, role: ProfileRole, firstName: string | null, departmentName: string | null, hidden: boolean, complete: boolean, connectionCount: number, lastConnectionAt: string | null } } };

export type OwnProfileFragment = { id: string, role: ProfileRole, firstName: string | null, departmentName: string | null, hidden: boolean, complete: boolean, connectionCount: number, lastConnectionAt: string | null };

export type OpenWindowMutationVariables = Exact<{
  input: OpenWindowInput;
}>;


export type OpenWindowMutation = { openWindow: { window: { id: string, state: WindowState, opensAt: string, closesAt: string, closedAt: string | null } } };

export type CloseWindowMutationVariables = Exact<{
  input: CloseWindowInput;
}>;


export type CloseWindowMutation = { closeWindow: { window: { id: string, state: WindowState, opensAt: string, closesAt: string, closedAt: string | null } } };

export type CurrentWindowQueryVariables = Exact<{ [key: string]: never; }>;


export type CurrentWindowQuery = { currentWindow: { id: string, state: WindowState, opensAt: string, closesAt: string, closedAt: string | null } | null };

export type WindowPartsFragment = { id: string, state: WindowState, opensAt: string, closesAt: string, closedAt: string | null };

export type ReportLocationMutationVariables = Exact<{
  input: ReportLocationInput;
}>;


export type ReportLocationMutation = { reportLocation: { taken: boolean, expiresAt: string } };

export type NearbyOfficersQueryVariables = Exact<{ [key: string]: never; }>;


export type NearbyOfficersQuery = { nearbyOfficers: Array<{ state: AlertState, distance: DistanceBucket, windowClosesAt: string, alertedAt: string, cell: { latitude: number, longitude: number }, officer: { id: string, firstName: string | null, pictureUrl: string | null, departmentName: string | null, connectionCount: number | null } }> };

export type ProximityAlertsSubscriptionVariables = Exact<{ [key: string]: never; }>;


export type ProximityAlertsSubscription = { proximityAlerts: { state: AlertState, distance: DistanceBucket, windowClosesAt: string, alertedAt: string, cell: { latitude: number, longitude: number }, officer: { id: string, firstName: string | null, pictureUrl: string | null, departmentName: string | null, connectionCount: number | null } } };

export type AlertPartsFragment = { state: AlertState, distance: DistanceBucket, windowClosesAt: string, alertedAt: string, cell: { latitude: number, longitude: number }, officer: { id: string, firstName: string | null, pictureUrl: string | null, departmentName: string | null, connectionCount: number | null } };

export type RequestConnectionMutationVariables = Exact<{
  input: RequestConnectionInput;
}>;


export type RequestConnectionMutation = { requestConnection: { connection: { id: string, state: ConnectionState, requestedAt: string, expiresAt: string, confirmedByOfficer: boolean, confirmedByCitizen: boolean, meetingPoint: { latitude: number, longitude: number } | null, officer: { id: string, firstName: string | null }, citizen: { id: string, firstName: string | null } } } };

export type AcceptConnectionMutationVariables = Exact<{
  input: ConnectionInput;
}>;


export type AcceptConnectionMutation = { acceptConnection: { connection: { id: string, state: ConnectionState, requestedAt: string, expiresAt: string, confirmedByOfficer: boolean, confirmedByCitizen: boolean, meetingPoint: { latitude: number, longitude: number } | null, officer: { id: string, firstName: string | null }, citizen: { id: string, firstName: string | null } } } };

export type DeclineConnectionMutationVariables = Exact<{
  input: ConnectionInput;
}>;


export type DeclineConnectionMutation = { declineConnection: { connection: { id: string, state: ConnectionState, requestedAt: string, expiresAt: string, confirmedByOfficer: boolean, confirmedByCitizen: boolean, meetingPoint: { latitude: number, longitude: number } | null, officer: { id: string, firstName: string | null }, citizen: { id: string, firstName: string | null } } } };

export type CancelConnectionMutationVariables = Exact<{
  input: ConnectionInput;
}>;


export type CancelConnectionMutation = { cancelConnection: { connection: { id: string, state: ConnectionState, requestedAt: string, expiresAt: string, confirmedByOfficer: boolean, confirmedByCitizen: boolean, meetingPoint: { latitude: number, longitude: number } | null, officer: { id: string, firstName: string | null }, citizen: { id: string, firstName: string | null } } } };

export type ConfirmConnectionMutationVariables = Exact<{
  input: ConnectionInput;
}>;


export type ConfirmConnectionMutation = { confirmConnection: { connection: { id: string, state: ConnectionState, requestedAt: string, expiresAt: string, confirmedByOfficer: boolean, confirmedByCitizen: boolean, meetingPoint: { latitude: number, longitude: number } | null, officer: { id: string, firstName: string | null }, citizen: { id: string, firstName: string | null } } } };

export type ConnectionRequestsSubscriptionVariables = Exact<{ [key: string]: never; }>;


export type ConnectionRequestsSubscription = { connectionRequests: { id: string, state: ConnectionState, requestedAt: string, expiresAt: string, confirmedByOfficer: boolean, confirmedByCitizen: boolean, meetingPoint: { latitude: number, longitude: number } | null, officer: { id: string, firstName: string | null }, citizen: { id: string, firstName: string | null } } };

export type ConnectionUpdatesSubscriptionVariables = Exact<{ [key: string]: never; }>;


export type ConnectionUpdatesSubscription = { connectionUpdates: { id: string, state: ConnectionState, requestedAt: string, expiresAt: string, confirmedByOfficer: boolean, confirmedByCitizen: boolean, meetingPoint: { latitude: number, longitude: number } | null, officer: { id: string, firstName: string | null }, citizen: { id: string, firstName: string | null } } };

export type ConnectionQueryVariables = Exact<{
  id: string;
}>;


export type ConnectionQuery = { connection: { pointsAwarded: number | null, id: string, state: ConnectionState, requestedAt: string, expiresAt: string, confirmedByOfficer: boolean, confirmedByCitizen: boolean, celebration: { connectionId: string, number: number, trophy: { name: string, connections: number } | null, quote: { text: string, author: string } } | null, meetingPoint: { latitude: number, longitude: number } | null, officer: { id: string, firstName: string | null }, citizen: { id: string, firstName: string | null } } | null };

export type ConnectionsQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
}>;


export type ConnectionsQuery = { connections: { edges: Array<{ node: { id: string, state: ConnectionState, requestedAt: string, expiresAt: string, confirmedByOfficer: boolean, confirmedByCitizen: boolean, meetingPoint: { latitude: number, longitude: number } | null, officer: { id: string, firstName: string | null }, citizen: { id: string, firstName: string | null } } }>, pageInfo: { endCursor: string | null, hasNextPage: boolean } } };

export type ConnectionPartsFragment = { id: string, state: ConnectionState, requestedAt: string, expiresAt: string, confirmedByOfficer: boolean, confirmedByCitizen: boolean, meetingPoint: { latitude: number, longitude: number } | null, officer: { id: string, firstName: string | null }, citizen: { id: string, firstName: string | null } };

export type CelebrationsSubscriptionVariables = Exact<{ [key: string]: never; }>;


export type CelebrationsSubscription = { celebrations: { connectionId: string, number: number, trophy: { name: string, connections: number } | null, quote: { text: string, author: string } } };

export type CelebrationPartsFragment = { connectionId: string, number: number, trophy: { name: string, connections: number } | null, quote: { text: string, author: string } };

export type BlockedPeopleQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
}>;


export type BlockedPeopleQuery = { blockedPeople: { edges: Array<{ node: { accountId: string, blockedAt: string } }>, pageInfo: { endCursor: string | null, hasNextPage: boolean } } };

export type BlockPersonMutationVariables = Exact<{
  input: BlockPersonInput;
}>;


export type BlockPersonMutation = { blockPerson: { blockedPerson: { accountId: string, blockedAt: string } } };

export type UnblockPersonMutationVariables = Exact<{
  input: BlockPersonInput;
}>;


export type UnblockPersonMutation = { unblockPerson: { unblocked: boolean } };

export type ReportPersonMutationVariables = Exact<{
  input: ReportPersonInput;
}>;


export type ReportPersonMutation = { reportPerson: { reportId: string } };

export type PersonReportsQueryVariables = Exact<{
  state?: PersonReportState | null | undefined;
  first: number;
  after?: string | null | undefined;
}>;


export type PersonReportsQuery = { personReports: { edges: Array<{ node: { id: string, connectionId: string | null, reporterId: string | null, reportedId: string, affectedId: string | null, reason: PersonReportReason, text: string | null, reportedAt: string, state: PersonReportState, outcome: PersonReportOutcome | null, note: string | null } }>, pageInfo: { endCursor: string | null, hasNextPage: boolean } } };

export type ResolvePersonReportMutationVariables = Exact<{
  input: ResolvePersonReportInput;
}>;


export type ResolvePersonReportMutation = { resolvePersonReport: { report: { id: string, connectionId: string | null, reporterId: string | null, reportedId: string, affectedId: string | null, reason: PersonReportReason, text: string | null, reportedAt: string, state: PersonReportState, outcome: PersonReportOutcome | null, note: string | null } } };

export type PersonReportPartsFragment = { id: string, connectionId: string | null, reporterId: string | null, reportedId: string, affectedId: string | null, reason: PersonReportReason, text: string | null, reportedAt: string, state: PersonReportState, outcome: PersonReportOutcome | null, note: string | null };

export type OwnWarningsQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
}>;


export type OwnWarningsQuery = { ownWarnings: { edges: Array<{ node: { id: string, reason: PersonReportReason, warnedAt: string, acknowledgedAt: string | null } }>, pageInfo: { endCursor: string | null, hasNextPage: boolean } } };

export type OwnWarningUpdatesSubscriptionVariables = Exact<{ [key: string]: never; }>;


export type OwnWarningUpdatesSubscription = { ownWarningUpdates: { id: string, reason: PersonReportReason, warnedAt: string, acknowledgedAt: string | null } };

export type AcknowledgeWarningMutationVariables = Exact<{
  input: AcknowledgeWarningInput;
}>;


export type AcknowledgeWarningMutation = { acknowledgeWarning: { warning: { id: string, reason: PersonReportReason, warnedAt: string, acknowledgedAt: string | null } } };

export type WarningPartsFragment = { id: string, reason: PersonReportReason, warnedAt: string, acknowledgedAt: string | null };

export type OwnSuspensionQueryVariables = Exact<{ [key: string]: never; }>;


export type OwnSuspensionQuery = { me: { id: string, suspension: { id: string, accountId: string, reason: string, suspendedAt: string, until: string | null, appeal: { id: string, outcome: AppealOutcome | null, note: string | null } | null } | null } };

export type AppealSuspensionMutationVariables = Exact<{
  input: AppealSuspensionInput;
}>;


export type AppealSuspensionMutation = { appealSuspension: { appeal: { id: string, text: string, outcome: AppealOutcome | null } } };

export type SuspendAccountMutationVariables = Exact<{
  input: SuspendAccountInput;
}>;


export type SuspendAccountMutation = { suspendAccount: { suspension: { id: string, accountId: string, reason: string, suspendedAt: string, until: string | null, appeal: { id: string, outcome: AppealOutcome | null, note: string | null } | null } } };

export type ReinstateAccountMutationVariables = Exact<{
  input: AccountInput;
}>;


export type ReinstateAccountMutation = { reinstateAccount: { account: { id: string, suspension: { id: string, accountId: string, reason: string, suspendedAt: string, until: string | null, appeal: { id: string, outcome: AppealOutcome | null, note: string | null } | null } | null } } };

export type SuspensionPartsFragment = { id: string, accountId: string, reason: string, suspendedAt: string, until: string | null, appeal: { id: string, outcome: AppealOutcome | null, note: string | null } | null };

export type SuspensionAppealsQueryVariables = Exact<{
  undecidedOnly?: boolean;
  first: number;
  after?: string | null | undefined;
}>;


export type SuspensionAppealsQuery = { suspensionAppeals: { edges: Array<{ node: { id: string, accountId: string, text: string, appealedAt: string, outcome: AppealOutcome | null, suspension: { reason: string, until: string | null } } }>, pageInfo: { endCursor: string | null, hasNextPage: boolean } } };

export type DecideAppealMutationVariables = Exact<{
  input: DecideAppealInput;
}>;


export type DecideAppealMutation = { decideAppeal: { appeal: { id: string, outcome: AppealOutcome | null, note: string | null } } };

export type RecordGuardianConsentMutationVariables = Exact<{
  input: AccountInput;
}>;


export type RecordGuardianConsentMutation = { recordGuardianConsent: { consent: { accountId: string, recordedAt: string } } };

export type WithdrawGuardianConsentMutationVariables = Exact<{
  input: AccountInput;
}>;


export type WithdrawGuardianConsentMutation = { withdrawGuardianConsent: { consent: { accountId: string, withdrawnAt: string | null } } };

export type OffersQueryVariables = Exact<{
  near?: NearInput | null | undefined;
  search?: string | null | undefined;
  first: number;
  after?: string | null | undefined;
}>;


export type OffersQuery = { offers: { edges: Array<{ node: { id: string, title: string, pricePoints: number, valueCents: number, distanceMeters: number | null, nearestStore: { street: string, city: string, zipCode: string } | null, retailer: { id: string, name: string } } }>, pageInfo: { endCursor: string | null, hasNextPage: boolean } } };

export type CharitiesQueryVariables = Exact<{
  search?: string | null | undefined;
  first: number;
}>;


export type CharitiesQuery = { charities: { edges: Array<{ node: { id: string, name: string, city: string, zipCode: string | null } }> } };

export type CitiesQueryVariables = Exact<{
  first: number;
}>;


export type CitiesQuery = { cities: { edges: Array<{ node: { name: string, state: string, population: number } }> } };

export type RedeemOfferMutationVariables = Exact<{
  input: RedeemOfferInput;
}>;


export type RedeemOfferMutation = { redeemOffer: { voucher: { id: string, code: string, qrCode: string, status: VoucherStatus, points: number, expiresAt: string, offer: { id: string, title: string, retailer: { name: string } } | null }, balance: { available: number } } };

export type VouchersQueryVariables = Exact<{
  first: number;
}>;


export type VouchersQuery = { me: { id: string, vouchers: { edges: Array<{ node: { id: string, code: string, qrCode: string, status: VoucherStatus, points: number, expiresAt: string, offer: { id: string, title: string, retailer: { name: string } } | null } }> } | null } };

export type VoucherPartsFragment = { id: string, code: string, qrCode: string, status: VoucherStatus, points: number, expiresAt: string, offer: { id: string, title: string, retailer: { name: string } } | null };

export type RedeemVoucherMutationVariables = Exact<{
  input: RedeemVoucherInput;
}>;


export type RedeemVoucherMutation = { redeemVoucher: { voucher: { id: string, status: VoucherStatus, redeemedAt: string, offer: { id: string, title: string } | null } } };

export type DonatePointsMutationVariables = Exact<{
  input: DonatePointsInput;
}>;


export type DonatePointsMutation = { donatePoints: { donation: { id: string, points: number, charity: { id: string, name: string } | null }, balance: { available: number } } };

export type PointsChangesSubscriptionVariables = Exact<{ [key: string]: never; }>;


export type PointsChangesSubscription = { pointsChanges: { points: number, reason: PointsReason, happenedAt: string, balance: { available: number, earned: number, spent: number } } };

export type StoryFeedQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
}>;


export type StoryFeedQuery = { storyFeed: { edges: Array<{ node: { id: string, text: string, publishedAt: string | null, officerFirstName: string | null, citizenFirstName: string | null } }>, pageInfo: { endCursor: string | null, hasNextPage: boolean } } };

export type StoryFeedChangesSubscriptionVariables = Exact<{ [key: string]: never; }>;


export type StoryFeedChangesSubscription = { storyFeedChanges: { kind: StoryChangeKind, storyId: string, story: { id: string, text: string, publishedAt: string | null, officerFirstName: string | null, citizenFirstName: string | null } | null } };

export type StoryQueryVariables = Exact<{
  id: string;
}>;


export type StoryQuery = { story: { id: string, text: string, publishedAt: string | null, officerFirstName: string | null, citizenFirstName: string | null } | null };

export type PublicStoryFragment = { id: string, text: string, publishedAt: string | null, officerFirstName: string | null, citizenFirstName: string | null };

export type SharedStoryQueryVariables = Exact<{
  id: string;
  language?: StoryLanguage | null | undefined;
}>;


export type SharedStoryQuery = { story: { id: string, shareText: string | null } | null };

export type OwnStoriesQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
}>;


export type OwnStoriesQuery = { ownStories: { edges: Array<{ node: { state: StoryState | null, publishesAt: string | null, consentedAt: string | null, id: string, text: string, publishedAt: string | null, officerFirstName: string | null, citizenFirstName: string | null, connection: { id: string } | null } }>, pageInfo: { endCursor: string | null, hasNextPage: boolean } } };

export type OwnStoryUpdatesSubscriptionVariables = Exact<{ [key: string]: never; }>;


export type OwnStoryUpdatesSubscription = { ownStoryUpdates: { state: StoryState | null, publishesAt: string | null, consentedAt: string | null, id: string, text: string, publishedAt: string | null, officerFirstName: string | null, citizenFirstName: string | null, connection: { id: string } | null } };

export type ProposeStoryMutationVariables = Exact<{
  input: ProposeStoryInput;
}>;


export type ProposeStoryMutation = { proposeStory: { story: { state: StoryState | null, publishesAt: string | null, consentedAt: string | null, id: string, text: string, publishedAt: string | null, officerFirstName: string | null, citizenFirstName: string | null, connection: { id: string } | null } } };

export type ConsentToStoryMutationVariables = Exact<{
  input: ConsentToStoryInput;
}>;


export type ConsentToStoryMutation = { consentToStory: { story: { state: StoryState | null, publishesAt: string | null, consentedAt: string | null, id: string, text: string, publishedAt: string | null, officerFirstName: string | null, citizenFirstName: string | null, connection: { id: string } | null } } };

export type WithdrawStoryConsentMutationVariables = Exact<{
  input: WithdrawStoryConsentInput;
}>;


export type WithdrawStoryConsentMutation = { withdrawStoryConsent: { story: { state: StoryState | null, publishesAt: string | null, consentedAt: string | null, id: string, text: string, publishedAt: string | null, officerFirstName: string | null, citizenFirstName: string | null, connection: { id: string } | null } } };

export type OwnStoryFragment = { state: StoryState | null, publishesAt: string | null, consentedAt: string | null, id: string, text: string, publishedAt: string | null, officerFirstName: string | null, citizenFirstName: string | null, connection: { id: string } | null };

export type ReportStoryMutationVariables = Exact<{
  input: ReportStoryInput;
}>;


export type ReportStoryMutation = { reportStory: { storyId: string } };

export type StoriesToReviewQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
}>;


export type StoriesToReviewQuery = { storiesToReview: { edges: Array<{ node: { cause: StoryHoldCause, findings: Array<string>, reports: number, heldAt: string, story: { id: string, text: string, state: StoryState | null } } }>, pageInfo: { endCursor: string | null, hasNextPage: boolean } } };

export type ReviewStoryMutationVariables = Exact<{
  input: ReviewStoryInput;
}>;


export type ReviewStoryMutation = { reviewStory: { story: { id: string, state: StoryState | null } } };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}
export const MeetingCodePartsFragmentDoc = new TypedDocumentString(`
    fragment MeetingCodeParts on MeetingCode {
  subjectId
  secret
  stepSeconds
  startsAt
  endsAt
  current
  svg
}
    `, {"fragmentName":"MeetingCodeParts"}) as unknown as TypedDocumentString<MeetingCodePartsFragment, unknown>;
export const ReviewCasePartsFragmentDoc = new TypedDocumentString(`
    fragment ReviewCaseParts on ReviewCase {
  connectionId
  officerId
  citizenId
  state
  evidence
  withinMeters
  zipCode
  confirmedAt
  findings {
    kind
    version
  }
  reviews {
    decision
    reason
    reviewerId
    reviewedAt
  }
}
    `, {"fragmentName":"ReviewCaseParts"}) as unknown as TypedDocumentString<ReviewCasePartsFragment, unknown>;
export const RiskRulePartsFragmentDoc = new TypedDocumentString(`
    fragment RiskRuleParts on RiskRule {
  kind
  version
  effect
  enabled
  parameters {
    name
    value
  }
}
    `, {"fragmentName":"RiskRuleParts"}) as unknown as TypedDocumentString<RiskRulePartsFragment, unknown>;
export const HubPartsFragmentDoc = new TypedDocumentString(`
    fragment HubParts on Hub {
  id
  name
  description
  zipCode
  openingNote
  archivedAt
  place {
    latitude
    longitude
  }
}
    `, {"fragmentName":"HubParts"}) as unknown as TypedDocumentString<HubPartsFragment, unknown>;
export const GatheringPartsFragmentDoc = new TypedDocumentString(`
    fragment GatheringParts on Gathering {
  id
  title
  description
  state
  placeName
  zipCode
  startsAt
  endsAt
  capacity
  comingCount
  waitingCount
  seatsLeft
  ownAnswer
  cancellationReason
  hub {
    id
    name
  }
  host {
    id
    firstName
    departmentName
  }
}
    `, {"fragmentName":"GatheringParts"}) as unknown as TypedDocumentString<GatheringPartsFragment, unknown>;
export const SessionPartsFragmentDoc = new TypedDocumentString(`
    fragment SessionParts on Session {
  accessToken
  accessTokenExpiresAt
  refreshToken
  refreshTokenExpiresAt
}
    `, {"fragmentName":"SessionParts"}) as unknown as TypedDocumentString<SessionPartsFragment, unknown>;
export const OwnProfileFragmentDoc = new TypedDocumentString(`
    fragment OwnProfile on Profile {
  id
  role
  firstName
  departmentName
  hidden
  complete
  connectionCount
  lastConnectionAt
}
    `, {"fragmentName":"OwnProfile"}) as unknown as TypedDocumentString<OwnProfileFragment, unknown>;
export const WindowPartsFragmentDoc = new TypedDocumentString(`
    fragment WindowParts on AvailabilityWindow {
  id
  state
  opensAt
  closesAt
  closedAt
}
    `, {"fragmentName":"WindowParts"}) as unknown as TypedDocumentString<WindowPartsFragment, unknown>;
export const AlertPartsFragmentDoc = new TypedDocumentString(`
    fragment AlertParts on ProximityAlert {
  state
  distance
  cell {
    latitude
    longitude
  }
  windowClosesAt
  alertedAt
  officer {
    id
    firstName
    pictureUrl
    departmentName
    connectionCount
  }
}
    `, {"fragmentName":"AlertParts"}) as unknown as TypedDocumentString<AlertPartsFragment, unknown>;
export const ConnectionPartsFragmentDoc = new TypedDocumentString(`
    fragment ConnectionParts on Connection {
  id
  state
  requestedAt
  expiresAt
  confirmedByOfficer
  confirmedByCitizen
  meetingPoint {
    latitude
    longitude
  }
  officer {
    id
    firstName
  }
  citizen {
    id
    firstName
  }
}
    `, {"fragmentName":"ConnectionParts"}) as unknown as TypedDocumentString<ConnectionPartsFragment, unknown>;
export const CelebrationPartsFragmentDoc = new TypedDocumentString(`
    fragment CelebrationParts on Celebration {
  connectionId
  number
  trophy {
    name
    connections
  }
  quote {
    text
    author
  }
}
    `, {"fragmentName":"CelebrationParts"}) as unknown as TypedDocumentString<CelebrationPartsFragment, unknown>;
export const PersonReportPartsFragmentDoc = new TypedDocumentString(`
    fragment PersonReportParts on PersonReport {
  id
  connectionId
  reporterId
  reportedId
  affectedId
  reason
  text
  reportedAt
  state
  outcome
  note
}
    `, {"fragmentName":"PersonReportParts"}) as unknown as TypedDocumentString<PersonReportPartsFragment, unknown>;
export const WarningPartsFragmentDoc = new TypedDocumentString(`
    fragment WarningParts on Warning {
  id
  reason
  warnedAt
  acknowledgedAt
}
    `, {"fragmentName":"WarningParts"}) as unknown as TypedDocumentString<WarningPartsFragment, unknown>;
export const SuspensionPartsFragmentDoc = new TypedDocumentString(`
    fragment SuspensionParts on Suspension {
  id
  accountId
  reason
  suspendedAt
  until
  appeal {
    id
    outcome
    note
  }
}
    `, {"fragmentName":"SuspensionParts"}) as unknown as TypedDocumentString<SuspensionPartsFragment, unknown>;
export const VoucherPartsFragmentDoc = new TypedDocumentString(`
    fragment VoucherParts on Voucher {
  id
  code
  qrCode
  status
  points
  expiresAt
  offer {
    id
    title
    retailer {
      name
    }
  }
}
    `, {"fragmentName":"VoucherParts"}) as unknown as TypedDocumentString<VoucherPartsFragment, unknown>;
export const PublicStoryFragmentDoc = new TypedDocumentString(`
    fragment PublicStory on Story {
  id
  text
  publishedAt
  officerFirstName
  citizenFirstName
}
    `, {"fragmentName":"PublicStory"}) as unknown as TypedDocumentString<PublicStoryFragment, unknown>;
export const OwnStoryFragmentDoc = new TypedDocumentString(`
    fragment OwnStory on Story {
  ...PublicStory
  state
  publishesAt
  consentedAt
  connection {
    id
  }
}
    fragment PublicStory on Story {
  id
  text
  publishedAt
  officerFirstName
  citizenFirstName
}`, {"fragmentName":"OwnStory"}) as unknown as TypedDocumentString<OwnStoryFragment, unknown>;
export const RegisterOfficersDocument = new TypedDocumentString(`
    mutation RegisterOfficers($input: RegisterOfficersInput!) {
  registerOfficers(input: $input) {
    registered
  }
}
    `, {"contract":"admin","hash":"sha256:f62c886074be3e644f0651cd77a55fcdd97c5d6b95c1dd3e63c8894665210a4a"}) as unknown as TypedDocumentString<RegisterOfficersMutation, RegisterOfficersMutationVariables>;
export const CreatePartnerKeyDocument = new TypedDocumentString(`
    mutation CreatePartnerKey($input: CreatePartnerKeyInput!) {
  createPartnerKey(input: $input) {
    partnerKey {
      id
    }
    secret
  }
}
    `, {"contract":"admin","hash":"sha256:2ee60d94f485239a37200a954f8ec0e3c489ebc3c43f3a46f5eef9682e1b6876"}) as unknown as TypedDocumentString<CreatePartnerKeyMutation, CreatePartnerKeyMutationVariables>;
export const RevokePartnerKeyDocument = new TypedDocumentString(`
    mutation RevokePartnerKey($input: RevokePartnerKeyInput!) {
  revokePartnerKey(input: $input) {
    partnerKey {
      id
      revokedAt
    }
  }
}
    `, {"contract":"admin","hash":"sha256:ff011022b13cfa3f74dabd829910db959d20651f4373a671a56967bab617f8f7"}) as unknown as TypedDocumentString<RevokePartnerKeyMutation, RevokePartnerKeyMutationVariables>;
export const ImportTableDocument = new TypedDocumentString(`
    mutation ImportTable($input: ImportTableInput!) {
  importTable(input: $input) {
    import {
      id
      rowsRead
      rowsTaken
      rowsChanged
      rowsRefused
      problems {
        line
        column
        code
        reason
        refused
      }
    }
  }
}
    `, {"contract":"admin","hash":"sha256:18591c56a289d66157159b202ff49cdb333182b0d9a9375f37c683887833c444"}) as unknown as TypedDocumentString<ImportTableMutation, ImportTableMutationVariables>;
export const SaveOfferDocument = new TypedDocumentString(`
    mutation SaveOffer($input: SaveOfferInput!) {
  saveOffer(input: $input) {
    offer {
      id
      title
      pricePoints
    }
  }
}
    `, {"contract":"admin","hash":"sha256:341dfe94937104dd983c4b41053c0da47b0678b529f48f662b2c6b008b7de4a4"}) as unknown as TypedDocumentString<SaveOfferMutation, SaveOfferMutationVariables>;
export const ArchiveOfferDocument = new TypedDocumentString(`
    mutation ArchiveOffer($input: ArchiveOfferInput!) {
  archiveOffer(input: $input) {
    offer {
      id
      archivedAt
    }
  }
}
    `, {"contract":"admin","hash":"sha256:4b9a569cacaeaa2f6b1c7a29d27baa0b79b2d3ad71dff83fc7df09618550d880"}) as unknown as TypedDocumentString<ArchiveOfferMutation, ArchiveOfferMutationVariables>;
export const RetailersDocument = new TypedDocumentString(`
    query Retailers($first: PageSize!) {
  retailers(first: $first) {
    edges {
      node {
        id
        name
      }
    }
  }
}
    `, {"hash":"sha256:9c4e73b8507de2df13022b199072543383906d5fdc364e47cbe2ef8c6dc31fff"}) as unknown as TypedDocumentString<RetailersQuery, RetailersQueryVariables>;
export const ReportsDocument = new TypedDocumentString(`
    query Reports($from: LocalDate!, $to: LocalDate!, $zipCode: ZipCode) {
  connectionsByDayAndZip(from: $from, to: $to, zipCode: $zipCode) {
    day
    zipCode
    connections
  }
  pointsByDayAndZip(from: $from, to: $to, zipCode: $zipCode) {
    day
    zipCode
    pointsAwarded
    pointsSpent
    pointsDonated
    vouchersRedeemed
  }
}
    `, {"contract":"admin","hash":"sha256:0f9e9952807b25ae80d820f4dd8baedc9c1c4843c4e452276c11328296f2d5fb"}) as unknown as TypedDocumentString<ReportsQuery, ReportsQueryVariables>;
export const LedgerAuditDocument = new TypedDocumentString(`
    query LedgerAudit {
  ledgerAudit {
    balanced
    transactions
    postings
    problems
  }
}
    `, {"contract":"admin","hash":"sha256:0ada0160dcf9a96635e643b9602643ef8526eb92b19cb164d539b361250622cb"}) as unknown as TypedDocumentString<LedgerAuditQuery, LedgerAuditQueryVariables>;
export const MeetingCodeDocument = new TypedDocumentString(`
    query MeetingCode($connectionId: ID!) {
  meetingCode(connectionId: $connectionId) {
    ...MeetingCodeParts
  }
}
    fragment MeetingCodeParts on MeetingCode {
  subjectId
  secret
  stepSeconds
  startsAt
  endsAt
  current
  svg
}`, {"hash":"sha256:b4013e6900c2fd3f3d0b7b1768650cdf999f9d1cbc5ae6e6336575a54698be5e"}) as unknown as TypedDocumentString<MeetingCodeQuery, MeetingCodeQueryVariables>;
export const WindowCodeDocument = new TypedDocumentString(`
    query WindowCode {
  windowCode {
    ...MeetingCodeParts
  }
}
    fragment MeetingCodeParts on MeetingCode {
  subjectId
  secret
  stepSeconds
  startsAt
  endsAt
  current
  svg
}`, {"hash":"sha256:3c2fb0521fa8a3561bb10f40b329e47e447a63c82a3227c4a2f9cd98bc789b36"}) as unknown as TypedDocumentString<WindowCodeQuery, WindowCodeQueryVariables>;
export const ConfirmByCodeDocument = new TypedDocumentString(`
    mutation ConfirmByCode($input: ScanInput!) {
  confirmByCode(input: $input) {
    connection {
      ...ConnectionParts
      evidence
    }
  }
}
    fragment ConnectionParts on Connection {
  id
  state
  requestedAt
  expiresAt
  confirmedByOfficer
  confirmedByCitizen
  meetingPoint {
    latitude
    longitude
  }
  officer {
    id
    firstName
  }
  citizen {
    id
    firstName
  }
}`, {"hash":"sha256:b71b13bbecffce13ecaaf58ce65bd258a09eff1c3897d031a425908e6b5e5c34"}) as unknown as TypedDocumentString<ConfirmByCodeMutation, ConfirmByCodeMutationVariables>;
export const MeetByCodeDocument = new TypedDocumentString(`
    mutation MeetByCode($input: ScanInput!) {
  meetByCode(input: $input) {
    connection {
      ...ConnectionParts
      evidence
    }
  }
}
    fragment ConnectionParts on Connection {
  id
  state
  requestedAt
  expiresAt
  confirmedByOfficer
  confirmedByCitizen
  meetingPoint {
    latitude
    longitude
  }
  officer {
    id
    firstName
  }
  citizen {
    id
    firstName
  }
}`, {"hash":"sha256:dd4d4553f8cfb85a6ae0c10004446029de9758228270ebe84e06506d237cb9bc"}) as unknown as TypedDocumentString<MeetByCodeMutation, MeetByCodeMutationVariables>;
export const ConnectionsToReviewDocument = new TypedDocumentString(`
    query ConnectionsToReview($first: PageSize!, $after: Cursor) {
  connectionsToReview(first: $first, after: $after) {
    edges {
      node {
        ...ReviewCaseParts
      }
    }
    pageInfo {
      endCursor
      hasNextPage
    }
  }
}
    fragment ReviewCaseParts on ReviewCase {
  connectionId
  officerId
  citizenId
  state
  evidence
  withinMeters
  zipCode
  confirmedAt
  findings {
    kind
    version
  }
  reviews {
    decision
    reason
    reviewerId
    reviewedAt
  }
}`, {"contract":"admin","hash":"sha256:67c8ac5858b64c58f42ef26904ee83e991642abcb798b1ab90de27840a2d6fc0"}) as unknown as TypedDocumentString<ConnectionsToReviewQuery, ConnectionsToReviewQueryVariables>;
export const ReviewConnectionDocument = new TypedDocumentString(`
    mutation ReviewConnection($input: ReviewConnectionInput!) {
  reviewConnection(input: $input) {
    reviewCase {
      ...ReviewCaseParts
    }
  }
}
    fragment ReviewCaseParts on ReviewCase {
  connectionId
  officerId
  citizenId
  state
  evidence
  withinMeters
  zipCode
  confirmedAt
  findings {
    kind
    version
  }
  reviews {
    decision
    reason
    reviewerId
    reviewedAt
  }
}`, {"contract":"admin","hash":"sha256:b98875299ddbc042379a796ce3c95048c91431e754d456e9d9cde313b3639896"}) as unknown as TypedDocumentString<ReviewConnectionMutation, ReviewConnectionMutationVariables>;
export const ClawBackConnectionDocument = new TypedDocumentString(`
    mutation ClawBackConnection($input: ClawBackConnectionInput!) {
  clawBackConnection(input: $input) {
    reviewCase {
      ...ReviewCaseParts
    }
  }
}
    fragment ReviewCaseParts on ReviewCase {
  connectionId
  officerId
  citizenId
  state
  evidence
  withinMeters
  zipCode
  confirmedAt
  findings {
    kind
    version
  }
  reviews {
    decision
    reason
    reviewerId
    reviewedAt
  }
}`, {"contract":"admin","hash":"sha256:2f1cc348d454660c0c0d490aa0d2c2ef3fe2308815637c9b8257fad467354582"}) as unknown as TypedDocumentString<ClawBackConnectionMutation, ClawBackConnectionMutationVariables>;
export const RiskRulesDocument = new TypedDocumentString(`
    query RiskRules {
  riskRules {
    ...RiskRuleParts
  }
}
    fragment RiskRuleParts on RiskRule {
  kind
  version
  effect
  enabled
  parameters {
    name
    value
  }
}`, {"contract":"admin","hash":"sha256:adc056f1a97885779c1cc01e47d11763a300c4d80f0e359c9bd7e2ac9fe9d45a"}) as unknown as TypedDocumentString<RiskRulesQuery, RiskRulesQueryVariables>;
export const SaveRiskRuleDocument = new TypedDocumentString(`
    mutation SaveRiskRule($input: SaveRiskRuleInput!) {
  saveRiskRule(input: $input) {
    riskRule {
      ...RiskRuleParts
    }
  }
}
    fragment RiskRuleParts on RiskRule {
  kind
  version
  effect
  enabled
  parameters {
    name
    value
  }
}`, {"contract":"admin","hash":"sha256:c3c9f9393eeb08f53faf319669e6bee11bf9d3ea0720fccaa1227286e0a7912f"}) as unknown as TypedDocumentString<SaveRiskRuleMutation, SaveRiskRuleMutationVariables>;
export const HubsDocument = new TypedDocumentString(`
    query Hubs($near: NearInput, $first: PageSize!, $after: Cursor) {
  hubs(near: $near, first: $first, after: $after) {
    edges {
      node {
        ...HubParts
        distanceMeters
      }
    }
    pageInfo {
      endCursor
      hasNextPage
    }
  }
}
    fragment HubParts on Hub {
  id
  name
  description
  zipCode
  openingNote
  archivedAt
  place {
    latitude
    longitude
  }
}`, {"hash":"sha256:274828a5ce4632d8320ec1e8f981f1a0dcc57cb79c5cb2a307988aadc965063b"}) as unknown as TypedDocumentString<HubsQuery, HubsQueryVariables>;
export const SaveHubDocument = new TypedDocumentString(`
    mutation SaveHub($input: SaveHubInput!) {
  saveHub(input: $input) {
    hub {
      ...HubParts
    }
  }
}
    fragment HubParts on Hub {
  id
  name
  description
  zipCode
  openingNote
  archivedAt
  place {
    latitude
    longitude
  }
}`, {"contract":"admin","hash":"sha256:985f0b5e88dd20a488a25d89e0be1ac3ad7d1539c801a6d0225b207acff17fd5"}) as unknown as TypedDocumentString<SaveHubMutation, SaveHubMutationVariables>;
export const ArchiveHubDocument = new TypedDocumentString(`
    mutation ArchiveHub($input: ArchiveHubInput!) {
  archiveHub(input: $input) {
    hub {
      ...HubParts
    }
  }
}
    fragment HubParts on Hub {
  id
  name
  description
  zipCode
  openingNote
  archivedAt
  place {
    latitude
    longitude
  }
}`, {"contract":"admin","hash":"sha256:45247d3bc6216cdd555c9cbd114f6d6819283010d022fab3edb69c6d20cfac0a"}) as unknown as TypedDocumentString<ArchiveHubMutation, ArchiveHubMutationVariables>;
export const GatheringsDocument = new TypedDocumentString(`
    query Gatherings($near: NearInput, $hubId: ID, $from: DateTime, $first: PageSize!, $after: Cursor) {
  gatherings(
    near: $near
    hubId: $hubId
    from: $from
    first: $first
    after: $after
  ) {
    edges {
      node {
        ...GatheringParts
      }
    }
    pageInfo {
      endCursor
      hasNextPage
    }
  }
}
    fragment GatheringParts on Gathering {
  id
  title
  description
  state
  placeName
  zipCode
  startsAt
  endsAt
  capacity
  comingCount
  waitingCount
  seatsLeft
  ownAnswer
  cancellationReason
  hub {
    id
    name
  }
  host {
    id
    firstName
    departmentName
  }
}`, {"hash":"sha256:abf8ba162421c24908b2b63bc57c90fdd008d30074c572cc3c1a09dc9e86e0d6"}) as unknown as TypedDocumentString<GatheringsQuery, GatheringsQueryVariables>;
export const OwnGatheringsDocument = new TypedDocumentString(`
    query OwnGatherings($from: DateTime, $first: PageSize!, $after: Cursor) {
  ownGatherings(from: $from, first: $first, after: $after) {
    edges {
      node {
        ...GatheringParts
      }
    }
    pageInfo {
      endCursor
      hasNextPage
    }
  }
}
    fragment GatheringParts on Gathering {
  id
  title
  description
  state
  placeName
  zipCode
  startsAt
  endsAt
  capacity
  comingCount
  waitingCount
  seatsLeft
  ownAnswer
  cancellationReason
  hub {
    id
    name
  }
  host {
    id
    firstName
    departmentName
  }
}`, {"hash":"sha256:8918881ed6419b9686e8091c0569c040c0347b876265053b840fab0f01a178f4"}) as unknown as TypedDocumentString<OwnGatheringsQuery, OwnGatheringsQueryVariables>;
export const GatheringDocument = new TypedDocumentString(`
    query Gathering($id: ID!) {
  gathering(id: $id) {
    ...GatheringParts
  }
}
    fragment GatheringParts on Gathering {
  id
  title
  description
  state
  placeName
  zipCode
  startsAt
  endsAt
  capacity
  comingCount
  waitingCount
  seatsLeft
  ownAnswer
  cancellationReason
  hub {
    id
    name
  }
  host {
    id
    firstName
    departmentName
  }
}`, {"hash":"sha256:231b7f80e58b612d7bade9d3f10671d9160a8ae4e3f7e6ee4353fc4f717bd642"}) as unknown as TypedDocumentString<GatheringQuery, GatheringQueryVariables>;
export const ScheduleGatheringDocument = new TypedDocumentString(`
    mutation ScheduleGathering($input: ScheduleGatheringInput!) {
  scheduleGathering(input: $input) {
    gathering {
      ...GatheringParts
    }
  }
}
    fragment GatheringParts on Gathering {
  id
  title
  description
  state
  placeName
  zipCode
  startsAt
  endsAt
  capacity
  comingCount
  waitingCount
  seatsLeft
  ownAnswer
  cancellationReason
  hub {
    id
    name
  }
  host {
    id
    firstName
    departmentName
  }
}`, {"hash":"sha256:553e9f67980dcf1aded02cbc4e35e2ce268296c7826c450fb7489c0b30505fce"}) as unknown as TypedDocumentString<ScheduleGatheringMutation, ScheduleGatheringMutationVariables>;
export const ChangeGatheringDocument = new TypedDocumentString(`
    mutation ChangeGathering($input: ChangeGatheringInput!) {
  changeGathering(input: $input) {
    gathering {
      ...GatheringParts
    }
  }
}
    fragment GatheringParts on Gathering {
  id
  title
  description
  state
  placeName
  zipCode
  startsAt
  endsAt
  capacity
  comingCount
  waitingCount
  seatsLeft
  ownAnswer
  cancellationReason
  hub {
    id
    name
  }
  host {
    id
    firstName
    departmentName
  }
}`, {"hash":"sha256:b5c121710f0cc3c942fa725f190674d565e48cc54cf035e7cc6a9490ce05c5b5"}) as unknown as TypedDocumentString<ChangeGatheringMutation, ChangeGatheringMutationVariables>;
export const CancelGatheringDocument = new TypedDocumentString(`
    mutation CancelGathering($input: CancelGatheringInput!) {
  cancelGathering(input: $input) {
    gathering {
      ...GatheringParts
    }
  }
}
    fragment GatheringParts on Gathering {
  id
  title
  description
  state
  placeName
  zipCode
  startsAt
  endsAt
  capacity
  comingCount
  waitingCount
  seatsLeft
  ownAnswer
  cancellationReason
  hub {
    id
    name
  }
  host {
    id
    firstName
    departmentName
  }
}`, {"hash":"sha256:67afa9e9826074c182dee029eac598dbdabb64e96b1fcea6712f54b6dd7e2d6b"}) as unknown as TypedDocumentString<CancelGatheringMutation, CancelGatheringMutationVariables>;
export const RespondToGatheringDocument = new TypedDocumentString(`
    mutation RespondToGathering($input: RespondToGatheringInput!) {
  respondToGathering(input: $input) {
    gathering {
      ...GatheringParts
    }
  }
}
    fragment GatheringParts on Gathering {
  id
  title
  description
  state
  placeName
  zipCode
  startsAt
  endsAt
  capacity
  comingCount
  waitingCount
  seatsLeft
  ownAnswer
  cancellationReason
  hub {
    id
    name
  }
  host {
    id
    firstName
    departmentName
  }
}`, {"hash":"sha256:be28dbf137730b36ae3b96ef04af8126a9ed270158b50fd6afdbae7200a826ca"}) as unknown as TypedDocumentString<RespondToGatheringMutation, RespondToGatheringMutationVariables>;
export const GatheringUpdatesDocument = new TypedDocumentString(`
    subscription GatheringUpdates {
  gatheringUpdates {
    ...GatheringParts
  }
}
    fragment GatheringParts on Gathering {
  id
  title
  description
  state
  placeName
  zipCode
  startsAt
  endsAt
  capacity
  comingCount
  waitingCount
  seatsLeft
  ownAnswer
  cancellationReason
  hub {
    id
    name
  }
  host {
    id
    firstName
    departmentName
  }
}`, {"hash":"sha256:c144696fbc9e127e0de56ec90dae20c746c04b9f935646f8d0dc3c839693970a"}) as unknown as TypedDocumentString<GatheringUpdatesSubscription, GatheringUpdatesSubscriptionVariables>;
export const StartSignInDocument = new TypedDocumentString(`
    mutation StartSignIn($input: StartSignInInput!) {
  startSignIn(input: $input) {
    authorizationUrl
    flow
    expiresAt
  }
}
    `, {"hash":"sha256:9373ec6ac9cda3b67bb68172c4f99027fd3ae2822972501a1aacecec2ac62faf"}) as unknown as TypedDocumentString<StartSignInMutation, StartSignInMutationVariables>;
export const CompleteSignInDocument = new TypedDocumentString(`
    mutation CompleteSignIn($input: CompleteSignInInput!) {
  completeSignIn(input: $input) {
    session {
      ...SessionParts
    }
    account {
      id
      phoneVerified
    }
  }
}
    fragment SessionParts on Session {
  accessToken
  accessTokenExpiresAt
  refreshToken
  refreshTokenExpiresAt
}`, {"hash":"sha256:e77878425628c1d294eedcacf997966f58b45f49f4d378e76160eb47e78e4c0a"}) as unknown as TypedDocumentString<CompleteSignInMutation, CompleteSignInMutationVariables>;
export const RefreshSessionDocument = new TypedDocumentString(`
    mutation RefreshSession($input: RefreshSessionInput!) {
  refreshSession(input: $input) {
    session {
      ...SessionParts
    }
  }
}
    fragment SessionParts on Session {
  accessToken
  accessTokenExpiresAt
  refreshToken
  refreshTokenExpiresAt
}`, {"hash":"sha256:0ab164118db3f1d3b9a8c07a025cd68d5c063193ffdb229b6bd80083bbabb53a"}) as unknown as TypedDocumentString<RefreshSessionMutation, RefreshSessionMutationVariables>;
export const SignOutDocument = new TypedDocumentString(`
    mutation SignOut($input: SignOutInput!) {
  signOut(input: $input) {
    __typename
  }
}
    `, {"hash":"sha256:f61e98f1a4c95683f0fcb898ff8652248b8a114c0a24c3d5717ed9e68769ef63"}) as unknown as TypedDocumentString<SignOutMutation, SignOutMutationVariables>;
export const RequestPhoneCodeDocument = new TypedDocumentString(`
    mutation RequestPhoneCode($input: RequestPhoneCodeInput!) {
  requestPhoneCode(input: $input) {
    expiresAt
  }
}
    `, {"hash":"sha256:697651e97713f1f3d4ff5be20902d61ff5b6f782ecf8a89e2980c16011d17b62"}) as unknown as TypedDocumentString<RequestPhoneCodeMutation, RequestPhoneCodeMutationVariables>;
export const VerifyPhoneDocument = new TypedDocumentString(`
    mutation VerifyPhone($input: VerifyPhoneInput!) {
  verifyPhone(input: $input) {
    session {
      ...SessionParts
    }
    account {
      id
      roles
    }
  }
}
    fragment SessionParts on Session {
  accessToken
  accessTokenExpiresAt
  refreshToken
  refreshTokenExpiresAt
}`, {"hash":"sha256:206cf6ebbeae269cff6c3797a8705165ab0fe6b9c8f4ed4df5959162a27e596a"}) as unknown as TypedDocumentString<VerifyPhoneMutation, VerifyPhoneMutationVariables>;
export const MeDocument = new TypedDocumentString(`
    query Me {
  me {
    id
    phoneVerified
    roles
    departmentName
    profile {
      ...OwnProfile
    }
    points {
      available
      earned
      spent
    }
  }
}
    fragment OwnProfile on Profile {
  id
  role
  firstName
  departmentName
  hidden
  complete
  connectionCount
  lastConnectionAt
}`, {"hash":"sha256:280e8934ed28e93562c0040ea232ef26e9e720f3af9f0e644495436bab4b814f"}) as unknown as TypedDocumentString<MeQuery, MeQueryVariables>;
export const UpdateProfileDocument = new TypedDocumentString(`
    mutation UpdateProfile($input: UpdateProfileInput!) {
  updateProfile(input: $input) {
    profile {
      ...OwnProfile
    }
  }
}
    fragment OwnProfile on Profile {
  id
  role
  firstName
  departmentName
  hidden
  complete
  connectionCount
  lastConnectionAt
}`, {"hash":"sha256:89670a6e66e906e84e6166c8e2da12213706cba3dbb20e0bdf108f358db919b0"}) as unknown as TypedDocumentString<UpdateProfileMutation, UpdateProfileMutationVariables>;
export const OpenWindowDocument = new TypedDocumentString(`
    mutation OpenWindow($input: OpenWindowInput!) {
  openWindow(input: $input) {
    window {
      ...WindowParts
    }
  }
}
    fragment WindowParts on AvailabilityWindow {
  id
  state
  opensAt
  closesAt
  closedAt
}`, {"hash":"sha256:fa159c156aef9decdc838ea99878e24f531129d75572ab0b592a1935189e8372"}) as unknown as TypedDocumentString<OpenWindowMutation, OpenWindowMutationVariables>;
export const CloseWindowDocument = new TypedDocumentString(`
    mutation CloseWindow($input: CloseWindowInput!) {
  closeWindow(input: $input) {
    window {
      ...WindowParts
    }
  }
}
    fragment WindowParts on AvailabilityWindow {
  id
  state
  opensAt
  closesAt
  closedAt
}`, {"hash":"sha256:c18319c3db383e2d7752f9b0c9fdf7953d6fb0a155d83cda607747886ac06b09"}) as unknown as TypedDocumentString<CloseWindowMutation, CloseWindowMutationVariables>;
export const CurrentWindowDocument = new TypedDocumentString(`
    query CurrentWindow {
  currentWindow {
    ...WindowParts
  }
}
    fragment WindowParts on AvailabilityWindow {
  id
  state
  opensAt
  closesAt
  closedAt
}`, {"hash":"sha256:5777a36e4c5a821927e15033f673462f7eb6c7e99dcf18f8fbb77e4f47fd65a5"}) as unknown as TypedDocumentString<CurrentWindowQuery, CurrentWindowQueryVariables>;
export const ReportLocationDocument = new TypedDocumentString(`
    mutation ReportLocation($input: ReportLocationInput!) {
  reportLocation(input: $input) {
    taken
    expiresAt
  }
}
    `, {"hash":"sha256:cc26bf4d03e227cd2bb9547366e458f26e9c8c43bbfba287f582eff0fcdb11f7"}) as unknown as TypedDocumentString<ReportLocationMutation, ReportLocationMutationVariables>;
export const NearbyOfficersDocument = new TypedDocumentString(`
    query NearbyOfficers {
  nearbyOfficers {
    ...AlertParts
  }
}
    fragment AlertParts on ProximityAlert {
  state
  distance
  cell {
    latitude
    longitude
  }
  windowClosesAt
  alertedAt
  officer {
    id
    firstName
    pictureUrl
    departmentName
    connectionCount
  }
}`, {"hash":"sha256:1e0e6a51b44d88a1cc58cd0fe01f95f55bcaec7d41a017bb5903efbd92c42f97"}) as unknown as TypedDocumentString<NearbyOfficersQuery, NearbyOfficersQueryVariables>;
export const ProximityAlertsDocument = new TypedDocumentString(`
    subscription ProximityAlerts {
  proximityAlerts {
    ...AlertParts
  }
}
    fragment AlertParts on ProximityAlert {
  state
  distance
  cell {
    latitude
    longitude
  }
  windowClosesAt
  alertedAt
  officer {
    id
    firstName
    pictureUrl
    departmentName
    connectionCount
  }
}`, {"hash":"sha256:8dd1d819d6bc58646d50720b2466df3f79ea3aff1850792913b359b711fa52f2"}) as unknown as TypedDocumentString<ProximityAlertsSubscription, ProximityAlertsSubscriptionVariables>;
export const RequestConnectionDocument = new TypedDocumentString(`
    mutation RequestConnection($input: RequestConnectionInput!) {
  requestConnection(input: $input) {
    connection {
      ...ConnectionParts
    }
  }
}
    fragment ConnectionParts on Connection {
  id
  state
  requestedAt
  expiresAt
  confirmedByOfficer
  confirmedByCitizen
  meetingPoint {
    latitude
    longitude
  }
  officer {
    id
    firstName
  }
  citizen {
    id
    firstName
  }
}`, {"hash":"sha256:cb23a7f4305f7a178bf94ca57d425637d72d64c811d171233636d3e8072fd21c"}) as unknown as TypedDocumentString<RequestConnectionMutation, RequestConnectionMutationVariables>;
export const AcceptConnectionDocument = new TypedDocumentString(`
    mutation AcceptConnection($input: ConnectionInput!) {
  acceptConnection(input: $input) {
    connection {
      ...ConnectionParts
    }
  }
}
    fragment ConnectionParts on Connection {
  id
  state
  requestedAt
  expiresAt
  confirmedByOfficer
  confirmedByCitizen
  meetingPoint {
    latitude
    longitude
  }
  officer {
    id
    firstName
  }
  citizen {
    id
    firstName
  }
}`, {"hash":"sha256:5e05726c0b59ecef3acdf1b3561d10ef401fb7c16c776644474a226464a57747"}) as unknown as TypedDocumentString<AcceptConnectionMutation, AcceptConnectionMutationVariables>;
export const DeclineConnectionDocument = new TypedDocumentString(`
    mutation DeclineConnection($input: ConnectionInput!) {
  declineConnection(input: $input) {
    connection {
      ...ConnectionParts
    }
  }
}
    fragment ConnectionParts on Connection {
  id
  state
  requestedAt
  expiresAt
  confirmedByOfficer
  confirmedByCitizen
  meetingPoint {
    latitude
    longitude
  }
  officer {
    id
    firstName
  }
  citizen {
    id
    firstName
  }
}`, {"hash":"sha256:ec0db37af8f2729dbc53641a5089580f55aab57ce5f3c6b6c1bab6785598a59f"}) as unknown as TypedDocumentString<DeclineConnectionMutation, DeclineConnectionMutationVariables>;
export const CancelConnectionDocument = new TypedDocumentString(`
    mutation CancelConnection($input: ConnectionInput!) {
  cancelConnection(input: $input) {
    connection {
      ...ConnectionParts
    }
  }
}
    fragment ConnectionParts on Connection {
  id
  state
  requestedAt
  expiresAt
  confirmedByOfficer
  confirmedByCitizen
  meetingPoint {
    latitude
    longitude
  }
  officer {
    id
    firstName
  }
  citizen {
    id
    firstName
  }
}`, {"hash":"sha256:9937634f67eaa7230416577c8ff9119d2715b42495a7596f98a2895d1d8e35cb"}) as unknown as TypedDocumentString<CancelConnectionMutation, CancelConnectionMutationVariables>;
export const ConfirmConnectionDocument = new TypedDocumentString(`
    mutation ConfirmConnection($input: ConnectionInput!) {
  confirmConnection(input: $input) {
    connection {
      ...ConnectionParts
    }
  }
}
    fragment ConnectionParts on Connection {
  id
  state
  requestedAt
  expiresAt
  confirmedByOfficer
  confirmedByCitizen
  meetingPoint {
    latitude
    longitude
  }
  officer {
    id
    firstName
  }
  citizen {
    id
    firstName
  }
}`, {"hash":"sha256:5935e6f86a67da10f423721e091bbdfc3561543821b36291ff4cd4c99d10f3b5"}) as unknown as TypedDocumentString<ConfirmConnectionMutation, ConfirmConnectionMutationVariables>;
export const ConnectionRequestsDocument = new TypedDocumentString(`
    subscription ConnectionRequests {
  connectionRequests {
    ...ConnectionParts
  }
}
    fragment ConnectionParts on Connection {
  id
  state
  requestedAt
  expiresAt
  confirmedByOfficer
  confirmedByCitizen
  meetingPoint {
    latitude
    longitude
  }
  officer {
    id
    firstName
  }
  citizen {
    id
    firstName
  }
}`, {"hash":"sha256:d948a0ca5f93a7025d6f45b7176937729235986eaab0ad95945a787b6d68c50a"}) as unknown as TypedDocumentString<ConnectionRequestsSubscription, ConnectionRequestsSubscriptionVariables>;
export const ConnectionUpdatesDocument = new TypedDocumentString(`
    subscription ConnectionUpdates {
  connectionUpdates {
    ...ConnectionParts
  }
}
    fragment ConnectionParts on Connection {
  id
  state
  requestedAt
  expiresAt
  confirmedByOfficer
  confirmedByCitizen
  meetingPoint {
    latitude
    longitude
  }
  officer {
    id
    firstName
  }
  citizen {
    id
    firstName
  }
}`, {"hash":"sha256:d1cb8b9d7c29edeb8e05a29a9873fa0adb12bbe184f87cdbbb55342b9fe4708d"}) as unknown as TypedDocumentString<ConnectionUpdatesSubscription, ConnectionUpdatesSubscriptionVariables>;
export const ConnectionDocument = new TypedDocumentString(`
    query Connection($id: ID!) {
  connection(id: $id) {
    ...ConnectionParts
    pointsAwarded
    celebration {
      ...CelebrationParts
    }
  }
}
    fragment ConnectionParts on Connection {
  id
  state
  requestedAt
  expiresAt
  confirmedByOfficer
  confirmedByCitizen
  meetingPoint {
    latitude
    longitude
  }
  officer {
    id
    firstName
  }
  citizen {
    id
    firstName
  }
}
fragment CelebrationParts on Celebration {
  connectionId
  number
  trophy {
    name
    connections
  }
  quote {
    text
    author
  }
}`, {"hash":"sha256:b989785d1685311bc755d44a6de0dcc2a72c03ce59b06b37ac6b5fcd3bf340cb"}) as unknown as TypedDocumentString<ConnectionQuery, ConnectionQueryVariables>;
export const ConnectionsDocument = new TypedDocumentString(`
    query Connections($first: PageSize!, $after: Cursor) {
  connections(first: $first, after: $after) {
    edges {
      node {
        ...ConnectionParts
      }
    }
    pageInfo {
      endCursor
      hasNextPage
    }
  }
}
    fragment ConnectionParts on Connection {
  id
  state
  requestedAt
  expiresAt
  confirmedByOfficer
  confirmedByCitizen
  meetingPoint {
    latitude
    longitude
  }
  officer {
    id
    firstName
  }
  citizen {
    id
    firstName
  }
}`, {"hash":"sha256:b0c1af2ca028b2fe27649dbcc968a6d049c89821e6645cbbdfb4864e98376314"}) as unknown as TypedDocumentString<ConnectionsQuery, ConnectionsQueryVariables>;
export const CelebrationsDocument = new TypedDocumentString(`
    subscription Celebrations {
  celebrations {
    ...CelebrationParts
  }
}
    fragment CelebrationParts on Celebration {
  connectionId
  number
  trophy {
    name
    connections
  }
  quote {
    text
    author
  }
}`, {"hash":"sha256:92bcb3e9b562d7ea9a7b7b0d89926550af732dc2b1d529a77b1ceba94a0b4e9b"}) as unknown as TypedDocumentString<CelebrationsSubscription, CelebrationsSubscriptionVariables>;
export const BlockedPeopleDocument = new TypedDocumentString(`
    query BlockedPeople($first: PageSize!, $after: Cursor) {
  blockedPeople(first: $first, after: $after) {
    edges {
      node {
        accountId
        blockedAt
      }
    }
    pageInfo {
      endCursor
      hasNextPage
    }
  }
}
    `, {"hash":"sha256:dac4403dbc9936c40e980124c3b42ea5096096187e941f6e0810bb1e67e8a423"}) as unknown as TypedDocumentString<BlockedPeopleQuery, BlockedPeopleQueryVariables>;
export const BlockPersonDocument = new TypedDocumentString(`
    mutation BlockPerson($input: BlockPersonInput!) {
  blockPerson(input: $input) {
    blockedPerson {
      accountId
      blockedAt
    }
  }
}
    `, {"hash":"sha256:b9a161f1299fc9705bf4ef2ff508956ffd20401a659a93124257eb5b1cd7a6e7"}) as unknown as TypedDocumentString<BlockPersonMutation, BlockPersonMutationVariables>;
export const UnblockPersonDocument = new TypedDocumentString(`
    mutation UnblockPerson($input: BlockPersonInput!) {
  unblockPerson(input: $input) {
    unblocked
  }
}
    `, {"hash":"sha256:97e206cb3087ece541b5a169e5abc965cd4cbde51a8ed47b22709f1502f4aed7"}) as unknown as TypedDocumentString<UnblockPersonMutation, UnblockPersonMutationVariables>;
export const ReportPersonDocument = new TypedDocumentString(`
    mutation ReportPerson($input: ReportPersonInput!) {
  reportPerson(input: $input) {
    reportId
  }
}
    `, {"hash":"sha256:7bc3797b62c5cd0301a18edcc1223b4527c0857b16ceed3d1a783dee0c79a039"}) as unknown as TypedDocumentString<ReportPersonMutation, ReportPersonMutationVariables>;
export const PersonReportsDocument = new TypedDocumentString(`
    query PersonReports($state: PersonReportState, $first: PageSize!, $after: Cursor) {
  personReports(state: $state, first: $first, after: $after) {
    edges {
      node {
        ...PersonReportParts
      }
    }
    pageInfo {
      endCursor
      hasNextPage
    }
  }
}
    fragment PersonReportParts on PersonReport {
  id
  connectionId
  reporterId
  reportedId
  affectedId
  reason
  text
  reportedAt
  state
  outcome
  note
}`, {"contract":"admin","hash":"sha256:3e6dcf9d843b88d1ced65da5077314bf491538c0e44625a364b1f4edc606292b"}) as unknown as TypedDocumentString<PersonReportsQuery, PersonReportsQueryVariables>;
export const ResolvePersonReportDocument = new TypedDocumentString(`
    mutation ResolvePersonReport($input: ResolvePersonReportInput!) {
  resolvePersonReport(input: $input) {
    report {
      ...PersonReportParts
    }
  }
}
    fragment PersonReportParts on PersonReport {
  id
  connectionId
  reporterId
  reportedId
  affectedId
  reason
  text
  reportedAt
  state
  outcome
  note
}`, {"contract":"admin","hash":"sha256:53544830e8bf597097dcc2cd84b4cd6ff98fb48a53f5e092a7c052e269f2ebca"}) as unknown as TypedDocumentString<ResolvePersonReportMutation, ResolvePersonReportMutationVariables>;
export const OwnWarningsDocument = new TypedDocumentString(`
    query OwnWarnings($first: PageSize!, $after: Cursor) {
  ownWarnings(first: $first, after: $after) {
    edges {
      node {
        ...WarningParts
      }
    }
    pageInfo {
      endCursor
      hasNextPage
    }
  }
}
    fragment WarningParts on Warning {
  id
  reason
  warnedAt
  acknowledgedAt
}`, {"hash":"sha256:0c57111b9980e9ccd2bfa262cc3fbc3ba6a0039a65114fed6507716faa73d84a"}) as unknown as TypedDocumentString<OwnWarningsQuery, OwnWarningsQueryVariables>;
export const OwnWarningUpdatesDocument = new TypedDocumentString(`
    subscription OwnWarningUpdates {
  ownWarningUpdates {
    ...WarningParts
  }
}
    fragment WarningParts on Warning {
  id
  reason
  warnedAt
  acknowledgedAt
}`, {"hash":"sha256:e66b7b1aae31ea37abc6f806712fd93da203f6150640591ceb96d7a6a9331735"}) as unknown as TypedDocumentString<OwnWarningUpdatesSubscription, OwnWarningUpdatesSubscriptionVariables>;
export const AcknowledgeWarningDocument = new TypedDocumentString(`
    mutation AcknowledgeWarning($input: AcknowledgeWarningInput!) {
  acknowledgeWarning(input: $input) {
    warning {
      ...WarningParts
    }
  }
}
    fragment WarningParts on Warning {
  id
  reason
  warnedAt
  acknowledgedAt
}`, {"hash":"sha256:dcceec8b2ce38d58253d07371594696955b46d8c1f70f20fee82cbd423c4837f"}) as unknown as TypedDocumentString<AcknowledgeWarningMutation, AcknowledgeWarningMutationVariables>;
export const OwnSuspensionDocument = new TypedDocumentString(`
    query OwnSuspension {
  me {
    id
    suspension {
      ...SuspensionParts
    }
  }
}
    fragment SuspensionParts on Suspension {
  id
  accountId
  reason
  suspendedAt
  until
  appeal {
    id
    outcome
    note
  }
}`, {"hash":"sha256:e76d24940450da3e0a173ddc02596e82b79e441600d997976b4696fb00523fa0"}) as unknown as TypedDocumentString<OwnSuspensionQuery, OwnSuspensionQueryVariables>;
export const AppealSuspensionDocument = new TypedDocumentString(`
    mutation AppealSuspension($input: AppealSuspensionInput!) {
  appealSuspension(input: $input) {
    appeal {
      id
      text
      outcome
    }
  }
}
    `, {"hash":"sha256:14be303f4d24de718055a51c2b22631d2537d1eecccc6a6d26ca40b8f2db8965"}) as unknown as TypedDocumentString<AppealSuspensionMutation, AppealSuspensionMutationVariables>;
export const SuspendAccountDocument = new TypedDocumentString(`
    mutation SuspendAccount($input: SuspendAccountInput!) {
  suspendAccount(input: $input) {
    suspension {
      ...SuspensionParts
    }
  }
}
    fragment SuspensionParts on Suspension {
  id
  accountId
  reason
  suspendedAt
  until
  appeal {
    id
    outcome
    note
  }
}`, {"contract":"admin","hash":"sha256:a76ddce017aef205858b1ca70f80360923e256e8a34f8722f03d0f65da32aeff"}) as unknown as TypedDocumentString<SuspendAccountMutation, SuspendAccountMutationVariables>;
export const ReinstateAccountDocument = new TypedDocumentString(`
    mutation ReinstateAccount($input: AccountInput!) {
  reinstateAccount(input: $input) {
    account {
      id
      suspension {
        ...SuspensionParts
      }
    }
  }
}
    fragment SuspensionParts on Suspension {
  id
  accountId
  reason
  suspendedAt
  until
  appeal {
    id
    outcome
    note
  }
}`, {"contract":"admin","hash":"sha256:fa37d2af4d5a7fcb2777b0e396c0b37112a0c54c08dd53a9a225d7386ab8ca9c"}) as unknown as TypedDocumentString<ReinstateAccountMutation, ReinstateAccountMutationVariables>;
export const SuspensionAppealsDocument = new TypedDocumentString(`
    query SuspensionAppeals($undecidedOnly: Boolean! = true, $first: PageSize!, $after: Cursor) {
  suspensionAppeals(undecidedOnly: $undecidedOnly, first: $first, after: $after) {
    edges {
      node {
        id
        accountId
        text
        appealedAt
        outcome
        suspension {
          reason
          until
        }
      }
    }
    pageInfo {
      endCursor
      hasNextPage
    }
  }
}
    `, {"contract":"admin","hash":"sha256:f1e2d0ece5ac0a06f563dad7717d5d7e0d69e789c896e7bd5b83e60f943117da"}) as unknown as TypedDocumentString<SuspensionAppealsQuery, SuspensionAppealsQueryVariables>;
export const DecideAppealDocument = new TypedDocumentString(`
    mutation DecideAppeal($input: DecideAppealInput!) {
  decideAppeal(input: $input) {
    appeal {
      id
      outcome
      note
    }
  }
}
    `, {"contract":"admin","hash":"sha256:a0a51c6dfdd3dfc6f1e85bdd33e057896821b097394a637e0f316f59001b4f01"}) as unknown as TypedDocumentString<DecideAppealMutation, DecideAppealMutationVariables>;
export const RecordGuardianConsentDocument = new TypedDocumentString(`
    mutation RecordGuardianConsent($input: AccountInput!) {
  recordGuardianConsent(input: $input) {
    consent {
      accountId
      recordedAt
    }
  }
}
    `, {"contract":"admin","hash":"sha256:461a457be35eea9c411cf2aa10fcc802d42d27d99c30ef2e9bbc03e8cdf8e2c3"}) as unknown as TypedDocumentString<RecordGuardianConsentMutation, RecordGuardianConsentMutationVariables>;
export const WithdrawGuardianConsentDocument = new TypedDocumentString(`
    mutation WithdrawGuardianConsent($input: AccountInput!) {
  withdrawGuardianConsent(input: $input) {
    consent {
      accountId
      withdrawnAt
    }
  }
}
    `, {"contract":"admin","hash":"sha256:3c4842f39287930d8b3fb13884f3c4d5938b5901496610dc0222aa7932fa9a39"}) as unknown as TypedDocumentString<WithdrawGuardianConsentMutation, WithdrawGuardianConsentMutationVariables>;
export const OffersDocument = new TypedDocumentString(`
    query Offers($near: NearInput, $search: SearchText, $first: PageSize!, $after: Cursor) {
  offers(near: $near, search: $search, first: $first, after: $after) {
    edges {
      node {
        id
        title
        pricePoints
        valueCents
        distanceMeters
        nearestStore {
          street
          city
          zipCode
        }
        retailer {
          id
          name
        }
      }
    }
    pageInfo {
      endCursor
      hasNextPage
    }
  }
}
    `, {"hash":"sha256:3426baeeda50364f0c4efb5e50155bb5cabab311a5358a08bf5b201379417eb3"}) as unknown as TypedDocumentString<OffersQuery, OffersQueryVariables>;
export const CharitiesDocument = new TypedDocumentString(`
    query Charities($search: SearchText, $first: PageSize!) {
  charities(search: $search, first: $first) {
    edges {
      node {
        id
        name
        city
        zipCode
      }
    }
  }
}
    `, {"hash":"sha256:5f0fac99cd6744bf3458c87db2104e92df361efc9379cbc7d0b4a5eaef34af50"}) as unknown as TypedDocumentString<CharitiesQuery, CharitiesQueryVariables>;
export const CitiesDocument = new TypedDocumentString(`
    query Cities($first: PageSize!) {
  cities(first: $first) {
    edges {
      node {
        name
        state
        population
      }
    }
  }
}
    `, {"hash":"sha256:fa2998b13c1b3b513554112be1c2ee02400cee8b8a5234fb152c8f25157224f7"}) as unknown as TypedDocumentString<CitiesQuery, CitiesQueryVariables>;
export const RedeemOfferDocument = new TypedDocumentString(`
    mutation RedeemOffer($input: RedeemOfferInput!) {
  redeemOffer(input: $input) {
    voucher {
      ...VoucherParts
    }
    balance {
      available
    }
  }
}
    fragment VoucherParts on Voucher {
  id
  code
  qrCode
  status
  points
  expiresAt
  offer {
    id
    title
    retailer {
      name
    }
  }
}`, {"hash":"sha256:63083647ed3e8b7adcab9ebf1da87146e15debe3250fab5b4a8c9f632e873aa8"}) as unknown as TypedDocumentString<RedeemOfferMutation, RedeemOfferMutationVariables>;
export const VouchersDocument = new TypedDocumentString(`
    query Vouchers($first: PageSize!) {
  me {
    id
    vouchers(first: $first) {
      edges {
        node {
          ...VoucherParts
        }
      }
    }
  }
}
    fragment VoucherParts on Voucher {
  id
  code
  qrCode
  status
  points
  expiresAt
  offer {
    id
    title
    retailer {
      name
    }
  }
}`, {"hash":"sha256:f703874a6782d15978cce365c379cfb214a6a0a3fe99b8f4ad43b020a6235479"}) as unknown as TypedDocumentString<VouchersQuery, VouchersQueryVariables>;
export const RedeemVoucherDocument = new TypedDocumentString(`
    mutation RedeemVoucher($input: RedeemVoucherInput!) {
  redeemVoucher(input: $input) {
    voucher {
      id
      status
      redeemedAt
      offer {
        id
        title
      }
    }
  }
}
    `, {"contract":"partner","hash":"sha256:3e431461ffe3dcf7e3a031ecd61edd00cf6c626594377cb669fe960d87d677d3"}) as unknown as TypedDocumentString<RedeemVoucherMutation, RedeemVoucherMutationVariables>;
export const DonatePointsDocument = new TypedDocumentString(`
    mutation DonatePoints($input: DonatePointsInput!) {
  donatePoints(input: $input) {
    donation {
      id
      points
      charity {
        id
        name
      }
    }
    balance {
      available
    }
  }
}
    `, {"hash":"sha256:89548560f884a380d0d040559f1bede23f7c6be7176cc0577b0db64fea3838f5"}) as unknown as TypedDocumentString<DonatePointsMutation, DonatePointsMutationVariables>;
export const PointsChangesDocument = new TypedDocumentString(`
    subscription PointsChanges {
  pointsChanges {
    points
    reason
    happenedAt
    balance {
      available
      earned
      spent
    }
  }
}
    `, {"hash":"sha256:73338d230b33aa75f34d09d10ee1e4306fe779dd5bf92cbfccac089fc98f1c6c"}) as unknown as TypedDocumentString<PointsChangesSubscription, PointsChangesSubscriptionVariables>;
export const StoryFeedDocument = new TypedDocumentString(`
    query StoryFeed($first: PageSize!, $after: Cursor) {
  storyFeed(first: $first, after: $after) {
    edges {
      node {
        ...PublicStory
      }
    }
    pageInfo {
      endCursor
      hasNextPage
    }
  }
}
    fragment PublicStory on Story {
  id
  text
  publishedAt
  officerFirstName
  citizenFirstName
}`, {"hash":"sha256:1b9731168565c1446811bd786cffe319bf51400051486a779279e33d8c935915"}) as unknown as TypedDocumentString<StoryFeedQuery, StoryFeedQueryVariables>;
export const StoryFeedChangesDocument = new TypedDocumentString(`
    subscription StoryFeedChanges {
  storyFeedChanges {
    kind
    storyId
    story {
      ...PublicStory
    }
  }
}
    fragment PublicStory on Story {
  id
  text
  publishedAt
  officerFirstName
  citizenFirstName
}`, {"hash":"sha256:747b5d726c1fdb0a5eaaa6621653958c2267b4011d4843f6735e8cc537eb234e"}) as unknown as TypedDocumentString<StoryFeedChangesSubscription, StoryFeedChangesSubscriptionVariables>;
export const StoryDocument = new TypedDocumentString(`
    query Story($id: ID!) {
  story(id: $id) {
    ...PublicStory
  }
}
    fragment PublicStory on Story {
  id
  text
  publishedAt
  officerFirstName
  citizenFirstName
}`, {"hash":"sha256:fe3060dcf3c21e64489187d3ea35a622cf3db563af7fa7e44ebd152de6a431bc"}) as unknown as TypedDocumentString<StoryQuery, StoryQueryVariables>;
export const SharedStoryDocument = new TypedDocumentString(`
    query SharedStory($id: ID!, $language: StoryLanguage) {
  story(id: $id) {
    id
    shareText(language: $language)
  }
}
    `, {"hash":"sha256:6f6d55aa9791b5364984c01123c9ee0d0dac6760baeb5a1f8e70d9d3d76d47a4"}) as unknown as TypedDocumentString<SharedStoryQuery, SharedStoryQueryVariables>;
export const OwnStoriesDocument = new TypedDocumentString(`
    query OwnStories($first: PageSize!, $after: Cursor) {
  ownStories(first: $first, after: $after) {
    edges {
      node {
        ...OwnStory
      }
    }
    pageInfo {
      endCursor
      hasNextPage
    }
  }
}
    fragment PublicStory on Story {
  id
  text
  publishedAt
  officerFirstName
  citizenFirstName
}
fragment OwnStory on Story {
  ...PublicStory
  state
  publishesAt
  consentedAt
  connection {
    id
  }
}`, {"hash":"sha256:30fee4b0dfa3d12f79257569b9db4107d19cadbf3ed920970aebe13bf6b8dacb"}) as unknown as TypedDocumentString<OwnStoriesQuery, OwnStoriesQueryVariables>;
export const OwnStoryUpdatesDocument = new TypedDocumentString(`
    subscription OwnStoryUpdates {
  ownStoryUpdates {
    ...OwnStory
  }
}
    fragment PublicStory on Story {
  id
  text
  publishedAt
  officerFirstName
  citizenFirstName
}
fragment OwnStory on Story {
  ...PublicStory
  state
  publishesAt
  consentedAt
  connection {
    id
  }
}`, {"hash":"sha256:4ca0fde254e226d61d5668d105875f17d5e26f2be5f94f71c9433cc30339552e"}) as unknown as TypedDocumentString<OwnStoryUpdatesSubscription, OwnStoryUpdatesSubscriptionVariables>;
export const ProposeStoryDocument = new TypedDocumentString(`
    mutation ProposeStory($input: ProposeStoryInput!) {
  proposeStory(input: $input) {
    story {
      ...OwnStory
    }
  }
}
    fragment PublicStory on Story {
  id
  text
  publishedAt
  officerFirstName
  citizenFirstName
}
fragment OwnStory on Story {
  ...PublicStory
  state
  publishesAt
  consentedAt
  connection {
    id
  }
}`, {"hash":"sha256:9207bab6dcc36d04f795b7936e11adb905eb95dc829fdd50bf54cb7df3c1e0d9"}) as unknown as TypedDocumentString<ProposeStoryMutation, ProposeStoryMutationVariables>;
export const ConsentToStoryDocument = new TypedDocumentString(`
    mutation ConsentToStory($input: ConsentToStoryInput!) {
  consentToStory(input: $input) {
    story {
      ...OwnStory
    }
  }
}
    fragment PublicStory on Story {
  id
  text
  publishedAt
  officerFirstName
  citizenFirstName
}
fragment OwnStory on Story {
  ...PublicStory
  state
  publishesAt
  consentedAt
  connection {
    id
  }
}`, {"hash":"sha256:ec10a165230c595dc9d49eb31943dcdad6917ef3d83373ba381426577c9ccb16"}) as unknown as TypedDocumentString<ConsentToStoryMutation, ConsentToStoryMutationVariables>;
export const WithdrawStoryConsentDocument = new TypedDocumentString(`
    mutation WithdrawStoryConsent($input: WithdrawStoryConsentInput!) {
  withdrawStoryConsent(input: $input) {
    story {
      ...OwnStory
    }
  }
}
    fragment PublicStory on Story {
  id
  text
  publishedAt
  officerFirstName
  citizenFirstName
}
fragment OwnStory on Story {
  ...PublicStory
  state
  publishesAt
  consentedAt
  connection {
    id
  }
}`, {"hash":"sha256:d36851a2ac489986cb24a2a326bbf973d712e2e3d6025227260f98b67a860126"}) as unknown as TypedDocumentString<WithdrawStoryConsentMutation, WithdrawStoryConsentMutationVariables>;
export const ReportStoryDocument = new TypedDocumentString(`
    mutation ReportStory($input: ReportStoryInput!) {
  reportStory(input: $input) {
    storyId
  }
}
    `, {"hash":"sha256:b0988b49dd4d3da9d481b73458131c2e7a4b5410e4bc0ff0e00bc88091387924"}) as unknown as TypedDocumentString<ReportStoryMutation, ReportStoryMutationVariables>;
export const StoriesToReviewDocument = new TypedDocumentString(`
    query StoriesToReview($first: PageSize!, $after: Cursor) {
  storiesToReview(first: $first, after: $after) {
    edges {
      node {
        cause
        findings
        reports
        heldAt
        story {
          id
          text
          state
        }
      }
    }
    pageInfo {
      endCursor
      hasNextPage
    }
  }
}
    `, {"contract":"admin","hash":"sha256:cb364ce3e27570e9c26b50157cf4ca466f42cc7728404fc9d118e99d902c98bb"}) as unknown as TypedDocumentString<StoriesToReviewQuery, StoriesToReviewQueryVariables>;
export const ReviewStoryDocument = new TypedDocumentString(`
    mutation ReviewStory($input: ReviewStoryInput!) {
  reviewStory(input: $input) {
    story {
      id
      state
    }
  }
}
    `, {"contract":"admin","hash":"sha256:092b5b75dd79d64496990fe6ff21ba6389441eeb29e5dab422e3fbd1a44bb15b"}) as unknown as TypedDocumentString<ReviewStoryMutation, ReviewStoryMutationVariables>;