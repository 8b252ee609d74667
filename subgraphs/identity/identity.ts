/*
 * The identity domain: who somebody is, proved by an identity provider and a phone, and for how long we believe it. The
 * one place that knows e-mails and numbers; the others know an account's id. Where the configuration names no provider
 * or message service, those of a laptop run here and answer below /development.
 */
import { ConfigurationError } from '../kernel/configuration.ts';
import { Refusal } from '../kernel/errors.ts';
import type { Lookout } from '../kernel/lookout.ts';
import type { Machine, Route, SubgraphDefinition } from '../kernel/subgraph.ts';
import { AccountResolver, loadAccounts } from './account.resolver.ts';
import { Account, Accounts } from './account.ts';
import { AnalystResolver } from './analyst.resolver.ts';
import { AnalystAppointment } from './analyst.ts';
import { openComingOfAge } from './coming-of-age.ts';
import { ConsentResolver, LegalDocumentResolver } from './consent.resolver.ts';
import { DEVELOPMENT_PROVIDER_PATH, DevelopmentProvider } from './development-provider.ts';
import { openErasures } from './erasure.ts';
import { type IdentityProvider, OpenIdConnectProvider } from './identity-provider.ts';
import { takeInDecision, takeInReport } from './left-under-report.ts';
import { takeInFormerMember, takeInMember } from './membership.ts';
import { migrations } from './migrations.ts';
import { OwnSessionResolver } from './own-session.resolver.ts';
import { PartnerKeyResolver } from './partner-key.resolver.ts';
import { PartnerKey, PartnerKeys } from './partner-key.ts';
import { Phones } from './phone.ts';
import { officerDigest, takeInRetired, takeInRostered } from './roster.ts';
import { Secrets } from './secrets.ts';
import { SessionResolver } from './session.resolver.ts';
import { Sessions } from './session.ts';
import { redirectPolicy, SignIn } from './sign-in.ts';
import { SigningKeys } from './signing-keys.ts';
import { HttpSmsSender } from './sms.http.ts';
import { DevelopmentInbox } from './sms.inbox.ts';
import { AccountStandingResolver, SuspensionAppealResolver, SuspensionResolver } from './suspension.resolver.ts';
import { Suspension, SuspensionAppeal, Suspensions } from './suspension.ts';

export interface IdentityServices {
  readonly secrets: Secrets;
  readonly accounts: Accounts;
  readonly signIn: SignIn;
  readonly sessions: Sessions;
  readonly keys: SigningKeys;
  readonly phones: Phones;
  readonly partnerKeys: PartnerKeys;
  readonly suspensions: Suspensions;
  readonly comingOfAge: Lookout;
  readonly erasures: Lookout;
  /** Stand-ins of a laptop; absent where the configuration names the real ones. */
  readonly developmentProvider: DevelopmentProvider | undefined;
  readonly developmentInbox: DevelopmentInbox | undefined;
}

/** Who signs in as an officer where the demonstration set is loaded, without an administrator having registered them. */
export const demoOfficers = {
  emailAddresses: ['officer@hey-blue.example', 'officer2@hey-blue.example', 'officer3@hey-blue.example'],
  departmentName: 'Austin Police Department',
} as const;

