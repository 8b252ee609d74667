/*
 * Tables of ZIP codes that come with the first question about them: a gzipped text as base64, as vite.config.ts makes it.
 * Asked of the API, a few hundred places would cost more than a question may.
 */

/** The lines of a table. */
export async function linesOf(table: string): Promise<string[]> {
  const bytes = Uint8Array.from(atob(table), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return (await new Response(stream).text()).split('\n').filter(Boolean);
}
