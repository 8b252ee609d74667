/*
 * Generates clients/generated/ from the API schema and clients/operations: each operation as a text with the types of its
 * result and variables, the contract that shows it, and the manifest of trusted documents that the gateway reads. `npm run
 * codegen` writes; a test compares. Texts, not syntax trees: a client needs no GraphQL parser.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CodegenConfig } from '@graphql-codegen/cli';
import { buildSchema, type DocumentNode, validate } from 'graphql';

const contracts = ['public', 'partner', 'admin'].map((name) => {
  const file = join(import.meta.dirname, `schema/contracts/${name}.graphql`);
  return { name, schema: buildSchema(readFileSync(file, 'utf8')) };
});

/** The first contract that shows everything in a document: its path is where clients send it. */
function contractOf(document: DocumentNode): { readonly contract?: string } {
  const problems = contracts.map(({ schema }) => validate(schema, document));
  const found = contracts[problems.findIndex(({ length }) => length === 0)];
  if (!found) throw new Error(`No contract shows all of an operation: ${problems.flat()[0]?.message}`);
  return found.name === 'public' ? {} : { contract: found.name };
}

const text = { input: 'string', output: 'string' };
const number = { input: 'number', output: 'number' };

const config: CodegenConfig = {
  schema: 'schema/api.graphql',
  documents: 'clients/operations/*.graphql',
  importExtension: '.ts',
  generates: {
    'clients/generated/': {
      preset: 'client',
      presetConfig: {
        fragmentMasking: false,
        persistedDocuments: { hashAlgorithm: 'sha256' },
        onExecutableDocumentNode: contractOf,
      },
      config: {
        documentMode: 'string',
        enumsAsTypes: true,
        useTypeImports: true,
        strictScalars: true,
        defaultScalarType: 'unknown',
        scalars: {
          ID: text,
          Cents: number,
          Cursor: text,
          DateTime: text,
          EmailAddress: text,
          IdempotencyKey: text,
          Latitude: number,
          LocalDate: text,
          Longitude: number,
          Meters: number,
          OneTimeCode: text,
          OpaqueToken: text,
          PageSize: number,
          PhoneNumber: text,
          Points: number,
          Quantity: number,
          RedirectUri: text,
          Ring: { input: 'readonly (readonly [number, number])[]', output: 'readonly (readonly [number, number])[]' },
          RuleValue: number,
          Seconds: number,
          SearchText: text,
          Sequence: number,
          ShortText: text,
          SocketAddress: text,
          SocketCount: number,
          StoryText: text,
          SvgImage: text,
          TableFile: text,
          Text: text,
          TextPattern: text,
          VoucherCode: text,
          WebAddress: text,
          ZipCode: text,
        },
      },
    },
  },
};

export default config;
