// Proof lengths at the size of TinyStories-33M.
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import {
  blockWeights,
  breakEven,
  cachedPairOperations,
  proofLength,
} from "../../../lib/interactions/proof/length.ts";

const MODEL = { d_model: 768, d_mlp: 3072, n_layers: 4, d_vocab: 50257 };
const DICTIONARY = { d_sae: 1536, L0: 20, pairs: 1536 * 1535 / 2 };
const at = (tokens: number) => proofLength(MODEL, { ...DICTIONARY, tokens });

Deno.test("proofLength() counts weights, tokens, singles and pairs of TinyStories-33M", () => {
  assertEquals(blockWeights(MODEL), 28_311_552);
  assertEquals(DICTIONARY.pairs, 1_178_880);
  const { bruteForce, claim, base, singles, pairs, layersOnly } = at(1);
  assertEquals([bruteForce, claim, base], [133_817_856, 77_225_472, 30_720]);
  assertEquals(bruteForce - layersOnly.bruteForce, 2 * 38_597_376);
  assertEquals(layersOnly.bruteForce, 56_623_104);
  assertAlmostEquals(singles / 8.697309e10, 1, 1e-6);
  assertAlmostEquals(pairs / 6.675184e13, 1, 1e-6);
  assertEquals(cachedPairOperations(MODEL, DICTIONARY.pairs), 14_486_077_440);
});

Deno.test("proofLength() tells the ratios, and breakEven() where the layers' proof gets shorter", () => {
  const known = [[1e6, 1.0768, 1.181501], [1e7, 0.627271, 0.119127], [1e8, 0.582318, 0.012889]];
  for (const [tokens, ratio, layers] of known) {
    assertAlmostEquals(at(tokens).ratio, ratio, 1e-6);
    assertAlmostEquals(at(tokens).layersOnly.ratio, layers, 1e-6);
  }
  const even = breakEven(MODEL, DICTIONARY);
  assertAlmostEquals(even, 1_181_698.2, 0.05);
  assert(at(even * 0.999).layersOnly.ratio > 1 && at(even * 1.001).layersOnly.ratio < 1);
  assertEquals(breakEven({ ...MODEL, d_mlp: 0 }, { ...DICTIONARY, L0: 1e6 }), Infinity);
});
