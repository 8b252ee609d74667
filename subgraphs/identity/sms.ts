/*
 * The port to a text message service. Adapters: sms.inbox.ts (development, a memory that can be read), sms.http.ts (a
 * Twilio-compatible service).
 */

export interface TextMessage {
  /** E.164. */
  readonly to: string;
  readonly text: string;
}

export interface SmsSender {
  /**
   * Hands one message over. Resolves when the service has taken it, not when it is received; a message may also arrive
   * after a rejection, because answers get lost.
   * @throws SmsNotSent, whose message holds neither number nor text.
   */
  send(message: TextMessage): Promise<void>;
}

export class SmsNotSent extends Error {
  override name = 'SmsNotSent';
}

/** The longest text a service takes (Twilio: 1,600 characters). */
export const SMS_LIMIT = 1_600;

/** @throws SmsNotSent for what no service would take. */
export function checkMessage({ to, text }: TextMessage): void {
  if (!/^\+[1-9]\d{6,14}$/.test(to)) throw new SmsNotSent('the number is not in the form of E.164');
  if (text.length === 0 || text.length > SMS_LIMIT) throw new SmsNotSent('the text is empty or too long');
}
