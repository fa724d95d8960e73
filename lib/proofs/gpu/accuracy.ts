/**
 * What a Max-of-K model answers on the GPU, in float32 from its weights, and its accuracy by importance sampling: numbers to
 * look at and to draw. They prove nothing; `brute_force.ts` does.
 * @module
 */
import type { Gpu } from "../../gpu/gpu.ts";
import { type Program, record } from "../../gpu/program.ts";
import { readBuffer } from "../../gpu/read.ts";
import { callback, exactly, expectForm, having, maybe, whole } from "../../io/form.ts";
import type { Random } from "../../numerics/random.ts";
import { createParameters, type Parameters, releaseParameters } from "../../tensor/parameters.ts";
import { type Tensor, zeros } from "../../tensor/tensor.ts";
import { checkMaxOfK, type MaxOfKModel } from "../max_of_k.ts";
import { stratifiedSequences } from "../analysis/strata.ts";
import { forwardLogits } from "./forward.ts";
import { judge } from "./max_of_k_ops.ts";
import { stackModels } from "./train.ts";

/** Sequences of one run of the recorded program. */
const BATCH = 1 << 14;

/** Judges sequences of one model, recorded once and replayed. Dispose it to give the memory back. */
export class Judge {
  #parameters: Parameters;
  #program: Program;
  #tokens: Tensor;
  #targets: Tensor;
  #right!: Tensor;

  constructor(readonly gpu: Gpu, readonly model: MaxOfKModel) {
    checkMaxOfK(model);
    const { n_ctx: K } = model.config;
    this.#parameters = createParameters(gpu, stackModels([model]));
    this.#tokens = zeros(gpu, [BATCH * K], "u32");
    this.#targets = zeros(gpu, [BATCH], "u32");
    this.#program = record(gpu, "judge sequences", () => {
      const data = { tokens: this.#tokens, batch: BATCH };
      this.#right = judge(forwardLogits(this.#parameters.tensors, data), this.#targets);
    });
  }

  /** tokens [count, K] → 1 where the logit of the maximum is above all others, else 0: [count]. */
  async right(tokens: Uint32Array): Promise<Uint8Array> {
    const { d_vocab: v, n_ctx: K } = this.model.config;
    const count = tokens.length / K;
    if (!Number.isInteger(count) || tokens.some((token) => token >= v)) {
      throw new RangeError(
        `Cannot judge: expected sequences of ${K} tokens below ${v} but found ${tokens.length} ` +
          `tokens up to ${tokens.reduce((a, b) => Math.max(a, b), 0)}: take those of this model`,
      );
    }
    const right = new Uint8Array(count);
    for (let first = 0; first < count; first += BATCH) {
      const size = Math.min(BATCH, count - first);
      const piece = new Uint32Array(BATCH * K), targets = new Uint32Array(BATCH);
      piece.set(tokens.subarray(first * K, (first + size) * K));
      for (let n = 0; n < size * K; n++) {
        const sequence = Math.floor(n / K);
        if (piece[n] > targets[sequence]) targets[sequence] = piece[n];
      }
      this.#tokens.write(piece);
      this.#targets.write(targets);
      this.#program.run();
      const found = new Uint32Array(await readBuffer(this.gpu, this.#right.range));
      right.set(found.subarray(0, size), first);
    }
    return right;
  }

  [Symbol.dispose](): void {
    this.#program[Symbol.dispose]();
    releaseParameters(this.#parameters);
    for (const tensor of [this.#tokens, this.#targets]) tensor.release();
  }
}

/** An estimate with its standard error, from so many sequences. */
export type SampledAccuracy = { accuracy: number; standardError: number; sequences: number };

/** `draws`: sequences in each stratum (strata.ts), by default as published. */
export type SampleOptions = { random: Random; draws?: number };

const OPTIONS = exactly({
  random: having({ int: callback, stream: callback }),
  draws: maybe(whole(1, 1 << 20)),
});

/**
 * Accuracy over all v^K sequences by stratified draws; the same stream, the same number. Weights sum to 1 on average only,
 * so the weights of wrong answers are summed: they are few, and the estimate stays unbiased.
 */
export async function sampleAccuracy(
  gpu: Gpu,
  model: MaxOfKModel,
  options: SampleOptions,
): Promise<SampledAccuracy> {
  const { random, draws } = expectForm("sample an accuracy", options, OPTIONS) as SampleOptions;
  const { d_vocab: v, n_ctx: K } = model.config;
  using judging = new Judge(gpu, model);
  let wrongShare = 0, variance = 0, sequences = 0;
  for (const { tokens, weights, starts } of stratifiedSequences({ v, K, draws }, random)) {
    const right = await judging.right(tokens);
    sequences += weights.length;
    for (let stratum = 0; stratum + 1 < starts.length; stratum++) {
      const [first, end] = [starts[stratum], starts[stratum + 1]];
      const count = end - first;
      let sum = 0, squares = 0;
      for (let i = first; i < end; i++) {
        const wrong = weights[i] * (1 - right[i]);
        sum += wrong;
        squares += wrong * wrong;
      }
      wrongShare += sum;
      if (count > 1) variance += Math.max(0, squares - sum * sum / count) * count / (count - 1);
    }
  }
  return { accuracy: 1 - wrongShare, standardError: Math.sqrt(variance), sequences };
}
