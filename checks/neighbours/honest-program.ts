/** The honest owners and devices in a process of their own: their times hold no delay of the attacker's. */
import { HonestOwner, type OwnerState } from './honest.ts';
import { runHonest, type Served } from './honest-load.ts';

export interface HonestOrder {
  /** Milliseconds. */
  readonly ms: number;
  readonly by: Served;
  /** The owners who act from now on; as before where they are not named. */
  readonly owners?: readonly OwnerState[];
}

let owners: HonestOwner[] = [];
process.on('message', (order: HonestOrder) => {
  owners = order.owners?.map((state) => new HonestOwner(state)) ?? owners;
  void runHonest(owners, order.ms, order.by).then((run) => process.send?.(run));
});
process.on('disconnect', () => process.exit());
