// Tasks other than "max": which sequences are counted, bounds beside the truth, what is refused.
import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import fc from "fast-check";
import { certify } from "../../../lib/proofs/certify.ts";
import { type Certificate, encodeCertificate } from "../../../lib/proofs/checker/certificate.ts";
import { checkCertificate, parseCertificate } from "../../../lib/proofs/checker/check.ts";
import { ruleTable } from "../../../lib/proofs/checker/task_counts.ts";
import { readTask } from "../../../lib/proofs/checker/tasks.ts";
import {
  makeProver,
  proveBound,
  searchStrategy,
  verifyStrategy,
} from "../../../lib/proofs/prove.ts";
import { sampleAccuracy } from "../../../lib/proofs/sampling/sample.ts";
import { type Language, wordsOf } from "../../../lib/proofs/tasks/language.ts";
import { TASKS } from "../../../lib/proofs/tasks/mod.ts";
import { bruteForceTiny } from "../../../lib/proofs/theorems/brute_force.ts";
import { maxOfKLogits } from "../../reference/max_of_k.ts";
import { tinyModel, W1 } from "../tiny_models.ts";

const NAMES = ["argmax", "second"];
const STRATEGIES = ["brute-force", "N4", "N4-partition", "N5"];

/** The answers once more, by counting. */
const ANSWERS: Record<string, (tokens: readonly number[]) => number> = {
  argmax: (tokens) =>
    tokens.findIndex((t, i) => tokens.every((s, j) => s < t || (s === t && j >= i))),
  second: (tokens) =>
    tokens.find((t) => {
      const above = tokens.filter((s) => s > t).length;
      return above === 1 || (above === 0 && tokens.filter((s) => s === t).length > 1);
    })!,
};

/** Every sequence of K tokens out of v. */
function sequences(v: number, K: number): number[][] {
  return Array.from(
    { length: v ** K },
    (_, n) => Array.from({ length: K }, (_, i) => Math.floor(n / v ** i) % v),
  );
}

function holds({ start, accepts, runs }: Language, free: readonly number[]): boolean {
  let state = start;
  for (const [i, t] of free.entries()) {
    if (state < 0) return false;
    state = runs[i].find(({ from, to }) => from <= t && t < to)?.next[state] ?? -1;
  }
  return state >= 0 && accepts[state];
}

Deno.test("a task's languages hold each sequence once, under its last token and right answer", () => {
  for (const task of TASKS) {
    for (const [v, K] of [[2, 2], [3, 3], [4, 3], [5, 2], [4, 4]]) {
      const sizes = { v, F: K - 1 };
      const all = Array.from({ length: v }, (_, q) => q).flatMap((q) =>
        task.answers(q, sizes).flatMap((y) =>
          task.languages(q, y, sizes).map((language) => ({ q, y, language }))
        )
      );
      for (const tokens of sequences(v, K)) {
        const found = all.filter(({ q, language }) =>
          q === tokens[K - 1] && holds(language, tokens.slice(0, -1))
        );
        assertEquals(
          found.map(({ y }) => y),
          [ANSWERS[task.name](tokens)],
          `${task.name} ${tokens}`,
        );
        assertEquals(task.answer(tokens), ANSWERS[task.name](tokens));
      }
      assertEquals(all.reduce((sum, { language }) => sum + wordsOf(language), 0n), BigInt(v ** K));
    }
  }
});

Deno.test("the checker's rules hold as many sequences of each last token and answer", () => {
  for (const task of TASKS) {
    for (const [d_vocab, n_ctx] of [[2, 2], [4, 3], [4, 4], [64, 20]]) {
      const v = d_vocab, F = n_ctx - 1, sizes = { v, F };
      const check = readTask(task.name, { ...W1.config, d_vocab, n_ctx })!;
      for (const q of [0, 1, v - 1]) {
        assertEquals(check.answers(q), task.answers(q, sizes));
        for (const y of check.answers(q).slice(0, 3)) {
          const own = task.languages(q, y, sizes).map(wordsOf).filter((n) => n > 0n);
          const theirs = check.rules(q, y).map((rule) => ruleTable(rule, v, F).fillings);
          assertEquals(theirs.filter((n) => n > 0n), own, `${task.name} ${q} ${y}`);
        }
      }
    }
  }
});

Deno.test("brute-force of a task agrees with float64 logits", () => {
  for (const name of NAMES) {
    const right = sequences(4, 3).filter((tokens) => {
      const logits = maxOfKLogits(W1, tokens), y = ANSWERS[name](tokens);
      return logits.every((l, x) => x === y || l < logits[y]);
    });
    const { certified, atMost } = proveBound(makeProver(W1, { task: name }), "brute-force");
    assertEquals([Number(certified), Number(atMost)], [right.length, right.length], name);
  }
});

