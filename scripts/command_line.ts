/** Command lines that refuse what they do not know and say what would be right. @module */
import { parseArgs } from "@std/cli/parse-args";
import { exactly, expectForm, type Form as ValueForm, number, whole } from "../lib/io/form.ts";
import { likelyName, nearestNames } from "../lib/io/nearest.ts";
import { escaped, show } from "../lib/io/show.ts";
import { messageOf } from "./terminal.ts";

/**
 * What a command takes, by kind; all else is an error. `bare`: how many arguments without a flag at
 * most; by default any number.
 */
export type Form<Strings extends string, Booleans extends string> = {
  help: string;
  strings?: readonly Strings[];
  booleans?: readonly Booleans[];
  bare?: number;
};

/** What was given: `_` are the arguments without a flag. */
export type Given<Strings extends string, Booleans extends string> =
  & { _: string[] }
  & Partial<Record<Strings, string>>
  & Record<Booleans, boolean>;

type Parsed = { _: (string | number)[]; help: boolean } & Record<string, string[] | undefined>;

/**
 * A command: from the arguments to the exit code. `--help` prints the help and is done. Mistakes
 * are thrown.
 */
export function command<Strings extends string = never, Booleans extends string = never>(
  form: Form<Strings, Booleans>,
  run: (given: Given<Strings, Booleans>) => Promise<number>,
): (args: string[]) => Promise<number> {
  return async (args) => {
    const given = parseArguments(args, form);
    if (given !== "help") return await run(given);
    console.log(form.help);
    return 0;
  };
}

/**
 * Parsed arguments, or "help" where that is asked for. Throws on unknown flags and on values that
 * are missing.
 */
export function parseArguments<Strings extends string = never, Booleans extends string = never>(
  args: string[],
  { strings = [], booleans = [], bare }: Form<Strings, Booleans>,
): Given<Strings, Booleans> | "help" {
  const known = [...strings, ...booleans, "help"];
  for (const name of [...booleans, "help"]) expectNoValue(name, args);
  const parsed = parseArgs(joinNegatives(args, strings), {
    string: [...strings],
    collect: [...strings],
    boolean: [...booleans, "help"],
    unknown: (flag: string, key?: string) => {
      if (key === undefined) return true;
      const near = nearestNames(key, known).map((name) => `--${name}`).join(" or ");
      throw new RangeError(
        `Cannot run: expected a known option but found ${
          escaped(flag)
        }: did you mean ${near}? See --help`,
      );
    },
  }) as unknown as Parsed;
  if (parsed.help) return "help";
  const given = strings.map((name) => [name, oneValue(name, parsed[name])]);
  const words = parsed._.map(String);
  if (words.length > (bare ?? Infinity)) {
    throw new RangeError(
      `Cannot run: expected ${
        bare === 0 ? "options only" : `at most ${bare} argument`
      } but found ` +
        `${show(words[bare!])}: see --help`,
    );
  }
  return { ...parsed, ...Object.fromEntries(given), _: words } as unknown as Given<
    Strings,
    Booleans
  >;
}

/** The value of an option that a command cannot do without. */
export function needed(action: string, name: string, value: string | undefined): string {
  if (value !== undefined) return value;
  throw new RangeError(`Cannot ${action}: expected ${name} but found none: see --help`);
}

function oneValue(name: string, values: string[] = []): string | undefined {
  if (values.length < 2 && values[0] !== "") return values[0];
  throw new RangeError(
    `Cannot run: expected one value for --${name} but found ${
      values.length < 2 ? "none" : escaped(values.join(" and "))
    }: write --${name} VALUE once`,
  );
}

/** `value` where it is one of `names`; otherwise throws with the nearest ones. */
export function oneOf<T extends string>(what: string, value: string, names: readonly T[]): T {
  if ((names as readonly string[]).includes(value)) return value as T;
  const likely = likelyName(value, names);
  // A page of names would bury the one that was meant.
  const known = likely !== undefined && names.length > MANY
    ? `the ${names.length} that --help lists`
    : names.join(", ");
  throw new RangeError(
    `Cannot run: expected ${what} to be one of ${known} but found ${show(value)}: ` +
      (likely === undefined ? "see --help" : `did you mean ${likely}?`),
  );
}

/** Names that a message lists. */
const MANY = 20;

/**
 * `--seed -1` as `--seed=-1`: a number after an option is its value, not an option of its own. What
 * is wrong with the value is then said of the value.
 */
function joinNegatives(args: string[], strings: readonly string[]): string[] {
  const joined: string[] = [];
  for (let i = 0; i < args.length; i++) {
    if (args[i] === "--") return [...joined, ...args.slice(i)];
    const takesValue = args[i].startsWith("--") && strings.includes(args[i].slice(2));
    const negative = /^-(\.?\d|inf|nan)/i.test(args[i + 1] ?? "");
    joined.push(takesValue && negative ? `${args[i]}=${args[++i]}` : args[i]);
  }
  return joined;
}

function expectNoValue(name: string, args: string[]): void {
  const found = args.find((arg) => arg.startsWith(`--${name}=`));
  if (found === undefined) return;
  throw new RangeError(
    `Cannot run: expected --${name} without a value but found ${show(found)}: write --${name}`,
  );
}

/** Decimals as people write them, so that 0x10, "" and 1_000 are none. */
const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const WHOLE = /^[+-]?\d+$/;

/** What a number may be, and one to name in an error. */
export type Range = { least?: number; most?: number; above?: number; example?: number };

/**
 * The number that an option's value writes; throws, naming the option, for another text or out of
 * range.
 */
export function numberOption(
  name: string,
  value: string,
  { example = 1, ...range }: Range,
): number {
  return inRange(name, DECIMAL.test(value) ? Number(value) : value, {
    form: number(range),
    example,
  });
}

/**
 * The whole number that an option's value writes; throws, naming the option, for another text or
 * out of range.
 */
export function integerOption(
  name: string,
  value: string,
  { least = 0, most, example = 1 }: Omit<Range, "above"> = {},
): number {
  const found = WHOLE.test(value) ? Number(value) : value;
  return inRange(name, found, { form: whole(least, most), example });
}

function inRange(
  name: string,
  value: unknown,
  { form, example }: { form: ValueForm<number>; example: number },
): number {
  const todo = `write for example ${name} ${example}`;
  return expectForm("run", { [name]: value }, exactly({ [name]: form }), todo)[name];
}

/**
 * Runs a command and ends the program: with its exit code, or with 1 and one sentence on stderr.
 */
export async function runCommand(command: (args: string[]) => Promise<number>): Promise<never> {
  try {
    Deno.exit(await command(Deno.args));
  } catch (error) {
    const words = `error: ${messageOf(error)}`;
    console.error(words.split("\n").map(escaped).join("\n"));
    Deno.exit(1);
  }
}
