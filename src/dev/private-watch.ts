import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** Program that ends the private Redis of a folder, unless it is used. */
const ENDING = new URL('./end-unused.ts', import.meta.url).pathname;

/**
 * $1 process of Redis, $2 folder of its users, $3 seconds without any of them, then the command that ends it. Each user has a
 * file there whose name begins with its process id.
 */
const WATCH = `
redis=$1 users=$2 longest=$3 idle=0
shift 3
while kill -0 "$redis" 2>/dev/null; do
  idle=$((idle + 1))
  for file in "$users"/*; do
    pid=\${file##*/}
    pid=\${pid%%.*}
    case $pid in '' | *[!0-9]*) continue ;; esac
    if kill -0 "$pid" 2>/dev/null; then idle=0; fi
  done
  if [ "$idle" -gt "$longest" ]; then "$@"; idle=0; fi
  sleep 1
done`;

/**
 * Starts what ends the private Redis when the last process that used it was killed, and could not do so itself. It is a
 * small shell, so that no second Node.js stays beside the server, and it ends with Redis.
 *
 * @param node the program that runs us
 * @param redis process id
 * @param home folder of the private Redis
 * @param grace seconds in which a new start finds it still running
 */
export function watchPrivateRedis(node: string, redis: number, home: string, grace: number): void {
  const args = ['-c', WATCH, 'latchkey-watch', `${redis}`, join(home, 'users'), `${grace}`];
  // In a group of its own: Ctrl-C must not end it, and what is killed with the server must not be this.
  spawn('sh', [...args, node, ENDING, home], { detached: true, stdio: 'ignore', cwd: '/' }).unref();
}
