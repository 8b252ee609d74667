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
  /** Reads the figures of reports, by appointment of an administrator; beside another role. */
  | 'ANALYST'
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

/** Where an application stands. */
export type ApplicationStatus =
  /** Made; the domain is not proved yet. */
  | 'APPLIED'
  /** The domain is proved; an administrator decides. */
  | 'CHECKING'
  /** The organisation is listed, and the applicant its first owner. */
  | 'LISTED'
  /** Refused, with a reason. */
  | 'REFUSED'
  /** Taken back by the applicant. */
  | 'WITHDRAWN';

/** An organisation that wants to be listed. */
export type ApplyAsOrganisationInput = {
  /** What kind of business or charity it is. */
  category?: string | null | undefined;
  /** The city of its seat; charities need it. */
  city?: string | null | undefined;
  /** Whom to write to. */
  contact: OrganisationContactInput;
  /** Its Employer Identification Number; charities need it. */
  employerNumber?: string | null | undefined;
  /** What it is. */
  kind: OrganisationKind;
  /** Its name in law. */
  legalName: string;
  /** The name that people see; the legal one unless said. */
  name?: string | null | undefined;
  /** Its state; charities and municipalities need it. */
  state?: string | null | undefined;
  /** Its domain, at which not everybody gets an address. */
  webDomain: string;
  /** ZIP code of its seat; charities need it. */
  zipCode?: string | null | undefined;
  /** The ZIP codes that a municipality covers. */
  zipCodes?: Array<string> | null | undefined;
};

