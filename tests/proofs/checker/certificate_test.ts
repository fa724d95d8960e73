// The checker: what it accepts is true, what was edited it refuses.
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fromFileUrl, join, normalize } from "@std/path";
import fc from "fast-check";
import { bruteForceTiny } from "../../../lib/proofs/theorems/brute_force.ts";
import {
  canonicalJson,
  type Certificate,
  encodeCertificate,
  type Json,
  weightsHash,
} from "../../../lib/proofs/checker/certificate.ts";
import { checkCertificate, parseCertificate } from "../../../lib/proofs/checker/check.ts";
import { CHECKS } from "../../../lib/proofs/checker/mod.ts";
import { certify } from "../../../lib/proofs/certify.ts";
import {
  makeProver,
  proveBound,
  searchStrategy,
  verifyStrategy,
} from "../../../lib/proofs/prove.ts";
import { parseStrategy, strategyNames } from "../../../lib/proofs/strategies.ts";
import { THEOREMS } from "../../../lib/proofs/theorems/mod.ts";
import type { MaxOfKModel } from "../../../lib/proofs/max_of_k.ts";
import { makeTables } from "../../../lib/proofs/tables/folded.ts";
import { fromTables, lcg, tinyModel, W1 } from "../tiny_models.ts";

const SOUND = strategyNames().filter((name) => parseStrategy(name).theorem.sound);
/** The theorems that are strategies as they are. */
const SINGLE = THEOREMS.map(({ name }) => name).filter((name) => SOUND.includes(name));
const w1 = makeProver(W1);
const SOME = [
  ...SINGLE,
  "sound/svd/mean_query+diff/svd_query+max_diff",
  "N6/max_diff_subproduct/mean_query+diff/max_diff_exact",
];

/** The certificate with changes, and a fresh hash. */
function edited(text: string, change: (certificate: Certificate) => void): string {
  const certificate = parseCertificate(text);
  change(certificate);
  return encodeCertificate(certificate);
}

function assertRejected(text: string, reason: RegExp, model = W1): void {
  const { accepted, line } = checkCertificate(text, model);
  assert(!accepted);
  assertMatch(line, reason);
}

Deno.test("certify() is accepted and counts as the prover does, for every sound strategy on W1", () => {
  for (const name of SOUND) {
    const own = proveBound(w1, name);
    const { result, certificate } = certify(w1, name);
    assertEquals([result.certified, result.atMost], [own.certified, own.atMost], name);
    const verdict = checkCertificate(certificate, W1);
    assert(verdict.accepted, `${name}: ${verdict.line}`);
    assertStringIncludes(verdict.line, `at least ${own.certified}`);
  }
});

Deno.test("certify() is accepted on 160 tiny models, and nearly always counts as the prover does", () => {
  let same = 0;
  fc.assert(
    fc.property(tinyModel, fc.constantFrom(...SOUND), (model, name) => {
      const prover = makeProver(model);
      const own = proveBound(prover, name), { result, certificate } = certify(prover, name);
      const { line } = checkCertificate(certificate, model);
      assertMatch(line, /^accepted/);
      const truth = bruteForceTiny(prover.tables).count;
      assert(Number(result.certified) <= truth, name);
      if (own.certified === result.certified) same++;
    }),
    { numRuns: 160, seed: 21 },
  );
  // The two sides round in another order: with weights 2^60 apart a case on the edge may fall to either.
  assert(same > 152, `${same} of 160`);
});

/**
 * Moved off the quarters, no condition is exactly 0: both sides must decide it alike, in whatever order they add.
 * Weights of attention e^100 apart are left out, where differences cancel.
 */
function inGeneralPosition({ config, ...weights }: MaxOfKModel, seed: number): MaxOfKModel {
  const next = lcg(seed);
  const moved = Object.entries(weights).map((
    [name, W],
  ) => [name, W.map((w) => w * (1 + next() / 8))]);
  fc.pre(moved.every(([, W]) => (W as Float32Array).every((w) => Math.abs(w) < 10)));
  return { config, ...Object.fromEntries(moved) };
}

Deno.test("prover and checker, two separate programs, agree on 150 tiny models in general position", () => {
  fc.assert(
    fc.property(tinyModel, fc.nat(), (model, seed) => {
      const prover = makeProver(inGeneralPosition(model, seed));
      for (const name of SINGLE) {
        const own = proveBound(prover, name, { G: 16 }),
          { result } = certify(prover, name, { G: 16 });
        assertEquals([result.certified, result.atMost], [own.certified, own.atMost], name);
      }
    }),
    { numRuns: 150, seed: 23 },
  );
});

