/* Uploads on the graph: announce a file, get an address for it, ask what became of it. The file itself goes elsewhere. */
import { Arg, Ctx, Field, ID, InputType, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import type { Call } from '../../kernel/call.ts';
import { Requires, ShownIn } from '../../kernel/caller.ts';
import { ByteCount, DateTime, FileName, MediaType, Sha256 } from '../../kernel/scalars.ts';
import type { CatalogServices } from '../catalog.ts';
import { requireAnyRole } from '../organisations/standing.ts';
import { Upload } from './upload.ts';
import { uploaders } from './uploads.ts';

type CatalogCall = Call<CatalogServices>;

@InputType({ description: 'The file that comes.' })
export class StartUploadInput {
  @Field(() => FileName, { description: 'How its owner calls it.' })
  fileName!: string;

  @Field(() => ByteCount, { description: 'How long it is, exactly.' })
  bytes!: number;

  @Field(() => MediaType, { description: 'What it is; sent with the file as Content-Type.' })
  contentType!: string;

  @Field(() => Sha256, { nullable: true, description: 'Of its content: what arrives with another is refused.' })
  sha256?: string | null;
}

@InputType({ description: 'Which upload to delete.' })
export class DeleteUploadInput {
  @Field(() => ID, { description: 'The upload.' })
  uploadId!: string;
}

@ObjectType({ description: 'A header to send with the file.' })
export class UploadHeader {
  @Field(() => String, { description: 'Its name.' })
  name!: string;

  @Field(() => String, { description: 'Its value.' })
  value!: string;
}

@ObjectType({ description: 'Where to send the file. The address is a secret: who has it may send one file.' })
export class StartUploadPayload {
  @Field(() => Upload, { description: 'The upload, awaited.' })
  upload!: Upload;

  @Field(() => String, { description: 'Send the file here, by one PUT; without a host it is a path of this server.' })
  url!: string;

  @Field(() => [UploadHeader], { description: 'With these headers.' })
  headers!: UploadHeader[];

  @Field(() => DateTime, { description: 'Until when the address takes it.' })
  expiresAt!: Date;
}

@ObjectType({ description: 'The upload that was deleted.' })
export class DeleteUploadPayload {
  @Field(() => Upload, { description: 'The upload, without its content.' })
  upload!: Upload;
}

@Resolver()
export class UploadResolver {
  @Query(() => Upload, {
    description:
      'A file that was announced, and whether it has arrived. For who announced it, and administrators. Codes: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND.',
  })
  @ShownIn('public', 'admin')
  @Requires(...uploaders)
  upload(@Arg('id', () => ID, { description: 'The upload.' }) id: string, @Ctx() call: CatalogCall): Promise<Upload> {
    return call.services.uploads.look(call.caller, id);
  }

  @Mutation(() => StartUploadPayload, {
    description:
      'Announces a file and gets an address for it: 5 at a time, 100 are kept, each for 30 days. For administrators and people who act for an organisation. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, LIMIT_REACHED.',
  })
  @ShownIn('public', 'admin')
  @Requires(...uploaders)
  async startUpload(
    @Arg('input', () => StartUploadInput, { description: 'Which file.' }) input: StartUploadInput,
    @Ctx() call: CatalogCall,
  ): Promise<StartUploadPayload> {
    const { accountId, services } = call;
    const { upload, address } = await call.work(async (work) => {
      await requireAnyRole(work.em, call.caller);
      return services.uploads.start(work, accountId, input);
    });
    const headers = Object.entries(address.headers).map(([name, value]) => ({ name, value }));
    return { upload, url: address.url, headers, expiresAt: upload.addressExpiresAt };
  }

  @Mutation(() => DeleteUploadPayload, {
    description:
      'Deletes the content of an upload at once. For who announced it, and administrators. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, NOT_FOUND.',
  })
  @ShownIn('public', 'admin')
  @Requires(...uploaders)
  async deleteUpload(
    @Arg('input', () => DeleteUploadInput, { description: 'Which.' }) input: DeleteUploadInput,
    @Ctx() call: CatalogCall,
  ): Promise<DeleteUploadPayload> {
    await requireAnyRole(call.em, call.caller);
    return { upload: await call.services.uploads.remove(call.caller, input.uploadId) };
  }
}
