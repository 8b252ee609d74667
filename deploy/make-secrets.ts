/*
 * Prints fresh secrets of one installation in the form of an environment file, for docker compose:
 * `node --import ./subgraphs/kernel/typescript.js deploy/make-secrets.ts`. It keeps nothing.
 */
import { randomBytes } from 'node:crypto';
import { generateGatewayKeys } from '../subgraphs/kernel/configuration.ts';

const { gatewayPrivateKey, gatewayPublicKey } = generateGatewayKeys();
const secrets = {
  POSTGRES_PASSWORD: randomBytes(24).toString('hex'),
  REDIS_PASSWORD: randomBytes(24).toString('hex'),
  GATEWAY_PRIVATE_KEY: gatewayPrivateKey,
  GATEWAY_PUBLIC_KEY: gatewayPublicKey,
  SECRET_KEY: randomBytes(32).toString('base64url'),
};
for (const [name, value] of Object.entries(secrets)) console.log(`${name}=${value}`);
