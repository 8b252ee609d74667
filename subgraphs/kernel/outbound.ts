/*
 * Calls to addresses that others gave us: a table to fetch, a receiver to tell. Such an address may name our own network
 * (169.254.169.254, a database, a name that resolves there now or on the second look), so the name is resolved once, all
 * its addresses are checked, and the connection goes to those and no others. The same holds for every redirect.
 */
import { lookup } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { Agent, type Dispatcher, errors, request } from 'undici';

export type OutboundReason =
  | 'ADDRESS_INVALID'
  | 'ADDRESS_NOT_PUBLIC'
  | 'NAME_UNKNOWN'
  | 'REDIRECTED'
  | 'TOO_LARGE'
  | 'ENCODED'
  | 'TIMED_OUT'
  | 'NOT_CONNECTED';

/** The call was not made, or not to its end. `message` is a sentence for whoever gave the address; it names no address of ours. */
export class OutboundRefused extends Error {
  readonly reason: OutboundReason;

  constructor(reason: OutboundReason, message: string) {
    super(message);
    this.reason = reason;
  }
}

/** Where calls may go. Tests, whose servers are on this machine, pass their own. */
export interface OutboundPolicy {
  readonly protocols: readonly string[];
  allows(address: string): boolean;
  /** All addresses of a name, in the order to try. */
  resolve(hostname: string): Promise<readonly string[]>;
}

export interface OutboundOptions {
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** Of the answer's body. */
  readonly limitBytes: number;
  /** From the first look at the name to the last byte of the body. */
  readonly timeoutMilliseconds: number;
  /** How many are followed, of a GET alone; 0 when absent, and then one is an answer like any other. */
  readonly redirects?: number;
  readonly policy?: OutboundPolicy;
  /** Ends the call early, as when the process stops. */
  readonly signal?: AbortSignal;
}

export interface OutboundAnswer {
  readonly status: number;
  /** Names in lower case; of several of one name the first. */
  readonly headers: Readonly<Record<string, string>>;
  /** After redirects. */
  readonly url: string;
  /**
   * The body, once; rejects with OutboundRefused. Read it to its end, stop iterating, or call `discard`: the connection is
   * kept until then.
   */
  readonly body: AsyncIterable<Uint8Array>;
  discard(): Promise<void>;
}

/** https to addresses of the public internet. */
export const publicInternet: OutboundPolicy = {
  protocols: ['https:'],
  allows: isPublicAddress,
  resolve: async (hostname) => (await lookup(hostname, { all: true })).map(({ address }) => address),
};

/**
 * Whether an address is one that everybody can reach. Not: loopback, private, link-local, carrier-grade NAT, multicast,
 * unique local, reserved ones, and IPv6 that carries an IPv4 address which is none (IANA special-purpose registries).
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  // Makes ::ffff:127.0.0.1 what it is.
  const parsed = ipaddr.process(address);
  if (parsed.range() !== 'unicast') return false;
  // What IANA has given out of IPv6; ::7f00:1 and the like are ranged with it and are not in there.
  return parsed.kind() === 'ipv4' || parsed.match(GIVEN_OUT);
}

const GIVEN_OUT = ipaddr.parseCIDR('2000::/3');

const LONGEST_ADDRESS = 2_048;

/** @throws OutboundRefused ADDRESS_INVALID for what can never be called, whatever its name resolves to. */
export function checkAddress(address: string, policy: OutboundPolicy = publicInternet): URL {
  const url = address.length <= LONGEST_ADDRESS ? URL.parse(address) : null;
  if (!url) throw new OutboundRefused('ADDRESS_INVALID', 'The address is not one of the web.');
  if (!policy.protocols.includes(url.protocol)) {
    throw new OutboundRefused('ADDRESS_INVALID', 'The address has to begin with https://.');
  }
  if (url.username || url.password) {
    throw new OutboundRefused('ADDRESS_INVALID', 'The address must carry no user and no password.');
  }
  const literal = literalOf(url);
  if (literal && !policy.allows(literal)) throw notPublic();
  return url;
}

/**
 * Calls an address that others gave.
 * @throws OutboundRefused with the reason.
 */
