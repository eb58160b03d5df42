/** A maker whose program verifies by any library of Standard Webhooks. */
import { expect, it } from '@jest/globals';
import { Secret } from '../../src/config/secret.ts';
import { signedHeaders } from '../../src/webhooks/webhook-signature.ts';

/** As the specification’s own libraries are tested. */
const VECTOR = {
  key: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  seconds: 1614265330,
  body: '{"test": 2432232314}',
  signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
};

it('gets the signature of the specification’s own vector, and one for each key while they change', () => {
  const { key, id, seconds, body, signature } = VECTOR;
  const other = `whsec_${'QUJD'.repeat(8)}`;
  const signed = (...keys: string[]) =>
    signedHeaders(
      id,
      seconds,
      body,
      keys.map((one) => new Secret(one)),
    );
  const headers = { 'webhook-id': id, 'webhook-timestamp': '1614265330', 'webhook-signature': signature };
  expect(signed(key)).toEqual(headers);
  const second = signed(other)['webhook-signature'];
  expect(second).not.toBe(signature);
  expect(signed(key, other)['webhook-signature']).toBe(`${signature} ${second}`);
});