/** What to approve. */
export type ApproveFileImportInput = {
  /** Its `digest`, which stands for what you saw. */
  digest: string;
  /** The import. */
  importId: string;
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
  /** What the person will know this device by in the list of their sessions, such as "Chrome on Android". Only they see it. */
  deviceName?: string | null | undefined;
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

/** A decision about an application. */
export type DecideApplicationInput = {
  /** The application. */
  applicationId: string;
  /** Whether the organisation is listed. */
  approve: boolean;
  /** List it although a check has not passed; it stays visible that it was. */
  despiteChecks?: boolean | null | undefined;
  /** Why; the applicant reads it. */
  reason: string;
};

/** Where the caller lives. */
export type DeclareResidenceInput = {
  /** The ZIP code of the home. */
  zipCode: string;
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
  /** What for, one of `Charity.donationEarmarks`: the charity sees it, and nobody else. */
  earmark?: string | null | undefined;
  /** The key of this wish; the same key is the same donation. */
  idempotencyKey: string;
  /** How many points. */
  points: number;
};

/** What the list of exempt organisations of the IRS says of an EIN. */
export type EmployerCheck =
  /** The list has it under another name; somebody has to look. */
  | 'NAME_DIFFERS'
  /** The organisation is no charity, or gave no EIN. */
  | 'NOT_NEEDED'
  /** The list does not have it; somebody has to look. */
  | 'NOT_ON_LIST'
  /** The list has it under this name. */
  | 'PASSED';

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

/** Which import. */
export type FileImportInput = {
  /** The import. */
  importId: string;
};

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

/** To what the person agrees. */
export type GiveConsentInput = {
  /** Documents that hold now, 1 to 4, as Account.openConsents names them. */
  documentIds: Array<string>;
};

/** What a row does to what is listed. */
export type ImportAction =
  /** It is listed and the file, which says that it is complete, lacks it: it is archived. */
  | 'ARCHIVED'
  /** What is listed under this key changes. */
  | 'CHANGED'
  /** Nothing of this key is listed: it is made. */
  | 'NEW';

/** What a column holds. */
export type ImportColumnInput = {
  /** Which column. */
  column: number;
  /** What it holds: `field` of an ImportColumn. */
  field: string;
};

/** What the rows of a file are. */
export type ImportKind =
  /** Charities, found by their employer number (EIN). */
  | 'CHARITIES'
  /** Offers of known retailers, found by retailer and title. */
  | 'OFFERS'
  /** Who are officers of a department, found by e-mail. Nothing but a keyed hash of the e-mail is kept. */
  | 'OFFICERS'
  /** Products of known retailers, found by retailer and sku. */
  | 'PRODUCTS'
  /** Stores of retailers, found by name of the retailer, street and zip. */
  | 'STORES';

/** Where an import stands. */
export type ImportState =
  /** All of it is true. */
  | 'APPLIED'
  /** It is written, chunk by chunk; each chunk is true as a whole or not at all. */
  | 'APPLYING'
  /** Somebody stopped it; what was applied before stays until it is undone. */
  | 'CANCELLED'
  /** What it would change can be seen; nothing was written. Waits to be approved. */
  | 'COMPARED'
  /** It could not go on; `failure` says why. What was applied before stays until it is undone. */
  | 'FAILED'
  /** The header was read; somebody has to say which column is what. */
  | 'MAPPING'
  /** The rows are read, checked and compared with what is listed. */
  | 'READING'
  /** What it changed is put back. */
  | 'UNDOING'
  /** What it changed was put back, except what somebody has edited since. */
  | 'UNDONE';

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

/** What the columns of a file hold. */
export type MapFileImportInput = {
  /** Every column that something is taken from; the others are ignored. */
  columns: Array<ImportColumnInput>;
  /** Whether the file lists everything there is; as before unless said. */
  complete?: boolean | null | undefined;
  /** The import. */
  importId: string;
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

/** A file to import. */
export type OpenFileImportInput = {
  /** Whether the file lists everything there is, so that what it lacks is archived; no unless said. */
  complete?: boolean | null | undefined;
  /** comma, semicolon, tab or bar; found unless said. */
  delimiter?: string | null | undefined;
  /** utf-8, utf-16le, utf-16be or windows-1252; found unless said. */
  encoding?: string | null | undefined;
  /** The line on which the header stands; found unless said. */
  headerLine?: number | null | undefined;
  /** What its rows are. */
  kind: ImportKind;
  /** The retailer or department whose things the file is about: the import then touches nothing of others. Who acts for one need not say; of officers administrators must. */
  organisationId?: string | null | undefined;
  /** The sheet of a workbook; its first unless said. */
  sheet?: string | null | undefined;
  /** The upload that holds the file. */
  uploadId: string;
};

/** Where the officer is. */
export type OpenWindowInput = {
  /** The present position. Citizens learn a cell of about 100 m, not this. */
  position: PositionInput;
};

/** A person whom administrators may write to about an organisation. */
export type OrganisationContactInput = {
  /** Their e-mail, at the organisation's domain. */
  email: string;
  /** Their name. */
  name: string;
};

/** What an organisation is. */
export type OrganisationKind =
  /** A charity that takes points. */
  | 'CHARITY'
  /** A department that vouches for its officers. */
  | 'DEPARTMENT'
  /** A city or county that lets points pay a share of its fees. */
  | 'MUNICIPALITY'
  /** A business that takes vouchers. */
  | 'RETAILER';

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
  /** Points ran out. */
  | 'EXPIRY'
  /** Points are held for a fee, or are free again because the claim came to nothing. */
  | 'FEE'
  /** It is the balance at the time of subscribing; nothing changed. */
  | 'PRESENT'
  /** Points were spent on a voucher. */
  | 'REDEMPTION'
  /** Points of a voucher that was not used, or whose redemption was taken back, came back. */
  | 'REFUND'
  /** An administrator undid a transaction. */
  | 'REVERSAL';

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
  /** The price that was shown: refused with OFFER_CHANGED where it is another now. */
  expectedPricePoints?: number | null | undefined;
  /** The version of the offer that was shown: refused with OFFER_CHANGED once there is a later one. */
  expectedVersion?: number | null | undefined;
  /** The key of this wish; the same key gets the same voucher. */
  idempotencyKey: string;
  /** The offer. */
  offerId: string;
};

/** Which voucher to take: by its code or by its token. */
export type RedeemVoucherInput = {
  /** The code as it was read, scanned or typed. */
  code?: string | null | undefined;
  /** The key of this request: sent again after an answer was lost, the same key for the same voucher gets the same answer instead of VOUCHER_REDEEMED. */
  idempotencyKey?: string | null | undefined;
  /** For which retailer; needed from those only who act for several. */
  retailerId?: string | null | undefined;
  /** The number of the sale in the own books, at most 64 characters; it is kept with the redemption. */
  saleReference?: string | null | undefined;
  /** At which of its terminals. */
  terminalId?: string | null | undefined;
  /** The token as it was scanned. */
  token?: string | null | undefined;
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
  /** Grows with every report of the caller; older ones than the last are passed over. A phone that keeps no count over its own restarts begins with the seconds since 1970. */
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

/** A report of sales and refunds. */
export type ReportSalesInput = {
  /** Whose sales; not needed with the key of a retailer, nor by who acts for one retailer alone. */
  retailerId?: string | null | undefined;
  /** The rows, 1 to 100, each judged by itself; send more one call after the other. */
  sales: Array<SaleInput>;
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

/** That the own account be erased. */
export type RequestErasureInput = {
  /** Whether the person has read what goes and what stays; must be true. Goes: e-mail, phone, name, picture, what they wrote, their places, memberships, searches, blocks and stories; open vouchers are made void and points run out. Stays, under an id that leads to nobody: that two people met, the books of points and money, votes that were cast, consents, and for a reported person what administrators have not decided yet. */
  understood: boolean;
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

/** A sale, or a refund of one. */
export type SaleInput = {
  /** What was paid, vouchers taken off, without tax; of a refund what was given back, above zero too. */
  cents: number;
  /** The number of the receipt in the system of the retailer: what it is told under once. */
  externalId: string;
  /** Makes it a refund: the external id of the sale that is given back. */
  refundsExternalId?: string | null | undefined;
  /** When it was sold, or given back. */
  soldAt: string;
  /** The voucher that was taken off, if any; not for refunds. */
  voucherId?: string | null | undefined;
  /** Of the store. Not for refunds, which have that of their sale. */
  zipCode?: string | null | undefined;
};

/** What became of a row of a report. */
export type SaleOutcome =
  /** It is in the books, with its fee. */
  | 'RECORDED'
  /** It is not in the books; `refusal` says why. */
  | 'REFUSED'
  /** The same was recorded before; nothing was done. */
  | 'REPEATED'
  /** A refund of a sale that was not told yet: it is recorded together with it. */
  | 'WAITING';

/** Why a row of a report is not in the books. */
export type SaleRefusal =
  /** Something else was told under this external id. */
  | 'EXTERNAL_ID_REUSED'
  /** A refund gives back at least a cent. */
  | 'REFUND_OF_NOTHING'
  /** What it gives back is a refund itself. */
  | 'REFUND_OF_REFUND'
  /** More would be given back than was paid. */
  | 'REFUND_TOO_LARGE'
  /** It was sold more than ten minutes from now. */
  | 'SOLD_IN_FUTURE'
  /** It was sold more than 400 days ago. */
  | 'SOLD_TOO_LONG_AGO'
  /** Another sale was paid with this voucher. */
  | 'VOUCHER_REPORTED'
  /** The retailer has no such voucher. */
  | 'VOUCHER_UNKNOWN'
  /** A sale needs the ZIP code of its store. */
  | 'ZIP_CODE_MISSING'
  /** There is no such ZIP code, or it is that of a post office of the forces abroad. */
  | 'ZIP_CODE_UNKNOWN';

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
  /** What kind of thing it is; left out: as it is. */
  category?: string | null | undefined;
  /** The terms in full. */
  description?: string | null | undefined;
  /** A new offer as a draft, or false to publish one; left out, a draft stays one and a new offer shows. */
  draft?: boolean | null | undefined;
  /** Until when; none for no end. */
  endsAt?: string | null | undefined;
  /** The version that this is a change of. */
  expectedVersion?: number | null | undefined;
  /** The offer to change; without it, the one of this retailer and title, or a new one. */
  offerId?: string | null | undefined;
  /** Whether a till may take its vouchers while it is cut off from us: no unless said. */
  offlineAllowed?: boolean | null | undefined;
  /** How many one person may have; none for no limit. */
  perPersonLimit?: number | null | undefined;
  /** A picture of what one gets; left out: as it is. */
  pictureUrl?: string | null | undefined;
  /** How many points it costs. */
  pricePoints: number;
  /** The product that one gets; left out: as it is. */
  productId?: string | null | undefined;
  /** Whether an unused voucher may be given back for its points: yes unless said. */
  refundable?: boolean | null | undefined;
  /** Whose offer it is. */
  retailerId: string;
  /** From when it can be redeemed; now unless said. */
  startsAt?: string | null | undefined;
  /** How many there are in all; none for no limit. */
  stock?: number | null | undefined;
  /** The stores of the retailer that take it; none for all, left out: as it is. */
  storeIds?: Array<string> | null | undefined;
  /** What one gets, in a few words. */
  title: string;
  /** For how many days a voucher is good; null for as long as usual, left out: as it is. */
  validDays?: number | null | undefined;
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

/** A store as it shall be. */
export type SaveStoreInput = {
  /** City. */
  city: string;
  /** The version that this is a change of. */
  expectedVersion?: number | null | undefined;
  /** When it is open, in words; left out: as it is. */
  openingHours?: string | null | undefined;
  /** Where it is. */
  position: PositionInput;
  /** Whose store it is. */
  retailerId: string;
  /** State. */
  state: string;
  /** The store to change; without it, the retailer's one at this street and ZIP code, or a new one. */
  storeId?: string | null | undefined;
  /** Street and number. */
  street: string;
  /** ZIP code. */
  zipCode: string;
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

/** The file that comes. */
export type StartUploadInput = {
  /** How long it is, exactly. */
  bytes: number;
  /** What it is; sent with the file as Content-Type. */
  contentType: string;
  /** How its owner calls it. */
  fileName: string;
  /** Of its content: what arrives with another is refused. */
  sha256?: string | null | undefined;
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

/** What became of a file. */
export type UploadState =
  /** It was announced and has not arrived. */
  | 'AWAITED'
  /** It is gone: by a person, or because its time was over. */
  | 'DELETED'
  /** What arrived is not what was announced; `refusal` says why. */
  | 'REFUSED'
  /** It has arrived and can be imported. */
  | 'STORED';

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
  /** A till holds it for a sale for a short while; nobody else can take it meanwhile. */
  | 'HELD'
  /** It can be redeemed. */
  | 'ISSUED'
  /** The retailer has taken it. */
  | 'REDEEMED'
  /** It is good no more, and its points went back to its owner. */
  | 'REFUNDED'
  /** It is good no more. Where its points go back, they do from `refundDueAt`. */
  | 'VOID';

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

export type RequestErasureMutationVariables = Exact<{
  input: RequestErasureInput;
}>;


export type RequestErasureMutation = { requestErasure: { account: { id: string, erasure: { dueAt: string } | null } } };

export type GiveConsentMutationVariables = Exact<{
  input: GiveConsentInput;
}>;


export type GiveConsentMutation = { giveConsent: { account: { id: string, openConsents: Array<{ id: string }> | null } } };

export type OpenConsentsQueryVariables = Exact<{ [key: string]: never; }>;


export type OpenConsentsQuery = { me: { id: string, openConsents: Array<{ id: string }> | null } };

export type DeclareResidenceMutationVariables = Exact<{
  input: DeclareResidenceInput;
}>;


export type DeclareResidenceMutation = { declareResidence: { residence: { zipCode: string } } };

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


export type CompleteSignInMutation = { completeSignIn: { erasureUndone: boolean, session: { accessToken: string, accessTokenExpiresAt: string, refreshToken: string, refreshTokenExpiresAt: string }, account: { id: string, phoneVerified: boolean } } };

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

export type FileImportPartsFragment = { id: string, state: ImportState, failure: string | null, rowsRead: number, rowsRefused: number, rowsNew: number | null, rowsChanged: number | null, rowsSame: number | null, digest: string | null, rowsApplied: number, rowsUndone: number, columns: Array<{ field: string, column: number | null }> };

export type StartUploadMutationVariables = Exact<{
  input: StartUploadInput;
}>;


export type StartUploadMutation = { startUpload: { url: string, upload: { id: string, state: UploadState }, headers: Array<{ name: string, value: string }> } };

export type UploadStateQueryVariables = Exact<{
  id: string;
}>;


export type UploadStateQuery = { upload: { id: string, state: UploadState } };

export type OpenFileImportMutationVariables = Exact<{
  input: OpenFileImportInput;
}>;


export type OpenFileImportMutation = { openFileImport: { import: { id: string, state: ImportState, failure: string | null, rowsRead: number, rowsRefused: number, rowsNew: number | null, rowsChanged: number | null, rowsSame: number | null, digest: string | null, rowsApplied: number, rowsUndone: number, columns: Array<{ field: string, column: number | null }> } } };

export type MapFileImportMutationVariables = Exact<{
  input: MapFileImportInput;
}>;


export type MapFileImportMutation = { mapFileImport: { import: { id: string, state: ImportState, failure: string | null, rowsRead: number, rowsRefused: number, rowsNew: number | null, rowsChanged: number | null, rowsSame: number | null, digest: string | null, rowsApplied: number, rowsUndone: number, columns: Array<{ field: string, column: number | null }> } } };

export type ApproveFileImportMutationVariables = Exact<{
  input: ApproveFileImportInput;
}>;


export type ApproveFileImportMutation = { approveFileImport: { import: { id: string, state: ImportState, failure: string | null, rowsRead: number, rowsRefused: number, rowsNew: number | null, rowsChanged: number | null, rowsSame: number | null, digest: string | null, rowsApplied: number, rowsUndone: number, columns: Array<{ field: string, column: number | null }> } } };

export type UndoFileImportMutationVariables = Exact<{
  input: FileImportInput;
}>;


export type UndoFileImportMutation = { undoFileImport: { import: { id: string, state: ImportState, failure: string | null, rowsRead: number, rowsRefused: number, rowsNew: number | null, rowsChanged: number | null, rowsSame: number | null, digest: string | null, rowsApplied: number, rowsUndone: number, columns: Array<{ field: string, column: number | null }> } } };

export type ImportPreviewQueryVariables = Exact<{
  id: string;
  first: number;
}>;


export type ImportPreviewQuery = { fileImport: { id: string, state: ImportState, failure: string | null, rowsRead: number, rowsRefused: number, rowsNew: number | null, rowsChanged: number | null, rowsSame: number | null, digest: string | null, rowsApplied: number, rowsUndone: number, problems: { edges: Array<{ node: { line: number, code: string, reason: string } }> }, changes: { edges: Array<{ node: { action: ImportAction, line: number | null, key: string } }> }, columns: Array<{ field: string, column: number | null }> } };

export type ImportProgressSubscriptionVariables = Exact<{
  id: string;
}>;


export type ImportProgressSubscription = { importProgress: { id: string, state: ImportState, failure: string | null, rowsRead: number, rowsRefused: number, rowsNew: number | null, rowsChanged: number | null, rowsSame: number | null, digest: string | null, rowsApplied: number, rowsUndone: number, columns: Array<{ field: string, column: number | null }> } };

export type RetailersWithStoresQueryVariables = Exact<{
  first: number;
}>;


export type RetailersWithStoresQuery = { retailers: { edges: Array<{ node: { id: string, name: string, stores: Array<{ street: string, zipCode: string }> } }> } };

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

export type ApplyAsOrganisationMutationVariables = Exact<{
  input: ApplyAsOrganisationInput;
}>;


export type ApplyAsOrganisationMutation = { applyAsOrganisation: { application: { id: string, status: ApplicationStatus, employerCheck: EmployerCheck, domainName: string, domainText: string } } };

export type DecideApplicationMutationVariables = Exact<{
  input: DecideApplicationInput;
}>;


export type DecideApplicationMutation = { decideOrganisationApplication: { application: { id: string, status: ApplicationStatus, organisationId: string | null } } };

export type SaveStoreMutationVariables = Exact<{
  input: SaveStoreInput;
}>;


export type SaveStoreMutation = { saveStore: { store: { id: string } } };

export type ReportSalesMutationVariables = Exact<{
  input: ReportSalesInput;
}>;


export type ReportSalesMutation = { reportSales: { results: Array<{ externalId: string, outcome: SaleOutcome, refusal: SaleRefusal | null, sale: { id: string, feeCents: number, administrationCents: number, fundCents: number } | null }> } };

export type CommunityFundQueryVariables = Exact<{
  zipCode: string;
}>;


export type CommunityFundQuery = { fund: { id: string, zipCode: string, balanceCents: number } | null };

export type SearchedOffersQueryVariables = Exact<{
  query?: string | null | undefined;
  first: number;
}>;


export type SearchedOffersQuery = { searchOffers: { edges: Array<{ node: { id: string, title: string, remaining: number | null } }> } };

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
export const FileImportPartsFragmentDoc = new TypedDocumentString(`
    fragment FileImportParts on FileImport {
  id
  state
  failure
  columns {
    field
    column
  }
  rowsRead
  rowsRefused
  rowsNew
  rowsChanged
  rowsSame
  digest
  rowsApplied
  rowsUndone
}
    `, {"fragmentName":"FileImportParts"}) as unknown as TypedDocumentString<FileImportPartsFragment, unknown>;
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
    `, {"contract":"admin","hash":"sha256:95ab32d832749021704d3184d86b2627ab542982f26092fe974b471d6932a232"}) as unknown as TypedDocumentString<RegisterOfficersMutation, RegisterOfficersMutationVariables>;
export const CreatePartnerKeyDocument = new TypedDocumentString(`
    mutation CreatePartnerKey($input: CreatePartnerKeyInput!) {
  createPartnerKey(input: $input) {
    partnerKey {
      id
    }
    secret
  }
}
    `, {"hash":"sha256:192c85c8f2a01e84613851ee915090d4a829c174bc8e4f0a6807be5c90322d8a"}) as unknown as TypedDocumentString<CreatePartnerKeyMutation, CreatePartnerKeyMutationVariables>;
export const RevokePartnerKeyDocument = new TypedDocumentString(`
    mutation RevokePartnerKey($input: RevokePartnerKeyInput!) {
  revokePartnerKey(input: $input) {
    partnerKey {
      id
      revokedAt
    }
  }
}
    `, {"hash":"sha256:486370946d06b89b17bcfd6d031573e710303f2e63559028f4701879041e520e"}) as unknown as TypedDocumentString<RevokePartnerKeyMutation, RevokePartnerKeyMutationVariables>;
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
    `, {"contract":"admin","hash":"sha256:055e02ef77181314fe32104167b2c97228ee68438f07b5fccbfb5e1c12b97e8f"}) as unknown as TypedDocumentString<ImportTableMutation, ImportTableMutationVariables>;
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
    `, {"hash":"sha256:ec1e21e94ca29e204db362f7b673a88a7501b8f68113d9e6d4c6e222a72a987d"}) as unknown as TypedDocumentString<SaveOfferMutation, SaveOfferMutationVariables>;
export const ArchiveOfferDocument = new TypedDocumentString(`
    mutation ArchiveOffer($input: ArchiveOfferInput!) {
  archiveOffer(input: $input) {
    offer {
      id
      archivedAt
    }
  }
}
    `, {"hash":"sha256:6daaae0e9266ab9c2d611f94f8841c9df82adb7efdc9bf28bc57e2234850b2e8"}) as unknown as TypedDocumentString<ArchiveOfferMutation, ArchiveOfferMutationVariables>;
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
    `, {"hash":"sha256:8aed5b6e03b41bc456350984421c701ca8e9a2deeda1d0c4be9630d71bb2ef72"}) as unknown as TypedDocumentString<RetailersQuery, RetailersQueryVariables>;
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
    `, {"hash":"sha256:b5f0ee043d41ae468d66321d3b6e281b82a6cc688dbe7d8e622d2dbe04af4eac"}) as unknown as TypedDocumentString<ReportsQuery, ReportsQueryVariables>;
export const LedgerAuditDocument = new TypedDocumentString(`
    query LedgerAudit {
  ledgerAudit {
    balanced
    transactions
    postings
    problems
  }
}
    `, {"contract":"admin","hash":"sha256:94330f2d6ecaca686959c6fcff2aa1eae06b5eb932152c043edf6f389768a378"}) as unknown as TypedDocumentString<LedgerAuditQuery, LedgerAuditQueryVariables>;
export const RequestErasureDocument = new TypedDocumentString(`
    mutation RequestErasure($input: RequestErasureInput!) {
  requestErasure(input: $input) {
    account {
      id
      erasure {
        dueAt
      }
    }
  }
}
    `, {"hash":"sha256:6f4afa7ff4e147046ad055de5e87042e7de44036f30105e12fe42f9cca184e2e"}) as unknown as TypedDocumentString<RequestErasureMutation, RequestErasureMutationVariables>;
export const GiveConsentDocument = new TypedDocumentString(`
    mutation GiveConsent($input: GiveConsentInput!) {
  giveConsent(input: $input) {
    account {
      id
      openConsents {
        id
      }
    }
  }
}
    `, {"hash":"sha256:f448b85804f5b6a92e326b331f8cb8a886a42f7eb5a4f7c3f50a57c18aafd283"}) as unknown as TypedDocumentString<GiveConsentMutation, GiveConsentMutationVariables>;
export const OpenConsentsDocument = new TypedDocumentString(`
    query OpenConsents {
  me {
    id
    openConsents {
      id
    }
  }
}
    `, {"hash":"sha256:f822b72ba19e36e2c43b484c3402204314bfeb51676771f9181885423c69231b"}) as unknown as TypedDocumentString<OpenConsentsQuery, OpenConsentsQueryVariables>;
export const DeclareResidenceDocument = new TypedDocumentString(`
    mutation DeclareResidence($input: DeclareResidenceInput!) {
  declareResidence(input: $input) {
    residence {
      zipCode
    }
  }
}
    `, {"hash":"sha256:d40e0680bd21d93433d7e493f77dc0608d55217dd3bc341015ca2578fd2597c9"}) as unknown as TypedDocumentString<DeclareResidenceMutation, DeclareResidenceMutationVariables>;
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
}`, {"hash":"sha256:df3ad3264314ee4d8527b4a191e97394a62295e4c0832dc7d2b1b7cce8dab9d8"}) as unknown as TypedDocumentString<MeetingCodeQuery, MeetingCodeQueryVariables>;
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
}`, {"hash":"sha256:ac61b5eef4bdb83d9c1e742d8b68430f766100e365be845c56cf2bef15280fbd"}) as unknown as TypedDocumentString<WindowCodeQuery, WindowCodeQueryVariables>;
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
}`, {"hash":"sha256:081129f562c9b0d17867fcdcc0729e70e2696ca84a41139558f674fd1e35e330"}) as unknown as TypedDocumentString<ConfirmByCodeMutation, ConfirmByCodeMutationVariables>;
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
}`, {"hash":"sha256:80b1895cfc77939eb7409880f8fccc0795087a648e191e849c05835c0c48568b"}) as unknown as TypedDocumentString<MeetByCodeMutation, MeetByCodeMutationVariables>;
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
}`, {"contract":"admin","hash":"sha256:cd4a75f39f95ec7fed22b64ab1e0de98e547d7014b1a33ae3d44d05c441b5f7f"}) as unknown as TypedDocumentString<ConnectionsToReviewQuery, ConnectionsToReviewQueryVariables>;
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
}`, {"contract":"admin","hash":"sha256:a01a3e949e1a7486f6d57a4a73a9f9899dd7a33458703e468c789536fe6b376d"}) as unknown as TypedDocumentString<ReviewConnectionMutation, ReviewConnectionMutationVariables>;
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
}`, {"contract":"admin","hash":"sha256:74c2fb3b9728e7e520c3a67c48a50b01397f0bce6d5ec297e3fb41106b28a232"}) as unknown as TypedDocumentString<ClawBackConnectionMutation, ClawBackConnectionMutationVariables>;
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
}`, {"contract":"admin","hash":"sha256:cd76fc6f9a17c8bb76b522add57f85620d8f1d88662e1d6f5f7eb29c94804c0a"}) as unknown as TypedDocumentString<RiskRulesQuery, RiskRulesQueryVariables>;
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
}`, {"contract":"admin","hash":"sha256:a5119129fe31a7d4aad9701e479e317fc4a6223982c9d6a87b32370578ca3517"}) as unknown as TypedDocumentString<SaveRiskRuleMutation, SaveRiskRuleMutationVariables>;
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
}`, {"hash":"sha256:87f0156ebf3aa87eec70ae60a4f671e28360a914bd0c1a14833b723ef4529992"}) as unknown as TypedDocumentString<HubsQuery, HubsQueryVariables>;
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
}`, {"contract":"admin","hash":"sha256:6791100732b5dfdb343482ddc40e1e70dabd85cc2665c10ad7bcc5fa7bf130f6"}) as unknown as TypedDocumentString<SaveHubMutation, SaveHubMutationVariables>;
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
}`, {"contract":"admin","hash":"sha256:af3136ead54d14969b758d22628d6c702da4c4316b1d3a3ed68b02d80866c27c"}) as unknown as TypedDocumentString<ArchiveHubMutation, ArchiveHubMutationVariables>;
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
}`, {"hash":"sha256:d1561b6b467d8972db14e19e61de2bc950d3b4ba6992ddb8f897cce12dda0746"}) as unknown as TypedDocumentString<GatheringsQuery, GatheringsQueryVariables>;
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
}`, {"hash":"sha256:2505d0b8fa41173e0cf164fab729d4bfa6f5ae48ab89a60836487fd3c84a7c0b"}) as unknown as TypedDocumentString<OwnGatheringsQuery, OwnGatheringsQueryVariables>;
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
}`, {"hash":"sha256:4bcf61e30b5d55dcc9d63be9bf100e3ce5511c66510f5bf54c3f5a41d4fd3f41"}) as unknown as TypedDocumentString<GatheringQuery, GatheringQueryVariables>;
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
}`, {"hash":"sha256:b144ba2a7999a1ce83368c1df5cfe228d6fa2e67ff54096d0530122db6667194"}) as unknown as TypedDocumentString<ScheduleGatheringMutation, ScheduleGatheringMutationVariables>;
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
}`, {"hash":"sha256:f4f7205caaf2862e73ee53077895e78c2b3ff845b8a2fbad8d47b88b34039c44"}) as unknown as TypedDocumentString<ChangeGatheringMutation, ChangeGatheringMutationVariables>;
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
}`, {"hash":"sha256:476a56392acc088166da7f17a90486711c00613b924d66209c96da6f6a94772c"}) as unknown as TypedDocumentString<CancelGatheringMutation, CancelGatheringMutationVariables>;
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
}`, {"hash":"sha256:ff6813bde8eb73fd5a432d128f14e150c4650c2a1dca2aa9b69d9fcb1a622ce5"}) as unknown as TypedDocumentString<RespondToGatheringMutation, RespondToGatheringMutationVariables>;
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
}`, {"hash":"sha256:4cd45fbba0fb4b34e326699aad2be49b8812ee6cdcd0c6d2011a5be5fc135068"}) as unknown as TypedDocumentString<GatheringUpdatesSubscription, GatheringUpdatesSubscriptionVariables>;
export const StartSignInDocument = new TypedDocumentString(`
    mutation StartSignIn($input: StartSignInInput!) {
  startSignIn(input: $input) {
    authorizationUrl
    flow
    expiresAt
  }
}
    `, {"hash":"sha256:63494ac75cf73bcb5471f3d1273093690880de967ee416287201b2b0e939b08d"}) as unknown as TypedDocumentString<StartSignInMutation, StartSignInMutationVariables>;
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
    erasureUndone
  }
}
    fragment SessionParts on Session {
  accessToken
  accessTokenExpiresAt
  refreshToken
  refreshTokenExpiresAt
}`, {"hash":"sha256:c406f2d85b08c74e445c0b5d2ed9ebfaa4f8782c7eaa639b5c8d99a4fdf21980"}) as unknown as TypedDocumentString<CompleteSignInMutation, CompleteSignInMutationVariables>;
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
}`, {"hash":"sha256:175a8d72ca8971dd078a552d902b2cc24f25ce7fc041392e1d5084be411d4021"}) as unknown as TypedDocumentString<RefreshSessionMutation, RefreshSessionMutationVariables>;
export const SignOutDocument = new TypedDocumentString(`
    mutation SignOut($input: SignOutInput!) {
  signOut(input: $input) {
    __typename
  }
}
    `, {"hash":"sha256:4c41118fadacbe6fbb84867aacb71304c815d147194dc194c3323e96b358083f"}) as unknown as TypedDocumentString<SignOutMutation, SignOutMutationVariables>;
export const RequestPhoneCodeDocument = new TypedDocumentString(`
    mutation RequestPhoneCode($input: RequestPhoneCodeInput!) {
  requestPhoneCode(input: $input) {
    expiresAt
  }
}
    `, {"hash":"sha256:dfa1c2a015a39a539137cb77d560076eca40baaccda0a7993f2bb03e38bd6ce8"}) as unknown as TypedDocumentString<RequestPhoneCodeMutation, RequestPhoneCodeMutationVariables>;
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
}`, {"hash":"sha256:92f1e0a0ea94894156be46f7d7fa025484fb85ed0357b47f3267c3b9e46aa277"}) as unknown as TypedDocumentString<VerifyPhoneMutation, VerifyPhoneMutationVariables>;
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
}`, {"hash":"sha256:b2eeafac8eefa2715be77b1a38de2619b8f99387c2c851db12526bbc6d51e462"}) as unknown as TypedDocumentString<MeQuery, MeQueryVariables>;
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
}`, {"hash":"sha256:2ead868b07a91b44d915b5b47667e71b3e47a6fe6516a1d4cd381905eca87e2c"}) as unknown as TypedDocumentString<UpdateProfileMutation, UpdateProfileMutationVariables>;
export const StartUploadDocument = new TypedDocumentString(`
    mutation StartUpload($input: StartUploadInput!) {
  startUpload(input: $input) {
    upload {
      id
      state
    }
    url
    headers {
      name
      value
    }
  }
}
    `, {"hash":"sha256:fc4f7279c69856e519d7dec786c3decd9e3eaabab144cc573b648c7ac1137b17"}) as unknown as TypedDocumentString<StartUploadMutation, StartUploadMutationVariables>;
