/* What is generated is what the committed schema and operations say. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { generate } from '@graphql-codegen/cli';
import config from '../codegen.ts';

const root = join(import.meta.dirname, '..');

test('the typed operations are what codegen makes of the graph (else run: npm run codegen)', async () => {
  const files = await generate({ ...config, cwd: root, silent: true } as never, false);
  expect(files.length).toBeGreaterThan(0);
  for (const { filename, content } of files) {
    expect({ filename, content: readFileSync(join(root, filename), 'utf8') }).toEqual({ filename, content });
  }
});
