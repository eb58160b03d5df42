import { describe, expect, it } from '@jest/globals';
import { COMMANDS } from '../../src/cli/operator/commands.ts';
import { parseCommand } from '../../src/cli/operator/parse.ts';

/** As they are drawn: of 9, 12, 16 and 24 random bytes, in base64url. */
const IDS = [12, 16, 22, 32].flatMap((length) =>
  ['-', '--', '-y', '-h'].map((start) => start.padEnd(length, 'iENWg08Y')),
);

describe('an operator who names a thing whose random id begins with a dash', () => {
  it.each(COMMANDS.filter(({ words }) => words > 0).map((command) => [command.name, command] as const))(
    '%s takes it as the id',
    (name, { words }) => {
      for (const id of IDS) {
        const given = Array.from({ length: words }, () => id);
        expect(parseCommand([...name.split(' '), ...given, '--yes'])).toMatchObject({
          words: given,
          yes: true,
        });
      }
    },
  );

  it('still has options read as options, however long they are, and is told of those that are none', () => {
    const rotate = ['clients', 'rotate-secret'];
    expect(parseCommand([...rotate, 'tv', '--overlap-hours', '2'])).toMatchObject({
      words: ['tv'],
      options: { 'overlap-hours': '2' },
    });
    expect(parseCommand([...rotate, '--overlap-hours', '2'])).toMatchObject({ outcome: 'usage' });
    expect(parseCommand([...rotate, 'tv', '--overlap-minutes', '2'])).toMatchObject({ outcome: 'usage' });
  });
});
