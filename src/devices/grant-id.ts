import { randomBytes } from 'node:crypto';

/**
 * A grant id says where its grant lives: `<account>.<epoch>.<random>`. So finding a grant needs no index, and
 * the epoch under which its owner proved who they are travels with it. It opens nothing by itself.
 */
export interface GrantId {
  readonly accountId: string;
  /** The account's epoch that was read beside the password hash. */
  readonly epoch: number;
  readonly name: string;
}

const SHAPE = /^([A-Za-z0-9_-]{22})\.([1-9][0-9]{0,9})\.([A-Za-z0-9_-]{22})$/;

/** For a new one; it opens nothing, and may stand in an address. */
export function newGrantName(): string {
  return randomBytes(16).toString('base64url');
}

export function formatGrantId({ accountId, epoch, name }: GrantId): string {
  return `${accountId}.${epoch}.${name}`;
}

/** `undefined` for ids of any other shape, which belong to no account. */
export function parseGrantId(id: string): GrantId | undefined {
  const [, accountId, epoch, name] = SHAPE.exec(id) ?? [];
  return accountId && epoch && name ? { accountId, epoch: Number(epoch), name } : undefined;
}
