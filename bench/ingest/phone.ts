/* A phone as this benchmark needs it: one socket on which it reports, and hears of officers nearby. */
import { once } from 'node:events';
import { WebSocket } from 'ws';

const REPORT =
  'mutation Report($input: ReportLocationInput!) { reportLocation(input: $input) { taken quietSeconds expiresAt } }';
const ALERTS =
  'subscription Alerts { proximityAlerts { officer { id } state cell { latitude longitude } distance windowClosesAt } }';

export interface Place {
  readonly latitude: number;
  readonly longitude: number;
}

export class Phone {
  readonly #socket: WebSocket;
  #sequence = 0;
  #answered: (() => void) | undefined;
  #entered: (() => void) | undefined;
  /** What was refused, by message; a benchmark of refusals has no figures. */
  failure: string | undefined;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data) => this.#heard(String(data)));
  }

  /** @param token an access token; undefined for the peer, where nobody signs in. */
  static async connect(url: string, token: string | undefined): Promise<Phone> {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
      perMessageDeflate: false,
    });
    await once(socket, 'open');
    if (token) {
      socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } }));
      await once(socket, 'message');
    }
    return new Phone(socket);
  }

  listen(): void {
    this.#socket.send(JSON.stringify({ id: 'alerts', type: 'subscribe', payload: { query: ALERTS } }));
  }

  /** Resolves when the answer is there. */
  report(position: Place): Promise<void> {
    const answered = new Promise<void>((resolve) => {
      this.#answered = resolve;
    });
    const input = { position, accuracyMeters: 190, sequence: ++this.#sequence };
    this.#socket.send(
      JSON.stringify({ id: `${this.#sequence}`, type: 'subscribe', payload: { query: REPORT, variables: { input } } }),
    );
    return answered;
  }

  /** Resolves when an officer has come near. */
  alerted(): Promise<void> {
    return new Promise((resolve) => {
      this.#entered = resolve;
    });
  }

  close(): void {
    this.#socket.close();
  }

  #heard(text: string): void {
    const { type, id, payload } = JSON.parse(text);
    if (type === 'complete') return;
    if (type === 'error' || payload?.errors) this.failure ??= text;
    if (id !== 'alerts') this.#answered?.();
    else if (payload?.data?.proximityAlerts.state === 'ENTERED') this.#entered?.();
  }
}
