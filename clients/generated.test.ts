/* What is generated is what the committed schema and operations say. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { generate } from '@graphql-codegen/cli';
import config from '../codegen.ts';
import * as generated from './generated/graphql.ts';

const root = join(import.meta.dirname, '..');

test('the typed operations are what codegen makes of the graph (else run: npm run codegen)', async () => {
  const files = await generate({ ...config, cwd: root, silent: true } as never, false);
  expect(files.length).toBeGreaterThan(0);
  for (const { filename, content } of files) {
    expect({ filename, content: readFileSync(join(root, filename), 'utf8') }).toEqual({ filename, content });
  }
});

test('all operations are in the public contract, but those of administrators and of partners', () => {
  const documents = Object.entries(generated).flatMap(([name, document]) =>
    typeof document === 'object' && name.endsWith('Document') ? [{ name, contract: document.__meta__?.contract }] : [],
  );
  expect(documents.length).toBeGreaterThan(40);
  const elsewhere = documents.filter(({ contract }) => contract !== undefined);
  expect(elsewhere.map(({ name, contract }) => `${contract} ${name}`).sort()).toEqual([
    'admin ArchiveOfferDocument',
    'admin CreatePartnerKeyDocument',
    'admin ImportTableDocument',
    'admin LedgerAuditDocument',
    'admin RegisterOfficersDocument',
    'admin ReportsDocument',
    'admin RevokePartnerKeyDocument',
    'admin SaveOfferDocument',
    'partner RedeemVoucherDocument',
  ]);
});
