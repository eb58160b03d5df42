import type { Mail } from './mail.ts';

/** A mail about one or several things: the same in text and in HTML, without pictures. */
export interface Email {
  readonly subject: string;
  readonly heading: string;
  readonly sections: readonly LetterSection[];
  readonly footnote: string;
}

/** Facts, and at most one thing to do. */
export interface LetterSection {
  /** Where a mail has several. */
  readonly heading?: string;
  /** Facts by their labels. Values may be anybody's words: they stand apart, and turn nothing around them. */
  readonly facts: readonly (readonly [label: string, value: string])[];
  readonly paragraphs: readonly string[];
  readonly action?: { readonly words: string; readonly address: string };
}

/** First-strong isolate and its end (Unicode TR9): what stands between turns nothing outside. */
const ISOLATE = '\u2068';
const END_OF_ISOLATE = '\u2069';

export function mailOf(email: Email, to: string, messageId: string): Mail {
  return { to, subject: email.subject, text: textOf(email), html: htmlOf(email), messageId };
}

function textOf({ heading, sections, footnote }: Email): string {
  return `${[heading, ...sections.flatMap(sectionText), footnote].join('\n\n')}\n`;
}

function sectionText({ heading, facts, paragraphs, action }: LetterSection): string[] {
  return [
    ...(heading === undefined ? [] : [heading]),
    ...(facts.length === 0
      ? []
      : [facts.map(([label, value]) => `${label}: ${ISOLATE}${value}${END_OF_ISOLATE}`).join('\n')]),
    ...paragraphs,
    ...(action ? [`${action.words}:\n${action.address}`] : []),
  ];
}

/** Styles stand with the elements, since mail readers drop sheets; colours are left to the reader's own theme. */
function htmlOf({ heading, sections, footnote }: Email): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<meta name="format-detection" content="telephone=no,date=no,address=no,email=no,url=no"><title>${escaped(heading)}</title></head>
<body style="margin:0;padding:24px;font:16px/1.5 system-ui,-apple-system,'Segoe UI',sans-serif">
<div style="max-width:34em;margin:0 auto">
<h1 style="font-size:22px;line-height:1.3;margin:0 0 16px">${escaped(heading)}</h1>
${sections.map(sectionHtml).join('\n')}
<p style="margin:24px 0 0;font-size:14px;opacity:.75">${escaped(footnote)}</p>
</div></body></html>
`;
}

function sectionHtml({ heading, facts, paragraphs, action }: LetterSection): string {
  const rows = facts.map(
    ([label, value]) =>
      `<tr><th scope="row" align="left" valign="top" style="padding:4px 16px 4px 0;font-weight:normal;opacity:.75">${escaped(label)}</th>` +
      `<td style="padding:4px 0;word-break:break-word"><bdi>${escaped(value)}</bdi></td></tr>`,
  );
  return [
    ...(heading === undefined
      ? []
      : [`<h2 style="font-size:18px;line-height:1.3;margin:24px 0 8px">${escaped(heading)}</h2>`]),
    ...(rows.length === 0
      ? []
      : [`<table cellspacing="0" cellpadding="0" style="margin:0 0 16px">${rows.join('\n')}</table>`]),
    ...paragraphs.map((text) => `<p style="margin:0 0 16px">${escaped(text)}</p>`),
    ...(action ? [button(action)] : []),
  ].join('\n');
}

function button({ words, address }: NonNullable<LetterSection['action']>): string {
  const style =
    'display:inline-block;padding:12px 20px;border-radius:8px;background:#0b5d4b;color:#fff;text-decoration:none;font-weight:600';
  return `<p style="margin:0 0 16px"><a href="${escaped(address)}" style="${style}">${escaped(words)}</a></p>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
