/** `--arithmetic`: what a proof speaks of. @module */
import { show } from "../lib/io/show.ts";
import { type Arithmetic, ARITHMETICS, EVALUATIONS } from "../lib/proofs/evaluation/classes.ts";
import { oneOf } from "./command_line.ts";

/** Lines for a command's help. */
export const ARITHMETIC_HELP = `what the proof is about (default real): ${ARITHMETICS.join(", ")};
                    with numbers of its own as in wgsl,round=2^-22 or tf32,exp=1e-6`;

/**
 * A class by name, or one of its own: the numbers of a named class, some of them replaced. A number
 * is a decimal, or a power of two such as 2^-22.
 */
export function arithmeticOption(text: string): Arithmetic {
  const [name, ...changes] = text.split(",");
  const known = oneOf("--arithmetic", name, ARITHMETICS) as "real" | keyof typeof EVALUATIONS;
  if (changes.length === 0) return known;
  const refuse = (expected: string, found: string): never => {
    throw new RangeError(
      `Cannot run: expected --arithmetic ${expected} but found ${show(found)}: write for example ` +
        "--arithmetic wgsl,round=2^-22",
    );
  };
  if (known === "real") return refuse("real without numbers", text);
  const { name: _, ...numbers } = EVALUATIONS[known];
  const own: Record<string, number> = { ...numbers };
  for (const change of changes) {
    const [key, value, ...rest] = change.split("=");
    if (!Object.hasOwn(numbers, key) || value === undefined || rest.length > 0) {
      refuse(`with ${Object.keys(numbers).join(", ")}, each NAME=NUMBER,`, change);
    }
    const power = /^2\^(-?\d{1,3})$/.exec(value);
    const x = power ? 2 ** Number(power[1]) : /^\d*\.?\d+(e-?\d+)?$/i.test(value) ? +value : NaN;
    if (!(x >= 0 && x <= 1 / 16)) refuse(`with ${key} from 0 to 1/16`, value);
    own[key] = x;
  }
  return { name: "own", ...own } as Arithmetic;
}
