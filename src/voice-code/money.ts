import { asciiDigits } from '../accounts/typed-code.ts';
import { visible } from '../accounts/visible-text.ts';

/** Amounts as devices and our store count them: whole numbers of the smallest unit of a currency (ISO 4217). */

/** Most of one amount: in every currency more than a household buys, and far from what a number cannot hold. */
export const MAX_AMOUNT = 999_999_999_999;

/** The currencies that are paid with today. */
export const CURRENCIES: readonly string[] = (
  'AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY ' +
  'COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ' +
  'ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK ' +
  'MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF ' +
  'SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU ' +
  'UZS VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG'
).split(' ');

const WITHOUT_PARTS = 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF'.split(' ');
const THOUSANDTHS = 'BHD IQD JOD KWD LYD OMR TND'.split(' ');

/** How many decimals an amount has. `Intl` does not know it: it has those that people write, not those of ISO 4217. */
export function decimalsOf(currency: string): number {
  if (WITHOUT_PARTS.includes(currency)) return 0;
  return THOUSANDTHS.includes(currency) ? 3 : 2;
}

/** What people write beside digits: the sign of the currency, and marks between thousands. */
const BETWEEN = /[\s\p{Sc}'’]/gu;

/**
 * An amount as people type it: `20`, `20.50`, `1.234,50`, `1 234`. `undefined` where it is none, or could be two: the
 * last point or comma stands before the decimals only where no more digits follow than the currency has.
 */
export function readAmount(typed: string, currency: string): number | undefined {
  const decimals = decimalsOf(currency);
  const text = asciiDigits(visible(typed).normalize('NFKC')).replace(BETWEEN, '').replace(currency, '');
  const [, whole = '', mark = '', part = ''] = /^([\d.,]*?\d)(?:([.,])(\d*))?$/.exec(text) ?? [];
  if (whole === '') return undefined;
  if (part.length > decimals)
    return isGrouped(text) ? amountOf(text.replace(/[.,]/g, ''), '', decimals) : undefined;
  if (/[.,]/.test(whole) && (!isGrouped(whole) || (mark !== '' && whole.includes(mark)))) return undefined;
  return amountOf(whole.replace(/[.,]/g, ''), part, decimals);
}

/** In groups of three behind one and the same mark. */
const isGrouped = (text: string) => /^\d{1,3}(?:(?:\.\d{3})+|(?:,\d{3})+)$/.test(text);

function amountOf(whole: string, part: string, decimals: number): number | undefined {
  if (whole.length > 12) return undefined;
  const amount = Number(whole + part.padEnd(decimals, '0'));
  return amount <= MAX_AMOUNT ? amount : undefined;
}

/** Such as `20.50`, to stand in a field again: digits as the reader's own keyboard writes them, without groups. */
export function typedAmount(amount: number, currency: string): string {
  const decimals = decimalsOf(currency);
  return (amount / 10 ** decimals).toFixed(decimals);
}
