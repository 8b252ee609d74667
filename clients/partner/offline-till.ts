/*
 * A till that goes on while it is cut off: it keeps the keys and the list of revocations while there is a network, checks
 * tokens by them, signs what it takes and hands that in later. What is taken is written down before anybody is told so,
 * and one tab at a time writes, so that no number is used twice.
 */
import { idBytes, join, numberBytes, sha256, textBytes, toBase64 } from './bytes.ts';
import { type ClaimResult, type Partner, PartnerError, type Terminal } from './partner.ts';
import {
  checkOffline,
  type OfflineCheck,
  type PublishedKey,
  type RevocationList,
  type Revocations,
  type TokenFault,
  type VoucherClaims,
  verifyRevocations,
} from './token.ts';

/** Where the till keeps its things; values are as structuredClone takes them (IndexedDB does), the key pair among them. */
export interface TillStore {
  read(name: string): Promise<unknown>;
  /** Resolves when it would outlast a power cut. */
  write(name: string, value: unknown): Promise<void>;
}

/** As the platform has it, whose types Node and browsers name differently. */
type PlatformKey = Parameters<typeof crypto.subtle.sign>[1];

/** What WebCrypto calls a CryptoKeyPair. */
export interface TillKeyPair {
  readonly privateKey: PlatformKey;
  readonly publicKey: PlatformKey;
}

export interface TillOptions {
  readonly partner: Partner;
  readonly store: TillStore;
  /** Ed25519; made and kept in the store where it is absent. */
  readonly keyPair?: TillKeyPair;
  readonly now?: () => Date;
}

/** An attempt to take the voucher with a network, of which nobody knows how it ended. */
export type Attempt = { readonly holdId: string } | { readonly idempotencyKey: string };

interface UnsignedClaim {
  readonly sequence: number;
  readonly token: string;
  readonly claimedAt: Date;
  readonly listAsOf: Date;
}

export interface SignedClaim {
  readonly sequence: number;
  readonly token: string;
  readonly claimedAt: string;
  readonly revocationsAsOf: string;
  readonly signature: string;
}

/** What was taken and is not handed in yet. */
export interface WaitingClaim extends SignedClaim {
  readonly valueCents: number;
  readonly attempt?: Attempt | undefined;
}

/** What became of it. */
export interface DecidedClaim extends Pick<WaitingClaim, 'sequence' | 'claimedAt' | 'valueCents'> {
  readonly outcome: ClaimResult['outcome'];
  readonly refusal: ClaimResult['refusal'];
  readonly decidedAt: string;
}

export interface TillStatus {
  /** Which somebody who acts for the retailer makes known: 32 bytes in base 64. */
  readonly publicKey: string;
  readonly terminalId: string | undefined;
  readonly limitCents: number;
  /** Up to when the list of revocations speaks; nothing is taken once that is 24 hours ago. */
  readonly listAsOf: Date | undefined;
  readonly waiting: readonly WaitingClaim[];
  /** The latest first, at most 100. */
  readonly decided: readonly DecidedClaim[];
}

/** Why nothing is taken, besides what is wrong with the token. */
export type TillFault = TokenFault | 'TILL_UNKNOWN';

export type Taken =
  | { readonly claims: VoucherClaims; readonly fault?: undefined }
  | { readonly claims: VoucherClaims | undefined; readonly fault: TillFault };

interface Kept {
  readonly retailerId?: string;
  readonly terminalId?: string;
  readonly limitCents: number;
  readonly keys: readonly PublishedKey[];
  readonly list?: RevocationList;
  /** The number of the next claim. */
  readonly sequence: number;
  readonly waiting: readonly WaitingClaim[];
  readonly decided: readonly DecidedClaim[];
  /** Vouchers that were taken here, until they would have expired. */
  readonly taken: readonly { readonly serial: number; readonly until: string }[];
}

const nothing: Kept = { limitCents: 0, keys: [], sequence: 1, waiting: [], decided: [], taken: [] };
const STATE = 'till';
const KEY_PAIR = 'till key pair';
const DECIDED_KEPT = 100;
/** Has the form of a token and is none. */
const NOTHING = `HB1:${'0'.repeat(149)}`;

