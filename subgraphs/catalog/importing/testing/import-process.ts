/*
 * A node of the catalog to be killed: it takes up what waits in the database that it is given, and tells its parent after
 * each chunk.
 */
import 'reflect-metadata';
import { openTestSubgraph } from '../../../kernel/testing/harness.ts';
import { catalog } from '../../catalog.ts';
import { progressChannel } from '../file-import.ts';

const [databaseUrl = '', importId = ''] = process.argv.slice(2);
const subject = await openTestSubgraph(
  {
    ...catalog,
    async open(machine) {
      const messages = await machine.live.subscribe(progressChannel(importId));
      (async () => {
        for await (const _ of messages) process.send?.({ chunk: true });
      })();
      return catalog.open(machine);
    },
  },
  { databaseUrl },
);
await subject.services.imports.idle();
process.send?.({ done: true });
