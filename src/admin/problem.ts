/** Why a call was not done (RFC 9457). */
export const PROBLEMS = {
  'invalid-request': { status: 400, title: 'The request is not as it should be' },
  'no-token': { status: 401, title: 'An access token is needed' },
  'invalid-token': { status: 401, title: 'The access token is not good' },
  'invalid-dpop-proof': { status: 401, title: 'The proof is not one for this request and this access token' },
  'insufficient-scope': { status: 403, title: 'The access token does not have the scope' },
  'operator-account': {
    status: 403,
    title: 'The account is an operator’s: an owner of the console does this, or the tool',
  },
  'not-found': { status: 404, title: 'There is no such thing' },
  'method-not-allowed': { status: 405, title: 'This is not done by that method' },
  'account-disabled': { status: 409, title: 'The account is disabled: enable it first' },
  'email-taken': { status: 409, title: 'There is an account with this email' },
  'sign-up-closed': { status: 409, title: 'SIGN_UP is closed: an invitation would admit nobody' },
  'client-from-file': { status: 409, title: 'The client is in the clients file: change it there' },
  'client-exists': { status: 409, title: 'There is such a client' },
  'client-deleted': { status: 409, title: 'The id was deleted for good' },
  'client-in-use': { status: 409, title: 'An API asks about its tokens as this client' },
  'client-without-secret': { status: 409, title: 'The client has no secret' },
  'client-may-administer': {
    status: 409,
    title: 'What may call this API is changed in the clients file or by the tool alone',
  },
  'too-many-clients': { status: 409, title: 'As many clients are stored as may be' },
  'registration-closed': { status: 409, title: 'REGISTRATION is closed: a token would admit no client' },
  'too-many-tokens': { status: 409, title: 'As many tokens are good as may be' },
  'last-owner': { status: 409, title: 'The last owner of the console who can sign in stays' },
  'own-role': { status: 409, title: 'Nobody changes their own role' },
  'too-many-operators': { status: 409, title: 'As many accounts have a role as may' },
  'in-progress': { status: 409, title: 'The same call is being done' },
  'changed-meanwhile': { status: 412, title: 'It has changed since it was read' },
  'too-large': { status: 413, title: 'The body is too long' },
  'idempotency-key-reused': { status: 422, title: 'The key was used for another call' },
  'other-subject': { status: 422, title: 'The subject is not named in a way that is known here' },
  'too-many-requests': { status: 429, title: 'Too many calls' },
  unavailable: { status: 503, title: 'It cannot be done now' },
  broken: { status: 500, title: 'The server has failed' },
} as const;

type ProblemSlug = keyof typeof PROBLEMS;

interface ProblemDetails {
  readonly detail?: string;
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** Thrown where a call ends. */
export class Problem extends Error {
  readonly slug: ProblemSlug;
  readonly details: ProblemDetails;

  constructor(slug: ProblemSlug, details: ProblemDetails = {}) {
    super(slug);
    this.name = 'Problem';
    this.slug = slug;
    this.details = details;
  }

  get status(): number {
    return PROBLEMS[this.slug].status;
  }

  /** @param requestId names the request in the log */
  body(requestId: string): object {
    const { status, title } = PROBLEMS[this.slug];
    const { detail, errors } = this.details;
    const type = `urn:latchkey:problem:${this.slug}`;
    return {
      type,
      title,
      status,
      ...(detail !== undefined && { detail }),
      instance: `urn:latchkey:request:${requestId}`,
      ...(errors && { errors }),
    };
  }
}

/** @throws Problem where there is none */
export function found<T>(thing: T | undefined): T {
  if (thing === undefined) throw new Problem('not-found');
  return thing;
}