export async function fetchPublic(address: string, options: OutboundOptions): Promise<OutboundAnswer> {
  const { policy = publicInternet, redirects = 0 } = options;
  const deadline = AbortSignal.timeout(options.timeoutMilliseconds);
  const signal = options.signal ? AbortSignal.any([deadline, options.signal]) : deadline;
  let url = checkAddress(address, policy);
  for (let followed = 0; ; followed++) {
    const answer = await call(url, options, policy, signal);
    const { location } = answer.headers;
    if (redirects === 0 || !isRedirect(answer.status) || location === undefined) return answer;
    await answer.discard();
    if (followed === redirects || (options.method ?? 'GET') !== 'GET') {
      throw new OutboundRefused('REDIRECTED', `The address leads on more than ${redirects} times.`);
    }
    url = checkAddress(URL.parse(location, url.href)?.href ?? '', policy);
  }
}

const isRedirect = (status: number) => [301, 302, 303, 307, 308].includes(status);

async function call(
  url: URL,
  options: OutboundOptions,
  policy: OutboundPolicy,
  signal: AbortSignal,
): Promise<OutboundAnswer> {
  // One for each call: nothing that was connected under one check is used under another.
  const agent = new Agent({
    connect: { lookup: checkedLookup(policy), timeout: options.timeoutMilliseconds },
    connections: 1,
    pipelining: 1,
  });
  const end = () => agent.destroy();
  let answer: Dispatcher.ResponseData;
  try {
    answer = await request(url, {
      dispatcher: agent,
      method: options.method ?? 'GET',
      // Packed bodies could unpack to any size.
      headers: { 'accept-encoding': 'identity', 'user-agent': 'HeyBlue/1.0', ...options.headers },
      body: options.body ?? null,
      signal,
    });
  } catch (error) {
    await end();
    throw refusalOf(error, signal);
  }
  const headers = firstOf(answer.headers);
  const refuse = async (refusal: OutboundRefused) => {
    await end();
    throw refusal;
  };
  const { limitBytes } = options;
  if (Number(headers['content-length'] ?? 0) > limitBytes) await refuse(tooLarge(limitBytes));
  if ((headers['content-encoding'] ?? 'identity') !== 'identity') {
    await refuse(new OutboundRefused('ENCODED', 'The answer is compressed, which was not asked for.'));
  }
  return {
    status: answer.statusCode,
    headers,
    url: url.href,
    discard: end,
    body: {
      async *[Symbol.asyncIterator]() {
        let bytes = 0;
        try {
          for await (const chunk of answer.body) {
            bytes += chunk.length;
            if (bytes > limitBytes) throw tooLarge(limitBytes);
            yield chunk;
          }
        } catch (error) {
          throw refusalOf(error, signal);
        } finally {
          await end();
        }
      },
    },
  };
}

/** Resolves as the policy says; one address that is not allowed spoils the name, since the next look might give it alone. */
function checkedLookup(policy: OutboundPolicy): LookupFunction {
  return (hostname, options, done) => {
    policy.resolve(hostname).then(
      (addresses) => {
        const found = addresses.map((address) => ({
          address,
          family: ipaddr.parse(address).kind() === 'ipv6' ? 6 : 4,
        }));
        const [first] = found;
        if (!first) return done(unknownName(), '', 0);
        if (!found.every(({ address }) => policy.allows(address))) return done(notPublic(), '', 0);
        if (options.all) done(null, found);
        else done(null, first.address, first.family);
      },
      () => done(unknownName(), '', 0),
    );
  };
}

/** An address that stands in the URL itself is never looked up. The URL has made 0x7f.1 and the like what they are. */
function literalOf({ hostname }: URL): string | undefined {
  const bare = hostname.replace(/^\[|\]$/g, '');
  return ipaddr.isValid(bare) ? bare : undefined;
}

function refusalOf(error: unknown, signal: AbortSignal): Error {
  if (error instanceof OutboundRefused) return error;
  const cause = (error as { cause?: unknown }).cause;
  if (cause instanceof OutboundRefused) return cause;
  if (signal.aborted || error instanceof errors.ConnectTimeoutError) {
    return new OutboundRefused('TIMED_OUT', 'The address did not answer in time.');
  }
  return new OutboundRefused('NOT_CONNECTED', 'The address did not answer, or broke off.');
}

const notPublic = () => new OutboundRefused('ADDRESS_NOT_PUBLIC', 'The address is not on the public internet.');
const unknownName = () => new OutboundRefused('NAME_UNKNOWN', 'The name of the address is not known.');
const tooLarge = (limit: number) =>
  new OutboundRefused('TOO_LARGE', `The answer has more than ${Math.floor(limit / 1024)} KiB.`);

function firstOf(headers: Dispatcher.ResponseData['headers']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => {
      const first = Array.isArray(value) ? value[0] : value;
      return first === undefined ? [] : [[name.toLowerCase(), first]];
    }),
  );
}