export class OfflineTill {
  readonly #partner: Partner;
  readonly #store: TillStore;
  readonly #keyPair: TillKeyPair;
  readonly #now: () => Date;
  readonly #publicKey: string;
  #kept: Kept;
  /** The list as it was last opened: inflating a large one takes a while. */
  #opened: { readonly list: RevocationList; readonly revocations: Revocations | undefined } | undefined;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(options: TillOptions, keyPair: TillKeyPair, publicKey: string, kept: Kept) {
    this.#partner = options.partner;
    this.#store = options.store;
    this.#now = options.now ?? (() => new Date());
    this.#keyPair = keyPair;
    this.#publicKey = publicKey;
    this.#kept = kept;
  }

  static async open(options: TillOptions): Promise<OfflineTill> {
    const { store } = options;
    let keyPair = options.keyPair ?? ((await store.read(KEY_PAIR)) as TillKeyPair | undefined);
    if (!keyPair) {
      // Not extractable: not even this page can read the private half.
      keyPair = (await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify'])) as TillKeyPair;
      await store.write(KEY_PAIR, keyPair);
    }
    const publicKey = toBase64(new Uint8Array(await crypto.subtle.exportKey('raw', keyPair.publicKey)));
    return new OfflineTill(options, keyPair, publicKey, await keptIn(store));
  }

  get status(): TillStatus {
    const { terminalId, limitCents, list, waiting, decided } = this.#kept;
    const listAsOf = list && new Date(list.asOf);
    return { publicKey: this.#publicKey, terminalId, limitCents, listAsOf, waiting, decided };
  }

  /**
   * Looks among the terminals of the shop for the one that was registered with this till's public key, and works as that
   * one from now on. Each is asked to take a claim of nothing: what this till has not signed leaves no trace there.
   * @returns undefined where it is not registered yet. @throws PartnerError.
   */
  async enroll(): Promise<Terminal | undefined> {
    const retailerId = await this.#partner.retailerId();
    let after: string | undefined;
    do {
      const { nodes, next } = await this.#partner.terminalsPage({ first: 100, after });
      for (const terminal of nodes.filter(({ revokedAt }) => !revokedAt)) {
        const sequence = Math.max(this.#kept.sequence, (terminal.lastSequence ?? 0) + 1);
        const now = this.#now();
        const claim = await this.#signed(terminal.id, { sequence, token: NOTHING, claimedAt: now, listAsOf: now });
        const [result] = await this.#partner.submitOfflineClaims(terminal.id, [claim]);
        if (result?.refusal === 'BAD_SIGNATURE') continue;
        const { id: terminalId, offlineLimitCents: limitCents } = terminal;
        await this.#change((kept) => ({ ...kept, retailerId, terminalId, limitCents, sequence: sequence + 1 }));
        return terminal;
      }
      after = next;
    } while (after !== undefined);
    return undefined;
  }

  /** Fetches keys and list; call it hourly. @throws PartnerError; LIST_INVALID for a list that nobody of ours signed. */
  async refresh(): Promise<void> {
    const retailerId = await this.#partner.retailerId();
    const [keys, list] = await Promise.all([this.#partner.voucherKeys(), this.#partner.voucherRevocations()]);
    if (!(await verifyRevocations(list, keys, retailerId, this.#now()))) {
      throw new PartnerError('LIST_INVALID', 'The list of revocations is not signed by a published key.');
    }
    await this.#change((kept) => {
      // An older answer that comes late is no newer list.
      const isNewer = !kept.list || Date.parse(kept.list.asOf) <= Date.parse(list.asOf);
      return { ...kept, retailerId, keys, ...(isNewer && { list }) };
    });
  }

  /** The keys that check tokens, as they were fetched last. */
  get keys(): readonly PublishedKey[] {
    return this.#kept.keys;
  }

  /** Whether this token could be taken now without a network; takes nothing. */
  async check(token: string): Promise<OfflineCheck> {
    return this.#check(this.#kept, token);
  }

  /**
   * Takes a voucher without a network: once this resolves, it is written down and signed.
   * @param attempt of which it is not known how it ended, so that it is looked into before the claim is handed in.
   */
  async take(token: string, attempt?: Attempt): Promise<Taken> {
    let taken: Taken | undefined;
    await this.#change(async (kept) => {
      const { terminalId, list, sequence } = kept;
      const checked = await this.#check(kept, token);
      taken = terminalId ? checked : { claims: checked.claims, fault: 'TILL_UNKNOWN' };
      if (taken.fault || !terminalId || !list) return kept;
      const { serial, valueCents, expiresAt } = taken.claims;
      const claimedAt = this.#now();
      const signed = await this.#signed(terminalId, { sequence, token, claimedAt, listAsOf: new Date(list.asOf) });
      const claim: WaitingClaim = { ...signed, valueCents, attempt };
      return {
        ...kept,
        sequence: sequence + 1,
        waiting: [...kept.waiting, claim],
        taken: [
          ...kept.taken.filter(({ until }) => Date.parse(until) > claimedAt.getTime()),
          { serial, until: expiresAt.toISOString() },
        ],
      };
    });
    return taken ?? { claims: undefined, fault: 'TOKEN_INVALID' };
  }

  /** Hands in what waits; call it when there is a network again, at the latest within 24 hours. @throws PartnerError. */
  async handIn(): Promise<readonly DecidedClaim[]> {
    const { terminalId, waiting } = this.#kept;
    if (!terminalId || waiting.length === 0) return [];
    const done: DecidedClaim[] = [];
    const claims: WaitingClaim[] = [];
    for (const claim of waiting) {
      if (claim.attempt && (await this.#hasSucceeded(claim.token, claim.attempt))) {
        done.push(this.#decided(claim, 'ACCEPTED', null));
      } else claims.push(claim);
    }
    const asked = claims.map(({ valueCents: _, attempt: __, ...claim }) => claim);
    const results = asked.length > 0 ? await this.#partner.submitOfflineClaims(terminalId, asked) : [];
    for (const claim of claims) {
      const result = results.find(({ sequence }) => sequence === claim.sequence);
      if (result) done.push(this.#decided(claim, result.outcome, result.refusal));
    }
    const numbers = new Set(done.map(({ sequence }) => sequence));
    await this.#change((kept) => ({
      ...kept,
      waiting: kept.waiting.filter(({ sequence }) => !numbers.has(sequence)),
      decided: [...done.toReversed(), ...kept.decided.filter(({ sequence }) => !numbers.has(sequence))].slice(
        0,
        DECIDED_KEPT,
      ),
    }));
    return done;
  }

  async #signed(terminalId: string, { sequence, token, claimedAt, listAsOf }: UnsignedClaim): Promise<SignedClaim> {
    const message = join(
      textBytes('HB1 claim '),
      idBytes(terminalId),
      numberBytes(sequence, 8),
      numberBytes(claimedAt.getTime(), 8),
      numberBytes(listAsOf.getTime(), 8),
      await sha256(textBytes(token)),
    );
    const signature = new Uint8Array(await crypto.subtle.sign('Ed25519', this.#keyPair.privateKey, message));
    return {
      sequence,
      token,
      claimedAt: claimedAt.toISOString(),
      revocationsAsOf: listAsOf.toISOString(),
      signature: toBase64(signature),
    };
  }

  #decided(claim: WaitingClaim, outcome: ClaimResult['outcome'], refusal: ClaimResult['refusal']): DecidedClaim {
    const { sequence, claimedAt, valueCents } = claim;
    return { sequence, claimedAt, valueCents, outcome, refusal, decidedAt: this.#now().toISOString() };
  }

  /** An attempt whose answer was lost is asked again under its own key: otherwise the till would dispute with itself. */
  async #hasSucceeded(token: string, attempt: Attempt): Promise<boolean> {
    try {
      if ('holdId' in attempt) await this.#partner.captureVoucher(attempt.holdId);
      else await this.#partner.redeemVoucher({ token }, attempt);
      return true;
    } catch (error) {
      if (!(error instanceof PartnerError) || error.isUncertain) throw error;
      return false;
    }
  }

  async #check(kept: Kept, token: string): Promise<OfflineCheck> {
    const { retailerId, keys, limitCents, list } = kept;
    if (!retailerId) return { claims: undefined, fault: 'LIST_TOO_OLD' };
    const now = this.#now();
    if (list && this.#opened?.list !== list) {
      this.#opened = { list, revocations: await verifyRevocations(list, keys, retailerId, now) };
    }
    const taken = new Set(kept.taken.map(({ serial }) => serial));
    const revocations = list && this.#opened?.revocations;
    return checkOffline(token, { keys, retailerId, limitCents, revocations, taken }, now);
  }

  /** Reads what is kept, changes it and writes it, one after the other over all tabs of a browser. */
  async #change(change: (kept: Kept) => Kept | Promise<Kept>): Promise<void> {
    const task = async () => {
      const kept = await keptIn(this.#store);
      const changed = await change(kept);
      if (changed !== kept) await this.#store.write(STATE, changed);
      this.#kept = changed;
    };
    const locks = globalThis.navigator?.locks;
    const turn = this.#last.then(() => (locks ? locks.request('hey-blue till', task) : task()));
    this.#last = turn.catch(() => undefined);
    await turn;
  }
}

async function keptIn(store: TillStore): Promise<Kept> {
  return { ...nothing, ...((await store.read(STATE)) as Partial<Kept> | undefined) };
}
