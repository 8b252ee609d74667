/*
 * The variants of the graph as they are served: each on a path of its own, to callers of its own, by operations that know
 * nothing of what it does not show. A partner's key opens the partners' path and no other; the administrators' path is
 * closed to everybody else. Links and subgraphs are the same for all.
 */
import { contractOf } from '../schema/contracts.ts';
import type { Caller, Contract } from '../subgraphs/kernel/caller.ts';
import { Refusal } from '../subgraphs/kernel/errors.ts';
import type { Authenticate } from './authentication.ts';
import { createOperations, type Operations, type OperationsOptions } from './operations.ts';

export const contractPaths: Readonly<Record<Contract, string>> = {
  public: '/graphql',
  partner: '/graphql/partner',
  admin: '/graphql/admin',
};

export interface ServedContract {
  readonly operations: Operations;
  /** Also refuses whom the contract is not for: FORBIDDEN, or UNAUTHENTICATED where nobody has signed in. */
  readonly authenticate: Authenticate;
}

export type Contracts = Readonly<Record<Contract, ServedContract>>;

/** By path, what is served beside the public contract. */
export type Variants = ReadonlyMap<string, ServedContract>;

export function variantsOf({ partner, admin }: Contracts): Variants {
  return new Map([
    [contractPaths.partner, partner],
    [contractPaths.admin, admin],
  ]);
}

/** The same contracts with operations that `change` has put something around. */
export function withOperations(
  { public: open, partner, admin }: Contracts,
  change: (operations: Operations) => Operations,
): Contracts {
  const changed = ({ operations, authenticate }: ServedContract) => ({ operations: change(operations), authenticate });
  return { public: changed(open), partner: changed(partner), admin: changed(admin) };
}

/**
 * @param options of the whole: its supergraph, and who may ask for the schema of the public contract. Whom the other two
 * are for may ask for theirs.
 * @throws what `contractOf` throws of a supergraph without tags, and `createOperations` of one that is none.
 */
export function createContracts(options: OperationsOptions, authenticate: Authenticate): Contracts {
  const serve = (name: Contract): ServedContract => ({
    operations: createOperations({
      ...options,
      supergraphSdl: contractOf(options.supergraphSdl, name),
      introspection: name === 'public' ? options.introspection : 'everybody',
    }),
    authenticate: authenticateFor(name, authenticate),
  });
  return { public: serve('public'), partner: serve('partner'), admin: serve('admin') };
}

function authenticateFor(name: Contract, authenticate: Authenticate): Authenticate {
  return async (...call) => {
    const authenticated = await authenticate(...call);
    const refusal = refusalOf[name](authenticated.caller);
    if (refusal) throw refusal;
    return authenticated;
  };
}

/** Whom a contract is not for; administrators are people, and welcome where everybody is. */
const refusalOf: Readonly<Record<Contract, (caller: Caller) => Refusal | undefined>> = {
  public: ({ retailerId }) =>
    retailerId === undefined
      ? undefined
      : new Refusal('FORBIDDEN', `A partner key is for ${contractPaths.partner} and no other path.`),
  partner({ retailerId, accountId }) {
    if (retailerId !== undefined) return undefined;
    if (accountId === undefined) return new Refusal('UNAUTHENTICATED', 'Send a partner key in the header x-api-key.');
    return new Refusal('FORBIDDEN', `This path is for partner keys; people use ${contractPaths.public}.`);
  },
  admin({ scopes, retailerId, accountId }) {
    if (scopes.includes('administrator')) return undefined;
    if (retailerId !== undefined) return refusalOf.public({ retailerId, scopes });
    if (accountId === undefined) {
      return new Refusal(
        'UNAUTHENTICATED',
        `This path is for administrators: sign in at ${contractPaths.public} first.`,
      );
    }
    return new Refusal('FORBIDDEN', `This path is for administrators; everybody else uses ${contractPaths.public}.`);
  },
};
