/** A mail as it is shown in the frame of the outbox: what it leads to opens in the window around it. */
export const FRAMED_MAIL = {
  /** The mail's own styles stand with its elements, and nothing else of it is loaded or run. */
  policy:
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox allow-top-navigation-by-user-activation",
  options: 'SAMEORIGIN',
};

/**
 * Links to this server become paths of it, which work by whatever address the outbox was opened; others lead nowhere.
 * @param html of a mail of ours
 */
export function framedMail(html: string, issuer: string): string {
  return html
    .replace('<head>', '<head><base target="_top">')
    .replace(/ href="([^"]*)"/g, (_, address: string) =>
      address.startsWith(`${issuer}/`)
        ? ` href="/${address.slice(issuer.length).replace(/^[/\\]+/, '')}"`
        : '',
    );
}
