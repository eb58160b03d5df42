/** Samples in another language say what owners read there. */
import { expect, it } from '@jest/globals';
import { readerFor } from '../../src/words/reader.ts';
import { inLanguageOf } from './samples/in-language.ts';
import { SAMPLES } from './samples.ts';

it('Set is what a password is in its row, and what is done with a voice code', () => {
  const reader = readerFor('es', undefined);
  const security = SAMPLES.find(({ name }) => name === 'security');
  if (!security) throw new Error('no such sample');
  expect(inLanguageOf(reader, security.view)).toMatchObject({
    rows: expect.arrayContaining([
      expect.objectContaining({ label: 'Contraseña', state: 'Establecida', action: 'Cambiar' }),
      expect.objectContaining({ label: 'Código de voz', action: 'Establecer' }),
    ]),
  });
});
