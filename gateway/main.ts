/*
 * `npm start`: the whole system in one process on a laptop; with SUBGRAPH_URLS the gateway of many processes. The
 * environment decides (subgraphs/kernel/configuration.ts); this file only starts, says where, and stops.
 */
import 'reflect-metadata';
import { steeredClock, systemClock } from '../subgraphs/kernel/clock.ts';
import { type Configuration, ConfigurationError, readConfiguration } from '../subgraphs/kernel/configuration.ts';
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
});

function explain(error: unknown): unknown {
  if (error instanceof ConfigurationError) return error.message;
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
    return `${error.message}: another program uses the port. Choose one with PORT, such as: PORT=4001 npm start`;
  }
  return error;
}
