/*
 * `npm start`: the whole system in one process on a laptop; with SUBGRAPH_URLS the gateway of many processes. The
 * environment decides (subgraphs/kernel/configuration.ts); this file only starts, says where, and stops.
 */
import 'reflect-metadata';
import { steeredClock, systemClock } from '../subgraphs/kernel/clock.ts';
import { type Configuration, ConfigurationError, readConfiguration } from '../subgraphs/kernel/configuration.ts';
import { EmbeddedPostgresError } from '../subgraphs/kernel/embedded-postgres.ts';
import { untilTerminated } from '../subgraphs/kernel/host.ts';
import { type Gateway, openGateway } from './gateway.ts';

async function main(): Promise<void> {
  const configuration = readConfiguration();
  const clock = configuration.clock === 'steered' ? steeredClock() : systemClock;
  const terminated = untilTerminated();
  const gateway = await openGateway(configuration, clock);
  process.send?.({ ready: true, url: gateway.url });
  if (configuration.environment === 'development') console.log(welcome(configuration, gateway));
  await terminated;
  await gateway.close();
  // An open channel to the parent would keep this process alive.
  if (process.connected) process.disconnect();
}

/** One of those whom the demonstration set vouches for. */
const OFFICER = 'officer@hey-blue.example';

function welcome({ dataFolder, administratorEmails }: Configuration, { url }: Gateway): string {
  return `
  Hey Blue! is serving.

    App        ${url}/app       (citizens and officers, made for a phone)
    Console    ${url}/console   (administrators and organisations)
    Till       ${url}/till      (partners)
    API        ${url}/graphql   (GraphQL over HTTP, and graphql-transport-ws on the same path)
    Explorer   ${url}/explorer
    Health     ${url}/health and ${url}/ready
    Data       ${dataFolder}

  What to do next
    - Open the app and sign in: the development provider believes every e-mail, and codes for phones wait at
      ${url}/development/messages. ${OFFICER} is an officer, ${administratorEmails[0]} an administrator.
    - Be somebody in the explorer, in another terminal: npm run access-token -- ${administratorEmails[0]} --url ${url}
    - Let a city move through it: npm run simulate -- --url ${url}
    - Ctrl-C ends it; the data stays.
`;
}

main().catch((error) => {
  console.error(explain(error));
  process.exitCode = 1;
  // A parent that waits for the end would wait for ever.
  if (process.connected) process.disconnect();
});

/** What to do next, where it is a matter of the machine or the settings; anything else as it is, with its place. */
function explain(error: unknown): unknown {
  if (error instanceof ConfigurationError || error instanceof EmbeddedPostgresError) return error.message;
  const { message, code, syscall, path = '' } = error as NodeJS.ErrnoException;
  if (syscall === 'listen') {
    const why = { EADDRINUSE: 'another program uses the port', EACCES: 'this user may not use a port below 1024' };
    const choose = 'Choose one with PORT, or with METRICS_PORT where it is that one, such as: PORT=4001 npm start';
    return `${message}: ${why[code as keyof typeof why] ?? 'HOST is no address of this machine'}. ${choose}`;
  }
  if (syscall === 'mkdir')
    return `${message}: choose another folder for the data with DATA_DIR, such as DATA_DIR=.data.`;
  if (path.endsWith('supergraph.graphql'))
    return `${message}: SCHEMA_DIR has to hold what npm run schema writes into schema/.`;
  return error;
}
