/* Hive Gateway as a target, in a process of its own: it fetches, logs and keeps timers as it likes. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Start } from './targets.ts';

const PROGRAM = fileURLToPath(new URL('hive-process.ts', import.meta.url));
const HOOK = fileURLToPath(new URL('../../../../subgraphs/kernel/typescript.js', import.meta.url));

export const startHive: Start = async (supergraphSdl) => {
  const child = fork(PROGRAM, { execArgv: ['--import', HOOK], env: { ...process.env, NODE_ENV: 'production' } });
  child.send({ supergraphSdl });
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  return {
    url: `ws://127.0.0.1:${port}/graphql`,
    async close() {
      child.disconnect();
      await once(child, 'exit');
    },
  };
};
