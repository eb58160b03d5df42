/** ISO 3166-1 code of the country of an address; `undefined` where it is not known. */
export type CountryOf = (address: string) => string | undefined;
