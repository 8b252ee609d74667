/*
 * The address that an anonymous caller's limits go by. Behind proxies it stands in x-forwarded-for, which anybody can
 * write: only as many entries from its end are believed as there are proxies of ours.
 */
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

/**
 * @param trustedHops how many proxies of ours stand in front; 0 where clients connect directly.
 * @returns an IPv4 address, or the first 64 bits of an IPv6 one: who has one of those has them all.
 */
export function clientAddress({ socket, headers }: IncomingMessage, trustedHops: number): string {
  const connected = socket.remoteAddress ?? '';
  if (trustedHops === 0) return network(connected);
  const forwarded = [headers['x-forwarded-for'] ?? []].flat().join(',').split(',');
  // Each proxy adds whom it was called by; a shorter list did not come by our proxies.
  const told = forwarded.at(-trustedHops)?.trim() ?? '';
  return network(isIP(told) ? told : connected);
}

const MAPPED_IPV4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

function network(address: string): string {
  const ipv4 = MAPPED_IPV4.exec(address)?.[1];
  if (ipv4) return ipv4;
  if (isIP(address) !== 6) return address;
  const [head = '', tail] = address.split('%')[0]?.split('::') ?? [];
  const groups = head.split(':').filter(Boolean);
  const missing = tail === undefined ? 0 : 8 - groups.length - tail.split(':').filter(Boolean).length;
  const whole = [...groups, ...Array.from({ length: missing }, () => '0'), ...(tail ?? '').split(':').filter(Boolean)];
  return `${whole
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
