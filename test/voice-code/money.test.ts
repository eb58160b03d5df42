import { describe, expect, it } from '@jest/globals';
import { CURRENCIES, decimalsOf, readAmount, typedAmount } from '../../src/voice-code/money.ts';
import { aheadOfUtc, dayOf } from '../../src/voice-code/owners-day.ts';

describe('an amount that an owner types', () => {
  it.each([
    ['20', 'EUR', 2000],
    ['20.50', 'EUR', 2050],
    ['20,5', 'EUR', 2050],
    ['0', 'EUR', 0],
    [' 12,00 € ', 'EUR', 1200],
    ['EUR 12', 'EUR', 1200],
    ['1.234,50', 'EUR', 123_450],
    ['1,234.50', 'USD', 123_450],
    ['1 234', 'SEK', 123_400],
    ['1’234.50', 'CHF', 123_450],
    // Three digits behind the mark are a thousand where the currency has two decimals, and parts where it has three.
    ['1.234', 'EUR', 123_400],
    ['1.234', 'KWD', 1234],
    ['1,000,000', 'JPY', 1_000_000],
    ['٢٠', 'EUR', 2000],
    ['２０', 'EUR', 2000],
  ])('%j of %s', (typed, currency, amount) => {
    expect(readAmount(typed, currency)).toBe(amount);
  });

  it.each([
    '',
    ' ',
    'ten',
    '-5',
    '1e5',
    '0x20',
    '1.2.3',
    '12.345.6',
    '1.23,456,7',
    '20.5555',
    '1.234.567.8',
    '1'.repeat(13),
    '.',
    '5-10',
  ])('%j is none', (typed) => {
    expect(readAmount(typed, 'EUR')).toBeUndefined();
  });

  it('stands in the form again as it can be read again, in each currency', () => {
    for (const currency of CURRENCIES)
      for (const amount of [0, 1, 99, 100, 123_456, 999_999_999_999])
        expect([currency, readAmount(typedAmount(amount, currency), currency)]).toEqual([currency, amount]);
  });

  it('has the decimals of ISO 4217', () => {
    expect(['JPY', 'KWD', 'EUR', 'HUF'].map(decimalsOf)).toEqual([0, 3, 2, 2]);
    expect(new Set(CURRENCIES).size).toBe(CURRENCIES.length);
  });
});

describe('the owner’s day', () => {
  const at = Date.parse('2026-03-28T23:30:00Z');
  const dayIn = (zone: string | undefined, moment = at) =>
    new Date(dayOf(moment, aheadOfUtc(zone, moment)) * 86_400_000).toISOString().slice(0, 10);

  it('begins at midnight in the owner’s zone', () => {
    expect(dayIn(undefined)).toBe('2026-03-28');
    expect(dayIn('Europe/Stockholm')).toBe('2026-03-29');
    expect(dayIn('America/New_York')).toBe('2026-03-28');
    expect(dayIn('Pacific/Kiritimati')).toBe('2026-03-29');
    expect(dayIn('Asia/Kathmandu')).toBe('2026-03-29');
    expect(dayIn('Pacific/Marquesas', Date.parse('2026-03-29T09:29:59Z'))).toBe('2026-03-28');
    expect(dayIn('Pacific/Marquesas', Date.parse('2026-03-29T09:30:00Z'))).toBe('2026-03-29');
  });

  it('is one day long when the clocks change', () => {
    const days = new Set<string>();
    for (let hour = 0; hour < 72; hour += 1)
      days.add(dayIn('Europe/Stockholm', Date.parse('2026-10-24T00:00:00+02:00') + hour * 3_600_000));
    expect([...days]).toEqual(['2026-10-24', '2026-10-25', '2026-10-26']);
  });
});
