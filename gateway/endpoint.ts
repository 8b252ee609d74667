/*
 * This gateway's part in the orchestrator: it tells the connections domain every two seconds how many sockets it has and
 * takes, and that it goes away before it does. In the gateway's own name, by fields that the public graph does not show.
 * What cannot be told costs the gateway newcomers, nothing else.
 */
import type { Logger } from 'pino';
import { anonymous, type CallerSigner } from '../subgraphs/kernel/caller.ts';
import type { Alarm, Clock } from '../subgraphs/kernel/clock.ts';
import type { SubgraphLink } from './link.ts';

/** A third of the lease that the connections domain gives. */
const BEAT_MILLISECONDS = 2_000;

const ANNOUNCE = 'mutation Announce($input: AnnounceEndpointInput!) { announceEndpoint(input: $input) { endpointId } }';
const RETIRE = 'mutation Retire($input: RetireEndpointInput!) { retireEndpoint(input: $input) { endpointId } }';

export interface EndpointOptions {
  readonly connections: SubgraphLink;
  readonly signer: CallerSigner;
  readonly clock: Clock;
  readonly log: Logger;
  /** New with each start. */
  readonly endpointId: string;
  /** Where phones connect. */
  readonly url: string;
  /** Sockets that are taken at most. */
  readonly capacity: number;
  /** Sockets that are open now. */
  readonly open: () => number;
}

export interface AnnouncedEndpoint {
  /** Takes itself off: nobody is sent here any more. Never rejects, and waits for an answer no longer than a beat. */
  close(): Promise<void>;
}

/** Resolves when the first announcement has been answered, or a beat later: the gateway serves without it. Never rejects. */
export async function announceEndpoint(options: EndpointOptions): Promise<AnnouncedEndpoint> {
  const { connections, signer, clock, log, endpointId, url, capacity, open } = options;
  let isClosed = false;
  let isTold = true;
  let nextBeat: Alarm | undefined;
  let beating: Promise<void> = Promise.resolve();

  const inABeat = (ring: () => void) => clock.at(new Date(clock.now().getTime() + BEAT_MILLISECONDS), ring);

  async function tell(query: string, input: object): Promise<void> {
    let reason: string | undefined;
    try {
      const call = { authorization: await signer.sign(anonymous, connections.name), requestId: 'endpoint' };
      const { errors } = await connections.execute({ query, variables: { input } }, call);
      reason = errors?.[0]?.message;
    } catch (error) {
      reason = (error as Error).message;
    }
    if (reason !== undefined && isTold) log.warn({ reason }, 'phones are not sent to this gateway');
    if (reason === undefined && !isTold && !isClosed) log.info('phones are sent to this gateway again');
    isTold = reason === undefined;
  }

  function beat(): void {
    beating = tell(ANNOUNCE, { endpointId, url, capacity, open: open() }).then(() => {
      if (!isClosed) nextBeat = inABeat(beat);
    });
  }

  async function atMostABeat(task: Promise<void>): Promise<void> {
    let patience: Alarm | undefined;
    const elapsed = new Promise<void>((resolve) => {
      patience = inABeat(resolve);
    });
    await Promise.race([task, elapsed]);
    patience?.cancel();
  }

  beat();
  await atMostABeat(beating);
  return {
    async close() {
      isClosed = true;
      nextBeat?.cancel();
      // After what is under way, or that would bring it back.
      await atMostABeat(beating.then(() => tell(RETIRE, { endpointId })));
    },
  };
}
