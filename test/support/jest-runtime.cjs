/**
 * Packages that take long to load are loaded once for each worker, as modules of Node.js are, and not anew for each test file. Such a package keeps
 * nothing that one file could leave to the next, and nothing that it throws is looked at by its class: its classes are those of Node.js, not those of
 * the test file.
 */
const { default: Runtime } = require('jest-runtime');

const LOADED_ONCE = new Set([
  '@simplewebauthn/server',
  '@zxcvbn-ts/core',
  '@zxcvbn-ts/language-common',
  '@zxcvbn-ts/language-en',
  'axe-core',
  'jose',
  'mailparser',
  'otplib',
  'playwright-core',
  'qrcode',
  'supertest',
  'zod',
]);

/** Jest puts `node:` before what counts as a module of Node.js. */
const nameOf = (specifier) => specifier.replace(/^node:/, '');

module.exports = class LoadsOnce extends Runtime {
  constructor(config, environment, resolver, ...rest) {
    super(config, environment, resolver, ...rest);
    const { isCoreModule } = Object.getPrototypeOf(resolver);
    resolver.isCoreModule = (name) => LOADED_ONCE.has(nameOf(name)) || isCoreModule.call(resolver, name);
    const provider = this.coreModule;
    const { require: requireCore } = Object.getPrototypeOf(provider);
    provider.require = (name) =>
      LOADED_ONCE.has(nameOf(name)) ? require(nameOf(name)) : requireCore.call(provider, name);
  }
};
module.exports.default = module.exports;
