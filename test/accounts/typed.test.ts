/** What people type and paste, in the ways they do: what can be read is read, and what cannot be seen does not count. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { normalizeEmail } from '../../src/accounts/email.ts';
import { readMailedCode } from '../../src/accounts/mailed-code.ts';
import { cleanName, fits, startOf } from '../../src/accounts/name.ts';
import { readDigits } from '../../src/accounts/typed-code.ts';
import { isBlank } from '../../src/accounts/visible-text.ts';
import { cleanClaim } from '../../src/devices/claimed-device.ts';
import { displayUserCode, normalizeUserCode } from '../../src/devices/user-code.ts';
import { USER_CODE_LETTERS } from '../../src/limits/user-code-space.ts';
import { readBackupCode } from '../../src/mfa/backup-codes.ts';
import { cleanFactorName } from '../../src/mfa/factor-names.ts';
import { readPhoneNumber } from '../../src/mfa/phone-number.ts';

/** Marks of direction, joiners, fillers, a soft hyphen, a byte order mark: pasted along, and seen by no person. */
const UNSEEN = [
  '\u200b',
  '\u200e',
  '\u202a',
  '\u202c',
  '\u2066',
  '\u2069',
  '\u00ad',
  '\ufeff',
  '\u2060',
  '\u3164',
];
const BETWEEN = [' ', '\u00a0', '\u202f', '-', '\u2011', '\u2013', '\u2212', '\uff0d', '\t'];
const ZEROS = [0x30, 0xff10, 0x660, 0x6f0, 0x966, 0xe50, 0x1d7ce, 0x1d7f6];

/** The text with something of `between` after some of its characters, and digits of some script. */
const asTyped = (text: string, between: readonly string[]) =>
  fc
    .tuple(
      fc.constantFrom(...ZEROS),
      fc.array(fc.constantFrom('', '', ...between), { minLength: text.length, maxLength: text.length }),
    )
    .map(([zero, gaps]) =>
      [...text]
        .map(
          (one, at) => (gaps[at] ?? '') + (/\d/.test(one) ? String.fromCodePoint(zero + Number(one)) : one),
        )
        .join(''),
    );
const digits = (count: number) => fc.stringMatching(new RegExp(`^[0-9]{${count}}$`));

describe('an email', () => {
  it.each([
    [' Ada@Example.ORG ', 'ada@example.org'],
    ['ada+tag@example.org', 'ada+tag@example.org'],
    ['\uff21da@example.org', 'ada@example.org'],
    ["o'hara.#1@mail.example", "o'hara.#1@mail.example"],
    ['rosa@localhost', 'rosa@localhost'],
    ['rosa..b@example.org', 'rosa..b@example.org'],
    ['\u202arosa\u200b@exam\u00adple.org\u202c', 'rosa@example.org'],
    ['rosa@bücher.example', 'rosa@xn--bcher-kva.example'],
    ['rosa@XN--BCHER-KVA.example', 'rosa@xn--bcher-kva.example'],
    ['rosa@例え。テスト', 'rosa@xn--r8jz45g.xn--zckzah'],
    ['rosa@10.0.0.1', 'rosa@10.0.0.1'],
  ])('%j is %s', (typed, normal) => {
    expect(normalizeEmail(typed)).toBe(normal);
  });

  it.each([
    '',
    'ada',
    'ada@',
    '@example.org',
    'a b@example.org',
    'ada@example.org\r\nBcc: eve@example.net',
    'ada@example.org,eve@example.net',
    'Ada <ada@example.org>',
    '"ada"@example.org',
    'ada@[127.0.0.1]',
    'ada@example..org',
    'ada@-example.org',
    'ada@exam ple.org',
    'ada@bücher..example',
    'ada@ー/例.example',
    'ada@例%2eexample.org',
    'ada@例:25',
    'jürgen@example.org',
    `${'x'.repeat(65)}@example.org`,
    `ada@${'x.'.repeat(130)}org`,
    'x'.repeat(100_000),
  ])('%j is none', (typed) => {
    expect(normalizeEmail(typed)).toBeUndefined();
  });

  it('of a look-alike domain is another account, under a name that is not alike', () => {
    // A Cyrillic а.
    expect(normalizeEmail('rosa@p\u0430ypal.example')).toBe('rosa@xn--pypal-4ve.example');
  });

  it('is read as the field of a browser reads it, and read again it is the same', () => {
    const FIELD =
      /^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$/;
    fc.assert(
      fc.property(fc.stringMatching(FIELD), (typed) => {
        fc.pre(typed.length <= 254);
        expect(normalizeEmail(typed)).toBe(typed.toLowerCase());
      }),
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), fc.domain(), (text, domain) => {
        const email = normalizeEmail(`${text}@${domain}`);
        if (email === undefined) return;
        expect(email).toMatch(FIELD);
        expect(normalizeEmail(email)).toBe(email);
      }),
    );
  });
});

