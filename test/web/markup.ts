/** What tests look for in the HTML of our pages. */
import type { View } from '../../src/web/pages/view.ts';

export interface Tag {
  tag: string;
  attributes: Map<string, string>;
}

/** Start tags of a document, each with its attributes; enough for mark-up that our own templates write. */
export function tagsOf(html: string): Tag[] {
  return [...html.matchAll(/<([a-z][a-z0-9]*)((?:\s+[^\s=>]+(?:="[^"]*")?)*)\s*>/g)].map(
    ([, tag = '', rest = '']) => ({
      tag,
      attributes: new Map(
        [...rest.matchAll(/([^\s=]+)(?:="([^"]*)")?/g)].map(([, key = '', value = '']) => [key, value]),
      ),
    }),
  );
}

export function formsOf(html: string): string[] {
  return [...html.matchAll(/<form[\s\S]*?<\/form>/g)].map(([form]) => form);
}

/** As the templates write it. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (mark) => ENTITIES[mark] ?? '');
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Of an app, to which a page has its reader go on. */
export function addressOfApp(view: View): string | undefined {
  if (view.page === 'app-form-post') return view.action;
  return view.page === 'error' ? view.answerHeld?.address : undefined;
}

/** Of an app's maker, to which a page shows the way. */
export function pagesOfMaker(view: View): string[] {
  const links = 'links' in view ? view.links : view.page === 'app' ? view.app.links : [];
  return links.map(({ address }) => escaped(address));
}
