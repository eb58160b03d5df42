import type { Page } from 'playwright-core';
import type { Gallery } from './gallery.ts';

/**
 * A page of a browser in which samples of a gallery are shown, one after the other. Its document is loaded once, and what is
 * shown next is written into it: the same bytes under the same policy with the same style sheets, without a navigation, which
 * would take four times as long. A page that runs a script is loaded: it has a policy of its own. So is one that gives the
 * focus to a field, which a browser does once for each that is loaded.
 */
export class GalleryPage {
  readonly page: Page;
  /** Whose document can be written: one of pages without scripts. */
  #written: Gallery | undefined;

  constructor(page: Page) {
    this.page = page;
  }

  /** @returns whether it was loaded, so that what was known to its document is gone */
  async show(gallery: Gallery, name: string): Promise<boolean> {
    const html = gallery.htmlWithoutScripts(name);
    if (html !== undefined && this.#written === gallery && !html.includes(' autofocus')) {
      await this.page.setContent(html);
      // Where one that is loaded begins.
      await this.page.evaluate('scrollTo(0, 0)');
      return false;
    }
    await this.page.goto(gallery.addressOf(name));
    this.#written = html === undefined ? undefined : gallery;
    return true;
  }
}
