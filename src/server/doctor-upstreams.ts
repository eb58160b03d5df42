/** Whether the providers of UPSTREAM_FILE can be asked, and are who the file says. */
import type { Config } from '../config/config.ts';
import { OperatorError } from '../errors/operator-error.ts';
import { UpstreamDown } from '../upstream/providers.ts';
import type { Upstream } from '../upstream/upstream.ts';
import type { Finding } from './doctor.ts';
import { providersOf, readUpstreams } from './upstreams.ts';

/** A provider that does not answer is a warning: servers start without it, and other ways in stay. */
export async function examineUpstreams(config: Config): Promise<Finding[]> {
  try {
    const providers = providersOf(config, Date.now);
    const examine = async (upstream: Upstream): Promise<Finding> => {
      const about = `${upstream.id} (${upstream.issuer})`;
      try {
        await providers.configOf(upstream);
        return { check: 'upstream', state: 'ok', message: `${about} answers` };
      } catch (error) {
        if (!(error instanceof UpstreamDown)) throw error;
        const message = `${about} cannot be used: ${error.why}`;
        return { check: 'upstream', state: 'warning', message };
      }
    };
    return await Promise.all((await readUpstreams(config)).map(examine));
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    return [{ check: 'upstream', state: 'fault', message: error.message }];
  }
}
