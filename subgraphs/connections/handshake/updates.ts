/* How the two people of a connection learn that it has changed: by a message without content; what it is now, they read. */
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import type { Connection } from './connection.ts';

export const updateChannel = (accountId: string) => `connections:${accountId}`;

/** Message on the channels of both people; `isNew` for a request that has just been made. */
export interface UpdateMessage {
  readonly connectionId: string;
  readonly isNew: boolean;
  /** Where news of the request and a later change are told as one, to a slow reader. */
  readonly hasChanged?: boolean;
}

/** Tells both people that something has changed; what, they read as they may. */
export function tell(work: UnitOfWork, connection: Connection, isNew = false): void {
  const message: UpdateMessage = { connectionId: connection.id, isNew };
  for (const accountId of [connection.officerId, connection.citizenId]) {
    work.announce(updateChannel(accountId), message);
  }
}
