/** Text messages: what is sent, and the port that sends it. */

/** A text message to a phone; `to` in E.164. */
export interface TextMessage {
  readonly to: string;
  readonly text: string;
  /** For whom it is: accounts take turns. It is not handed over. */
  readonly account?: string;
}

/** Sends text messages. No request waits for them, and an owner who got none asks for another. */
export interface TextMessages {
  post(message: TextMessage): void;
}
