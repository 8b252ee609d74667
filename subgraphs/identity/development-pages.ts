/* The two pages of the development provider: plain HTML that reads well aloud, on a small phone and without a network. */

const STYLE = `
  :root { color-scheme: light dark; font: 1.125rem/1.5 system-ui, sans-serif; }
  body { margin: 0 auto; max-width: 26rem; padding: 2rem 1.25rem; }
  label, input, button { display: block; width: 100%; box-sizing: border-box; font: inherit; }
  input, button { min-height: 3rem; padding: .5rem .75rem; margin: .25rem 0 1rem; border-radius: .5rem; border: 2px solid; }
  button { background: #0b4da2; border-color: #0b4da2; color: #fff; font-weight: 600; }
  :focus-visible { outline: 3px solid #f2a900; outline-offset: 2px; }
  [role=alert] { border-left: .4rem solid #c62828; padding-left: .75rem; }`;

/** @param refused the address that was refused, when the form is shown again. */
export function loginPage(refused?: string): string {
  const described = refused === undefined ? 'hint' : 'problem hint';
  return htmlPage(
    'Sign in (development)',
    `<h1>Sign in</h1>
    <p id="hint">Development only: type any e-mail address to be that person. No password, and nothing is sent.</p>
    ${refused === undefined ? '' : '<p id="problem" role="alert">That is not an e-mail address, such as pat@example.org.</p>'}
    <form method="post">
      <label for="email">E-mail address</label>
      <input id="email" name="email" type="email" autocomplete="email" required maxlength="245" autofocus
        aria-describedby="${described}"${refused === undefined ? '' : ' aria-invalid="true"'} value="${escapeHtml(refused ?? '')}">
      <button type="submit">Sign in</button>
    </form>`,
  );
}

export function errorPage(message: string): string {
  return htmlPage(
    'Sign-in failed (development)',
    `<h1>Sign-in failed</h1><p role="alert">${escapeHtml(message)}</p><p>Go back to where you came from and start again.</p>`,
  );
}

function htmlPage(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${title}</title>
    <style>${STYLE}</style>
  </head>
  <body><main>
    ${body}
  </main></body>
</html>
`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
