import { assertEquals, assertThrows } from "@std/assert";
import {
  attentionOnly,
  type AttentionOnlyConfig,
} from "../../lib/model/architectures/attention_only.ts";
import { gptNeo } from "../../lib/model/architectures/gpt_neo.ts";
import { gptNeoConfig } from "../../lib/model/architectures/gpt_neo/config.ts";
import { hookNames, matching } from "../../lib/model/hooks.ts";
import { SIZES } from "./tiny_model.ts";

const NEO = { architecture: gptNeo, config: gptNeoConfig(SIZES) };
const sizes = { d_vocab: 7, d_model: 6, d_head: 4, n_layers: 2, n_heads: 1, n_ctx: 3 };

/** What the hooks are read off. */
// deno-lint-ignore no-explicit-any
const shaped = (architecture: any, config: any) => ({ architecture, config });

Deno.test("hookNames() follows a configuration that is changed", () => {
  const config: AttentionOnlyConfig = { ...sizes };
  const two = hookNames(shaped(attentionOnly, config));
  config.n_layers = 1;
  const one = hookNames(shaped(attentionOnly, config));
  assertEquals(one, two.filter((name) => !name.startsWith("blocks.1.")));
});

Deno.test("hookNames() refuses a configuration of another architecture, known from its own or not", () => {
  const config = { ...sizes };
  hookNames(shaped(attentionOnly, config));
  assertThrows(() => hookNames(shaped(gptNeo, config)), RangeError, "Cannot list hooks: expected");
});

Deno.test("a star in a hook's name stands for any text between two dots", () => {
  const names = hookNames(shaped(NEO.architecture, NEO.config));
  const found = (pattern: string) => matching(pattern, names);
  const blocks = (end: string) => [0, 1].map((l) => `blocks.${l}.${end}`);
  assertEquals(found("*"), ["hook_embed", "hook_pos_embed"]);
  assertEquals(found("blocks.*.hook_resid_pre"), blocks("hook_resid_pre"));
  assertEquals(found("blocks.*.hook_*d_p*e"), blocks("hook_resid_pre"));
  assertEquals(found("blocks.*.*.hook_p*t"), blocks("mlp.hook_post"));
  assertEquals(found("blocks.1.hook_resid_pre*"), ["blocks.1.hook_resid_pre"]);
  assertEquals(found("hook_pos*_embed"), ["hook_pos_embed"]);
  for (const pattern of ["blocks.*", "hook_pos_*_embed", "blocks.[01].hook_resid_pre", ""]) {
    assertThrows(() => found(pattern), RangeError, `found "${pattern}": `);
  }
  assertThrows(() => found("blocks.*"), RangeError, "a star stands for a part between dots");
});

Deno.test("a hook's name of many stars is looked up at once", () => {
  const names = hookNames(shaped(NEO.architecture, NEO.config));
  assertThrows(() => matching(`blocks.0.${"*".repeat(200)}x`, names), RangeError);
  assertThrows(() => matching(`blocks.0.${"*o".repeat(20)}x`, names), RangeError);
});
