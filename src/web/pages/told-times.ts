/** How a template tells a time, in a mark that programs read, too. */
import { escapeHtml, Html } from '../../words/mark-up.ts';
import type { Reader } from '../../words/reader.ts';
import { formatAgoInside } from './times.ts';
import type { PageName } from './view.ts';

/** From these one goes on to pages with times: there the browser says in which time zone it is. */
const BEFORE_TIMES: ReadonlySet<PageName> = new Set<PageName>(['sign-in', 'sign-up', 'time-zone']);

/** For one page: its layout, which is made last, finds in `timesScript` whether the script has something to do (`time.js`). */
export function toldTimes(reader: Reader, page: PageName) {
  const timesScript = { asked: BEFORE_TIMES.has(page) };
  const told = (at: Date, words: string, told?: 'moment' | 'day') => {
    // Where the server does not know the time zone, the script tells the time anew.
    const anew = told !== undefined && reader.zone === undefined;
    if (anew) timesScript.asked = true;
    const mark = anew ? ` data-told="${told}"` : '';
    return new Html(`<time datetime="${at.toISOString()}"${mark}>${escapeHtml(words)}</time>`);
  };
  return {
    timesScript,
    /** Date and time, as the reader's clock has them. */
    timeTag: (at: Date) => told(at, reader.moment(at), 'moment'),
    /** The day alone. */
    dayTag: (at: Date) => told(at, reader.date(at), 'day'),
    /** Hours and minutes alone, below a heading that says the day. */
    clockTag: (at: Date) => told(at, reader.time(at)),
    /** How long ago, inside a sentence. */
    agoTag: (at: Date, now: Date) => told(at, formatAgoInside(reader, at, now)),
  };
}
