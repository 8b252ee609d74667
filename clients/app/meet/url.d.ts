/* Vite gives the address of a file that is asked for in this way. */
declare module '*?url' {
  const address: string;
  export default address;
}
