/*
 * Text messages through a Twilio-compatible service: a form with To, From and Body is posted to the address of the
 * configuration (https://api.twilio.com/2010-04-01/Accounts/<account>/Messages.json), with account and token as basic
 * credentials. One attempt: a repetition could send a second message, and the person can ask for one.
 */
import { checkMessage, SmsNotSent, type SmsSender, type TextMessage } from './sms.ts';

export interface HttpSmsOptions {
  readonly url: string;
  readonly account: string;
  readonly token: string;
  /** Sender, E.164. */
  readonly from: string;
  readonly timeoutSeconds?: number;
}

const TIMEOUT_SECONDS = 10;

export class HttpSmsSender implements SmsSender {
  readonly #options: HttpSmsOptions;

  constructor(options: HttpSmsOptions) {
    this.#options = options;
  }

  async send(message: TextMessage): Promise<void> {
    checkMessage(message);
    const { url, account, token, from, timeoutSeconds = TIMEOUT_SECONDS } = this.#options;
    const response = await fetch(url, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${account}:${token}`).toString('base64')}` },
      body: new URLSearchParams({ To: message.to, From: from, Body: message.text }),
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutSeconds * 1000),
    }).catch((error: Error) => {
      throw new SmsNotSent(error.name === 'TimeoutError' ? 'the service did not answer in time' : 'no connection');
    });
    // The body of a refusal may repeat number and text, so only its status is told.
    await response.body?.cancel();
    if (!response.ok) throw new SmsNotSent(`the service answered ${response.status}`);
  }
}
