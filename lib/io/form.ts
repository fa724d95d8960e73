/**
 * The form of what comes from outside: options that a notebook passes, JSON that a file holds. One
 * check for both, and one kind of sentence: what was expected, what was found, what to do.
 *
 * ```ts
 * import { assertThrows } from "@std/assert";
 * import { exactly, expectForm, maybe, number, whole } from "./form.ts";
 * const OPTIONS = exactly({ maxNewTokens: whole(0), temperature: maybe(number({ least: 0 })) });
 * assertThrows(() => expectForm("generate", { maxNewTokens: 4, temprature: 1 }, OPTIONS), RangeError, "temperature");
 * ```
 * @module
 */
import * as v from "npm:valibot@1.5.0";
import { nearestNames } from "./nearest.ts";
import { show } from "./show.ts";

/** What a value has to be: a schema, of which nothing is told but the type of what it lets through. */
export type Form<T> = { readonly lets: T };

function formOf<T>(schema: v.GenericSchema<unknown, unknown>): Form<T> {
  return schema as unknown as Form<T>;
}

function schemaOf<T>(form: Form<T>): v.GenericSchema<unknown, T> {
  return form as unknown as v.GenericSchema<unknown, T>;
}

function schemasOf(fields: Fields): v.ObjectEntries {
  return Object.fromEntries(Object.entries(fields).map(([name, form]) => [name, schemaOf(form)]));
}

/** An integer from `least` to `most`. */
export function whole(least = 0, most = Number.MAX_SAFE_INTEGER): Form<number> {
  const range = most === Number.MAX_SAFE_INTEGER ? `from ${least}` : `from ${least} to ${most}`;
  return where<number>(
    `a whole number ${range}`,
    (x) => Number.isSafeInteger(x) && (x as number) >= least && (x as number) <= most,
  );
}

/** An integer of either sign, such as a seed. */
export const integer: Form<number> = where("a whole number", Number.isSafeInteger);

/** A finite number; `above` and `below` are not reached, `least` and `most` may be. */
export function number(
  { least, most, above, below }: { least?: number; most?: number; above?: number; below?: number } =
    {},
): Form<number> {
  const to = above !== undefined ? "and up to " : least === undefined ? "up to " : "to ";
  const words = [
    ...(least === undefined ? [] : [`from ${least}`]),
    ...(above === undefined ? [] : [`above ${above}`]),
    ...(most === undefined ? [] : [`${to}${most}`]),
    ...(below === undefined ? [] : [`below ${below}`]),
  ];
  return where<number>(["a finite number", ...words].join(" "), (x) => {
    return typeof x === "number" && Number.isFinite(x) && x >= (least ?? -Infinity) &&
      x <= (most ?? Infinity) && x > (above ?? -Infinity) && x < (below ?? Infinity);
  });
}

/** Any text. */
export const text: Form<string> = where("a text", (x) => typeof x === "string");

/** True or false. */
export const flag: Form<boolean> = where("true or false", (x) => typeof x === "boolean");

/** A function. */
// deno-lint-ignore no-explicit-any -- whatever its arguments
export const callback: Form<(...args: any[]) => any> = where(
  "a function",
  (x) => typeof x === "function",
);

/** Whatever is not missing: what a type of the caller's own describes. */
export const anything: Form<unknown> = where("a value", (x) => x !== undefined);

/** One of the given names or numbers. */
export function oneOf<const T extends string | number>(values: readonly T[]): Form<T> {
  return where(`one of ${values.map(show).join(", ")}`, (x) => values.includes(x as T));
}

/** A value of which `holds` is true; `expected` says in words what that means. */
export function where<T>(expected: string, holds: (value: unknown) => boolean): Form<T> {
  return formOf(v.custom<T>(holds, expected));
}

/** A list of values of one form, of `length` where that is given, else of at least `least`. */
export function list<T>(
  item: Form<T>,
  { length, least = 0 }: { length?: number; least?: number } = {},
): Form<T[]> {
  const size = length === undefined
    ? v.check<T[], string>((x) => x.length >= least, `a list of at least ${least}`)
    : v.check<T[], string>((x) => x.length === length, `a list of ${length}`);
  return formOf(v.pipe(v.array(schemaOf(item), "a list"), size));
}

/** A list of two values, each of its own form. */
export function pair<A, B>(first: Form<A>, second: Form<B>): Form<[A, B]> {
  const two = where<unknown[]>("a list of 2", (x) => Array.isArray(x) && x.length === 2);
  return formOf(v.pipe(schemaOf(two), v.tuple([schemaOf(first), schemaOf(second)])));
}