Deno.test("prover and checker agree on bad hints: reversed orders, random sizes and gaps", () => {
  const exact = SOUND.filter((name) => /^(sound|N6)\/exact_EQKE/.test(name));
  fc.assert(
    fc.property(tinyModel, fc.nat(), fc.constantFrom(...exact), (quarters, seed, name) => {
      const next = lcg(seed), below = (n: number) => Math.floor(next() * n);
      const model = inGeneralPosition(quarters, seed);
      const prover = makeProver(model), { v, K } = prover.tables;
      const recomputed = (name: string, change: (c: Certificate) => void) =>
        checkCertificate(edited(certify(prover, name).certificate, change), model).recomputed!
          .certified;
      const N2 = searchStrategy(prover, "N2");
      const pairs = N2.found as ({ order: number[]; j: number[] } | null)[];
      for (const pair of pairs) {
        pair?.order.reverse();
        for (let a = 0; pair && a < K; a++) pair.j[a] = below(pair.order.length + 1);
      }
      const byPair = <T>(of: (q: number, m: number) => T) => {
        const list: T[] = [];
        for (let q = 0; q < v; q++) for (let m = q; m < v; m++) list.push(of(q, m));
        return list;
      };
      assertEquals(
        recomputed("N2", ({ hints }) => {
          hints.orders = byPair((q, m) => pairs[q * v + m]!.order);
          hints.j = byPair((q, m) => pairs[q * v + m]!.j);
        }),
        `${verifyStrategy(prover, "N2", { hints: N2 }).certified}`,
      );
      const gaps = new Uint16Array(v * v * K).map(() => 1 + below(v));
      assertEquals(
        recomputed(name, ({ hints }) => {
          hints.gaps = byPair((
            q,
            m,
          ) => [...gaps.subarray((q * v + m) * K + 1, (q * v + m + 1) * K)]).flat();
        }),
        `${
          verifyStrategy(prover, name, { hints: { theorem: "subcubic", found: gaps } }).certified
        }`,
      );
    }),
    { numRuns: 250, seed: 24 },
  );
});

Deno.test("prover and checker look at both ends of the attention on the maximum", () => {
  // Last token 0, maximum 2: EU favours 2 by 1, its own value row favours 0 and 1 by 4. Beside a 1, which takes
  // all attention, the answer is right; beside another 0 attention stays on 2, and it is wrong.
  const T = [[-8, 8, 0], [-8, 8, 0], [-8, 8, 0]], B = [[0, 0, 0], [0, 0, 0], [4, 4, 0]];
  const model = fromTables(T, B, { L: [-1, -1, 0], K: 3 });
  const prover = makeProver(model);
  const right = bruteForceTiny(prover.tables).right[2];
  assertEquals(right, 2);
  const name = "N6/exact_EQKE+max_diff_exact/mean_query+diff/max_diff_exact";
  const { result, certificate } = certify(prover, name);
  const { byPair } = proveBound(prover, name);
  assert(byPair[2] <= 2n);
  assertEquals(byPair.reduce((sum, n) => sum + n), result.certified);
  assertRejected(
    edited(certificate, ({ claim }) => {
      claim.certified = `${result.certified + 1n}`;
    }),
    /only \d+ are certified/,
    model,
  );
});

Deno.test("certify() refuses published strategies", () => {
  try {
    certify(w1, "published/svd/mean_query+diff/max_diff_exact");
    assert(false);
  } catch (error) {
    assertStringIncludes((error as Error).message, "take sound/svd/mean_query+diff/max_diff_exact");
  }
});

Deno.test("checkCertificate() rejects every one-byte edit and every truncation", () => {
  const { certificate } = certify(w1, "sound/max_diff/mean_query+diff/max_diff_exact");
  const next = lcg(5);
  for (let at = 0; at < certificate.length; at++) {
    const code = (certificate.charCodeAt(at) - 32 + 1 + Math.floor(next() * 94)) % 95 + 32;
    const text = certificate.slice(0, at) + String.fromCharCode(code) + certificate.slice(at + 1);
    assertRejected(text, /^rejected: /);
    assertRejected(certificate.slice(0, at), /^rejected: /);
  }
});

