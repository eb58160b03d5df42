/** What the files say that settings name. All are read before anything else is done, and all of their faults are told at once. */
import type { Logger } from 'pino';
import { readBrand } from '../brand/read-brand.ts';
import type { Config } from '../config/config.ts';
import { OperatorError } from '../errors/operator-error.ts';
import { openCountries } from '../net/countries.ts';
import { Languages } from '../words/languages.ts';
import { readWebhooks } from './notices.ts';
import { readProtocolFiles } from './protocol-files.ts';
import { UpstreamFile } from './upstreams.ts';

/** Several files are faulty, or hold what cannot be used. */
class FaultyFiles extends OperatorError {}

/** @throws OperatorError: of the one that is faulty, or with what all of them say */
export async function readStartFiles(config: Config, log: Pick<Logger, 'info' | 'error'>) {
  const reading = [
    readProtocolFiles(config),
    readWebhooks(config),
    UpstreamFile.open(config, log),
    ...ownFiles(config),
  ] as const;
  const faults = await faultsOf(reading);
  if (faults.length > 1) throw new FaultyFiles(faults.map(({ message }) => message).join('\n'));
  const [protocol, webhooks, upstreams, brand, countryOf, languages] = await Promise.all(reading);
  return { protocol, webhooks, upstreams, brand, countryOf, languages };
}

/** What is wrong with them, a text for each; the providers' are looked at elsewhere. */
export async function faultsOfFiles(config: Config): Promise<string[]> {
  const faults = await faultsOf([readProtocolFiles(config), readWebhooks(config), ...ownFiles(config)]);
  return faults.map(({ message }) => message);
}

function ownFiles({ brandDir, geoipFile, languages, defaultLanguage }: Config) {
  const chosen = async () => new Languages(languages, defaultLanguage);
  return [readBrand(brandDir), openCountries(geoipFile), chosen()] as const;
}

/** @throws what is no fault of an operator's */
async function faultsOf(reading: readonly Promise<unknown>[]): Promise<OperatorError[]> {
  const read = await Promise.allSettled(reading);
  return read.flatMap((one) => {
    if (one.status === 'fulfilled') return [];
    if (one.reason instanceof OperatorError) return [one.reason];
    throw one.reason;
  });
}
