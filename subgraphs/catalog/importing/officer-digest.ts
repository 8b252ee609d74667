/*
 * Officers' e-mails never enter the catalog: what is staged, kept and told is a keyed hash of the address, made while the
 * file is read. Identity makes the same of an e-mail that the provider vouched for, and so finds the department.
 */
import { createHmac } from 'node:crypto';
import { deriveKey } from '../../kernel/configuration.ts';

/** @returns a function of e-mails to their keyed hashes; letters' case and space around do not count. */
export function officerDigest(secretKey: Buffer): (emailAddress: string) => string {
  const key = deriveKey(secretKey, 'officer roster');
  return (emailAddress) => createHmac('sha256', key).update(emailAddress.trim().toLowerCase()).digest('base64url');
}
