/*
 * Signs a person in as a browser would, against the development provider: its login page believes every e-mail, its inbox
 * shows the codes that go to phones. For the simulator, demonstrations and journeys; real providers ask real people.
 */
import { Client, ClientError } from './client.ts';
import {
  CompleteSignInDocument,
  GiveConsentDocument,
  OpenConsentsDocument,
  RequestPhoneCodeDocument,
  StartSignInDocument,
  VerifyPhoneDocument,
} from './generated/graphql.ts';

export interface Person {
  readonly emailAddress: string;
  /** In the form of E.164; one account has one phone. */
  readonly phoneNumber: string;
}

export interface SignedIn {
  readonly client: Client;
  readonly accountId: string;
}

/** Nothing has to listen there: the address is read from the redirect, not called. */
const REDIRECT_URI = 'http://127.0.0.1/signed-in';

/** Signs in and, the first time, verifies the phone. @throws ClientError. */
export async function signIn(url: string, person: Person): Promise<SignedIn> {
  const client = new Client({ url });
  const account = await signInByBrowser(client, person.emailAddress);
  if (!account.phoneVerified) {
    await agree(client);
    await verifyPhone(client, person.phoneNumber);
  }
  return { client, accountId: account.id };
}

/** The part with the identity provider; gives the client its session. */
export async function signInByBrowser(
  client: Client,
  emailAddress: string,
): Promise<{ readonly id: string; readonly phoneVerified: boolean }> {
  const { startSignIn } = await client.request(StartSignInDocument, { input: { redirectUri: REDIRECT_URI } });
  const browser = new Browser();
  const loginPage = await browser.open(startSignIn.authorizationUrl);
  const resume = await browser.open(loginPage, { email: emailAddress });
  const redirect = new URL(await browser.open(resume));
  const [code, state] = [redirect.searchParams.get('code'), redirect.searchParams.get('state')];
  if (!code || !state)
    throw new ClientError('SIGN_IN_FAILED', `The provider answered ${redirect.searchParams.get('error')}.`);
  const { completeSignIn } = await client.request(CompleteSignInDocument, {
    input: { flow: startSignIn.flow, code, state },
  });
  client.takeSession(completeSignIn.session);
  return completeSignIn.account;
}

/** The part with the terms: agrees to what holds now. */
async function agree(client: Client): Promise<void> {
  const { me } = await client.request(OpenConsentsDocument);
  const documentIds = (me.openConsents ?? []).map(({ id }) => id);
  if (documentIds.length > 0) await client.request(GiveConsentDocument, { input: { documentIds } });
}

/** The part with the phone; gives the client a session with the scopes of its role. */
export async function verifyPhone(client: Client, phoneNumber: string): Promise<void> {
  await client.request(RequestPhoneCodeDocument, { input: { phoneNumber } });
  const code = await codeSentTo(client.url, phoneNumber);
  const { verifyPhone: verified } = await client.request(VerifyPhoneDocument, { input: { phoneNumber, code } });
  client.takeSession(verified.session);
}

/** The newest code in the development inbox. */
export async function codeSentTo(url: string, phoneNumber: string): Promise<string> {
  const response = await fetch(`${url}/development/messages?to=${encodeURIComponent(phoneNumber)}`);
  const messages = (await response.json()) as { text: string; sentAt: string }[];
  const newest = messages.sort((a, b) => a.sentAt.localeCompare(b.sentAt)).at(-1);
  const code = newest?.text.match(/\b\d{6}\b/)?.[0];
  if (!code) throw new ClientError('CODE_EXPIRED', `No code was sent to ${phoneNumber}.`);
  return code;
}

/** As much of a browser as a sign-in needs: it keeps cookies and does not follow redirects by itself. */
class Browser {
  readonly #cookies = new Map<string, string>();

  /** Opens a page, or posts a form to it. @returns where it leads. */
  async open(url: string, form?: Record<string, string>): Promise<string> {
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(form && { method: 'POST', body: new URLSearchParams(form) }),
    });
    await response.arrayBuffer();
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = cookie.match(/^([^=]+)=([^;]*)/) ?? [];
      this.#cookies.set(name, value);
    }
    const location = response.headers.get('location');
    if (!location) throw new ClientError('SIGN_IN_FAILED', `The sign-in page answered ${response.status}.`);
    return new URL(location, url).href;
  }
}
