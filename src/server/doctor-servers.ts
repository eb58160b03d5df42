/** Whether all processes that serve use the same clients file, and are of one version. */
import { type RunningServer, runningServers } from '../audit/running-servers.ts';
import type { Finding } from './doctor.ts';

/**
 * @param here SHA-256 of the clients file of this machine; `undefined`: it cannot be read
 * @param now milliseconds since 1970
 */
export async function examineServers(
  store: Parameters<typeof runningServers>[0],
  here: string | undefined,
  now: number,
): Promise<Finding[]> {
  const servers = await runningServers(store, now);
  const finding = (state: Finding['state'], message: string): Finding => ({
    check: 'servers',
    state,
    message,
  });
  const count = `${servers.length} process${servers.length === 1 ? ' serves' : 'es serve'}`;
  if (servers.length === 0) return [finding('ok', 'no process of this version serves on this store now')];
  const files = counted(servers, ({ clientsSha }) => clientsSha.slice(0, 12));
  const versions = counted(servers, ({ version, commit }) => `${version} (${commit.slice(0, 12)})`);
  const found: Finding[] = [];
  if (files.size > 1)
    found.push(
      finding(
        'warning',
        `${count} with different clients files, ${told(files)}: put one in place, and send SIGHUP`,
      ),
    );
  else if (here !== undefined && !files.has(here.slice(0, 12)))
    found.push(
      finding(
        'warning',
        `${count} with the clients file ${told(files)}, and here it is ${here.slice(0, 12)}: send SIGHUP, where this one is to be used`,
      ),
    );
  if (versions.size > 1)
    found.push(
      finding('warning', `${count} of different versions, ${told(versions)}: replace the older ones`),
    );
  return found.length > 0
    ? found
    : [finding('ok', `${count} with one clients file, ${told(files)}, of version ${told(versions)}`)];
}

function counted(
  servers: readonly RunningServer[],
  by: (server: RunningServer) => string,
): Map<string, number> {
  const found = new Map<string, number>();
  for (const server of servers) found.set(by(server), (found.get(by(server)) ?? 0) + 1);
  return found;
}

const told = (counts: ReadonlyMap<string, number>) =>
  [...counts].map(([what, count]) => (counts.size > 1 ? `${what} (${count})` : what)).join(', ');