/** The value may be missing. */
export function maybe<T>(form: Form<T>): Form<T | undefined> {
  return formOf(v.optional(schemaOf(form)));
}

/** The same fields, each of which may be missing. */
export function partly(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).map(([name, form]) => [name, maybe(form)]));
}

/** The value may be null. */
export function orNull<T>(form: Form<T>): Form<T | null> {
  return formOf(v.nullable(schemaOf(form)));
}

/** A list is an object too, for JavaScript and for the library. */
const plainObject = schemaOf(where<object>(
  "an object",
  (x) => typeof x === "object" && x !== null && !Array.isArray(x),
));

/** Forms by the names of fields. */
export type Fields = Record<string, Form<unknown>>;

/** What an object with these fields holds; what may be missing is optional. */
export type Values<F extends Fields> =
  & { [K in keyof F as undefined extends F[K]["lets"] ? never : K]: F[K]["lets"] }
  & { [K in keyof F as undefined extends F[K]["lets"] ? K : never]?: F[K]["lets"] };

/** An object with these fields; whatever else it holds is left as it is. */
export function having<F extends Fields>(fields: F): Form<Values<F>> {
  return formOf(v.pipe(plainObject, v.looseObject(schemasOf(fields))));
}

/** An object with these fields and no others. */
export function exactly<F extends Fields>(fields: F): Form<Values<F>> {
  return formOf(v.pipe(plainObject, v.strictObject(schemasOf(fields))));
}

/** An object whose values have one form, whatever their names. */
export function everyField<T>(form: Form<T>): Form<Record<string, T>> {
  return formOf(v.pipe(plainObject, v.record(v.string(), schemaOf(form))));
}

/**
 * `value` where it has the form. Throws a RangeError otherwise: `Cannot ${action}: expected ... but
 * found ...: ${todo}`. A name that an `exactly` does not have is refused with the nearest one.
 */
export function expectForm<T>(
  action: string,
  value: unknown,
  form: Form<T>,
  todo = "correct it",
): T {
  const result = v.safeParse(schemaOf(form), value, { abortEarly: true });
  if (result.success) return value as T;
  const [issue] = result.issues;
  const place = pathOf(issue);
  if (issue.type === "strict_object" && issue.path) {
    refuseStrangers(action, issue, form as unknown as Schema);
  }
  const missing = issue.input === undefined;
  const expected = issue.expected?.startsWith('"') ? "given" : issue.message;
  throw new RangeError(
    `Cannot ${action}: expected ${place === "" ? expected : `${place} to be ${expected}`} ` +
      `but found ${missing ? "none" : show(issue.input)}: ${todo}`,
  );
}

/** Names that the form does not have, told before a missing one: a misspelt name is both. */
function refuseStrangers(action: string, issue: v.BaseIssue<unknown>, form: Schema): void {
  const path = issue.path!.slice(0, -1);
  const { input } = issue.path!.at(-1)! as { input: Record<string, unknown> };
  const known = namesAt(form, path);
  const key = Object.keys(input).find((name) => !known.includes(name));
  if (key === undefined) return;
  const free = known.filter((name) => input[name] === undefined); // what is given is not what was meant
  const [near] = nearestNames(key, free.length > 0 ? free : known, 1);
  const place = pathOf({ path: [...path, { key }] });
  throw new RangeError(
    `Cannot ${action}: expected one of ${known.join(", ") || "no names"} but found ` +
      `${show(place)}: ${near === undefined ? "leave it out" : `did you mean ${near}?`}`,
  );
}

function pathOf({ path }: { path?: readonly { key?: unknown }[] }): string {
  return (path ?? []).reduce((words, { key }) => {
    if (typeof key === "number") return `${words}[${key}]`;
    return words === "" ? `${key}` : `${words}.${key}`;
  }, "");
}

/** What is used of the library's schemas, whatever their kind. */
type Schema = {
  wrapped?: Schema;
  pipe?: Schema[];
  entries?: Record<string, Schema>;
  item?: Schema;
  value?: Schema;
};

/** The names of the object that a path leads to. */
function namesAt(form: Schema, path: { key?: unknown }[]): string[] {
  let at = innermost(form);
  for (const { key } of path) {
    at = innermost(at?.entries?.[key as string] ?? at?.item ?? at?.value);
  }
  return Object.keys(at?.entries ?? {});
}

function innermost(schema?: Schema): Schema | undefined {
  if (schema?.wrapped) return innermost(schema.wrapped);
  return schema?.pipe?.find((part) => part.entries ?? part.item ?? part.value) ?? schema;
}
