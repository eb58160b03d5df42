/** Whether an address is this machine's own (RFC 1122 section 3.2.1.3, RFC 4291 section 2.5.3): in development, mostly. */
export const isLoopback = (address: string): boolean => /^127\.|^::1$/.test(address);
