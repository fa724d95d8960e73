/** Command lines that refuse what they do not know and say what would be right. @module */
import { parseArgs } from "@std/cli/parse-args";
import { nearestNames } from "../lib/io/nearest.ts";

/** Options of a command by kind; all others are errors. `bare`: how many arguments without a flag it takes at most. */
export type Command = { help: string; strings: string[]; booleans: string[]; bare?: number };

type Parsed = { _: (string | number)[]; help: boolean } & Record<string, string[] | undefined>;

/** Parsed options, or "help" after printing it. Throws on unknown flags and on values that are missing. */
// deno-lint-ignore no-explicit-any
export function parseCommand(args: string[], { help, strings, booleans, bare }: Command): any {
  const known = [...strings, ...booleans, "help"];
  const parsed = parseArgs(args, {
    string: strings,
    collect: strings,
    boolean: [...booleans, "help"],
    unknown: (flag: string, key?: string) => {
      if (key === undefined) return true;
      const near = nearestNames(key, known).map((name) => `--${name}`).join(" or ");
      throw new RangeError(
        `Cannot run: expected a known option but found ${flag}: did you mean ${near}? See --help`,
      );
    },
  }) as unknown as Parsed;
  if (parsed.help) {
    console.log(help);
    return "help";
  }
  const given = strings.map((name) => [name, oneValue(name, parsed[name])]);
  const words = parsed._.map(String);
  if (words.length > (bare ?? Infinity)) {
    throw new RangeError(
      `Cannot run: expected ${
        bare === 0 ? "options only" : `at most ${bare} argument`
      } but found ` +
        `"${words[bare!]}": see --help`,
    );
  }
  return { ...parsed, ...Object.fromEntries(given), _: words };
}

function oneValue(name: string, values: string[] = []): string | undefined {
  if (values.length < 2 && values[0] !== "") return values[0];
  throw new RangeError(
    `Cannot run: expected one value for --${name} but found ${
      values.length < 2 ? "none" : values.join(" and ")
    }: write --${name} VALUE once`,
  );
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
