/* What a retailer sells, by its own stock keeping unit. Row and graph's type in one; an archived product stays to be named. */
import { Entity, Property } from '@mikro-orm/decorators/legacy';
import { Directive, Field, ID, Int, ObjectType } from 'type-graphql';
import { Refusal } from '../../kernel/errors.ts';
import { pageOf } from '../../kernel/page.ts';
import { Cents, DateTime, Points, ShortText, Text } from '../../kernel/scalars.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { comparable } from '../importing/cells.ts';
import { addRow, changeRow, reopenRow } from './change.ts';
import { Id, Name, PictureUrl, Versioned } from './columns.ts';

@ObjectType({ description: 'Something that a retailer sells.' })
@Directive('@key(fields: "id")')
@Directive('@cacheControl(maxAge: 60, scope: PUBLIC)')
@Entity({ schema: 'catalog', tableName: 'product' })
export class Product {
  @Id('product')
  id!: string;

  @Field(() => ID, { description: 'Who sells it.' })
  @Property({ type: 'uuid' })
  retailerId!: string;

  @Field(() => ShortText, { description: "The retailer's own number of it (stock keeping unit)." })
  @Property({ type: 'text' })
  sku!: string;

  @Name()
  name!: string;

  @Property({ type: 'text' })
  nameKey!: string;

  @Field(() => Text, { nullable: true, description: 'More about it.' })
  @Property({ type: 'text', nullable: true })
  description?: string | null;

  @Field(() => ShortText, { nullable: true, description: 'What kind of thing it is.' })
  @Property({ type: 'text', nullable: true })
  category?: string | null;

  @Field(() => Cents, { description: 'Its price, in cents of `currency`.' })
  @Property({ type: 'integer' })
  priceCents!: number;

  @Field(() => ShortText, { description: 'The currency of the price (ISO 4217): USD.' })
  @Property({ type: 'text' })
  currency!: string;

  @Field(() => Int, { nullable: true, description: 'How many there are; null where nobody counts.' })
  @Property({ type: 'integer', nullable: true })
  stock?: number | null;

  @PictureUrl()
  pictureUrl?: string | null;

  @Field(() => Points, {
    nullable: true,
    description: 'What it is worth in points; null where the retailer has not said.',
  })
  @Property({ type: 'integer', nullable: true })
  pointValue?: number | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was taken off the list; null while it is on it.' })
  @Property({ type: 'datetime', nullable: true })
  archivedAt?: Date | null;

  @Versioned()
  version!: number;
}

export const ProductPage = pageOf(Product);

export interface ProductTerms {
  /** The product to change; without it, the retailer's one of this sku, or a new one. */
  readonly productId?: string | null | undefined;
  readonly retailerId: string;
  readonly sku: string;
  readonly name: string;
  readonly description?: string | null | undefined;
  readonly category?: string | null | undefined;
  readonly priceCents: number;
  readonly stock?: number | null | undefined;
  readonly pictureUrl?: string | null | undefined;
  readonly pointValue?: number | null | undefined;
  readonly expectedVersion?: number | null | undefined;
}

/**
 * Makes or changes a product; of what is optional, what is not given stays. One that was taken off the list is on it
 * again when it is named by its sku.
 * @throws Refusal NOT_FOUND, BAD_USER_INPUT, LISTING_STATE for an archived one, CHANGED_MEANWHILE.
 */
export async function saveProduct(work: UnitOfWork, terms: ProductTerms): Promise<Product> {
  const { em } = work;
  const { productId, retailerId, expectedVersion } = terms;
  const skuKey = comparable(terms.sku);
  const columns = {
    sku: terms.sku,
    sku_key: skuKey,
    name: terms.name,
    name_key: comparable(terms.name),
    description: terms.description,
    category: terms.category,
    price_cents: terms.priceCents,
    stock: terms.stock,
    picture_url: terms.pictureUrl,
    point_value: terms.pointValue,
  };
  const [namesake] = await em.execute<{ id: string }[]>(
    'select id from catalog.product where retailer_id = ? and sku_key = ?',
    [retailerId, skuKey],
  );
  if (productId && namesake && namesake.id !== productId) throw skuTaken();
  const existing = productId ?? namesake?.id;
  if (existing) {
    const whose = await retailerOfProduct(em, existing);
    if (whose !== retailerId) throw new Refusal('BAD_USER_INPUT', 'A product stays with its retailer.');
    const reopened = !productId && (await reopenRow(em, 'product', existing));
    const changed = await changeRow(em, 'product', existing, columns, expectedVersion);
    if (reopened || changed) tellOfProducts(work, [retailerId]);
    return em.findOneOrFail(Product, existing);
  }
  const id = work.newId();
  const isAdded = await addRow(em, 'product', { ...columns, id, retailer_id: retailerId, currency: 'USD', version: 1 });
  // Somebody else added the same at this moment.
  if (!isAdded) throw new Refusal('CHANGED_MEANWHILE');
  tellOfProducts(work, [retailerId]);
  return em.findOneOrFail(Product, id);
}

/** Takes a product off the list; again changes nothing. @throws Refusal NOT_FOUND. */
export async function archiveProduct(work: UnitOfWork, productId: string): Promise<Product> {
  const archived = await work.em.execute<{ retailer_id: string }[]>(
    `update catalog.product set archived_at = ?, version = version + 1
     where id = ? and archived_at is null returning retailer_id`,
    [work.now, productId],
  );
  tellOfProducts(
    work,
    archived.map((row) => row.retailer_id),
  );
  return work.em.findOneOrFail(Product, productId);
}

/** Tells once of each retailer, however many of its products are other than they were. */
export function tellOfProducts({ record, now }: UnitOfWork, retailerIds: Iterable<string>): void {
  const changedAt = now.toISOString();
  for (const retailerId of new Set(retailerIds)) record('retailer.productsChanged', { retailerId, changedAt });
}

/** Whose a product is, which never changes. @throws Refusal NOT_FOUND. */
export async function retailerOfProduct(em: UnitOfWork['em'], productId: string): Promise<string> {
  const [row] = await em.execute<{ retailer_id: string }[]>('select retailer_id from catalog.product where id = ?', [
    productId,
  ]);
  if (!row) throw new Refusal('NOT_FOUND', 'There is no such product.');
  return row.retailer_id;
}

const skuTaken = () => new Refusal('BAD_USER_INPUT', 'The retailer has another product of this sku.');
