/** Less than a test may take: the one that waits in vain ends by itself, and says for what it waited. */
const TIMEOUT = 500_000;
/** Between two looks, in milliseconds. */
const PAUSE = 10;

/**
 * Waits until what is looked for is there, however long a busy machine takes: the outcome hangs on that alone.
 * @param what names it in the error when it never comes
 * @param look false, null or undefined while it is not there
 * @param pause milliseconds between two looks
 */
export async function eventually<Found>(
  what: string,
  look: () => Found | Promise<Found>,
  pause = PAUSE,
): Promise<Exclude<Found, false | null | undefined>> {
  const end = performance.now() + TIMEOUT;
  for (;;) {
    const found = await look();
    if (found !== false && found !== null && found !== undefined)
      return found as Exclude<Found, false | null | undefined>;
    if (performance.now() > end) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

/** What is done next has another time than what was done: what came at one time has no order. */
export async function momentLater(): Promise<void> {
  const now = Date.now();
  await eventually('another moment', () => Date.now() > now, 1);
}
