/** Endpoints of ours, beside those of the protocol, at which no person is. */
const OWN_ENDPOINTS =
  /^\/(register|voice-code\/(?:verify|purchase)|admin\/v1|ssf|\.well-known\/ssf-configuration|sign-in\/upstream\/[^/]+\/logout)(\/|$)/i;

/** Whether what is answered there is read by a program, and be it that nothing is there. */
export function isOwnEndpoint(path: string): boolean {
  return OWN_ENDPOINTS.test(path);
}
