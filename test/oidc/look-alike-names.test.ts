/** An app that registers itself is not taken for one of the operator's, nor for the server: see registration.test.ts. */
import { describe, expect, it } from '@jest/globals';
import { looksLike, namesService } from '../../src/oidc/look-alike-names.ts';

describe('an owner would take it for the one of the other name', () => {
  it.each([
    ['Latchkey', 'Lаtсhkеу', 'Cyrillic letters'],
    ['Latchkey', 'LΑΤCΗΚΕΥ', 'Greek ones'],
    ['Nova', 'Νονα', 'Greek ones, some small'],
    ['Riverside Radio', 'Rіvегsіdе Rаdіо', 'some of each'],
    ['Latchkey', 'Iatchkey', 'a capital I'],
    ['Latchkey', '1atchkey', 'a digit'],
    ['Riverside Radio', 'Riversicle Radi0', 'two letters that look like one'],
    ['Morning', 'Moming', 'one that looks like two'],
    ['Latchkey', 'Látçhkèy', 'accents'],
    ['Latchkey', 'L a t c h-k_e.y ·', 'spaces and signs'],
    ['Latchkey', '🅻🅰🆃🅲🅷🅺🅴🆈', 'pictures of letters'],
    ['Latchkey', '🇱🇦🇹🇨🇭🇰🇪🇾', 'flags'],
    ['Latchkey', 'Ｌａｔｃｈｋｅｙ', 'wide letters'],
    ['Latchkey', '𝓛𝓪𝓽𝓬𝓱𝓴𝓮𝔂', 'letters of formulas'],
    ['Latchkey', 'The official Latchkey', 'words that say nothing'],
    ['Latchkey', 'Latchkey Sеcurity Team!', 'such words in other letters'],
    ['Photos App', 'photos', 'such words in the other name'],
  ])('%s, written as %s: %s', (name, other) => {
    expect(looksLike(other, name)).toBe(true);
  });
});

describe('it has a name of its own', () => {
  it.each([
    ['Latchkey', 'Latch'],
    ['Riverside Radio', 'Radio'],
    ['Riverside Radio', 'Riverside Radio 2'],
    ['Security', 'Account'],
    ['नोट', 'नेट'],
    ['写真', '音楽'],
    ['Latchkey', ''],
    ['·', '!'],
  ])('beside %s: %j', (name, other) => {
    expect(looksLike(other, name)).toBe(false);
  });
});

describe('an owner would take it for a part of the service', () => {
  it.each([
    ['Latchkey', 'Latchkey'],
    ['Latchkey', 'Latchkey Support'],
    ['Latchkey', 'Notes for Latchkey'],
    ['Latchkey', 'Lаtсhkеу Billing'],
    ['Latchkey', '🅻🅰🆃🅲🅷🅺🅴🆈 Refunds'],
    ['Latchkey', 'my-1atchkey_wallet'],
    ['Latchkey', 'LatchkeyWallet'],
    ['Latchkey', 'latchkeysupport'],
    ['Latchkey', 'SECURITYLATCHKEY'],
    ['Latchkey', 'L a t c h k e y · Refunds'],
    ['Latchkey', 'Latchkey’s wallet'],
    ['Riverside Radio', 'Riverside Radio 2'],
    ['Riverside Radio', 'The RiversideRadio Wallet'],
    ['The Home Team', 'Home Refunds'],
    ['Morning', 'Moming Post'],
    ['写真', '写真サポート'],
    ['ร้านค้า', 'ฝ่ายช่วยเหลือร้านค้า'],
  ])('of %s: %j', (service, name) => {
    expect(namesService(name, service)).toBe(true);
  });
});

describe('it is no part of the service', () => {
  it.each([
    ['Latchkey', 'Latch'],
    ['Latchkey', 'Latch for a Key'],
    ['Nova', 'Innovation'],
    ['Nova', 'Supernovas'],
    ['Riverside Radio', 'Riverside Notes and Radio'],
    ['Riverside Radio', 'Radio Riverside'],
    ['Latchkey', 'Support'],
    ['·', '!'],
    ['写真', '真写'],
    ['Фото', 'Фотография'],
  ])('of %s: %j', (service, name) => {
    expect(namesService(name, service)).toBe(false);
  });
});
