import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { crampedOn, findingsOn, loadAxe, scrollsSideways } from '../support/axe.ts';
import type { Gallery } from '../support/gallery.ts';
import { GalleryPage } from '../support/gallery-page.ts';

/** How a window shows every page: its size, and the colours that its owner likes. */
export type Look = Pick<BrowserContextOptions, 'viewport' | 'colorScheme'>;

/** A window in which one sample after the other is shown and judged. */
export class GalleryWindow {
  readonly page: Page;
  readonly #gallery: Gallery;
  readonly #shown: GalleryPage;
  readonly #complaints: string[] = [];

  private constructor(page: Page, gallery: Gallery) {
    this.page = page;
    this.#gallery = gallery;
    this.#shown = new GalleryPage(page);
    page.on('console', (message) => this.#complaints.push(message.text()));
    page.on('dialog', (dialog) => {
      this.#complaints.push(`a script ran: ${dialog.message()}`);
      void dialog.dismiss();
    });
  }

  static async open(browser: Browser, gallery: Gallery, look: Look): Promise<GalleryWindow> {
    // Colours that change slowly would be looked at in between.
    const context = await browser.newContext({ reducedMotion: 'reduce', ...look });
    return new GalleryWindow(await context.newPage(), gallery);
  }

  async show(name: string): Promise<void> {
    if (await this.#shown.show(this.#gallery, name)) await loadAxe(this.page);
  }

  /** Whether the page that is shown has to be moved sideways. */
  async sideways(): Promise<string[]> {
    return (await scrollsSideways(this.page)) ? ['scrolls sideways'] : [];
  }

  /** What has too little room on the page that is shown. */
  async cramped(): Promise<string[]> {
    return crampedOn(this.page);
  }

  /** What is wrong with the page that is shown, in the words of axe and of the browser. */
  async findings(): Promise<string[]> {
    return [...(await findingsOn(this.page)), ...this.#complaints.splice(0)];
  }
}