Deno.test("checkCertificate() rejects a claim + 1 with a fresh hash", () => {
  for (const name of SOME) {
    const { certificate } = certify(w1, name);
    const more = edited(certificate, ({ claim }) => {
      claim.certified = `${BigInt(claim.certified) + 1n}`;
    });
    assertRejected(more, /^rejected: claims \d+ right, only \d+ are certified/);
  }
  const { certificate } = certify(w1, "N4", { G: 256 });
  const less = edited(certificate, ({ claim }) => {
    claim.atMost = `${BigInt(claim.atMost!) - 1n}`;
  });
  assertRejected(less, /^rejected: claims at most 57 right, only at most 58 is certified/);
});

Deno.test("checkCertificate() rejects any changed weight bit", () => {
  const { certificate } = certify(w1, "cubic");
  for (const name of ["W_E", "W_pos", "W_Q", "W_K", "W_V", "W_O", "W_U"] as const) {
    const model = { ...W1, [name]: W1[name].slice() };
    new Uint32Array(model[name].buffer)[1] ^= 1;
    assertRejected(certificate, /weights have another SHA-256/, model);
  }
  const longer = { ...W1, config: { ...W1.config, n_ctx: 2 }, W_pos: W1.W_pos.slice(0, 6) };
  assertRejected(certificate, /is for sizes/, longer);
});

