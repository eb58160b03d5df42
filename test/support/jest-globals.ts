/**
 * `@jest/globals` for modules that stay loaded from one test file to the next: each name means that of the file that runs now.
 */
interface TestFile {
  readonly globals: Record<string, object> | undefined;
}

declare global {
  /** Filled by `jest-runtime.cjs`. */
  var latchkeyTestFile: TestFile | undefined;
}

/** @param name as `@jest/globals` has it */
function ofCurrentFile(name: string): object {
  const current = () =>
    globalThis.latchkeyTestFile?.globals?.[name] as Record<PropertyKey, unknown> & (() => unknown);
  return new Proxy(() => {}, {
    apply: (_target, self, given) => Reflect.apply(current(), self, given),
    get: (_target, property) => current()[property],
  });
}

export const afterAll = ofCurrentFile('afterAll');
export const afterEach = ofCurrentFile('afterEach');
export const beforeAll = ofCurrentFile('beforeAll');
export const beforeEach = ofCurrentFile('beforeEach');
export const describe = ofCurrentFile('describe');
export const expect = ofCurrentFile('expect');
export const it = ofCurrentFile('it');
export const jest = ofCurrentFile('jest');
