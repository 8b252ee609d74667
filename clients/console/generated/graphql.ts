/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
/** What an account may become once its phone is verified. */
export type AccountRole =
  /** Runs the system. */
  | 'ADMINISTRATOR'
  /** Meets officers; everybody is one who is nothing else. */
  | 'CITIZEN'
  /** A police officer: an administrator registered the verified e-mail for a department. */
  | 'OFFICER';

export type MeQueryVariables = Exact<{ [key: string]: never; }>;


export type MeQuery = { __typename: 'Query', me: { __typename: 'Account', id: string, roles: Array<AccountRole>, phoneVerified: boolean, departmentName: string | null } };

export type AuditLedgerQueryVariables = Exact<{ [key: string]: never; }>;


export type AuditLedgerQuery = { __typename: 'Query', ledgerAudit: { __typename: 'LedgerAudit', balanced: boolean, transactions: number, postings: number, problems: Array<string> } };


export const MeDocument = {"__meta__":{"hash":"sha256:8e41ffea0dbfe88fca47c1f8464bc0e3de7669f00e0c943879948950d82e0d01"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Me"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"me"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"roles"}},{"kind":"Field","name":{"kind":"Name","value":"phoneVerified"}},{"kind":"Field","name":{"kind":"Name","value":"departmentName"}}]}}]}}]} as unknown as DocumentNode<MeQuery, MeQueryVariables>;
export const AuditLedgerDocument = {"__meta__":{"contract":"admin","hash":"sha256:e2e155a7167e78d8395bff98e694f2078d2b3f8165f6a0bb157dbf806a98ebd5"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"AuditLedger"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"ledgerAudit"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"balanced"}},{"kind":"Field","name":{"kind":"Name","value":"transactions"}},{"kind":"Field","name":{"kind":"Name","value":"postings"}},{"kind":"Field","name":{"kind":"Name","value":"problems"}}]}}]}}]} as unknown as DocumentNode<AuditLedgerQuery, AuditLedgerQueryVariables>;