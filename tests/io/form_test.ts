import { assertEquals, assertThrows } from "@std/assert";
import {
  everyField,
  exactly,
  expectForm,
  flag,
  type Form,
  having,
  list,
  maybe,
  number,
  oneOf,
  orNull,
  pair,
  text,
  whole,
} from "../../lib/io/form.ts";

const OPTIONS = exactly({ maxNewTokens: whole(0), temperature: maybe(number({ least: 0 })) });
const CONFIG = having({
  sites: list(text, { least: 1 }),
  scale: list(number({ above: 0 }), { length: 2 }),
  inner: exactly({ kind: oneOf(["relu", "topk"]), folded: maybe(flag) }),
  more: maybe(everyField(whole())),
  limit: orNull(whole()),
});
const GOOD = { sites: ["a"], scale: [1, 2], inner: { kind: "relu" }, limit: null, other: 1 };

function refused<T>(form: Form<T>, value: unknown, sentence: string) {
  assertThrows(() => expectForm("go on", value, form), RangeError, sentence);
}

Deno.test("expectForm() returns the value itself where it has the form", () => {
  const options = { maxNewTokens: 4 };
  assertEquals(expectForm("go on", options, OPTIONS) === options, true);
  assertEquals(expectForm("go on", GOOD, CONFIG) === (GOOD as unknown), true);
});

Deno.test("expectForm() names the option, what it has to be and what it is", () => {
  const cases: [unknown, string][] = [
    [
      { maxNewTokens: 4, temprature: 1 },
      'expected one of maxNewTokens, temperature but found "temprature": did you mean temperature?',
    ],
    [{ maxNewTokens: -1 }, "expected maxNewTokens to be a whole number from 0 but found -1"],
    [{ maxNewTokens: 1.5 }, "whole number from 0 but found 1.5"],
    [{ maxNewTokens: "4" }, 'whole number from 0 but found "4"'],
    [{}, "expected maxNewTokens to be given but found none"],
    [{ maxNewToken: 4 }, 'but found "maxNewToken": did you mean maxNewTokens?'],
    [
      { maxNewTokens: 1, temperature: NaN },
      "expected temperature to be a finite number from 0 but found NaN",
    ],
    [undefined, "expected an object but found none"],
    [null, "expected an object but found null"],
    [[], "expected an object but found []"],
  ];
  for (const [value, sentence] of cases) refused(OPTIONS, value, sentence);
});

Deno.test("expectForm() names the place inside a file", () => {
  const cases: [unknown, string][] = [
    [{ ...GOOD, sites: "a" }, 'expected sites to be a list but found "a"'],
    [{ ...GOOD, sites: [] }, "expected sites to be a list of at least 1 but found []"],
    [{ ...GOOD, sites: [1] }, "expected sites[0] to be a text but found 1"],
    [{ ...GOOD, scale: [1] }, "expected scale to be a list of 2 but found [1]"],
    [
      { ...GOOD, scale: [1, null] },
      "expected scale[1] to be a finite number above 0 but found null",
    ],
    [{ ...GOOD, inner: { kind: "gelu" } }, 'expected inner.kind to be one of "relu", "topk"'],
    [{ ...GOOD, inner: { kind: "relu", fold: 1 } }, 'but found "inner.fold": did you mean folded?'],
    [{ ...GOOD, inner: null }, "expected inner to be an object but found null"],
    [{ ...GOOD, more: { q: 0.5 } }, "expected more.q to be a whole number from 0 but found 0.5"],
    [{ ...GOOD, limit: undefined }, "expected limit to be a whole number from 0 but found none"],
  ];
  for (const [value, sentence] of cases) refused(CONFIG, value, sentence);
});

Deno.test("pair() takes a list of two forms and no other length", () => {
  const form = exactly({ types: list(pair(list(oneOf(["global"])), whole(1))) });
  const value = { types: [[["global"], 2]] };
  assertEquals(expectForm("go on", value, form), value);
  refused(form, { types: [[["global"], 2, 3]] }, "types[0] to be a list of 2 but found [[");
  refused(form, { types: [["global", 2]] }, 'types[0][0] to be a list but found "global"');
  refused(form, { types: [[["globl"], 2]] }, 'types[0][0][0] to be one of "global" but found');
  refused(
    form,
    { types: [[["global"], 0]] },
    "types[0][1] to be a whole number from 1 but found 0",
  );
});
