/** Programs of others that tests and checks drive, from the system as Redis is. */
import type { SystemPackage } from '../../src/dev/system-packages.ts';

/** A browser draws nothing readable without a font, and none is among its dependencies. */
export const CHROMIUM: SystemPackage = {
  commands: ['chromium', 'chromium-browser', 'google-chrome'],
  debianPackage: 'chromium',
  alongside: ['fonts-liberation'],
  elsewhere: { brew: '--cask chromium' },
};

/** Keeps tokens for command-line programs; a device by RFC 8628 that was not made for Latchkey. */
export const OIDC_AGENT: SystemPackage = {
  commands: ['oidc-agent'],
  debianPackage: 'oidc-agent-cli',
  elsewhere: { dnf: 'oidc-agent-cli', brew: 'oidc-agent' },
};

/** Opens many connections and sends on each as slowly as it can. */
export const SLOW_HTTP_TEST: SystemPackage = {
  commands: ['slowhttptest'],
  debianPackage: 'slowhttptest',
};
