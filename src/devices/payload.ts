/** What the protocol library keeps of one of its models: plain JSON, opaque to all other code. */
export type Payload = Readonly<Record<string, unknown>>;
