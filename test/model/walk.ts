import { type ModelState, type Operation, operationsIn, START, type Step, step } from './model.ts';

export interface Transition extends Step {
  readonly from: ModelState;
  /** The shortest way from the start to `from`. */
  readonly way: readonly Operation[];
  readonly operation: Operation;
}

/** Every transition that can be reached, breadth first. */
export function walk(): Transition[] {
  const ways = new Map<string, readonly Operation[]>([[JSON.stringify(START), []]]);
  const states: ModelState[] = [START];
  const transitions: Transition[] = [];
  for (const from of states) {
    const way = ways.get(JSON.stringify(from)) ?? [];
    for (const operation of operationsIn(from)) {
      const next = step(from, operation);
      transitions.push({ from, way, operation, ...next });
      const name = JSON.stringify(next.state);
      if (ways.has(name)) continue;
      ways.set(name, [...way, operation]);
      states.push(next.state);
    }
  }
  return transitions;
}
