/* Made by vite.config.ts of tables of ZIP codes: gzipped lines, as base64. */
declare module '*/zip-middles.gz' {
  const table: string;
  export default table;
}

declare module '*/zip-places.gz' {
  const table: string;
  export default table;
}
