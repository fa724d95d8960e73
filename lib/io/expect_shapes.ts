/**
 * Are these the tensors that the model needs, no more and no less?
 *
 * @module
 */
import { nearestNames } from "./nearest.ts";
import { escaped, showName } from "./show.ts";

const SHOWN = 5; // of each kind of fault: a wrong architecture would fill the screen

/**
 * Throws unless `tensors`, read or as a header has them, holds exactly the names of `expected`,
 * each with its shape. `file` names the source in the error (or `action` what cannot be done),
 * which lists missing, unknown (with the nearest expected names) and wrong ones.
 */
export function expectShapes(
  tensors: ReadonlyMap<string, { shape: number[] }>,
  expected: Record<string, readonly number[]>,
  { file = "safetensors", action = `load ${file}` }: { file?: string; action?: string } = {},
): void {
  const faults = [
    ...some(Object.keys(expected).filter((name) => !tensors.has(name)), (name) => {
      return `${showName(name)} [${expected[name]}] is missing`;
    }),
    ...some([...tensors.keys()].filter((name) => !Object.hasOwn(expected, name)), (name) => {
      return `${showName(name)} is unknown (nearest: ${
        nearestNames(name, Object.keys(expected)).join(", ")
      })`;
    }),
    ...some(wrongShapes(tensors, expected), (name) => {
      return `${showName(name)} has shape [${tensors.get(name)!.shape}] instead of [${
        expected[name]
      }]`;
    }),
  ];
  if (faults.length === 0) return;
  throw new Error(
    `Cannot ${escaped(action)}: expected ${
      Object.keys(expected).length
    } tensors of the configuration ` +
      `but found that ${faults.join("; ")}: take the weights and the configuration of one model`,
  );
}

function wrongShapes(
  tensors: ReadonlyMap<string, { shape: number[] }>,
  expected: Record<string, readonly number[]>,
) {
  return Object.keys(expected).filter((name) => {
    const found = tensors.get(name);
    return found !== undefined && found.shape.join() !== expected[name].join();
  });
}

function some(names: string[], describe: (name: string) => string): string[] {
  const shown = names.slice(0, SHOWN).map(describe);
  return names.length > SHOWN ? [...shown, `${names.length - SHOWN} more like it`] : shown;
}
