import { readFile } from 'node:fs/promises';
import type { CountryResponse, Reader } from 'maxmind';
import { OperatorError } from '../errors/operator-error.ts';
import type { CountryOf } from './country.ts';

/** The file of countries cannot be used; says which setting to mend. */
export class CountriesError extends OperatorError {}

/**
 * Countries of addresses by a file in the MaxMind DB format (`GEOIP_FILE`), which stays on this machine: no address
 * is told to another party. `undefined` without a file.
 * @throws CountriesError
 */
export async function openCountries(file: string | undefined): Promise<CountryOf | undefined> {
  if (file === undefined) return undefined;
  const reader = await open(file);
  return (address) => {
    try {
      const found = reader.get(address);
      return (found?.country ?? found?.registered_country)?.iso_code;
    } catch {
      return undefined;
    }
  };
}

async function open(file: string): Promise<Reader<CountryResponse>> {
  // Most servers have no such file, and each its memory.
  const maxmind = await import('maxmind');
  try {
    return new maxmind.Reader<CountryResponse>(await readFile(file));
  } catch (error) {
    throw new CountriesError(
      `GEOIP_FILE: ${file} is no MaxMind DB file of countries: ${(error as Error).message}`,
    );
  }
}
