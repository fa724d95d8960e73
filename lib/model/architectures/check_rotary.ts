/** What the rotary positions of a configuration can be. @module */
import { anything, exactly, expectForm, maybe, number, whole } from "../../io/form.ts";
import { checkScaling, type Rotary } from "../components/rotary_scaling.ts";

const ROTARY = exactly({
  dim: whole(2),
  theta: number({ above: 1 }),
  scaling: maybe(anything),
});

/**
 * The rotary positions themselves. Throws a RangeError, `Cannot ${action}: ...: ${todo}`, on a kind
 * that is not computed here, and where not an even number of a head's `d_head` numbers turns.
 */
export function checkRotary(
  action: string,
  found: unknown,
  { d_head, todo }: { d_head: number; todo: string },
): Rotary {
  const { dim, theta, scaling } = expectForm(action, found, ROTARY, todo);
  if (dim % 2 !== 0 || dim > d_head) {
    throw new RangeError(
      `Cannot ${action}: expected an even number of at most ${d_head} turning numbers in a head ` +
        `but found ${dim}: ${todo}`,
    );
  }
  if (scaling === undefined) return { dim, theta };
  return { dim, theta, scaling: checkScaling(action, scaling as object, todo) };
}
