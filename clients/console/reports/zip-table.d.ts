/* Made by vite.config.ts of the table that ships with the system: gzipped lines of `code,latitude,longitude`, as base64. */
declare module '*/zip-middles.gz' {
  const table: string;
  export default table;
}
