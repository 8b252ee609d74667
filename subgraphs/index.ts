/* The six domains. Both ways to run, the schema program and the tests read this table. */

import { catalog } from './catalog/catalog.ts';
import { connections } from './connections/connections.ts';
import { identity } from './identity/identity.ts';
import type { SubgraphDefinition } from './kernel/subgraph.ts';
import { profile } from './profile/profile.ts';
import { reporting } from './reporting/reporting.ts';
import { rewards } from './rewards/rewards.ts';

// biome-ignore lint/suspicious/noExplicitAny: each definition has services of its own type, which only it reads
export const subgraphs: readonly SubgraphDefinition<any>[] = [
  identity,
  profile,
  connections,
  rewards,
  catalog,
  reporting,
];