Deno.test("no theorem exceeds the truth for a task of tiny models, and certificates say the same", () => {
  let same = 0, some = 0;
  fc.assert(
    fc.property(
      tinyModel,
      fc.constantFrom(...NAMES),
      fc.constantFrom(...STRATEGIES),
      fc.constantFrom("real", "ieee"),
      (model, task, strategy, arithmetic) => {
        const { d_vocab: v, n_ctx: K } = model.config;
        fc.pre(v >= K && v ** K <= 256);
        const prover = makeProver(model, { task, arithmetic: arithmetic as "real" });
        const real = makeProver(model, { task }).tables;
        const truth = BigInt(bruteForceTiny(real, ANSWERS[task]).count);
        const own = proveBound(prover, strategy, { G: 64, gMax: v });
        const { result, certificate } = certify(prover, strategy, { G: 64, gMax: v });
        for (const { certified, atMost } of [own, result]) {
          assert(certified <= truth, `${certified} of ${truth}`);
          if (atMost !== undefined) assert(atMost >= truth, `${atMost} of ${truth}`);
        }
        const { line } = checkCertificate(certificate, model);
        assertMatch(line, new RegExp(`^accepted: .*, asked for ${task}$`));
        if (own.certified === result.certified && own.atMost === result.atMost) same++;
        if (own.certified > 0n) some++;
      },
    ),
    { numRuns: 300, seed: 5 },
  );
  // Where weights are 2^60 apart, a case on the edge may fall to either side.
  assert(same > 150 && some > 100, `${same} ${some}`);
});

Deno.test("N4 encloses the truth of W1 for each task, the finer the closer; N5 stays below N4", () => {
  for (const name of NAMES) {
    const prover = makeProver(W1, { task: name });
    const truth = bruteForceTiny(prover.tables, ANSWERS[name]).count;
    const ends = [4, 64, 4096].map((G) => {
      const { certified, atMost } = proveBound(prover, "N4", { G });
      assert(Number(certified) <= truth && truth <= Number(atMost), name);
      return Number(atMost! - certified);
    });
    assert(ends[2] <= ends[0], `${ends}`);
    const sets = proveBound(prover, "N4-partition", { G: 4096 });
    assert(sets.certified >= proveBound(prover, "N4", { G: 4096 }).certified);
    assert(proveBound(prover, "N5", { G: 4096 }).certified <= sets.certified);
  }
});

Deno.test("verifyStrategy() takes any gap and partition of a task, and they only lower the bound", () => {
  for (const task of NAMES) {
    const prover = makeProver(W1, { task });
    const truth = BigInt(bruteForceTiny(prover.tables, ANSWERS[task]).count);
    for (const g of [0, 1, 2, 3, 4, 9]) {
      const hints = { theorem: "N5", found: new Uint16Array(16).fill(g) };
      const { certified } = verifyStrategy(prover, "N5", { hints });
      assert(certified <= truth && (g > 0 || certified === 0n));
    }
    const found = Array.from({ length: 16 }, (_, at) => [[0, 1, 2, 3].filter((x) => x !== at % 4)]);
    const { certified } = verifyStrategy(prover, "N4-partition", {
      hints: { theorem: "N4-partition", found },
    });
    assert(certified <= truth);
    const other = searchStrategy(makeProver(W1), "N5");
    assert(verifyStrategy(prover, "N5", { hints: other }).certified <= truth);
  }
});

Deno.test("a task is refused where no argument holds for it, or the model has no such answer", () => {
  const prover = makeProver(W1, { task: "second" });
  for (const name of ["cubic", "N1", "sound/svd/mean_query+diff/max_diff_exact", "N5/svd/exact"]) {
    const known = /take one of brute-force, N4, N4-partition, N5$/;
    for (const run of [proveBound, searchStrategy, certify]) {
      assertMatch(assertThrows(() => run(prover, name), TypeError).message, known);
    }
  }
  const sampled = () => sampleAccuracy(prover, "sampled", { draws: 5 });
  assertThrows(sampled, TypeError, "answers to second: expected task max");
  assertThrows(() => makeProver(W1, { task: "secund" }), RangeError, "try second");
  const narrow = {
    ...W1,
    config: { ...W1.config, n_ctx: 5 },
    W_pos: new Float32Array(15),
  };
  assertThrows(() => makeProver(narrow, { task: "argmax" }), RangeError, "each of 5 positions");
});

/** The verdict on a certificate after an edit, with a fresh hash. */
function verdictAfter(text: string, change: (certificate: Certificate) => void): string {
  const certificate = parseCertificate(text);
  change(certificate);
  return checkCertificate(encodeCertificate(certificate), W1).line;
}

Deno.test("the checker catches edits of a certificate's task", () => {
  for (const task of NAMES) {
    for (const strategy of STRATEGIES) {
      const { certificate } = certify(makeProver(W1, { task }), strategy, { G: 256 });
      const [other] = NAMES.filter((name) => name !== task);
      const wrong = [
        verdictAfter(certificate, (c) => c.task = "max"),
        verdictAfter(certificate, (c) => c.task = "third"),
        verdictAfter(certificate, (c) => c.task = { toString: 1 } as never),
        verdictAfter(certificate, (c) => c.theorem = "cubic"),
        verdictAfter(certificate, (c) => c.claim.certified = `${+c.claim.certified + 1}`),
      ];
      for (const line of wrong) assertMatch(line, /^rejected: /);
      // Another task: rejected, or a weaker claim that is true of it as well.
      for (const asked of [other, undefined]) {
        const line = verdictAfter(certificate, (c) => {
          if (asked) c.task = asked;
          else delete c.task;
        });
        const answer = asked ? ANSWERS[asked] : (tokens: readonly number[]) => Math.max(...tokens);
        const truth = bruteForceTiny(makeProver(W1).tables, answer).count;
        const claimed = Number(parseCertificate(certificate).claim.certified);
        assert(line.startsWith("rejected") || claimed <= truth, line);
      }
    }
  }
});
