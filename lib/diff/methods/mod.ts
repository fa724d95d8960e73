/** The methods of model diffing, one line each. @module */
import { show } from "../../io/show.ts";
import type { Method } from "./method.ts";
import { randomDirections } from "./random.ts";
import { svdRead, svdWrite } from "./weights.ts";

/** In the order in which figures show them. */
export const METHODS: readonly Method[] = [
  svdWrite,
  svdRead,
  randomDirections,
];

/** A method by name. Throws where there is none of it, naming those that there are. */
export function methodOf(name: string): Method {
  const found = METHODS.find((method) => method.name === name);
  if (found) return found;
  throw new RangeError(
    `Cannot take a method: expected one of ${
      METHODS.map(({ name }) => name).join(", ")
    } but found ` +
      `${show(name)}: name one of these`,
  );
}
