/** What a rate is multiplied with until one is held and one is not; the space between them is then halved so many times. */
const STEP = 0.85;
const HALVINGS = 2;
const TRIES = 20;

type IsHeld = (rate: number) => Promise<boolean>;

/** What else the machine does may be what holds one try up; a rate that is too high is held in none. */
export const heldInTwoTries = async (isHeld: IsHeld, rate: number): Promise<boolean> =>
  (await isHeld(rate)) || (await isHeld(rate));

/**
 * Looks for the highest rate that is held, from a guess on.
 * @param isHeld asks at that rate
 * @returns one that was held; one that is higher by 5 % was not, asked twice
 */
export async function highestHeld(isHeld: IsHeld, guess: number): Promise<number> {
  let [held, refused, rate] = [0, Number.POSITIVE_INFINITY, guess];
  const tryIt = async () => {
    if (await heldInTwoTries(isHeld, rate)) held = rate;
    else refused = rate;
  };
  for (let tries = 0; held === 0 || refused === Number.POSITIVE_INFINITY; tries += 1) {
    if (tries === TRIES) throw new Error(`no end was found from ${guess} to ${rate} a second`);
    await tryIt();
    rate = held === rate ? rate / STEP : rate * STEP;
  }
  for (let halving = 0; halving < HALVINGS; halving += 1) {
    rate = (held + refused) / 2;
    await tryIt();
  }
  return held;
}
