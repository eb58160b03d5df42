/** What the protocol library keeps of one of its models: plain JSON, opaque to everybody else. */
export type Payload = Readonly<Record<string, unknown>>;
