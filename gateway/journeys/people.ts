/* People as journeys need them: signed in through the public API, each with a phone of their own. */
import { randomInt, randomUUID } from 'node:crypto';
import { ClientError } from '../../clients/client.ts';
import { RegisterOfficersDocument, UpdateProfileDocument } from '../../clients/generated/graphql.ts';
import { type SignedIn, signIn } from '../../clients/sign-in.ts';

export const newPhoneNumber = () => `+1512${randomInt(1_000_000_000, 9_999_999_999)}`;

export function signInAdministrator(url: string): Promise<SignedIn> {
  return signIn(url, { emailAddress: 'administrator@hey-blue.example', phoneNumber: newPhoneNumber() });
}

/** A citizen with a completed profile. */
export async function signInCitizen(url: string, firstName = 'Casey'): Promise<SignedIn> {
  return named(
    await signIn(url, { emailAddress: `${randomUUID()}@citizens.example`, phoneNumber: newPhoneNumber() }),
    firstName,
  );
}

/** An officer whom the administrator has registered, with a completed profile. */
export async function signInOfficer(url: string, administrator: SignedIn, firstName = 'Sam'): Promise<SignedIn> {
  const emailAddress = `${randomUUID()}@officers.example`;
  await administrator.client.request(RegisterOfficersDocument, {
    input: { emailAddresses: [emailAddress], departmentName: 'Austin Police Department' },
  });
  return named(await signIn(url, { emailAddress, phoneNumber: newPhoneNumber() }), firstName);
}

/** The profile is made by event: it is there soon after the registration. */
async function named(person: SignedIn, firstName: string): Promise<SignedIn> {
  await eventually(async () => {
    try {
      return await person.client.request(UpdateProfileDocument, { input: { firstName } });
    } catch (error) {
      if (error instanceof ClientError && error.code === 'NOT_FOUND') return undefined;
      throw error;
    }
  });
  return person;
}

/** A process that was killed leaves a lease behind that others respect for ten seconds. */
const PATIENCE_MILLISECONDS = 40_000;

/**
 * Asks until the answer is not undefined: what follows from an event is true soon, not at once. Each question is a round
 * trip of its own; there is no pause in between.
 */
export async function eventually<Result>(ask: () => Promise<Result | undefined>): Promise<Result> {
  const until = Date.now() + PATIENCE_MILLISECONDS;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > until) throw new Error(`It was not true within ${PATIENCE_MILLISECONDS / 1000} s`);
  }
}

/** The code of the refusal that `ask` ends in; undefined when it does not. */
export async function refusalOf(ask: Promise<unknown>): Promise<string | undefined> {
  try {
    await ask;
    return undefined;
  } catch (error) {
    if (error instanceof ClientError) return error.code;
    throw error;
  }
}

/** The next event, or a failure. */
export async function nextOf<Event>(events: AsyncIterableIterator<Event>): Promise<Event> {
  const { done, value } = await events.next();
  if (done) throw new Error('The subscription has ended');
  return value;
}

/** Reads events until one fits. */
export async function untilEvent<Event>(
  events: AsyncIterableIterator<Event>,
  fits: (event: Event) => boolean,
): Promise<Event> {
  for (;;) {
    const event = await nextOf(events);
    if (fits(event)) return event;
  }
}
