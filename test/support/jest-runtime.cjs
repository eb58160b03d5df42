/**
 * How test files are loaded. Threads that a file starts are known to its environment (`jest-environment.ts`), which ends them with it.
 *
 * Packages that take long to load are loaded once for each worker, as modules of Node.js are, and not anew for each test file. Such a package keeps
 * nothing that one file could leave to the next, and asks nothing that a test file gives it for its class: its `Map`, `RegExp`, `Promise` are those of
 * Node.js, not those of the test file. Its errors are errors in both (`jest-environment.ts`).
 */
const threads = require('node:worker_threads');
const { default: Runtime } = require('jest-runtime');

const LOADED_ONCE = new Set([
  '@koa/bodyparser',
  '@node-rs/argon2',
  '@simplewebauthn/server',
  '@zxcvbn-ts/core',
  '@zxcvbn-ts/language-common',
  '@zxcvbn-ts/language-en',
  'axe-core',
  'bowser',
  'ioredis',
  'jose',
  'koa',
  'koa-compose',
  'koa-helmet',
  'mailparser',
  'nodemailer',
  'otplib',
  'playwright-core',
  'qrcode',
  'supertest',
  'zod',
]);

/** Threads, with the set of those that have not ended. */
const countedIn = (running) =>
  class extends threads.Worker {
    constructor(...given) {
      super(...given);
      running.add(this);
      this.once('exit', () => running.delete(this));
    }
  };

/** Jest puts `node:` before what counts as a module of Node.js. */
const nameOf = (specifier) => specifier.replace(/^node:/, '');

module.exports = class LoadsOnce extends Runtime {
  constructor(config, environment, resolver, ...rest) {
    super(config, environment, resolver, ...rest);
    const { isCoreModule } = Object.getPrototypeOf(resolver);
    resolver.isCoreModule = (name) => LOADED_ONCE.has(nameOf(name)) || isCoreModule.call(resolver, name);
    const provider = this.coreModule;
    const { require: requireCore } = Object.getPrototypeOf(provider);
    environment.threads = new Set();
    provider.require = (name) => {
      if (nameOf(name) === 'worker_threads') return { ...threads, Worker: countedIn(environment.threads) };
      return LOADED_ONCE.has(nameOf(name)) ? require(nameOf(name)) : requireCore.call(provider, name);
    };
  }
};
module.exports.default = module.exports;
