/** A picture of what each request costs: bars of microseconds of processor time, in SVG. */
import { type Kind, LABELS } from './kinds.ts';
import { figure, kindsOf, type Result } from './report.ts';

const WIDTH = 720;
/** Where bars begin, and how long the longest of a request is. */
const LEFT = 190;
const LONGEST = 400;
const BAR = 14;
const GAP = 18;
const TITLE = 'Processor time of the server for each request, in microseconds';

const STYLE = `
text { font: 12px system-ui, sans-serif; fill: #1f2328 }
.name { font-weight: 600 }
.latchkey { fill: #0b6e4f }
.plain { fill: #8c959f }
.memory { fill: #b6bec8 }
.floor { fill: #c9a227 }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 }
  .latchkey { fill: #3fb98a }
  .plain { fill: #7d8590 }
  .memory { fill: #565e68 }
  .floor { fill: #d9b84a }
}`;

/**
 * Bars of one request are held against each other; those of two requests are not, since one takes thirty times the other.
 * What is drawn is said in words, too, for readers who do not see it.
 * @param about when and on what it was measured
 */
export function chart(results: readonly Result[], about: string): string {
  const parts: string[] = [];
  const said: string[] = [];
  let y = 44;
  for (const result of results) {
    const kinds = kindsOf(result);
    const most = Math.max(...kinds.map((kind) => figure(result, kind, 'server')));
    parts.push(label(0, y + BAR - 3, result.name, 'name'));
    for (const kind of kinds) {
      parts.push(...bar(kind, figure(result, kind, 'server'), most, y));
      y += BAR + 3;
    }
    said.push(
      `${result.name}: ${kinds.map((kind) => `${LABELS[kind]} ${micros(result, kind)}`).join(', ')}.`,
    );
    y += GAP - 3;
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y}" role="img" aria-labelledby="title desc">`,
    `<title id="title">${escaped(TITLE)}</title>`,
    `<desc id="desc">${escaped(`${about} ${said.join(' ')}`)}</desc>`,
    `<style>${STYLE}</style>`,
    label(0, 14, TITLE, 'name'),
    label(0, 32, about),
    ...parts,
    '</svg>\n',
  ].join('\n');
}

function bar(kind: Kind, value: number, most: number, y: number): string[] {
  const length = Math.max(1, Math.round((value / most) * LONGEST));
  return [
    `<rect class="${kind}" x="${LEFT}" y="${y}" width="${length}" height="${BAR}" rx="2"/>`,
    label(LEFT + length + 6, y + BAR - 3, `${value.toFixed(0)} ${LABELS[kind]}`),
  ];
}

const micros = (result: Result, kind: Kind) => `${figure(result, kind, 'server').toFixed(0)} µs`;

function label(x: number, y: number, text: string, style = ''): string {
  return `<text x="${x}" y="${y}"${style && ` class="${style}"`}>${escaped(text)}</text>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