describe('a code', () => {
  it('of digits is read with spaces, dashes, what cannot be seen, and the digits of every script', () => {
    const given = digits(6).chain((code) =>
      fc.tuple(fc.constant(code), asTyped(code, [...UNSEEN, ...BETWEEN])),
    );
    fc.assert(fc.property(given, ([code, typed]) => expect(readMailedCode(typed)).toBe(code)));
  });

  it.each(['', '12345', '1234567', 'abcdef', '12345a', '12345½', '①②③④⑤', '1'.repeat(9000)])(
    'is not %j',
    (typed) => {
      expect(readMailedCode(typed)).toBeUndefined();
    },
  );

  it('that is said has its own length', () => {
    expect(readDigits(' ٤٠-٧١ ', 4)).toBe('4071');
    expect(readDigits('40711', 4)).toBeUndefined();
  });

  it('of a device is read in the same ways, lower case and look-alikes too', () => {
    const code = fc.string({ unit: fc.constantFrom(...USER_CODE_LETTERS), minLength: 8, maxLength: 8 });
    const given = code.chain((one) =>
      fc.tuple(fc.constant(one), asTyped(displayUserCode(one).toLowerCase(), [...UNSEEN, ...BETWEEN])),
    );
    fc.assert(fc.property(given, ([one, typed]) => expect(normalizeUserCode(typed)).toBe(one)));
    expect(normalizeUserCode('\u200bhttps://link.example/device?user_code=WDJB-MJHT')).toBe('WDJBMJHT');
  });

  it('of the backup codes is read in the same ways', () => {
    const groups = '7K2M-94XD-QB5T';
    fc.assert(
      fc.property(asTyped(groups, [...UNSEEN, ...BETWEEN]), (typed) =>
        expect(readBackupCode(typed)).toBe('7K2M94XDQB5T'),
      ),
    );
  });
});

describe('a phone number', () => {
  it.each([
    ['+44 20 7946 0000', '+442079460000'],
    ['0044 20 7946 0000', '+442079460000'],
    ['+44 (0)20 7946-0000', '+442079460000'],
    ['0044 (0) 20/7946.0000', '+442079460000'],
    ['(+44) 20 7946 0000', '+442079460000'],
    ['\u202a+44 20 7946 0000\u202c', '+442079460000'],
    ['tel:+44-20-7946-0000', '+442079460000'],
    ['＋４４ ２０ ７９４６ ００００', '+442079460000'],
    ['٠٠٤٤ ٢٠ ٧٩٤٦ ٠٠٠٠', '+442079460000'],
    ['+39 06 698 12345', '+390669812345'],
    ['+39 (0)6 698 12345', '+390669812345'],
  ])('%j is %s', (typed, number) => {
    expect(readPhoneNumber(typed)).toBe(number);
  });

  it.each([
    '',
    '020 7946 0000',
    '+44',
    '+0 20 7946 0000',
    '+44 20 7946 0000 ext 3',
    `+44${'1'.repeat(14)}`,
    '++442079460000',
  ])('%j is none', (typed) => {
    expect(readPhoneNumber(typed)).toBeUndefined();
  });

  it('is E.164 whatever was typed, and the same when it is read again', () => {
    const typed = fc.stringMatching(/^[+0-9() .٠-٩\u200e-]{6,24}$/u);
    fc.assert(
      fc.property(typed, (text) => {
        const number = readPhoneNumber(text);
        if (number === undefined) return;
        expect(number).toMatch(/^\+[1-9]\d{6,14}$/);
        expect(readPhoneNumber(number)).toBe(number);
      }),
    );
  });
});

describe('a name', () => {
  it.each([
    ['  Ada\r\n\u202eecalevoL\u200b \u0000 ', 'Ada ecalevoL'],
    ['\u00adRosa\u3164', 'Rosa'],
    ['a\u0301\u0301\u0301\u0301\u0301', 'á\u0301\u0301'],
    // Seen: joiners between letters that join, and pictures that are one.
    ['علی\u200cرضا', 'علی\u200cرضا'],
    ['क्\u200dष', 'क्\u200dष'],
    ['👩\u200d👧 ❤\ufe0f', '👩\u200d👧 ❤\ufe0f'],
    ['Ro\u200csa\u200d', 'Rosa'],
  ])('%j is %j', (typed, name) => {
    expect(cleanName(typed)).toBe(name);
  });

  it('is nothing where nothing is seen', () => {
    const nothing = fc.array(fc.constantFrom(...UNSEEN, ' ', '\u00a0', '\n', '\u200d', '\ufe0f'));
    fc.assert(
      fc.property(nothing, (parts) => {
        expect(cleanName(parts.join(''))).toBe('');
        expect(cleanClaim(parts.join(''))).toBeUndefined();
        expect(isBlank(parts.filter((one) => one !== '\u200d').join(''))).toBe(true);
      }),
    );
  });

  it('cleaned twice is the same, on one line, and turns no text around', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (typed) => {
        const name = cleanName(typed);
        expect(cleanName(name)).toBe(name);
        expect(name).not.toMatch(/[\n\r\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/);
      }),
    );
  });

  it('is as long as people count, and no more bytes than that needs', () => {
    const family = '👨\u200d👩\u200d👧\u200d👦';
    expect(fits('é'.normalize('NFD').repeat(40), 40)).toBe(true);
    expect(fits('नि'.repeat(40), 40)).toBe(true);
    expect(fits('x'.repeat(41), 40)).toBe(false);
    expect(fits(`👩${'\u200d👩'.repeat(200)}`, 40)).toBe(false);
    expect(startOf(`${'x'.repeat(39)}${family}y`, 40)).toBe(`${'x'.repeat(39)}${family}`);
    expect(cleanFactorName(`${'x'.repeat(39)}${family}y`, '')).toBe(`${'x'.repeat(39)}${family}`);
  });
});
