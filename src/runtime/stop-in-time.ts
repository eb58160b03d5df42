/** Something that has to be let go when a server stops. */
interface StoppingPart {
  readonly name: string;
  stop(): Promise<unknown>;
}

/**
 * Stops one part after the other, all of them within one time, so that nothing that hangs keeps the process alive. When
 * time is up the parts that are left are still asked to stop, and not waited for.
 *
 * @param time milliseconds for all of them
 * @returns the names of those that have failed, or were not done in time
 */
export async function stopInTime(parts: readonly StoppingPart[], time: number): Promise<string[]> {
  const unfinished: string[] = [];
  const timeUp = Promise.withResolvers<'late'>();
  const timer = setTimeout(() => timeUp.resolve('late'), time);
  for (const { name, stop } of parts) {
    const stopped = stop().then(
      () => 'stopped' as const,
      () => 'failed' as const,
    );
    if ((await Promise.race([stopped, timeUp.promise])) !== 'stopped') unfinished.push(name);
  }
  clearTimeout(timer);
  return unfinished;
}
