/*
 * Generates the typed operations of each client from the API schema, with the contract that shows them, and the manifests
 * of trusted documents that the gateway reads. `npm run codegen` writes; a test compares. Programs get texts, which need no
 * GraphQL parser; app and console get syntax trees with __typename in each selection, by which their cache knows things.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CodegenConfig } from '@graphql-codegen/cli';
import { addTypenameSelectionDocumentTransform } from '@graphql-codegen/client-preset';
import type { Types } from '@graphql-codegen/plugin-helpers';
import {
  buildSchema,
  type DefinitionNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  print,
  stripIgnoredCharacters,
  validate,
  visit,
} from 'graphql';

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

/** What is asked under an id: fields in the order that they are written in, since answers come in that order. */
function textOf({ definitions }: DocumentNode): string {
  const operations = definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  const fragments = definitions.filter((each) => each.kind === Kind.FRAGMENT_DEFINITION);
  const sorted = fragments.toSorted((one, other) => (one.name.value < other.name.value ? -1 : 1));
  return stripIgnoredCharacters([...operations, ...sorted].map(print).join('\n'));
}

const idOf = (document: string) => `sha256:${createHash('sha256').update(document).digest('hex')}`;

/** Each operation with the fragments that it needs. */
function executable(documents: readonly DocumentNode[]): DocumentNode[] {
  const all = documents.flatMap(({ definitions }) => definitions);
  const fragments = all.filter((each) => each.kind === Kind.FRAGMENT_DEFINITION);
  const neededBy = (node: DefinitionNode, needed = new Set<FragmentDefinitionNode>()) => {
    visit(node, {
      FragmentSpread({ name }) {
        const fragment = fragments.find((each) => each.name.value === name.value);
        if (!fragment || needed.has(fragment)) return;
        needed.add(fragment);
        neededBy(fragment, needed);
      },
    });
    return needed;
  };
  const operations = all.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  return operations.map((each) => ({ kind: Kind.DOCUMENT, definitions: [each, ...neededBy(each)] }));
}

/** The manifest, id -> text. The client preset's own would sort the fields. */
function manifestOf(documents: readonly DocumentNode[]): string {
  const texts = executable(documents).map(textOf);
  return JSON.stringify(Object.fromEntries(texts.map((document) => [idOf(document), document])), null, 2);
}

const text = { input: 'string', output: 'string' };
const number = { input: 'number', output: 'number' };

const types = {
  enumsAsTypes: true,
  useTypeImports: true,
  strictScalars: true,
  defaultScalarType: 'unknown',
  scalars: {
    ID: text,
    Base64: text,
    BasisPoints: number,
    ByteCount: number,
    Cents: number,
    ColumnNumber: number,
    Cursor: text,
    DateTime: text,
    Days: number,
    EmailAddress: text,
    EmployerNumber: text,
    FileName: text,
    Hours: number,
    IdempotencyKey: text,
    Latitude: number,
    LocalDate: text,
    LocalTime: text,
    Longitude: number,
    MediaType: text,
    Meters: number,
    Month: text,
    MonthCount: number,
    OneTimeCode: text,
    OpaqueToken: text,
    PageSize: number,
    PhoneNumber: text,
    Points: number,
    Quantity: number,
    RedirectUri: text,
    Ring: { input: 'readonly (readonly [number, number])[]', output: 'readonly (readonly [number, number])[]' },
    RuleValue: number,
    SearchText: text,
    Seconds: number,
    Sequence: number,
    Sha256: text,
    ShortText: text,
    SignedCents: number,
    SocketAddress: text,
    SocketCount: number,
    StateCode: text,
    StoryText: text,
    SvgImage: text,
    TableFile: text,
    Text: text,
    TextPattern: text,
    TimeZone: text,
    Version: number,
    VoucherCode: text,
    VoucherToken: text,
    WebAddress: text,
    WebDomain: text,
    ZipCode: text,
  },
} as const;

const preset = {
  preset: 'client',
  presetConfig: {
    fragmentMasking: false,
    onExecutableDocumentNode: (document: DocumentNode) => ({
      ...contractOf(document),
      hash: idOf(textOf(document)),
    }),
  },
} as const;

const named = { documentTransforms: [addTypenameSelectionDocumentTransform] };

/** A manifest of trusted documents beside what was generated of the same operations. */
const manifestFor = (transform: (files: Types.DocumentFile[]) => Types.DocumentFile[] = (files) => files) => ({
  plugins: [],
  preset: {
    buildGeneratesSection: ({ baseOutputDir, schema, documents }: Types.PresetFnArgs<object>) => {
      const plugin = () => manifestOf(transform(documents).flatMap(({ document }) => document ?? []));
      const pluginMap = { manifest: { plugin } };
      return [{ filename: baseOutputDir, schema, documents, config: {}, plugins: [{ manifest: {} }], pluginMap }];
    },
  },
});

/** Of a client that runs in browsers. */
function browserClient(name: string): CodegenConfig['generates'] {
  const documents = `clients/${name}/operations/*.graphql`;
  const withNames = (files: Types.DocumentFile[]) =>
    addTypenameSelectionDocumentTransform.transform({ documents: files, schema: undefined as never, config: {} });
  return {
    [`clients/${name}/generated/`]: { ...preset, ...named, documents, config: types },
    [`clients/${name}/generated/persisted-documents.json`]: {
      ...manifestFor((files) => withNames(files) as Types.DocumentFile[]),
      documents,
    },
  };
}

/** The texts of operations, each tied to its types: for a package that brings no GraphQL library along. */
const texts = {
  plugins: ['typescript-operations'],
  preset: {
    buildGeneratesSection: ({ baseOutputDir, pluginMap, ...section }: Types.PresetFnArgs<object>) => {
      const plugin = () => ({
        prepend: [
          '/** The text of an operation; its types are known to the compiler alone. */',
          'export type Operation<Result, Variables> = string & { readonly types?: (variables: Variables) => Result };',
        ],
        content: executable(section.documents.flatMap(({ document }) => document ?? []))
          .map((document) => {
            const [operation] = document.definitions;
            const name = operation?.kind === Kind.OPERATION_DEFINITION ? operation.name?.value : undefined;
            const kind = operation?.kind === Kind.OPERATION_DEFINITION && operation.operation;
            const type = `${name}${kind === 'mutation' ? 'Mutation' : 'Query'}`;
            return `export const ${name}: Operation<${type}, ${type}Variables> =\n  ${JSON.stringify(textOf(document))};`;
          })
          .join('\n'),
      });
      const plugins = [...section.plugins, { texts: {} }];
      return [{ ...section, filename: baseOutputDir, pluginMap: { ...pluginMap, texts: { plugin } }, plugins }];
    },
  },
};

const config: CodegenConfig = {
  schema: 'schema/api.graphql',
  importExtension: '.ts',
  generates: {
    'clients/generated/': {
      ...preset,
      documents: 'clients/operations/*.graphql',
      config: { ...types, documentMode: 'string' },
    },
    'clients/generated/persisted-documents.json': { ...manifestFor(), documents: 'clients/operations/*.graphql' },
    ...browserClient('app'),
    ...browserClient('console'),
    'clients/partner/generated/operations.ts': {
      ...texts,
      schema: 'schema/contracts/partner.graphql',
      documents: 'clients/partner/operations/*.graphql',
      config: types,
    },
  },
};

export default config;
