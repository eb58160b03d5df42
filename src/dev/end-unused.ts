/** Run by private-watch.ts: ends the private Redis of the folder that is named, unless a process uses it. */
import { argv } from 'node:process';
import { endUnused } from './private-server.ts';

await endUnused(argv[2] ?? '');