export const identity: SubgraphDefinition<IdentityServices> = {
  name: 'identity',
  resolvers: [
    AccountResolver,
    SessionResolver,
    OwnSessionResolver,
    ConsentResolver,
    LegalDocumentResolver,
    PartnerKeyResolver,
    SuspensionResolver,
    SuspensionAppealResolver,
    AccountStandingResolver,
    AnalystResolver,
  ],
  entities: [Account, PartnerKey, Suspension, SuspensionAppeal, AnalystAppointment],
  migrations,
  references: { Account: loadAccounts },
  consumes: {
    'report.opened': ({ body }, work) => takeInReport(body, work),
    'report.decided': ({ body }, work) => takeInDecision(body, work),
    'suspension.decided': ({ body }, work, { suspensions }) => suspensions.suspendReported(work, body),
    'organisation.memberAdded': ({ body }, work) => takeInMember(body, work),
    'organisation.memberRemoved': ({ body }, work) => takeInFormerMember(body, work),
    'officer.rostered': ({ body }, work) => takeInRostered(body, work),
    'officer.retired': ({ body }, work) => takeInRetired(body, work),
  },
  open: openServices,
  async close({ comingOfAge, erasures, developmentProvider }) {
    await comingOfAge.close();
    await erasures.close();
    await developmentProvider?.close();
  },
  routes({ developmentProvider, developmentInbox }) {
    const routes: Record<string, Route> = {};
    if (developmentProvider) routes[DEVELOPMENT_PROVIDER_PATH] = developmentProvider.handle;
    if (developmentInbox) routes['/development/messages'] = developmentInbox.handle;
    return routes;
  },
};

async function openServices(machine: Machine): Promise<IdentityServices> {
  const { configuration, clock, random } = machine;
  const development = configuration.environment !== 'production';
  if (!development && (!configuration.oidc.issuer || !configuration.sms)) {
    // Anybody could be anybody: worth a second look at the place where it would happen.
    throw new ConfigurationError('Production needs an identity provider and a message service: OIDC_ISSUER, SMS_URL.');
  }
  const secrets = new Secrets(configuration.secretKey, random);
  const redirectAllowed = redirectPolicy(configuration.redirectUris, development);
  const accounts = new Accounts(secrets, configuration.administratorEmails, officerDigest(configuration.secretKey));
  const keys = new SigningKeys(machine, secrets);
  const sessions = new Sessions(machine, secrets, keys);
  const { provider, developmentProvider } = providerOf(machine, redirectAllowed);
  const developmentInbox = configuration.sms ? undefined : new DevelopmentInbox(clock);
  const sms = configuration.sms ? new HttpSmsSender(configuration.sms) : (developmentInbox as DevelopmentInbox);
  if (configuration.demo) {
    const { emailAddresses, departmentName } = demoOfficers;
    await machine.work((work) => accounts.registerOfficers(emailAddresses, departmentName, null, work));
  }
  return {
    secrets,
    accounts,
    keys,
    sessions,
    signIn: new SignIn(machine, { secrets, provider, accounts, sessions, redirectAllowed }),
    phones: new Phones(machine, { secrets, sms, accounts, sessions }),
    partnerKeys: new PartnerKeys(secrets),
    suspensions: new Suspensions(secrets),
    comingOfAge: openComingOfAge(machine),
    erasures: openErasures(machine),
    developmentProvider,
    developmentInbox,
  };
}

function providerOf(
  { configuration, clock, log }: Machine,
  redirectAllowed: (uri: string) => boolean,
): { provider: IdentityProvider; developmentProvider: DevelopmentProvider | undefined } {
  const { issuer, clientId, clientSecret } = configuration.oidc;
  if (issuer) {
    const plainHttp = configuration.environment !== 'production';
    const outside = { issuer: () => issuer, clientId, clientSecret, alwaysAsk: false, plainHttp, clock, log };
    return { provider: new OpenIdConnectProvider(outside), developmentProvider: undefined };
  }
  const publicUrl = () => {
    if (configuration.publicUrl) return configuration.publicUrl;
    throw new Refusal('UNAVAILABLE', 'The address of this system is not known: set PUBLIC_URL.');
  };
  const developmentProvider = new DevelopmentProvider({
    publicUrl,
    clientId,
    secretKey: configuration.secretKey,
    redirectAllowed,
    log,
  });
  const provider = new OpenIdConnectProvider({
    issuer: () => developmentProvider.issuer(),
    clientId,
    clientSecret: developmentProvider.clientSecret,
    alwaysAsk: true,
    plainHttp: true,
    fetch: developmentProvider.fetch,
    clock,
    log,
  });
  return { provider, developmentProvider };
}
