/** Do adapters belong to a model? @module */
import { showName } from "../../io/show.ts";
import type { Parameters } from "../../tensor/parameters.ts";
import type { Adapter } from "../components/adapter.ts";

/**
 * Throws `Cannot ${action}: ...` unless every adapter is one of a weight of this model, of its
 * shape.
 */
export function expectAdapters(
  action: string,
  { tensors }: Parameters,
  adapters: ReadonlyMap<string, Adapter>,
): void {
  for (const [name, { A, B }] of adapters) {
    const found = Object.hasOwn(tensors, name) ? tensors[name].shape : undefined;
    if (found?.join() === `${B.rows},${A.columns}`) continue;
    throw new RangeError(
      `Cannot ${action}: expected adapters of this model's weights but found one of ` +
        `${showName(name)} [${B.rows},${A.columns}], which ` +
        `${found === undefined ? "it has not" : `is [${found}] in it`}: take both of one model`,
    );
  }
}
