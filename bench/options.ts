import { parseArgs } from 'node:util';
import { KINDS, type Kind } from './kinds.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    requests: { type: 'string', default: '2000' },
    only: { type: 'string', default: '' },
    json: { type: 'string', default: '' },
    svg: { type: 'string', default: '' },
    docs: { type: 'boolean', default: false },
    profiles: { type: 'string', default: '' },
    'warm-up': { type: 'string', default: '3000' },
    seconds: { type: 'string', default: '8' },
    servers: { type: 'string', default: KINDS.join() },
    'at-once': { type: 'string', default: '16' },
    workers: { type: 'string', default: '2' },
    'key-bits': { type: 'string', default: '3072' },
  },
});

export const rounds = Math.min(Number(values.rounds), 50);
/** Of each round. */
export const requests = Math.min(Number(values.requests), 20_000);
/** For which pending polls at planned times count, of each round. */
export const seconds = Math.min(Number(values.seconds), 60);
/** Requests ahead of the first round of each kind: the compiler of V8 goes on optimizing for some thousands. */
export const warmUp = Math.min(Number(values['warm-up']), 20_000);
/** Scenarios with this in their name. */
export const only = values.only;
/** Requests in flight, each on a connection of its own. */
export const atOnce = Math.min(Number(values['at-once']), 512);
/** Of the server that is held against one with a single worker. */
export const workers = Math.min(Number(values.workers), 64);
/** File for all figures; empty: none. */
export const jsonFile = values.json;
/** File for the picture; empty: none. */
export const svgFile = values.svg;
/** All figures are kept for docs/benchmark.md and README, which show them from then on. */
export const docs = values.docs;
/** Folder for a profile of each server under each kind of request, as `node --cpu-prof` writes it; empty: none. */
export const profiles = values.profiles;
/** Servers that are measured. */
export const servers: readonly Kind[] = KINDS.filter((kind) => values.servers.split(',').includes(kind));
/** Of the RSA key that signs, where more workers are held against one. */
export const keyBits = Math.min(Number(values['key-bits']), 8192);
