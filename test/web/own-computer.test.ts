/** An owner who signs in, or links a device, at the machine that the server runs on: `127.0.0.1` says nothing to them. */
import { isIP } from 'node:net';
import { join } from 'node:path';
import { describe, expect } from '@jest/globals';
import { createViews } from '../../src/web/views.ts';
import { itHoldsFor } from '../support/each-sample.ts';
import { SAMPLES } from './samples.ts';

const views = createViews({ viewsDir: join(import.meta.dirname, '../../views'), cache: true });

/** The same view, with this machine in the place of every address. */
function here<T>(value: T, name = ''): T {
  if (typeof value === 'string') return (/address$/i.test(name) && isIP(value) ? '127.0.0.1' : value) as T;
  if (Array.isArray(value)) return value.map((one) => here(one)) as T;
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, here(one, name)])) as T;
}

// Operators and developers read addresses as they are.
const owners = SAMPLES.filter(({ view }) => !/^(console|outbox|demo)/.test(view.page))
  .map(({ name, view }) => ({ name, view: here(view) }))
  .filter(({ view }) => JSON.stringify(view).includes('127.0.0.1'));

describe('an owner at the server’s own computer', () => {
  itHoldsFor(owners, 'reads so on every page that names an address, and no number', ({ view }) => {
    const lines = views.render(view).split('\n');
    expect(lines.filter((line) => line.includes('127.0.0.1'))).toEqual([]);
  });
});
