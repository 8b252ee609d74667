/* Random deeds of an owner, tills, a till that is cut off, an administrator and time, held against a voucher in memory. */
import fc from 'fast-check';
import { openTown, type Town } from '../testing/town.ts';
import { type Bought, DAY, HOUR, shopsOf, type TillKey } from './testing/shop.ts';

let town: Town;
const shop = shopsOf(() => town);

beforeAll(async () => {
  town = await openTown();
});

afterAll(async () => {
  await town.close();
});

const HOLD_SECONDS = 600;
const deeds = [
  'redeem',
  'hold',
  'capture',
  'release',
  'refund',
  'void',
  'claim',
  'minutes',
  'hours',
  'days',
  'sweep',
] as const;

/** The rules of a voucher in a few lines, by hours since it was issued. */
interface Model {
  state: 'ISSUED' | 'HELD' | 'REDEEMED' | 'VOID' | 'REFUNDED' | 'EXPIRED';
  heldUntil: number;
  captures: boolean;
  dueAt: number | undefined;
  endedAt: number | undefined;
  claimed: boolean;
}

test('a voucher is what the model says, whatever happens to it in whatever order', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...deeds), { minLength: 1, maxLength: 25, size: 'max' }),
      fc.record({ offlineAllowed: fc.boolean(), refundable: fc.boolean(), refundsExpired: fc.boolean() }),
      async (todo, terms) => {
        const bought = await shop.buy({ ...terms, validDays: 3, valueCents: 100, stock: 1 });
        const at = await shop.terminal(bought.retailerId);
        await follow(todo, terms, bought, at);
      },
    ),
    { numRuns: 40, interruptAfterTimeLimit: 40_000, markInterruptAsFailure: false },
  );
  expect(await town.problems()).toEqual([]);
}, 90_000);

async function follow(
  todo: readonly (typeof deeds)[number][],
  terms: { offlineAllowed: boolean; refundable: boolean; refundsExpired: boolean },
  bought: Bought,
  at: TillKey,
) {
  const model: Model = {
    state: 'ISSUED',
    heldUntil: 0,
    captures: false,
    dueAt: undefined,
    endedAt: undefined,
    claimed: false,
  };
  const expiresAt = 3 * DAY;
  const wait = terms.offlineAllowed ? 48 * HOUR : 0;
  let now = 0;
  let holdId: string | undefined;
  let sequence = 0;
  const held = () => model.state === 'HELD' && model.heldUntil > now;
  const free = () => (model.state === 'ISSUED' || model.state === 'HELD') && !held() && now < expiresAt;
  const shownState = () => {
    if (model.state !== 'ISSUED' && model.state !== 'HELD') return model.state;
    if (held()) return 'HELD';
    return now < expiresAt ? 'ISSUED' : 'EXPIRED';
  };
  const settle = () => {
    if (model.dueAt === undefined || model.dueAt > now) return;
    model.state = 'REFUNDED';
    model.dueAt = undefined;
  };
  const end = (state: 'REDEEMED' | 'VOID') => {
    model.state = state;
    model.endedAt ??= now;
  };
  const marked = () => {
    if ((model.state === 'ISSUED' || model.state === 'HELD') && !held() && now >= expiresAt) {
      model.state = 'EXPIRED';
      model.dueAt = terms.refundsExpired ? expiresAt + wait : undefined;
    }
    settle();
  };
  for (const deed of todo) {
    let happens: boolean | undefined;
    let code: string | undefined;
    if (deed === 'redeem') {
      happens = free();
      code = (await shop.redeem(bought.till, { code: bought.code })).code;
      if (happens) end('REDEEMED');
      if (happens) model.captures = false;
    } else if (deed === 'hold') {
      happens = free();
      const answer = await shop.hold(bought.till, { token: bought.token, seconds: HOLD_SECONDS });
      code = answer.code;
      if (happens) {
        Object.assign(model, { state: 'HELD', heldUntil: now + HOLD_SECONDS * 1000, captures: false });
        holdId = answer.payload?.hold.id;
      }
    } else if (deed === 'capture' && holdId) {
      happens = held() || (model.state === 'REDEEMED' && model.captures);
      code = (await shop.capture(bought.till, holdId)).code;
      if (held()) {
        end('REDEEMED');
        model.captures = true;
      }
    } else if (deed === 'release' && holdId) {
      code = (await shop.release(bought.till, holdId)).code;
      if (model.state === 'HELD') model.state = 'ISSUED';
    } else if (deed === 'refund') {
      happens = free() && terms.refundable;
      code = (await shop.refund(bought.owner, bought.id)).code;
      if (happens) {
        end('VOID');
        model.dueAt = now + wait;
        settle();
      }
    } else if (deed === 'void') {
      happens = model.state === 'ISSUED' || model.state === 'HELD';
      code = (await shop.void(bought.id)).code;
      if (happens) {
        end('VOID');
        model.dueAt = now + wait;
        settle();
      }
    } else if (deed === 'claim') {
      sequence++;
      const claim = shop.claim(at, {
        sequence,
        token: bought.token,
        claimedAt: town.clock.now(),
        revocationsAsOf: new Date(town.clock.now().getTime() - HOUR),
      });
      const { payload } = await shop.submit(bought.till, at.terminalId, [claim]);
      const [{ outcome }] = payload.results;
      const listed = model.endedAt !== undefined && model.endedAt <= now - HOUR;
      const told = terms.offlineAllowed && now < expiresAt && !listed && !model.claimed;
      const first = told && model.state !== 'REDEEMED' && model.state !== 'REFUNDED';
      expect(outcome).toBe(first ? 'ACCEPTED' : told ? 'DISPUTED' : 'REFUSED');
      if (told) model.claimed = true;
      if (first) {
        end('REDEEMED');
        Object.assign(model, { dueAt: undefined, captures: false });
      }
    } else if (deed === 'sweep') {
      await town.services.voucherSweep.look();
      marked();
    } else {
      // A minute beside every edge: the clock of tests runs on.
      const span = deed === 'minutes' ? 11 * 60_000 : deed === 'hours' ? 13 * HOUR : DAY + 60_000;
      now += span;
      town.clock.advance(span);
      await town.services.voucherSweep.look();
      marked();
    }
    if (happens !== undefined) expect([deed, code === undefined]).toEqual([deed, happens]);
    expect(await shop.status(bought)).toBe(shownState());
  }
  const { available } = await town.points(bought.owner);
  expect(available).toBe(model.state === 'REFUNDED' ? 20 : 10);
}