export const UploadStateDocument = new TypedDocumentString(`
    query UploadState($id: ID!) {
  upload(id: $id) {
    id
    state
  }
}
    `, {"hash":"sha256:a84d95d9f0ae2e49fb843e6864a654ba22b618949100bef1a0bec3209f6387cb"}) as unknown as TypedDocumentString<UploadStateQuery, UploadStateQueryVariables>;
export const OpenFileImportDocument = new TypedDocumentString(`
    mutation OpenFileImport($input: OpenFileImportInput!) {
  openFileImport(input: $input) {
    import {
      ...FileImportParts
    }
  }
}
    fragment FileImportParts on FileImport {
  id
  state
  failure
  columns {
    field
    column
  }
  rowsRead
  rowsRefused
  rowsNew
  rowsChanged
  rowsSame
  digest
  rowsApplied
  rowsUndone
}`, {"hash":"sha256:93a2f3fe82c56747e750b3eb9b30b4e6103b68433676af30ca58ca90a52935b7"}) as unknown as TypedDocumentString<OpenFileImportMutation, OpenFileImportMutationVariables>;
export const MapFileImportDocument = new TypedDocumentString(`
    mutation MapFileImport($input: MapFileImportInput!) {
  mapFileImport(input: $input) {
    import {
      ...FileImportParts
    }
  }
}
    fragment FileImportParts on FileImport {
  id
  state
  failure
  columns {
    field
    column
  }
  rowsRead
  rowsRefused
  rowsNew
  rowsChanged
  rowsSame
  digest
  rowsApplied
  rowsUndone
}`, {"hash":"sha256:479044f81403fd3cbcd3642e4651b8545fb5b1c60957bf2dfa80be32e2d5ac99"}) as unknown as TypedDocumentString<MapFileImportMutation, MapFileImportMutationVariables>;
export const ApproveFileImportDocument = new TypedDocumentString(`
    mutation ApproveFileImport($input: ApproveFileImportInput!) {
  approveFileImport(input: $input) {
    import {
      ...FileImportParts
    }
  }
}
    fragment FileImportParts on FileImport {
  id
  state
  failure
  columns {
    field
    column
  }
  rowsRead
  rowsRefused
  rowsNew
  rowsChanged
  rowsSame
  digest
  rowsApplied
  rowsUndone
}`, {"hash":"sha256:23dca2d08d4bc04cc4bac9c245548132cd6957c4a6da261a4bd21d35ffab813a"}) as unknown as TypedDocumentString<ApproveFileImportMutation, ApproveFileImportMutationVariables>;
export const UndoFileImportDocument = new TypedDocumentString(`
    mutation UndoFileImport($input: FileImportInput!) {
  undoFileImport(input: $input) {
    import {
      ...FileImportParts
    }
  }
}
    fragment FileImportParts on FileImport {
  id
  state
  failure
  columns {
    field
    column
  }
  rowsRead
  rowsRefused
  rowsNew
  rowsChanged
  rowsSame
  digest
  rowsApplied
  rowsUndone
}`, {"hash":"sha256:818a5df68ca27e0782f2852641f4bbec787cd748666ab81d13c1cbd7f6cfe4e3"}) as unknown as TypedDocumentString<UndoFileImportMutation, UndoFileImportMutationVariables>;
export const ImportPreviewDocument = new TypedDocumentString(`
    query ImportPreview($id: ID!, $first: PageSize!) {
  fileImport(id: $id) {
    ...FileImportParts
    problems(first: $first, refusedOnly: true) {
      edges {
        node {
          line
          code
          reason
        }
      }
    }
    changes(first: $first) {
      edges {
        node {
          action
          line
          key
        }
      }
    }
  }
}
    fragment FileImportParts on FileImport {
  id
  state
  failure
  columns {
    field
    column
  }
  rowsRead
  rowsRefused
  rowsNew
  rowsChanged
  rowsSame
  digest
  rowsApplied
  rowsUndone
}`, {"hash":"sha256:9977ed915e8642c03bebbfd86e1a55ea9cf0642ac13dbf92802f2e45c3126dc6"}) as unknown as TypedDocumentString<ImportPreviewQuery, ImportPreviewQueryVariables>;
export const ImportProgressDocument = new TypedDocumentString(`
    subscription ImportProgress($id: ID!) {
  importProgress(id: $id) {
    ...FileImportParts
  }
}
    fragment FileImportParts on FileImport {
  id
  state
  failure
  columns {
    field
    column
  }
  rowsRead
  rowsRefused
  rowsNew
  rowsChanged
  rowsSame
  digest
  rowsApplied
  rowsUndone
}`, {"hash":"sha256:0e245ceb29f9f41c019a9008fd33798081475c91395f00573e2d3bdf7a03051c"}) as unknown as TypedDocumentString<ImportProgressSubscription, ImportProgressSubscriptionVariables>;
export const RetailersWithStoresDocument = new TypedDocumentString(`
    query RetailersWithStores($first: PageSize!) {
  retailers(first: $first) {
    edges {
      node {
        id
        name
        stores {
          street
          zipCode
        }
      }
    }
  }
}
    `, {"hash":"sha256:785ec108ef98843961eaac6012d1816875ea8531d14967eae06446d93d93edd6"}) as unknown as TypedDocumentString<RetailersWithStoresQuery, RetailersWithStoresQueryVariables>;
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
}`, {"hash":"sha256:8b4fbb99662547735518d22f303467915cf3985b5de5d17fade6db5d7baea547"}) as unknown as TypedDocumentString<OpenWindowMutation, OpenWindowMutationVariables>;
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
}`, {"hash":"sha256:05f8de20760e446943fdc0843e387c9e12e3bcacd35de53d25827452d6dee5ce"}) as unknown as TypedDocumentString<CloseWindowMutation, CloseWindowMutationVariables>;
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
}`, {"hash":"sha256:be74d8353dca66865c94ab63e0060f0f1b8010dae01b909ba0cbff2aafd5d4a4"}) as unknown as TypedDocumentString<CurrentWindowQuery, CurrentWindowQueryVariables>;
export const ReportLocationDocument = new TypedDocumentString(`
    mutation ReportLocation($input: ReportLocationInput!) {
  reportLocation(input: $input) {
    taken
    expiresAt
  }
}
    `, {"hash":"sha256:bc6cce507d4e3e64be1061a1f88448d398224c41aebb746f1346f59f3d5772b0"}) as unknown as TypedDocumentString<ReportLocationMutation, ReportLocationMutationVariables>;
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
}`, {"hash":"sha256:a4bacfc50fae16035fa5ede1063fb07a15991d7a7f6c13524180650fe4a3f88c"}) as unknown as TypedDocumentString<NearbyOfficersQuery, NearbyOfficersQueryVariables>;
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
}`, {"hash":"sha256:183dd9ede9054d7f12f93e37e0350088179f24b6dfdfa1d6fdcf295085a972fa"}) as unknown as TypedDocumentString<ProximityAlertsSubscription, ProximityAlertsSubscriptionVariables>;
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
}`, {"hash":"sha256:356cebd6527c7ebbdf3b7fa29a1ef59e8db15040c45637ede1d6bed9cfc6b4a2"}) as unknown as TypedDocumentString<RequestConnectionMutation, RequestConnectionMutationVariables>;
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
}`, {"hash":"sha256:a6f46f527bbdb7a02f370938e8b8acd1040a39d6f6897de9d692ba8a9fd31f5a"}) as unknown as TypedDocumentString<AcceptConnectionMutation, AcceptConnectionMutationVariables>;
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
}`, {"hash":"sha256:5126f882d469c2dc7c7112383dc2aa479adbe9b687a5bb549607f0d03bbd1b95"}) as unknown as TypedDocumentString<DeclineConnectionMutation, DeclineConnectionMutationVariables>;
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
}`, {"hash":"sha256:f0a2d7b538ac8099a6c318d1bc2ca5f577aaa6240b0b2f348d953c4045818675"}) as unknown as TypedDocumentString<CancelConnectionMutation, CancelConnectionMutationVariables>;
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
}`, {"hash":"sha256:6dbb8f32f8f036b3aea3e6f5781d35f40947955adeaf8aefbb938fa4f4a3e19e"}) as unknown as TypedDocumentString<ConfirmConnectionMutation, ConfirmConnectionMutationVariables>;
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
}`, {"hash":"sha256:499eaa16690a9a9a509b83ddaa513dadcf6c416d119003330e80252d13c1ce9d"}) as unknown as TypedDocumentString<ConnectionRequestsSubscription, ConnectionRequestsSubscriptionVariables>;
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
}`, {"hash":"sha256:211f1c5934681d517b7611a9b39d66bb193d3a0e1b5f5ad82e773fe5c9f84bd4"}) as unknown as TypedDocumentString<ConnectionUpdatesSubscription, ConnectionUpdatesSubscriptionVariables>;
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
}`, {"hash":"sha256:869b6fcad34197e378dc9c849a1359b322f0f6943a4ae3536838528e48dcb937"}) as unknown as TypedDocumentString<ConnectionQuery, ConnectionQueryVariables>;
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
}`, {"hash":"sha256:2f21fce92ce24c62b2501ea45088204e99f154a8caa5a19d59968d3ff9376aab"}) as unknown as TypedDocumentString<ConnectionsQuery, ConnectionsQueryVariables>;
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
}`, {"hash":"sha256:7bda0cf38b3dea45aa343e36fc568fea025d91a66b48cdba6bb350aeced018ff"}) as unknown as TypedDocumentString<CelebrationsSubscription, CelebrationsSubscriptionVariables>;
export const ApplyAsOrganisationDocument = new TypedDocumentString(`
    mutation ApplyAsOrganisation($input: ApplyAsOrganisationInput!) {
  applyAsOrganisation(input: $input) {
    application {
      id
      status
      employerCheck
      domainName
      domainText
    }
  }
}
    `, {"hash":"sha256:397ebff3820ad418708e18a0817f2bf480a851839d21e210a169f2ef9c0f9ad1"}) as unknown as TypedDocumentString<ApplyAsOrganisationMutation, ApplyAsOrganisationMutationVariables>;
export const DecideApplicationDocument = new TypedDocumentString(`
    mutation DecideApplication($input: DecideApplicationInput!) {
  decideOrganisationApplication(input: $input) {
    application {
      id
      status
      organisationId
    }
  }
}
    `, {"contract":"admin","hash":"sha256:b5310b71f0ee5e329a82ea97f4ad9c9c80cc214b80cacc44bf13e19208ce53fb"}) as unknown as TypedDocumentString<DecideApplicationMutation, DecideApplicationMutationVariables>;
export const SaveStoreDocument = new TypedDocumentString(`
    mutation SaveStore($input: SaveStoreInput!) {
  saveStore(input: $input) {
    store {
      id
    }
  }
}
    `, {"hash":"sha256:955af2131e3cbc2a1c560eb585f9f743670fdd0bd759712d2ebcfa13b66690b9"}) as unknown as TypedDocumentString<SaveStoreMutation, SaveStoreMutationVariables>;
export const ReportSalesDocument = new TypedDocumentString(`
    mutation ReportSales($input: ReportSalesInput!) {
  reportSales(input: $input) {
    results {
      externalId
      outcome
      refusal
      sale {
        id
        feeCents
        administrationCents
        fundCents
      }
    }
  }
}
    `, {"hash":"sha256:d76591da75f50a199989745ed8842302e6ea1eeeb3343944afea748c8d835a8c"}) as unknown as TypedDocumentString<ReportSalesMutation, ReportSalesMutationVariables>;
export const CommunityFundDocument = new TypedDocumentString(`
    query CommunityFund($zipCode: ZipCode!) {
  fund(zipCode: $zipCode) {
    id
    zipCode
    balanceCents
  }
}
    `, {"hash":"sha256:d11bbc4ee38e3f2d17135947b0eb7e21845af2e9ab679c391e7a48718c8b7bca"}) as unknown as TypedDocumentString<CommunityFundQuery, CommunityFundQueryVariables>;
export const SearchedOffersDocument = new TypedDocumentString(`
    query SearchedOffers($query: SearchText, $first: PageSize!) {
  searchOffers(search: $query, first: $first) {
    edges {
      node {
        id
        title
        remaining
      }
    }
  }
}
    `, {"hash":"sha256:8ec414da0e2a953d74e62e50ad009916283270ea227697871967691a29474f08"}) as unknown as TypedDocumentString<SearchedOffersQuery, SearchedOffersQueryVariables>;
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
    `, {"hash":"sha256:0ca66c39db301d51797f98d6865a96292f048a0664f1e16c04e637414f55a5a7"}) as unknown as TypedDocumentString<BlockedPeopleQuery, BlockedPeopleQueryVariables>;
