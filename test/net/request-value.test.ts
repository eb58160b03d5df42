import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { RequestValue } from '../../src/net/request-value.ts';
import { whatSurvives } from '../support/what-survives.ts';

const request = () => new IncomingMessage(new Socket());

describe('a value of each request', () => {
  it('is of that request, and of that name', () => {
    const [one, other] = [new RequestValue<string>(), new RequestValue<string>()];
    const [first, second] = [request(), request()];
    one.set(first, 'one of the first');
    other.set(first, 'other of the first');
    expect([one.get(first), other.get(first), one.get(second)]).toEqual([
      'one of the first',
      'other of the first',
      undefined,
    ]);
    one.set(first, 'changed');
    expect(one.get(first)).toBe('changed');
  });

  it('shows in no list of what the request has', () => {
    const [value, asked] = [new RequestValue<string>(), request()];
    const before = Object.keys(asked);
    value.set(asked, 'kept');
    expect(Object.keys(asked)).toEqual(before);
    expect(JSON.stringify(asked.headers)).not.toContain('kept');
  });
});

describe('a fleet that polls', () => {
  it('holds up no owner while garbage is collected: of requests that are done no value is taken for alive', () => {
    const values = new RequestValue<object>();
    const request = (weight: number[]) => {
      const asked = {} as IncomingMessage;
      values.set(asked, { weight, asked });
    };
    expect(whatSurvives(request)).toBeLessThan(100);
  });

  it('would hold them up with a weak map, which this measure sees', () => {
    const values = new WeakMap<object, object>();
    const request = (weight: number[]) => {
      const asked = {};
      values.set(asked, { weight, asked });
    };
    expect(whatSurvives(request)).toBeGreaterThan(500);
  });
});
