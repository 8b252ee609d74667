/* The whole system as one process on an embedded database, as it is delivered; only the limit of reports is out of the way. */
import 'reflect-metadata';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openGateway } from '../../gateway/gateway.ts';
import { systemClock } from '../../subgraphs/kernel/clock.ts';
import { readConfiguration } from '../../subgraphs/kernel/configuration.ts';
import { partIsReady } from '../gateway/process.ts';

const folder = mkdtempSync(join(tmpdir(), 'hey-blue-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const gateway = await openGateway(
  readConfiguration({
    PORT: '0',
    DATA_DIR: folder,
    DATABASE_URL: process.env.BENCH_DATABASE_URL ?? '',
    LOG_LEVEL: 'silent',
    REPORTS_PER_MINUTE: '1000000',
  }),
  systemClock,
);
partIsReady(Number(new URL(gateway.url).port));
