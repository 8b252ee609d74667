/*
 * The graph of the conformance suite: stock tells of changes, catalogue and makers know more about what has changed. Every
 * subscription has a channel, so that each case has a stream of its own; what is pushed is the value of the root field.
 */

export const sdls = {
  stock: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable"])
    type Query { ready: Boolean }
    type Subscription {
      product(channel: String! = "default"): Product
      sureProduct(channel: String!): Product!
      products(channel: String!): [Product]
      item(channel: String!): Item
      found(channel: String!): Found
      tick(channel: String!, step: Int! = 2, colours: [Colour!], label: Label): Tick
      shared(channel: String!): Product
      refused(channel: String!): Int
    }
    interface Item { id: ID! }
    union Found = Product | Voucher | Notice
    type Product implements Item @key(fields: "id") { id: ID! price: Int brokenPrice: Int }
    type Voucher implements Item @key(fields: "id") { id: ID! points: Int }
    type Notice { text: String }
    type Tick { number: Int! step: Int! colours: [Colour!] label: String }
    enum Colour { RED BLUE }
    input Label { text: String! = "plain" }`,
  catalogue: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@external", "@requires"])
    type Query { catalogueReady: Boolean }
    type Product @key(fields: "id") {
      id: ID!
      price: Int @external
      name: String
      sureName: String!
      brokenName: String
      tag: String @requires(fields: "price")
      maker: Maker
      parts: [Part!]
    }
    type Voucher @key(fields: "id") { id: ID! title: String }
    type Maker @key(fields: "id") { id: ID! }
    type Part { number: Int maker: Maker }`,
  makers: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
    type Query { makersReady: Boolean }
    type Maker @key(fields: "id") { id: ID! name: String brokenName: String country: String! }`,
} as const;

export type SubgraphName = keyof typeof sdls;

interface Entity {
  readonly id: string;
  readonly price?: number;
}

const fails = (message: string) => () => {
  throw new Error(message);
};

const withId = { __resolveReference: ({ id }: Entity) => (id === 'unknown' ? null : { id }) };

/** By subgraph: what answers besides the subscriptions. An entity called `hollow` has nothing where there must be something. */
export const resolvers: Record<SubgraphName, Record<string, object>> = {
  stock: {
    Product: { brokenPrice: fails('The price is broken.') },
    Item: { __resolveType: ({ __typename }: { __typename: string }) => __typename },
    Found: { __resolveType: ({ __typename }: { __typename: string }) => __typename },
  },
  catalogue: {
    Product: {
      __resolveReference: ({ id, price }: Entity) => (id === 'unknown' ? null : { id, price }),
      name: ({ id }: Entity) => `Product ${id}`,
      sureName: ({ id }: Entity) => (id === 'hollow' ? null : `Surely ${id}`),
      brokenName: fails('The name is broken.'),
      tag: ({ id, price }: Entity) => `${id} for ${price}`,
      maker: ({ id }: Entity) => ({ id: `maker-of-${id}` }),
      parts: ({ id }: Entity) => [1, 2].map((number) => ({ number, maker: { id: `part-maker-${id}-${number}` } })),
    },
    Voucher: { ...withId, title: ({ id }: Entity) => `Voucher ${id}` },
    Maker: withId,
  },
  makers: {
    Maker: {
      ...withId,
      name: ({ id }: Entity) => `Maker ${id}`,
      brokenName: fails('The maker is broken.'),
      country: ({ id }: Entity) => (id.endsWith('hollow') ? null : 'Portugal'),
    },
  },
};
