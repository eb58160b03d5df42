import { generateSync } from 'otplib';
import { otherCode } from './other-code.ts';

const STEP = 30_000;
/** A code has to reach the server within the step that it was made for: as much of it is left at least. */
const ON_ITS_WAY = 8000;
/** The same where the server is in this process and looks at once. */
export const SAME_STEP = 500;

/** An authenticator app with the key that a page shows for typing by hand. */
export class TestApp {
  readonly seed: string;

  constructor(key: string) {
    this.seed = key.replaceAll(' ', '');
  }

  /**
   * The code of the step of now, or of one beside it; waits for the next step where this one is nearly over.
   * @param left milliseconds that this step has to have yet
   */
  async code(beside: -1 | 0 | 1 = 0, left = ON_ITS_WAY): Promise<string> {
    const age = Date.now() % STEP;
    if (age > STEP - left) await new Promise((resolve) => setTimeout(resolve, STEP - age + 50));
    return this.#of(beside);
  }

  /** Six digits that are no code of now or near it. */
  wrong(): string {
    return otherCode(...[-2, -1, 0, 1, 2].map((beside) => this.#of(beside)));
  }

  #of(beside: number): string {
    return generateSync({ secret: this.seed, epoch: Math.floor(Date.now() / 1000) + beside * 30 });
  }
}
