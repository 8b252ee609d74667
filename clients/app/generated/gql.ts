/* eslint-disable */
import * as types from './graphql.ts';
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';

/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "query Me {\n  me {\n    id\n    roles\n    phoneVerified\n    departmentName\n    registeredAt\n    profile {\n      id\n      firstName\n      complete\n    }\n    points {\n      available\n    }\n  }\n}": typeof types.MeDocument,
    "query OffersNearby($near: NearInput, $search: SearchText, $first: PageSize!, $after: Cursor) {\n  offers(near: $near, search: $search, first: $first, after: $after) {\n    edges {\n      cursor\n      node {\n        ...OfferFields\n      }\n    }\n    pageInfo {\n      endCursor\n      hasNextPage\n    }\n  }\n}\n\nfragment OfferFields on Offer {\n  id\n  title\n  description\n  pricePoints\n  valueCents\n  endsAt\n  distanceMeters\n  retailer {\n    id\n    name\n    category\n  }\n  nearestStore {\n    id\n    street\n    city\n    state\n    zipCode\n    position {\n      latitude\n      longitude\n    }\n  }\n}": typeof types.OffersNearbyDocument,
};
const documents: Documents = {
    "query Me {\n  me {\n    id\n    roles\n    phoneVerified\n    departmentName\n    registeredAt\n    profile {\n      id\n      firstName\n      complete\n    }\n    points {\n      available\n    }\n  }\n}": types.MeDocument,
    "query OffersNearby($near: NearInput, $search: SearchText, $first: PageSize!, $after: Cursor) {\n  offers(near: $near, search: $search, first: $first, after: $after) {\n    edges {\n      cursor\n      node {\n        ...OfferFields\n      }\n    }\n    pageInfo {\n      endCursor\n      hasNextPage\n    }\n  }\n}\n\nfragment OfferFields on Offer {\n  id\n  title\n  description\n  pricePoints\n  valueCents\n  endsAt\n  distanceMeters\n  retailer {\n    id\n    name\n    category\n  }\n  nearestStore {\n    id\n    street\n    city\n    state\n    zipCode\n    position {\n      latitude\n      longitude\n    }\n  }\n}": types.OffersNearbyDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 *
 *
 * @example
 * ```ts
 * const query = graphql(`query GetUser($id: ID!) { user(id: $id) { name } }`);
 * ```
 *
 * The query argument is unknown!
 * Please regenerate the types.
 */
export function graphql(source: string): unknown;

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query Me {\n  me {\n    id\n    roles\n    phoneVerified\n    departmentName\n    registeredAt\n    profile {\n      id\n      firstName\n      complete\n    }\n    points {\n      available\n    }\n  }\n}"): (typeof documents)["query Me {\n  me {\n    id\n    roles\n    phoneVerified\n    departmentName\n    registeredAt\n    profile {\n      id\n      firstName\n      complete\n    }\n    points {\n      available\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query OffersNearby($near: NearInput, $search: SearchText, $first: PageSize!, $after: Cursor) {\n  offers(near: $near, search: $search, first: $first, after: $after) {\n    edges {\n      cursor\n      node {\n        ...OfferFields\n      }\n    }\n    pageInfo {\n      endCursor\n      hasNextPage\n    }\n  }\n}\n\nfragment OfferFields on Offer {\n  id\n  title\n  description\n  pricePoints\n  valueCents\n  endsAt\n  distanceMeters\n  retailer {\n    id\n    name\n    category\n  }\n  nearestStore {\n    id\n    street\n    city\n    state\n    zipCode\n    position {\n      latitude\n      longitude\n    }\n  }\n}"): (typeof documents)["query OffersNearby($near: NearInput, $search: SearchText, $first: PageSize!, $after: Cursor) {\n  offers(near: $near, search: $search, first: $first, after: $after) {\n    edges {\n      cursor\n      node {\n        ...OfferFields\n      }\n    }\n    pageInfo {\n      endCursor\n      hasNextPage\n    }\n  }\n}\n\nfragment OfferFields on Offer {\n  id\n  title\n  description\n  pricePoints\n  valueCents\n  endsAt\n  distanceMeters\n  retailer {\n    id\n    name\n    category\n  }\n  nearestStore {\n    id\n    street\n    city\n    state\n    zipCode\n    position {\n      latitude\n      longitude\n    }\n  }\n}"];

export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}

export type DocumentType<TDocumentNode extends DocumentNode<any, any>> = TDocumentNode extends DocumentNode<  infer TType,  any>  ? TType  : never;