/**
 * How test files are loaded: as Node.js loads any module, and not into a context of their own for each file, which would load
 * the server and its packages anew some 300 times. A worker keeps what it has loaded; Jest's own process, which goes on while
 * files are watched and changed, loads what is ours anew for each test file.
 *
 * What a file needs of Jest (`@jest/globals`) is that of the file that runs now (`jest-globals.ts`). Nothing of ours may keep
 * what one file could leave to the next: no module sets hooks by itself. Threads that a file starts are known to its
 * environment (`jest-environment.ts`), which ends them with it.
 */
const { registerHooks, syncBuiltinESMExports } = require('node:module');
const { pathToFileURL } = require('node:url');
const threads = require('node:worker_threads');
const { default: Runtime } = require('jest-runtime');

const GLOBALS = pathToFileURL(require.resolve('./jest-globals.ts')).href;
const OURS = /\/(?:src|test|bench|checks)\/(?:(?!node_modules).)*\.ts$/;
const IS_WORKER = process.send !== undefined;
let loads = 0;

/** What of Jest the file that runs now is given, and the threads that it has started and that have not ended. */
const current = { globals: undefined, threads: new Set() };
globalThis.latchkeyTestFile = current;

registerHooks({
  resolve: (specifier, context, next) => {
    if (specifier === '@jest/globals') return { url: GLOBALS, shortCircuit: true };
    const found = next(specifier, context);
    return IS_WORKER || !OURS.test(found.url) ? found : { ...found, url: `${found.url}?load=${loads}` };
  },
});

threads.Worker = class extends threads.Worker {
  constructor(...given) {
    super(...given);
    const running = current.threads;
    running.add(this);
    this.once('exit', () => running.delete(this));
  }
};
syncBuiltinESMExports();

module.exports = class LoadsAsNodeDoes extends Runtime {
  constructor(config, environment, ...rest) {
    super(config, environment, ...rest);
    current.threads = environment.threads = new Set();
  }

  unstable_shouldLoadAsEsm(path) {
    return path.endsWith('.ts') || super.unstable_shouldLoadAsEsm(path);
  }

  unstable_importModule(path) {
    current.globals = this.jestGlobals.cjsGlobals(path);
    loads += 1;
    return import(`${pathToFileURL(path).href}?load=${loads}`);
  }
};
module.exports.default = module.exports;
