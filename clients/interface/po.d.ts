/* Catalogues of texts, as the build compiles them. */
declare module '*.po' {
  import type { Messages } from '@lingui/core';
  export const messages: Messages;
}
declare module '*.css';
