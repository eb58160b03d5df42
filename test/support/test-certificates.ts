import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'] as const;

export interface TestCertificate {
  readonly certificate: string;
  readonly key: string;
}

/** A certificate authority of a test's own, in this folder. */
export async function makeAuthority(folder: string, name: string): Promise<TestCertificate> {
  const paths = pathsOf(folder, name);
  await run('openssl', ['req', '-x509', ...KEY, '-days', '2', '-subj', `/CN=${name}`, ...outputs(paths)]);
  return paths;
}

/** @param names as in the certificate: `IP:127.0.0.1`, `DNS:localhost` */
export async function makeCertificate(
  folder: string,
  name: string,
  authority: TestCertificate,
  names: readonly string[],
): Promise<TestCertificate> {
  const paths = pathsOf(folder, name);
  const request = `${paths.certificate}.csr`;
  const extensions = `${paths.certificate}.ext`;
  await writeFile(extensions, `subjectAltName=${names.join(',')}\n`);
  await run('openssl', ['req', ...KEY, '-subj', `/CN=${name}`, '-keyout', paths.key, '-out', request]);
  const signer = ['-CA', authority.certificate, '-CAkey', authority.key, '-CAcreateserial'];
  const output = ['-days', '2', '-extfile', extensions, '-out', paths.certificate];
  await run('openssl', ['x509', '-req', '-in', request, ...signer, ...output]);
  return paths;
}

const pathsOf = (folder: string, name: string): TestCertificate => ({
  certificate: join(folder, `${name}.pem`),
  key: join(folder, `${name}.key`),
});

const outputs = ({ certificate, key }: TestCertificate) => ['-keyout', key, '-out', certificate];
