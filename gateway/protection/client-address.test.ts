import type { IncomingMessage } from 'node:http';
import { clientAddress } from './client-address.ts';

const request = (remoteAddress: string, forwarded?: string | string[]) =>
  ({ socket: { remoteAddress }, headers: forwarded ? { 'x-forwarded-for': forwarded } : {} }) as IncomingMessage;

test('without a proxy of ours the header is not believed', () => {
  expect(clientAddress(request('203.0.113.7', '198.51.100.1'), 0)).toBe('203.0.113.7');
});

test('as many entries from the end are believed as there are proxies', () => {
  const forged = '1.1.1.1, 198.51.100.1, 10.0.0.2';
  expect(clientAddress(request('10.0.0.1', forged), 1)).toBe('10.0.0.2');
  expect(clientAddress(request('10.0.0.1', forged), 2)).toBe('198.51.100.1');
  expect(clientAddress(request('10.0.0.1', ['1.1.1.1', '198.51.100.1, 10.0.0.2']), 2)).toBe('198.51.100.1');
});

test('who did not come by the proxies counts by the connection', () => {
  expect(clientAddress(request('203.0.113.7'), 1)).toBe('203.0.113.7');
  expect(clientAddress(request('203.0.113.7', '198.51.100.1'), 2)).toBe('203.0.113.7');
  expect(clientAddress(request('203.0.113.7', 'unknown, somebody'), 1)).toBe('203.0.113.7');
});

test('an IPv6 network counts as one, an IPv4 address in IPv6 clothes as itself', () => {
  expect(clientAddress(request('::ffff:203.0.113.7'), 0)).toBe('203.0.113.7');
  expect(clientAddress(request('2001:db8:0:1:aaaa:bbbb:cccc:dddd'), 0)).toBe('2001:db8:0:1::/64');
  expect(clientAddress(request('2001:db8:0:1::7'), 0)).toBe('2001:db8:0:1::/64');
  expect(clientAddress(request('2001:0db8::1:0:0:7'), 0)).toBe('2001:db8:0:0::/64');
  expect(clientAddress(request('::1'), 0)).toBe('0:0:0:0::/64');
  expect(clientAddress(request('fe80::1%eth0'), 0)).toBe('fe80:0:0:0::/64');
});
