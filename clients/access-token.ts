/*
 * `npm run access-token -- EMAIL [--url URL]`: signs somebody in against the development provider and prints what to paste
 * into the headers of the explorer. A token lasts five minutes; run it again for a new one.
 */
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { ClientError } from './client.ts';
import { signIn } from './sign-in.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { url: { type: 'string', default: 'http://localhost:4000' } },
});

async function main(emailAddress: string): Promise<void> {
  // Needed the first time only: an account keeps the phone it verified.
  const phoneNumber = `+1512${randomInt(2_000_000, 9_999_999)}`;
  const { client } = await signIn(values.url, { emailAddress, phoneNumber });
  console.log(JSON.stringify({ authorization: `Bearer ${client.session?.accessToken}` }, null, 2));
}

const [emailAddress] = positionals;
if (!emailAddress || positionals.length > 1) {
  console.error(
    'Whom to sign in? npm run access-token -- administrator@hey-blue.example [--url http://localhost:4000]',
  );
  process.exitCode = 2;
} else {
  main(emailAddress).catch((error) => {
    console.error(error instanceof ClientError ? `${error.code}: ${error.message}` : error);
    process.exitCode = 1;
  });
}
