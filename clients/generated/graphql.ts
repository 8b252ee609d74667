/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** What an account may become once its phone is verified. */
export type AccountRole =
  /** Runs the system. */
  | 'ADMINISTRATOR'
  /** Meets officers; everybody is one who is nothing else. */
  | 'CITIZEN'
  /** A police officer: an administrator registered the verified e-mail for a department. */
  | 'OFFICER';

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

/** Which offer to close. */
export type ArchiveOfferInput = {
  /** The offer. */
  offerId: string;
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

/** A key for a partner. */
export type CreatePartnerKeyInput = {
  /** What to call it. */
  label: string;
  /** The retailer for which it acts. */
  retailerId: string;
  /** What it may do; at least one. */
  scopes: Array<PartnerScope>;
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

/** The key to revoke. */
export type RevokePartnerKeyInput = {
  /** Which key. */
  partnerKeyId: string;
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