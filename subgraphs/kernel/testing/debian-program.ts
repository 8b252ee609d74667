/*
 * Where programs come from that tests need and no npm package ships (Redis, a browser): the PATH, else Debian's package
 * where we may install it.
 */
import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface DebianProgram {
  /** As it is called, and as Debian calls its package. */
  readonly name: string;
  /** What to do where it cannot be installed, as a sentence. */
  readonly advice: string;
}

/**
 * The path of the program; the first call on a fresh machine takes a minute. Workers may ask at once: one installs, the
 * others wait for it. @throws an error that says what to do.
 */
export async function debianProgram({ name, advice }: DebianProgram): Promise<string> {
  const found = await onPath(name);
  if (found) return found;
  const debian = await executable('/usr/bin/apt-get');
  if (!debian || process.getuid?.() !== 0) throw new Error(advice);
  await install(name, advice);
  const installed = await onPath(name);
  if (!installed) throw new Error(`apt-get installed ${name}, but it is not on the PATH.`);
  return installed;
}

/** The lists of a fresh machine are empty, and an update where they are not costs more than it brings. */
const INSTALL = `command -v "$0" || apt-get install --yes --no-install-recommends "$0" ||
  { apt-get update && apt-get install --yes --no-install-recommends "$0"; }`;

async function install(name: string, advice: string): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  // apt's own locks do not wait for one another while the lists are fetched.
  const lock = join(tmpdir(), 'hey-blue-apt.lock');
  try {
    await run('flock', [lock, 'sh', '-c', INSTALL, name], { env, maxBuffer: 16 * 1024 * 1024 });
  } catch (error) {
    throw new Error(`apt-get could not install ${name}. ${advice}`, { cause: error });
  }
}

async function onPath(name: string): Promise<string | undefined> {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(folder, name);
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
