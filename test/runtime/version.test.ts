/** An operator with two servers that differ asks each which it is, in a clone, a worktree and an image alike. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { commitOf } from '../../src/runtime/version.ts';

let folder: string;
let head: string;
const clone = () => join(folder, 'clone');
const git = (...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.org', ...args], {
    cwd: clone(),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-version-'));
  mkdirSync(clone());
  git('init', '--initial-branch', 'one/deep');
  git('commit', '--allow-empty', '--message', 'first');
  head = git('rev-parse', 'HEAD');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the commit', () => {
  it('of a clone is what it has checked out: a branch, packed or not, or none; of a worktree its own', () => {
    expect(commitOf(clone())).toBe(head);
    git('pack-refs', '--all');
    expect(commitOf(clone())).toBe(head);
    git('worktree', 'add', '-b', 'two', join(folder, 'tree'));
    git('commit', '--allow-empty', '--message', 'second');
    expect(commitOf(join(folder, 'tree'))).toBe(head);
    git('checkout', '--detach');
    expect(commitOf(clone())).toBe(git('rev-parse', 'HEAD'));
  });

  it('of an image is what its build was given, and of neither is not known', () => {
    expect(commitOf(folder)).toBeUndefined();
    for (const [text, commit] of [['unknown\n'], [`${head}\n`, head], ['<script>\n']]) {
      writeFileSync(join(folder, 'commit'), text ?? '');
      expect(commitOf(folder)).toBe(commit);
    }
  });
});
