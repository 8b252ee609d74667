/* Products on the graph: everybody reads them, those who act for the retailer write them. */
import { Arg, Args, Ctx, Directive, Field, ID, InputType, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import { Requires, ShownIn } from '../../kernel/caller.ts';
import { decodeCursor, type Page, PageArguments, toPage } from '../../kernel/page.ts';
import { Cents, Points, Quantity, ShortText, Text, Version, WebAddress } from '../../kernel/scalars.ts';
import { beginChange } from '../organisations/standing.ts';
import { type CatalogCall, loadProducts } from './loaders.ts';
import { archiveProduct, Product, ProductPage, retailerOfProduct, saveProduct } from './product.ts';

@InputType({ description: 'A product as it shall be; of what is optional, what is left out stays as it is.' })
export class SaveProductInput {
  @Field(() => ID, {
    nullable: true,
    description: 'The product to change; without it, the one of this sku, or a new one.',
  })
  productId?: string | null;

  @Field(() => ID, { description: 'Who sells it.' })
  retailerId!: string;

  @Field(() => ShortText, { description: "The retailer's own number of it." })
  sku!: string;

  @Field(() => ShortText, { description: 'Its name.' })
  name!: string;

  @Field(() => Text, { nullable: true, description: 'More about it.' })
  description?: string | null;

  @Field(() => ShortText, { nullable: true, description: 'What kind of thing it is.' })
  category?: string | null;

  @Field(() => Cents, { description: 'Its price, in cents of a US dollar.' })
  priceCents!: number;

  @Field(() => Quantity, { nullable: true, description: 'How many there are; null where nobody counts.' })
  stock?: number | null;

  @Field(() => Boolean, { nullable: true, description: 'There are none left: goes before `stock`.' })
  soldOut?: boolean | null;

  @Field(() => WebAddress, { nullable: true, description: 'A picture of it.' })
  pictureUrl?: string | null;

  @Field(() => Points, { nullable: true, description: 'What it is worth in points.' })
  pointValue?: number | null;

  @Field(() => Version, { nullable: true, description: 'The version that this is a change of.' })
  expectedVersion?: number | null;
}

@InputType({ description: 'Which product to take off the list.' })
export class ArchiveProductInput {
  @Field(() => ID, { description: 'The product.' })
  productId!: string;
}

@ObjectType({ description: 'The product that was changed.' })
export class ProductPayload {
  @Field(() => Product, { description: 'The product as it is now.' })
  product!: Product;
}

@Resolver(() => Product)
export class ProductResolver {
  @Query(() => ProductPage, {
    description: 'The products of a retailer, by name, without archived ones. For everybody. Codes: BAD_USER_INPUT.',
  })
  @ShownIn('public', 'partner', 'admin')
  @Directive('@cacheControl(maxAge: 60, scope: PUBLIC)')
  async products(
    @Arg('retailerId', () => ID, { description: 'The retailer.' }) retailerId: string,
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() call: CatalogCall,
  ): Promise<Page<Product>> {
    const [name, id] = page.after ? decodeCursor(page.after, 'string', 'id') : [];
    const rows = await call.em.execute<{ id: string }[]>(
      `select p.id from catalog.product p join catalog.retailer r on r.id = p.retailer_id
       where p.retailer_id = ? and p.archived_at is null and r.archived_at is null and r.suspended_at is null
         ${id ? 'and (p.name_key, p.id) > (?, cast(? as uuid))' : ''}
       order by p.name_key, p.id limit ?`,
      [retailerId, ...(id ? [name, id] : []), page.first + 1],
    );
    const found = await Promise.all(rows.map((row) => call.load(loadProducts, row.id)));
    return toPage(
      found.filter((product) => product !== null),
      page,
      (product) => [product.nameKey, product.id],
    );
  }

  @Query(() => Product, {
    nullable: true,
    description: 'A product, also an archived one; null when there is none. For everybody. Codes: BAD_USER_INPUT.',
  })
  @ShownIn('public', 'partner', 'admin')
  @Directive('@cacheControl(maxAge: 60, scope: PUBLIC)')
  product(
    @Arg('id', () => ID, { description: 'The product.' }) id: string,
    @Ctx() call: CatalogCall,
  ): Promise<Product | null> {
    return call.load(loadProducts, id);
  }

  @Mutation(() => ProductPayload, {
    description:
      'Makes or changes a product. For those who act for the retailer (editors), and administrators. ' +
      'Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, NOT_FOUND, LISTING_STATE, CHANGED_MEANWHILE.',
  })
  @ShownIn('public', 'admin')
  @Requires('retailer', 'administrator')
  async saveProduct(
    @Arg('input', () => SaveProductInput, { description: 'The product.' }) input: SaveProductInput,
    @Ctx() call: CatalogCall,
  ): Promise<ProductPayload> {
    const { soldOut, ...terms } = input;
    const product = await call.work(async (work) => {
      await beginChange(work, call.caller, { kind: 'retailer', id: input.retailerId });
      return saveProduct(work, soldOut ? { ...terms, stock: 0 } : terms);
    });
    return { product };
  }

  @Mutation(() => ProductPayload, {
    description:
      'Takes a product off the list; again changes nothing. For those who act for the retailer (editors), and ' +
      'administrators. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, NOT_FOUND, LISTING_STATE.',
  })
  @ShownIn('public', 'admin')
  @Requires('retailer', 'administrator')
  async archiveProduct(
    @Arg('input', () => ArchiveProductInput, { description: 'Which.' }) { productId }: ArchiveProductInput,
    @Ctx() call: CatalogCall,
  ): Promise<ProductPayload> {
    const product = await call.work(async (work) => {
      await beginChange(work, call.caller, { kind: 'retailer', id: await retailerOfProduct(work.em, productId) });
      return archiveProduct(work, productId);
    });
    return { product };
  }
}
