/*
 * Where programs come from that tests need and no npm package ships (Redis, a browser): the PATH, else Debian's package
 * where we may install it.
 */
import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface DebianProgram {
  /** As it is called, and as Debian calls its package. */
  readonly name: string;
  /** What to do where it cannot be installed, as a sentence. */
  readonly advice: string;
}

/** The path of the program; the first call on a fresh machine takes some seconds. @throws an error that says what to do. */
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

async function install(name: string, advice: string): Promise<void> {
  const options = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  const command = ['install', '--yes', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=300', name];
  try {
    // The lists of a fresh machine are empty, and an update where they are not costs more than it brings.
    await run('apt-get', command, options).catch(async () => {
      await run('apt-get', ['update'], options);
      await run('apt-get', command, options);
    });
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