export const BlockPersonDocument = new TypedDocumentString(`
    mutation BlockPerson($input: BlockPersonInput!) {
  blockPerson(input: $input) {
    blockedPerson {
      accountId
      blockedAt
    }
  }
}
    `, {"hash":"sha256:fe41755b04dbbc8410483a8e95bb538cd0fb762503ca19a4aef85d2566053ba9"}) as unknown as TypedDocumentString<BlockPersonMutation, BlockPersonMutationVariables>;
export const UnblockPersonDocument = new TypedDocumentString(`
    mutation UnblockPerson($input: BlockPersonInput!) {
  unblockPerson(input: $input) {
    unblocked
  }
}
    `, {"hash":"sha256:d68e45fa70d4ce4dc1a4e17a1d6029c66929523479b6e44e2c9f02a1720aea70"}) as unknown as TypedDocumentString<UnblockPersonMutation, UnblockPersonMutationVariables>;
export const ReportPersonDocument = new TypedDocumentString(`
    mutation ReportPerson($input: ReportPersonInput!) {
  reportPerson(input: $input) {
    reportId
  }
}
    `, {"hash":"sha256:8497deadf9d4c67442c2c282fa95f4518d2f4505ae0211315c5128257756b834"}) as unknown as TypedDocumentString<ReportPersonMutation, ReportPersonMutationVariables>;
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
}`, {"contract":"admin","hash":"sha256:6e32f31e7712966950172a8ed5367131dbb3612152ba038b363c79777f46f58e"}) as unknown as TypedDocumentString<PersonReportsQuery, PersonReportsQueryVariables>;
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
}`, {"contract":"admin","hash":"sha256:28ebbe8bdd3dfe2e9fd9ddb5efd4ca008e02c4b67f5ad2310a55b7e4bc55430d"}) as unknown as TypedDocumentString<ResolvePersonReportMutation, ResolvePersonReportMutationVariables>;
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
}`, {"hash":"sha256:8e230c831a788e58cb7823d3ad433e25ebb28b2016090e5dea51b7634a483bf5"}) as unknown as TypedDocumentString<OwnWarningsQuery, OwnWarningsQueryVariables>;
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
}`, {"hash":"sha256:dbf0a672039003a4071bff3167b7b932ba645a655e0ac53f5cb888fe53547c55"}) as unknown as TypedDocumentString<OwnWarningUpdatesSubscription, OwnWarningUpdatesSubscriptionVariables>;
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
}`, {"hash":"sha256:882bd80bf56c2ad34e2896ab365435b2ff5b4852609a9cc2af6cb152a757f017"}) as unknown as TypedDocumentString<AcknowledgeWarningMutation, AcknowledgeWarningMutationVariables>;
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
}`, {"hash":"sha256:e5466b7f9eba3dd34652fd0100cf94ad75e28025b7603cfcbccc8432579c0eff"}) as unknown as TypedDocumentString<OwnSuspensionQuery, OwnSuspensionQueryVariables>;
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
    `, {"hash":"sha256:9da3b5820310bd823e91df1884fa1b0c891c3129286dda2c5908c81fa5109b37"}) as unknown as TypedDocumentString<AppealSuspensionMutation, AppealSuspensionMutationVariables>;
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
}`, {"contract":"admin","hash":"sha256:8f8dfa506126b53189f545ba5c350891ca3f39d11525eb965f3b9b905d8d8a24"}) as unknown as TypedDocumentString<SuspendAccountMutation, SuspendAccountMutationVariables>;
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
}`, {"contract":"admin","hash":"sha256:e8aa706930caab6f79fa1ddddc01028487ec27f8b25fb54da2ab0160e539fee6"}) as unknown as TypedDocumentString<ReinstateAccountMutation, ReinstateAccountMutationVariables>;
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
    `, {"contract":"admin","hash":"sha256:be518d411862ae6f4c6937c2539037b82e4f53b65a139036cd01ffda9425c15a"}) as unknown as TypedDocumentString<SuspensionAppealsQuery, SuspensionAppealsQueryVariables>;
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
    `, {"contract":"admin","hash":"sha256:a8a83312f6b74c02d20e9ae844dcf48a1451c5f179d66eb39aacc22e6a23d3f4"}) as unknown as TypedDocumentString<DecideAppealMutation, DecideAppealMutationVariables>;
export const RecordGuardianConsentDocument = new TypedDocumentString(`
    mutation RecordGuardianConsent($input: AccountInput!) {
  recordGuardianConsent(input: $input) {
    consent {
      accountId
      recordedAt
    }
  }
}
    `, {"contract":"admin","hash":"sha256:dac7229abe6e22c29e99c0768319757364bbd57b370d4c69ee682e0e925a7a5c"}) as unknown as TypedDocumentString<RecordGuardianConsentMutation, RecordGuardianConsentMutationVariables>;
export const WithdrawGuardianConsentDocument = new TypedDocumentString(`
    mutation WithdrawGuardianConsent($input: AccountInput!) {
  withdrawGuardianConsent(input: $input) {
    consent {
      accountId
      withdrawnAt
    }
  }
}
    `, {"contract":"admin","hash":"sha256:793c536dc6c6669a48981b415fa253f7063e302c20e4d9e9021c6e8d7e25cd99"}) as unknown as TypedDocumentString<WithdrawGuardianConsentMutation, WithdrawGuardianConsentMutationVariables>;
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
    `, {"hash":"sha256:a821bb7c28a8f8df346d5f8733936a906a3d5f06a0d57ce9b80a3ad4248f5e57"}) as unknown as TypedDocumentString<OffersQuery, OffersQueryVariables>;
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
    `, {"hash":"sha256:1e4cbbb2f1da13f882818476d089f9352f0a01499754f52c59db082504d7f1eb"}) as unknown as TypedDocumentString<CharitiesQuery, CharitiesQueryVariables>;
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
    `, {"hash":"sha256:7feba78516efd63e69104a5ed1f0bed02b586cee37b824aadb6c2aee913d562c"}) as unknown as TypedDocumentString<CitiesQuery, CitiesQueryVariables>;
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
}`, {"hash":"sha256:bb849fb350f7ba86c893f0797c562958d2c95f020b42d007245c8a3f31cb2e71"}) as unknown as TypedDocumentString<RedeemOfferMutation, RedeemOfferMutationVariables>;
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
}`, {"hash":"sha256:22bfb625d6f609ed9be34fdcd9faadfd7b11aa04d576512abdb09130a77b404b"}) as unknown as TypedDocumentString<VouchersQuery, VouchersQueryVariables>;
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
    `, {"hash":"sha256:b5f07bb37c01aa159e1f9007d8830dc8fd9cb415ce42e83520dd22cb5c25aec5"}) as unknown as TypedDocumentString<RedeemVoucherMutation, RedeemVoucherMutationVariables>;
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
    `, {"hash":"sha256:b75af4deab0f9a710857857474d99760e3c617ae337b9968d7c69694979e634c"}) as unknown as TypedDocumentString<DonatePointsMutation, DonatePointsMutationVariables>;
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
    `, {"hash":"sha256:6b532d0074f269499000658af86d2e09d34153e5d1ebc77446333423ef647698"}) as unknown as TypedDocumentString<PointsChangesSubscription, PointsChangesSubscriptionVariables>;
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
}`, {"hash":"sha256:2f336668eb174c7c25ee290057521bce937483870d3ac02674724acf22207d34"}) as unknown as TypedDocumentString<StoryFeedQuery, StoryFeedQueryVariables>;
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
}`, {"hash":"sha256:88c241749bc6df497314274dd75f9806f5a016421c2b7622ffad51a88c5e1623"}) as unknown as TypedDocumentString<StoryFeedChangesSubscription, StoryFeedChangesSubscriptionVariables>;
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
}`, {"hash":"sha256:5d3e88b155fe69b65afa8899366b6d9204c0c92cea0d85e961ea80b8ebef5f13"}) as unknown as TypedDocumentString<StoryQuery, StoryQueryVariables>;
export const SharedStoryDocument = new TypedDocumentString(`
    query SharedStory($id: ID!, $language: StoryLanguage) {
  story(id: $id) {
    id
    shareText(language: $language)
  }
}
    `, {"hash":"sha256:636de78665f44e251b80a0f274fa8034976bdc22aa5cb5846a205cefd1700652"}) as unknown as TypedDocumentString<SharedStoryQuery, SharedStoryQueryVariables>;
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
}`, {"hash":"sha256:22de088faf36654e86f66417afc2ac9eb39015345eb676fd130c4c2b475cbd12"}) as unknown as TypedDocumentString<OwnStoriesQuery, OwnStoriesQueryVariables>;
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
}`, {"hash":"sha256:bfa19d8bb665ecc3ecf3030304188b42f58aeb442b22f54d31d7ed089c94477f"}) as unknown as TypedDocumentString<OwnStoryUpdatesSubscription, OwnStoryUpdatesSubscriptionVariables>;
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
}`, {"hash":"sha256:5ddebc10d0bae673335e48fe60131dc409f980f66245912636eb6217b00ff0b7"}) as unknown as TypedDocumentString<ProposeStoryMutation, ProposeStoryMutationVariables>;
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
}`, {"hash":"sha256:2b34a3df37e6c7ea0e6064a8a0938ed8ec1b5ef3d4b045027851342da54557b7"}) as unknown as TypedDocumentString<ConsentToStoryMutation, ConsentToStoryMutationVariables>;
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
}`, {"hash":"sha256:5eb9f3234005a3d30fbdd29c88e4b5ee30039ad0e2dbd39e121c2978b60a627e"}) as unknown as TypedDocumentString<WithdrawStoryConsentMutation, WithdrawStoryConsentMutationVariables>;
export const ReportStoryDocument = new TypedDocumentString(`
    mutation ReportStory($input: ReportStoryInput!) {
  reportStory(input: $input) {
    storyId
  }
}
    `, {"hash":"sha256:41f52df68f7355ab55180e4b1608d99be5364d38f5cdb538dc3720098b0f46a8"}) as unknown as TypedDocumentString<ReportStoryMutation, ReportStoryMutationVariables>;
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
    `, {"contract":"admin","hash":"sha256:e2d98644a701be0c4035a2ee5624d9798f8867f8c6fda33c1e5dac83087c9ffb"}) as unknown as TypedDocumentString<StoriesToReviewQuery, StoriesToReviewQueryVariables>;
export const ReviewStoryDocument = new TypedDocumentString(`
    mutation ReviewStory($input: ReviewStoryInput!) {
  reviewStory(input: $input) {
    story {
      id
      state
    }
  }
}
    `, {"contract":"admin","hash":"sha256:8b8575b3904ac4922e8bcc3b72d754dd98a0ef1c6f13ca92c98b55158e50b57d"}) as unknown as TypedDocumentString<ReviewStoryMutation, ReviewStoryMutationVariables>;