/* The gateway that this run is about, by the variable CONFORMANCE_TARGET, with what all cases begin with. */
import type { Result } from './suite.ts';
import { Suite } from './suite.ts';
import { targets } from './targets.ts';

export const target = process.env.CONFORMANCE_TARGET ?? 'ours';

/** Starts the graph and the gateway for the cases of a file, and tidies up behind each. */
export function conformance() {
  const start = targets[target];
  if (!start) throw new Error(`CONFORMANCE_TARGET is one of ${Object.keys(targets).join(', ')}.`);
  const running: { suite?: Suite } = {};
  const suite = () => running.suite as Suite;
  beforeAll(async () => {
    running.suite = await Suite.start(start);
  }, 30_000);
  afterEach(() => suite().reset());
  afterAll(() => suite().close());
  return {
    get suite() {
      return suite();
    },
    answer: (document: string, event: unknown, variables?: object): Promise<Result> =>
      suite().answer(document, event, variables),
  };
}

export const product = (fields: string) =>
  `subscription ($channel: String!) { product(channel: $channel) { ${fields} } }`;

export const lamp = { id: 'lamp', price: 3 };
