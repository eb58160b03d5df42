/** ISO 3166-1 code of the country of an address; `undefined` where nobody knows. */
export type CountryOf = (address: string) => string | undefined;
