/* What is generated is what the committed schema and operations say. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { generate } from '@graphql-codegen/cli';
import { buildSchema, getOperationAST, Kind, parse } from 'graphql';
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

test('what is no operation of the public contract is wholly for administrators or partners', () => {
  const open = buildSchema(readFileSync(join(root, 'schema/contracts/public.graphql'), 'utf8'));
  const elsewhere = Object.values(generated).flatMap((document) => {
    const contract = typeof document === 'object' && document.__meta__?.contract;
    return contract ? [{ contract, text: document.toString() }] : [];
  });
  expect(elsewhere.length).toBeGreaterThan(8);
  for (const { contract, text } of elsewhere) {
    expect(['admin', 'partner']).toContain(contract);
    const operation = getOperationAST(parse(text));
    const fields = operation?.selectionSet.selections.map((each) => (each.kind === Kind.FIELD ? each.name.value : ''));
    const type = operation && open.getRootType(operation.operation);
    // A citizen's operation with one field that is not public would be refused as a whole.
    expect({ text, shared: fields?.filter((field) => type?.getFields()[field]) }).toEqual({ text, shared: [] });
  }
});
