/** Command lines that refuse what they do not know and say what would be right. @module */
import { parseArgs } from "@std/cli/parse-args";
import { nearestNames } from "../lib/io/nearest.ts";

/** Options of a command by kind; all others are errors. */
export type Command = { help: string; strings: string[]; booleans: string[] };

type Parsed = { _: string[]; plan?: boolean } & Record<string, string | undefined>;

/** Parsed options, or "help" after printing it. Throws on unknown flags and on values that are missing. */
// deno-lint-ignore no-explicit-any
export function parseCommand(args: string[], { help, strings, booleans }: Command): any {
  const known = [...strings, ...booleans, "help"];
  const parsed = parseArgs(args, {
    string: strings,
    boolean: [...booleans, "help"],
    unknown: (flag: string, key?: string) => {
      if (key === undefined) return true;
      const near = nearestNames(key, known).map((name) => `--${name}`).join(" or ");
      throw new RangeError(
        `Cannot run: expected a known option but found ${flag}: did you mean ${near}? See --help`,
      );
    },
  }) as Parsed;
  if (parsed.help) {
    console.log(help);
    return "help";
  }
  for (const name of strings) {
    const value = parsed[name];
    if (value === "" || Array.isArray(value)) {
      throw new RangeError(
        `Cannot run: expected one value for --${name} but found ${
          value === "" ? "none" : value
        }: ` +
          `write --${name} VALUE once`,
      );
    }
  }
  parsed._ = parsed._.map(String);
  return parsed;
}

/** `value` where it is one of `names`; otherwise throws with the nearest ones. */
export function oneOf<T extends string>(what: string, value: string, names: readonly T[]): T {
  if ((names as readonly string[]).includes(value)) return value as T;
  throw new RangeError(
    `Cannot run: expected ${what} to be one of ${names.join(", ")} but found "${value}": ` +
      `did you mean ${nearestNames(value, names)[0]}?`,
  );
}

/** A whole number that is not negative. */
export function integerOption(name: string, value: string): number {
  const number = Number(value);
  if (/^\d+$/.test(value) && Number.isSafeInteger(number)) return number;
  throw new RangeError(
    `Cannot run: expected ${name} to be a whole number from 0 but found "${value}": write for example ${name} 1`,
  );
}
