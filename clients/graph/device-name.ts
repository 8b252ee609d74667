/*
 * What a browser calls itself in the list of a person's sessions: two words that tell a phone from a laptop, and nothing by
 * which a device could be told from others of its kind.
 */

interface BrowserHints {
  readonly platform?: string;
  readonly brands?: readonly { readonly brand: string }[];
}

const browsers = [
  ['Edg', 'Edge'],
  ['OPR', 'Opera'],
  ['SamsungBrowser', 'Samsung Internet'],
  ['Firefox', 'Firefox'],
  ['Chrome', 'Chrome'],
  ['Safari', 'Safari'],
] as const;

const systems = [
  ['iPhone', 'iPhone'],
  ['iPad', 'iPad'],
  ['Android', 'Android'],
  ['Windows', 'Windows'],
  ['Mac OS', 'Mac'],
  ['CrOS', 'Chromebook'],
  ['Linux', 'Linux'],
] as const;

/** Such as `Chrome, Android`; undefined where the browser tells nothing that is known here. */
export function deviceName({
  userAgent,
  userAgentData,
}: {
  readonly userAgent: string;
  readonly userAgentData?: BrowserHints;
} = navigator): string | undefined {
  const named = (names: readonly (readonly [string, string])[]) =>
    names.find(([word]) => userAgent.includes(word))?.[1];
  const parts = [named(browsers), userAgentData?.platform || named(systems)].filter(Boolean);
  return parts.join(', ') || undefined;
}
