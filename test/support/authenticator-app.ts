import { generateSync } from 'otplib';

const STEP = 30_000;
/** A code has to reach the server within the step that it was made for. */
const YOUNG = 22_000;

/** An authenticator app with the key that a page shows for typing by hand. */
export class TestApp {
  readonly seed: string;

  constructor(key: string) {
    this.seed = key.replaceAll(' ', '');
  }

  /** The code of the step of now, or of one beside it; waits for the next step where this one is nearly over. */
  async code(beside: -1 | 0 | 1 = 0): Promise<string> {
    const age = Date.now() % STEP;
    if (age > YOUNG) await new Promise((resolve) => setTimeout(resolve, STEP - age + 50));
    return generateSync({ secret: this.seed, epoch: Math.floor(Date.now() / 1000) + beside * 30 });
  }
}
