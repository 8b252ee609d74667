/* Tables on the graph: administrators take them in. */
import { Arg, Ctx, Directive, Field, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { Requires, ShownIn } from '../../kernel/caller.ts';
import { IdempotencyKey, TableFile } from '../../kernel/scalars.ts';
import { importTable, TableImport } from '../importing/import.ts';
import { TableKind } from '../importing/table-kinds.ts';
import type { CatalogCall } from './loaders.ts';

@InputType({ description: 'A table to take in.' })
export class ImportTableInput {
  @Field(() => TableKind, { description: 'What its rows are.' })
  kind!: TableKind;

  @Field(() => TableFile, {
    description: 'The text of the file: a header, then rows; commas, semicolons, tabs or bars between cells.',
  })
  content!: string;

  @Field(() => Boolean, { nullable: true, description: 'Only try: tells what would happen and writes nothing.' })
  dryRun?: boolean | null;

  @Field(() => IdempotencyKey, { description: 'The key of this wish; the same key gets the same outcome.' })
  idempotencyKey!: string;
}

@ObjectType({ description: 'What became of the table.' })
export class ImportTablePayload {
  @Field(() => TableImport, { description: 'The import.' })
  import!: TableImport;
}

@Resolver()
export class ImportTableResolver {
  @Mutation(() => ImportTablePayload, {
    description:
      'Takes in a table of retailers, offers or charities: good rows become true together, each bad one is told with its reason; the same file twice changes nothing. For administrators. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, IMPORT_UNREADABLE, IDEMPOTENCY_MISMATCH.',
    deprecationReason:
      'Use openFileImport: it takes more kinds of files, shows what they would change, and can be undone. Since 2026-11-21; it stays until 2027-11-21 at least.',
  })
  @ShownIn('admin')
  @Directive('@cost(weight: 500)')
  @Requires('administrator')
  async importTable(
    @Arg('input', () => ImportTableInput, { description: 'The table.' }) input: ImportTableInput,
    @Ctx() call: CatalogCall,
  ): Promise<ImportTablePayload> {
    const { kind, content, dryRun, idempotencyKey } = input;
    const request = { kind, content, dryRun: dryRun ?? false };
    const wish = { accountId: call.accountId, idempotencyKey };
    return { import: await importTable((task) => call.work(task), request, wish) };
  }
}
