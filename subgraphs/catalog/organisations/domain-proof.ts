/*
 * Whether a domain belongs to those who say so: they publish a text under a name of it that only they can write. The port,
 * and the names and texts that both of its adapters look for. A domain at which everybody gets an address proves nothing.
 */

/** Reads what is published under a domain. */
export interface DomainProof {
  /**
   * The texts published as TXT records under `name`, such as _hey-blue.example.org; none where there is no such name.
   * @throws Error when the question could not be answered: ask again later.
   */
  textsOf(name: string): Promise<readonly string[]>;
}

/** The name under which a domain publishes its text (an underscored name, RFC 8552, which no host can have). */
export const proofName = (domain: string) => `_hey-blue.${domain}`;
export const proofText = (token: string) => `hey-blue-verification=${token}`;

/** Where addresses are for everybody: the largest providers of the United States, and those of throw-away addresses. */
const free = [
  'aim.com',
  'aol.com',
  'att.net',
  'bellsouth.net',
  'charter.net',
  'comcast.net',
  'cox.net',
  'duck.com',
  'earthlink.net',
  'fastmail.com',
  'gmail.com',
  'gmx.com',
  'gmx.net',
  'googlemail.com',
  'guerrillamail.com',
  'hey.com',
  'hotmail.com',
  'hushmail.com',
  'icloud.com',
  'juno.com',
  'live.com',
  'mac.com',
  'mail.com',
  'mailinator.com',
  'me.com',
  'msn.com',
  'netzero.net',
  'optonline.net',
  'outlook.com',
  'pm.me',
  'proton.me',
  'protonmail.com',
  'qq.com',
  'rocketmail.com',
  'sbcglobal.net',
  'spectrum.net',
  'tutanota.com',
  'verizon.net',
  'web.de',
  'yahoo.com',
  'yandex.com',
  'ymail.com',
  'zoho.com',
];

/** Whether addresses at this domain, or at one above it, are for everybody. */
export function isFreeMail(domain: string): boolean {
  return free.some((each) => domain === each || domain.endsWith(`.${each}`));
}

/** Whether an e-mail is of this domain or of one below it. */
export function isOfDomain(email: string, domain: string): boolean {
  const host = email.slice(email.lastIndexOf('@') + 1).toLowerCase();
  return host === domain || host.endsWith(`.${domain}`);
}
