/** Why a call got no answer, without its address, which may hold a token. */
export function callFailure(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : error.name;
}
