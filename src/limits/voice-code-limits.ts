export interface VoiceCodeLimits {
  /** Most tries of one device within the window, right ones too. */
  readonly device: number;
  readonly account: number;
  /** milliseconds */
  readonly window: number;
  /** Wrong tries in a row that lock the code. */
  readonly wrong: number;
}
