/** Requests of apps that wait at our pages for a visitor: how much of the store they take, by network and in all. */
export interface WaitingSignIns {
  /**
   * Before it is kept.
   * @param network as `networkOf` names it
   * @param bytes of what is kept
   * @param lifetime milliseconds
   * @returns `false`: too much waits already, of this network or in all
   */
  reserve(id: string, network: string, bytes: number, lifetime: number): Promise<boolean>;
  /** It has gone on, or could not be kept; from another network than it came from, its place ends by time. */
  release(id: string, network: string): Promise<void>;
}
