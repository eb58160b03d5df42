/** So many other accounts approve codes of one network, from elsewhere, before more is asked for. */
export interface ApprovalBounds {
  /** Before the next one takes a proof given for it. */
  readonly proof: number;
  /** Before the next one is refused. Neighbours behind one carrier's address share it: it is far higher. */
  readonly refusal: number;
}
