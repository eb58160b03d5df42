/** Programs of others that tests and checks drive, from the system as Redis is. */
import { ensureSystemPackage, type SystemPackage } from '../../src/dev/system-packages.ts';
import { OperatorError } from '../../src/errors/operator-error.ts';

const SHELL = ['chromium-headless-shell', 'chrome-headless-shell'];

/**
 * Chromium without windows, the same engine in half the time of a processor; a whole Chromium where that is not at hand.
 * A browser draws nothing readable without a font, and none is among its dependencies.
 */
export const CHROMIUM: SystemPackage = {
  commands: [...SHELL, 'chromium', 'chromium-browser', 'google-chrome'],
  debianPackage: 'chromium-headless-shell',
  alongside: ['fonts-liberation'],
  elsewhere: { dnf: 'chromium', apk: 'chromium', brew: '--cask chromium' },
};

/** The shell also where there is a whole Chromium already: before the whole run, since it is worth an installation. */
export function ensureChromium(say: (line: string) => void): string {
  try {
    return ensureSystemPackage({ ...CHROMIUM, commands: SHELL, say });
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    return ensureSystemPackage({ ...CHROMIUM, say });
  }
}

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
