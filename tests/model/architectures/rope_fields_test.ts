// Fixture: tests/fixtures/llama_ops.py: the frequencies that transformers 5.24 computes of the same fields, in float32.
import { assertEquals, assertThrows } from "@std/assert";
import { readRope, ropeParameters } from "../../../lib/model/architectures/rope_fields.ts";
import { rotaryFrequencies } from "../../../lib/model/components/rotary_scaling.ts";
import { assertClose, fixture, fixtureOptions } from "../../util.ts";

const ops = await fixture("llama_ops");
const { rope } = await fixtureOptions<{ rope: Record<string, object> }>("llama_ops");
const read = (json: object, options: object = {}) =>
  readRope("load", json, { d_head: 80, n_ctx: 2048, todo: "correct it", ...options });

for (const [name, fields] of Object.entries(rope)) {
  Deno.test(`rotaryFrequencies() are transformers' for the fields of ${name}`, () => {
    const found = read(fields);
    const { frequencies, factor } = rotaryFrequencies(found);
    assertClose(frequencies, ops[`rope.${name}`], { name, rtol: 1e-6, atol: 0 });
    assertClose([factor], ops[`rope.${name}.factor`], { name: "factor", rtol: 1e-6 });
    assertEquals(read({ rope_parameters: ropeParameters(found) }), found);
  });
}

Deno.test("readRope() reads the part of a head that turns, and keeps it", () => {
  assertEquals(read({}, { pct: 0.25, theta: 500 }), { dim: 20, theta: 500 });
  const partial = { rope_theta: 100, rope_parameters: { partial_rotary_factor: 0.5 } };
  const found = read(partial, { pct: 0.25 });
  assertEquals(found, { dim: 40, theta: 100 });
  assertEquals(read({ rope_parameters: ropeParameters(found, 0.5) }), found);
});

Deno.test("readRope() refuses kinds that are not computed here, and numbers that are missing or none", () => {
  const refused = (json: object, sentence: string, options: object = {}) =>
    assertThrows(() => read(json, options), RangeError, sentence);
  const scaled = (fields: object) => ({ rope_scaling: fields });
  refused(
    scaled({ rope_type: "longrope", short_factor: [1], long_factor: [1] }),
    'rope_type to be one of "linear", "dynamic", "llama3", "yarn" but found "longrope": which of',
  );
  refused(
    scaled({ type: "linear" }),
    "expected factor to be given but found none",
  );
  refused(scaled({ type: "linear", factor: -1 }), "but found -1");
  refused(scaled({ type: "linear", factor: 2, fcator: 3 }), 'but found "fcator"');
  refused(scaled({ rope_type: "llama3", factor: 2, low_freq_factor: 1 }), "high_freq_factor");
  refused({ rope_parameters: { factor: 2 } }, "no numbers beside rope_type default");
  refused({ rope_theta: 1 }, "rope_theta");
  refused({ rope_scaling: "linear" }, "rope_scaling to be an object");
  refused({}, "an even number of turning numbers in a head but found 5 of 5", { d_head: 5 });
  refused({ partial_rotary_factor: 1.5 }, "partial_rotary_factor");
});
