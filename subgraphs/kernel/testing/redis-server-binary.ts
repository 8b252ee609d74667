/*
 * Where the tests' redis-server comes from, since no npm package ships one: the PATH, else Debian's package where we may
 * install it.
 */
import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const INSTALL = ['install', '--yes', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=300', 'redis-server'];

/** The path of a redis-server; the first call on a fresh machine takes some seconds. @throws an error that says what to do. */
export async function redisServerBinary(): Promise<string> {
  const found = await onPath();
  if (found) return found;
  const debian = await executable('/usr/bin/apt-get');
  if (!debian || process.getuid?.() !== 0) {
    throw new Error(
      'The tests need a real Redis: put redis-server (7 or later) on the PATH, or set REDIS_URL to a server they may fill.',
    );
  }
  await install();
  const installed = await onPath();
  if (!installed) throw new Error('apt-get installed redis-server, but it is not on the PATH.');
  return installed;
}

async function install(): Promise<void> {
  const options = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  try {
    // The lists of a fresh machine are empty, and an update where they are not costs more than it brings.
    await run('apt-get', INSTALL, options).catch(async () => {
      await run('apt-get', ['update'], options);
      await run('apt-get', INSTALL, options);
    });
  } catch (error) {
    throw new Error(
      'The tests need a real Redis, and apt-get could not install redis-server. Put one on the PATH, or set REDIS_URL.',
      { cause: error },
    );
  }
}

async function onPath(): Promise<string | undefined> {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(folder, 'redis-server');
    if (folder && (await executable(path))) return path;
  }
  return undefined;
}

function executable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