Deno.test("checkCertificate() names what is wrong with an edited hint or parameter", () => {
  const text = (name: string) => certify(w1, name).certificate;
  const cases: [string, (c: Certificate) => void, RegExp][] = [
    ["N2", ({ hints }) => (hints.orders as number[][])[2].fill(1), /orders\[2\] repeats a token/],
    ["N2", ({ hints }) => (hints.orders as Json[]).pop(), /orders has 9 entries, not 10/],
    ["N2", ({ hints }) => (hints.j as number[][])[3][0] = 4, /not an integer from 0 to 3/],
    ["N4", ({ parameters }) => parameters.G = 0, /G has 0, not an integer from 1 to 65536/],
    ["N4", ({ parameters }) => parameters.G = 1.5, /not an integer/],
    ["N4-partition", ({ hints }) => (hints.sets as Json[])[1] = [[2, 3], [3]], /sets\[1\] overlap/],
    ["N4-partition", ({ hints }) => (hints.sets as Json[])[1] = [[0, 1]], /holds the maximum 1/],
    [
      "N4-partition",
      ({ hints }) => (hints.sets as Json[])[1] = [[0, 4]],
      /not an integer from 0 to 3/,
    ],
    ["N5", ({ hints }) => (hints.g as number[])[0] = -1, /g has -1, not an integer/],
    ["N5", ({ hints }) => delete hints.g, /g is missing/],
    ["N5", ({ parameters }) => parameters.direct = "none", /parameter direct is "none"/],
    ["cubic", ({ hints }) => hints.extra = 1, /\["extra"\]: not a parameter or hint/],
    ["cubic", (c) => c.theorem = "N9", /unknown theorem "N9"/],
    ["cubic", (c) => c.theorem = "constructor", /unknown theorem/],
    ["cubic", ({ sizes }) => sizes.n_ctx = 4, /is for sizes/],
    ["cubic", ({ claim }) => claim.sequences = "65", /there are 64 sequences/],
    ["cubic", ({ claim }) => claim.certified = "4e1", /not a decimal number/],
    ["cubic", ({ claim }) => claim.atMost = "64", /the theorem has no upper bound/],
    ["cubic", (c) => c.format = "other/1", /format "other/],
    ["cubic", (c) => c.arithmetic = "float32", /arithmetic "float32"/],
    [
      "sound/svd/mean_query+diff/max_diff_exact",
      ({ hints }) => (hints.query as Json[])[0] = "1",
      /query\[0\] is "1"/,
    ],
    [
      "sound/svd/mean_query+diff/max_diff_exact",
      ({ hints }) => (hints.gaps as number[])[0] = 5,
      /gaps has 5, not an integer from 1 to 4/,
    ],
  ];
  for (const [name, change, reason] of cases) assertRejected(edited(text(name), change), reason);
  assertRejected("", /no JSON/);
  assertRejected("[]", /no object/);
  assertRejected(text("cubic").trim(), /canonical form/);
});

Deno.test("after an edit with a fresh hash, acceptance implies a true claim (1,000 edits)", () => {
  let accepted = 0, rejected = 0;
  const truths = new Map<string, number>();
  fc.assert(
    fc.property(tinyModel, fc.constantFrom(...SOUND), fc.nat(), (model, name, seed) => {
      const next = lcg(seed), below = (n: number) => Math.floor(next() * n);
      const { certificate } = certify(makeProver(model), name, { G: 1 + below(64) });
      const hash = weightsHash(model);
      if (!truths.has(hash)) truths.set(hash, bruteForceTiny(makeTables(model)).count);
      for (let n = 0; n < 10; n++) {
        const text = edited(certificate, (c) => mutate(c, below));
        const verdict = checkCertificate(text, model);
        if (!verdict.accepted) {
          rejected++;
          continue;
        }
        accepted++;
        const { claim } = parseCertificate(text), truth = truths.get(hash)!;
        assert(Number(claim.certified) <= truth, `${name}: ${verdict.line}, but ${truth} are`);
        if (claim.atMost !== undefined) {
          assert(Number(claim.atMost) >= truth, `${name}: ${verdict.line}`);
        }
      }
    }),
    { numRuns: 100, seed: 22 },
  );
  // Both verdicts must occur often, or the property says nothing.
  assert(accepted > 100 && rejected > 100, `${accepted} accepted, ${rejected} rejected`);
});

/** One random edit: a hint, the claim, the theorem or a parameter. */
function mutate(certificate: Certificate, below: (n: number) => number): void {
  const { hints, parameters, claim } = certificate;
  const lists = Object.values(hints).filter(Array.isArray) as Json[][];
  const theorems = Object.keys(CHECKS);
  const kind = below(lists.length > 0 ? 6 : 3);
  if (kind === 0) claim.certified = `${BigInt(claim.certified) + BigInt(below(3))}`;
  else if (kind === 1) certificate.theorem = theorems[below(theorems.length)];
  else if (kind === 2) {
    if ("G" in parameters) parameters.G = below(40);
    else if (claim.atMost !== undefined) claim.atMost = `${BigInt(claim.atMost) - 1n}`;
    else claim.certified = "0";
  } else {
    const list = lists[below(lists.length)], at = below(list.length);
    const entry = list[at];
    if (Array.isArray(entry)) {
      if (entry.length > 1) entry.reverse();
      else if (entry.length === 1) entry[0] = below(3);
    } else if (Number.isInteger(entry)) list[at] = below(6);
    else list[at] = (below(2000) - 1000) / 500;
  }
}

Deno.test("canonicalJson() sorts keys and writes numbers in their shortest form", () => {
  assertEquals(
    canonicalJson({ b: [1, 0.1, 1e21], a: { d: null, c: "x" } }),
    '{"a":{"c":"x","d":null},"b":[1,0.1,1e+21]}',
  );
});

/** All files of lib that these import for more than types, by their paths in lib. */
async function reachedFrom(...start: string[]): Promise<string[]> {
  const root = fromFileUrl(new URL("../../../lib/", import.meta.url));
  const seen = new Set<string>(), open = start.map((path) => join(root, path));
  while (open.length > 0) {
    const path = open.pop()!;
    if (seen.has(path)) continue;
    seen.add(path);
    const code = (await Deno.readTextFile(path)).replace(/\/\*[^]*?\*\//g, "");
    for (const [, type, specifier] of code.matchAll(/import\s+(type\s)?[^"']*["']([^"']+)["']/g)) {
      if (type || specifier.startsWith("node:")) continue;
      open.push(normalize(join(path, "..", specifier)));
    }
  }
  return [...seen].map((path) => path.slice(root.length));
}

Deno.test("check.ts stands alone: no prover, no GPU, no tensor", async () => {
  const reached = await reachedFrom("proofs/checker/check.ts");
  const allowed = /^(proofs\/(checker\/|arithmetic\/|max_of_k\.ts)|io\/)/;
  assertEquals(reached.filter((path) => !allowed.test(path)), []);
  assert(reached.length > 15);
});

Deno.test("THEOREMS stand alone: no prover takes a line of the checker", async () => {
  const reached = await reachedFrom("proofs/theorems/mod.ts");
  assertEquals(reached.filter((path) => path.startsWith("proofs/checker/")), []);
  assert(reached.length > 20);
});

Deno.test("CHECKS has every sound theorem, and no other", () => {
  const sound = THEOREMS.filter(({ sound }) => sound).map(({ name }) => name);
  assertEquals(Object.keys(CHECKS).sort(), sound.sort());
});
