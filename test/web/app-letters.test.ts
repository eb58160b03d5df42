/** An owner knows an app again by its letter: in the list, on its page, and where it asks for access. */
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { createViews } from '../../src/web/views.ts';
import { SAMPLES } from './samples.ts';

const views = createViews({ viewsDir: join(import.meta.dirname, '../../views'), cache: true });

function letterOf(name: string): string | undefined {
  const sample = SAMPLES.find((one) => one.name === name);
  if (!sample) throw new Error(`no sample ${name}`);
  return /<span class="device-picture letter" aria-hidden="true"><span class="face">(.*?)<\/span>/.exec(
    views.render(sample.view),
  )?.[1];
}

describe('the letter of an app', () => {
  it.each(['account', 'app', 'app-consent'])('is the first of its name: %s', (name) => {
    expect(letterOf(name)).toBe('R');
  });

  it('is not that of our own remark on an app that nobody has checked', () => {
    expect(letterOf('app-consent-unverified')).toBeUndefined();
  });

  it('is a letter, whatever a stranger’s name begins with', () => {
    expect(letterOf('app-consent-hostile')).toBe('S');
  });
});
