import { assertEquals } from "@std/assert";
import type { Architecture } from "../../lib/model/architecture.ts";
import {
  gpt2,
  gpt2Config,
  gptNeo,
  gptNeoConfig,
  gptNeox,
  gptNeoxConfig,
  llama,
  llamaConfig,
  qwen2,
} from "../../lib/model/mod.ts";

const SMALL = { d_vocab: 11, d_model: 8, n_layers: 2, n_heads: 2, n_ctx: 4 };
const CASES: [Architecture, unknown][] = [
  [gptNeo as unknown as Architecture, gptNeoConfig(SMALL)],
  [gptNeo as unknown as Architecture, gptNeoConfig({ ...SMALL, tied: false })],
  [
    gptNeo as unknown as Architecture,
    gptNeo.processed!(gptNeoConfig(SMALL), { folded: true }),
  ],
  [gpt2 as unknown as Architecture, gpt2Config(SMALL)],
  [gptNeox as unknown as Architecture, gptNeoxConfig({ ...SMALL, n_heads: 1 })],
  [
    gptNeox as unknown as Architecture,
    gptNeox.processed!(
      gptNeoxConfig({ ...SMALL, n_heads: 1, attention_bias: false }),
      { folded: true },
    ),
  ],
  [llama as unknown as Architecture, llamaConfig({ ...SMALL, n_heads: 4, n_kv_heads: 2 })],
  [
    llama as unknown as Architecture,
    llamaConfig({ ...SMALL, tied: true, qkv_bias: true, o_bias: true, mlp_bias: true }),
  ],
  [qwen2 as unknown as Architecture, llamaConfig({ ...SMALL, d_head: 6, qkv_bias: true })],
  [gpt2 as unknown as Architecture, gpt2.processed!(gpt2Config(SMALL), { folded: true })],
];

for (const [architecture, given] of CASES) {
  const config = architecture.check("test", given);
  Deno.test(`${architecture.name}: TransformerLens' words name every parameter once`, () => {
    const { blocks, ln_final, ...outer } = architecture.names!(config);
    const named = [
      ...Object.values(outer),
      ...Object.values(ln_final),
      ...blocks.flatMap(({ ln1, ln2, ...rest }) => [ln1, ln2, rest].flatMap(Object.values)),
    ];
    assertEquals([...new Set(named)].sort(), Object.keys(architecture.shapes(config)).sort());
  });

  Deno.test(`${architecture.name}: the modules' rows are the rows of the parameters`, () => {
    const shapes = architecture.shapes(config);
    for (const { out, in: columns, parts } of architecture.modules!(config)) {
      const rows = parts.flatMap(({ W, rows }) => {
        assertEquals(shapes[W], [rows?.length ?? out, columns], W);
        return [...rows ?? Array(out).keys()];
      });
      assertEquals(rows.sort((a, b) => a - b), [...Array(out).keys()]);
    }
  });
}
