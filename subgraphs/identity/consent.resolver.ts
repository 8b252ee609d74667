/* Documents and consents on the graph: reading what holds, agreeing and taking that back, and publishing what is new. */
import {
  Arg,
  Args,
  Ctx,
  Directive,
  Field,
  FieldResolver,
  ID,
  InputType,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
  registerEnumType,
} from 'type-graphql';
import type { Call } from '../kernel/call.ts';
import { Authenticated, Requires, ShownIn } from '../kernel/caller.ts';
import { Refusal } from '../kernel/errors.ts';
import { type Page, PageArguments } from '../kernel/page.ts';
import { Text, Version, WebAddress } from '../kernel/scalars.ts';
import { Account } from './account.ts';
import {
  type Consent,
  ConsentPage,
  consentsOf,
  currentDocuments,
  giveConsent,
  LegalDocument,
  LegalDocumentKind,
  openConsents,
  publishDocument,
  withdrawConsent,
} from './consent.ts';
import type { IdentityServices } from './identity.ts';

export enum DocumentLanguage {
  ENGLISH = 'en',
  SPANISH = 'es',
}

registerEnumType(DocumentLanguage, {
  name: 'DocumentLanguage',
  description: 'The language of a document.',
  valuesConfig: { ENGLISH: { description: 'English.' }, SPANISH: { description: 'Spanish.' } },
});

/** As many as there are kinds, and the same again for who sends them twice. */
const DOCUMENTS_PER_CONSENT = 4;

@InputType({ description: 'To what the person agrees.' })
export class GiveConsentInput {
  @Field(() => [ID], { description: 'Documents that hold now, 1 to 4, as Account.openConsents names them.' })
  documentIds!: string[];
}

@InputType({ description: 'Which consent to take back.' })
export class WithdrawConsentInput {
  @Field(() => ID, { description: 'One of those that Account.consents names.' })
  consentId!: string;
}

@ObjectType({ description: 'The consents of the account have changed.' })
export class ConsentPayload {
  @Field(() => Account, { description: 'The account, with what is open now.' })
  account!: Account;
}

@InputType({ description: 'A new version of the terms or of the privacy notice.' })
export class PublishDocumentInput {
  @Field(() => LegalDocumentKind, { description: 'Which of the two.' })
  kind!: LegalDocumentKind;

  @Field(() => Text, { description: 'What it says, or the short of it, in English.' })
  text!: string;

  @Field(() => Text, { nullable: true, description: 'The same in Spanish; people read English where it is left out.' })
  textSpanish?: string | null;

  @Field(() => WebAddress, {
    nullable: true,
    description: 'Where it stands in full; left out where the text is all of it.',
  })
  webUrl?: string | null;

  @Field(() => Version, { description: 'The version that holds now and that this one replaces.' })
  replaces!: number;
}

@ObjectType({ description: 'A document was published.' })
export class PublishDocumentPayload {
  @Field(() => LegalDocument, { description: 'The new version.' })
  document!: LegalDocument;
}

@Resolver(() => Account)
export class ConsentResolver {
  @Query(() => [LegalDocument], {
    description: 'The terms and the privacy notice as they hold now. Everybody.',
  })
  @ShownIn('public', 'admin')
  @Directive('@listSize(assumedSize: 2)')
  legalDocuments(@Ctx() call: Call<IdentityServices>): Promise<LegalDocument[]> {
    return currentDocuments(call.em);
  }

  @FieldResolver(() => [LegalDocument], {
    nullable: true,
    description:
      'What holds now and the person has not agreed to, or has taken that back: the app asks. For the owner of the account, null for others.',
  })
  @Directive('@listSize(assumedSize: 2)')
  async openConsents(@Root() account: Account, @Ctx() call: Call<IdentityServices>): Promise<LegalDocument[] | null> {
    return call.caller.accountId === account.id ? openConsents(call.em, account.id) : null;
  }

  @FieldResolver(() => ConsentPage, {
    nullable: true,
    description:
      'To what the person agreed, the newest first, also what they took back. For the owner of the account, null for others.',
  })
  async consents(
    @Root() account: Account,
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() call: Call<IdentityServices>,
  ): Promise<Page<Consent> | null> {
    return call.caller.accountId === account.id ? consentsOf(call.em, account.id, page) : null;
  }

  @Mutation(() => ConsentPayload, {
    description:
      'Agrees to documents as they hold now; again changes nothing. Everybody who is signed in. Codes: UNAUTHENTICATED, NOT_FOUND, CHANGED_MEANWHILE (there is a newer version), LIMIT_REACHED (20 within 24 hours), BAD_USER_INPUT.',
  })
  @ShownIn('public')
  @Authenticated()
  async giveConsent(
    @Arg('input', () => GiveConsentInput, { description: 'To what.' }) { documentIds }: GiveConsentInput,
    @Ctx() call: Call<IdentityServices>,
  ): Promise<ConsentPayload> {
    if (documentIds.length === 0 || documentIds.length > DOCUMENTS_PER_CONSENT) {
      throw new Refusal('BAD_USER_INPUT', `input.documentIds must name 1 to ${DOCUMENTS_PER_CONSENT}.`);
    }
    await call.work((work) => giveConsent(work, call.accountId, documentIds));
    return { account: await ownAccount(call) };
  }

  @Mutation(() => ConsentPayload, {
    description:
      'Takes a consent back; again changes nothing. The account stays, and the app asks anew: who does not agree any more asks for the erasure of the account. Everybody who is signed in. Codes: UNAUTHENTICATED, NOT_FOUND, BAD_USER_INPUT.',
  })
  @ShownIn('public')
  @Authenticated()
  async withdrawConsent(
    @Arg('input', () => WithdrawConsentInput, { description: 'Which one.' }) { consentId }: WithdrawConsentInput,
    @Ctx() call: Call<IdentityServices>,
  ): Promise<ConsentPayload> {
    await call.work((work) => withdrawConsent(work, call.accountId, consentId));
    return { account: await ownAccount(call) };
  }

  @Mutation(() => PublishDocumentPayload, {
    description:
      'Publishes a version of the terms or of the privacy notice, which is never changed: everybody is asked to agree to it. Administrators only. Codes: UNAUTHENTICATED, FORBIDDEN, CHANGED_MEANWHILE (another version came first), BAD_USER_INPUT.',
  })
  @ShownIn('admin')
  @Requires('administrator')
  async publishDocument(
    @Arg('input', () => PublishDocumentInput, { description: 'What it says.' }) input: PublishDocumentInput,
    @Ctx() call: Call<IdentityServices>,
  ): Promise<PublishDocumentPayload> {
    return { document: await call.work((work) => publishDocument(work, input, call.accountId)) };
  }
}

@Resolver(() => LegalDocument)
export class LegalDocumentResolver {
  @FieldResolver(() => Text, {
    description: 'What it says, or the short of it; in English where the language asked for is not there.',
  })
  text(
    @Root() document: LegalDocument,
    @Arg('language', () => DocumentLanguage, { nullable: true, description: 'English when left out.' })
    language?: DocumentLanguage | null,
  ): string {
    return (language === DocumentLanguage.SPANISH && document.textSpanish) || document.textEnglish;
  }
}

async function ownAccount(call: Call<IdentityServices>): Promise<Account> {
  const account = await call.em.findOne(Account, call.accountId);
  if (!account) throw new Refusal('UNAUTHENTICATED', 'There is no such account any more.');
  return account;
}
