import { assertEquals } from "@std/assert";
import { repeatedKey } from "../../lib/io/json_keys.ts";

Deno.test("repeatedKey() finds the key that one object has twice, and only that", () => {
  const cases: [string, string | undefined][] = [
    ['{"a":1,"b":{"a":1},"c":[{"a":1},{"a":1}]}', undefined],
    ['{"a":"a","b":["a","a"],"c":"\\"a\\":1"}', undefined],
    ['{"a":{"b":1,"b" \n: 2}}', "b"],
    ['{"a":1,"\\u0061":2}', "a"],
    ['{"\\\\":1,"x":"{","\\\\":2}', "\\"],
    ["[1,2]", undefined],
  ];
  for (const [json, key] of cases) assertEquals(repeatedKey(json), key, json);
});

Deno.test("repeatedKey() reads texts of any length", () => {
  for (const text of ["x".repeat(20_000_000), '\\"'.repeat(10_000_000)]) {
    assertEquals(repeatedKey(`{"a":"${text}","a":1}`), "a");
  }
});
