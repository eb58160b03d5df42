/** What an error repeats of a request is no mark-up to any reader. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { request } from '../support/http.ts';
import { type TestProtocol, testProtocol } from '../support/test-protocol.ts';

let protocol: TestProtocol;
beforeAll(async () => {
  protocol = await testProtocol();
});
afterAll(() => protocol.close());

it.each(['/par', '/token', '/device/auth'])(
  'an Origin in the answer of %s has neither brackets nor quotes',
  async (path) => {
    const answer = await request(`${protocol.issuer}${path}`, {
      method: 'POST',
      headers: { origin: '"><script>injected</script>' },
      body: new URLSearchParams({ client_id: 'desktop', grant_type: 'refresh_token', refresh_token: 'x' }),
    });
    const { error_description: told = '' } = (await answer.json()) as { error_description?: string };
    expect(answer.status).toBe(400);
    expect(told).not.toMatch(/[<>"\\]/);
  },
);
