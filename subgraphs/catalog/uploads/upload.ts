/*
 * A file that somebody sends us, as it is known here: announced, stored, refused or deleted. Row and graph's type in one.
 * The content lies in a blob store under the same id; nobody gets it back from us, so that an upload is no way to
 * publish something under our name.
 */
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { ByteCount, DateTime, FileName, MediaType, Sha256, ShortText } from '../../kernel/scalars.ts';

export enum UploadState {
  AWAITED = 'AWAITED',
  STORED = 'STORED',
  REFUSED = 'REFUSED',
  DELETED = 'DELETED',
}

registerEnumType(UploadState, {
  name: 'UploadState',
  description: 'What became of a file.',
  valuesConfig: {
    AWAITED: { description: 'It was announced and has not arrived.' },
    STORED: { description: 'It has arrived and can be imported.' },
    REFUSED: { description: 'What arrived is not what was announced; `refusal` says why.' },
    DELETED: { description: 'It is gone: by a person, or because its time was over.' },
  },
});

@ObjectType({
  description: 'A file that was announced, and what became of it. For who announced it, and administrators.',
})
@Entity({ schema: 'catalog', tableName: 'upload' })
export class Upload {
  @Field(() => ID, { description: 'The id of the upload.' })
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  /** Who announced it; null of what was pulled. */
  @Property({ type: 'uuid', nullable: true })
  accountId!: string | null;

  @Property({ type: 'uuid', nullable: true })
  pullId!: string | null;

  @Field(() => FileName, { description: 'How its owner calls it.' })
  @Property({ type: 'text' })
  fileName!: string;

  @Field(() => ByteCount, { description: 'How long it is.' })
  @Property({ type: 'integer' })
  bytes!: number;

  @Field(() => MediaType, { description: 'What it is said to be.' })
  @Property({ type: 'text' })
  contentType!: string;

  @Property({ type: 'text', nullable: true })
  announcedSha256!: string | null;

  @Field(() => Sha256, { nullable: true, description: 'Of what has arrived; null before.' })
  @Property({ type: 'text', nullable: true })
  sha256!: string | null;

  @Field(() => UploadState, { description: 'What became of it.' })
  @Property({ type: 'text' })
  state!: UploadState;

  @Field(() => ShortText, { nullable: true, description: 'Why it was refused.' })
  @Property({ type: 'text', nullable: true })
  refusal!: string | null;

  @Field(() => DateTime, { description: 'When it was announced.' })
  @Property({ type: 'timestamptz' })
  createdAt!: Date;

  @Property({ type: 'timestamptz' })
  addressExpiresAt!: Date;

  @Field(() => DateTime, { description: 'When it is deleted at the latest.' })
  @Property({ type: 'timestamptz' })
  deleteAfter!: Date;
}
