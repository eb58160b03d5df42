/** Whether what a server calls can be reached from this machine. Nothing is sent. */
import { callFailure } from '../net/call-failure.ts';
import type { Egress } from '../net/egress.ts';
import type { CalledAddress } from './called-addresses.ts';
import type { Finding } from './doctor.ts';

/** Milliseconds for a name, a connection and a certificate. */
const TIMEOUT = 5000;

/** What waits for one that cannot be reached is kept and tried again, hence a warning; what is refused never gets there. */
export async function examineEgress(
  addresses: readonly CalledAddress[],
  egress: Pick<Egress, 'reach' | 'reachConfigured'>,
): Promise<Finding[]> {
  // Several may be of one host, which is asked once.
  const reached = new Map<string, Promise<void>>();
  const reach = ({ url, isConfigured = false }: CalledAddress): Promise<void> => {
    const { origin } = new URL(url);
    const key = `${isConfigured} ${origin}`;
    const reaching =
      reached.get(key) ??
      (isConfigured ? egress.reachConfigured(origin, TIMEOUT) : egress.reach(origin, TIMEOUT));
    reached.set(key, reaching);
    return reaching;
  };
  return Promise.all(addresses.map((address) => examineOne(address, reach(address))));
}

async function examineOne({ name, url }: CalledAddress, reached: Promise<void>): Promise<Finding> {
  const about = `${name} (${new URL(url).origin})`;
  try {
    await reached;
    return { check: 'egress', state: 'ok', message: `${about} is reached` };
  } catch (error) {
    if (error instanceof Error && error.name === 'EgressRefused')
      return {
        check: 'egress',
        state: 'fault',
        message: `${about} is not called: ${error.message}; EGRESS_ALLOW names addresses of your own network`,
      };
    const message = `${about} cannot be reached from this machine (${callFailure(error)}): what it would hear waits`;
    return { check: 'egress', state: 'warning', message };
  }
}
