/**
 * What the product kernels are given: a product whose operands each fit into one binding.
 * @module
 */
import type { BufferRange } from "../../../gpu/recorder.ts";
import { expectForm, having, oneOf } from "../../../io/form.ts";
import type { Tensor } from "../../tensor.ts";

/** NN: a [m,k] b [k,n]. NT: a [m,k] b [n,k]. TN: a [k,m] b [k,n]. */
export type ProductForm = "NN" | "NT" | "TN";

const FORM = having({ form: oneOf<ProductForm>(["NN", "NT", "TN"]) });

/** Throws on another form, which would otherwise reach the kernel and cost the device. */
export function checkProductForm(action: string, form: ProductForm): void {
  expectForm(action, { form }, FORM, "name which operand is transposed");
}

/**
 * What happens to a sum before it is stored, in this order; without an activation what stands in the
 * result is what the sum begins with.
 */
export type Epilogue = {
  /** [n], added to each row. */
  bias?: Tensor;
  /** Where v goes before the GELU is applied to it. */
  geluPre?: Tensor;
  /** v is multiplied by gelu'(geluGradOf). */
  geluGradOf?: Tensor;
  /** v goes to `pre` and becomes v · 1[v > exp(log_threshold)], log_threshold [n]. */
  jumprelu?: { pre: Tensor; log_threshold: Tensor };
  /** Shaped like the result, added. */
  addend?: Tensor;
  /** [m · runs]: what the addend is multiplied by in each run of a row, which are of one length. */
  addendScales?: Tensor;
  /** Adds to what stands in the result. */
  accumulate?: boolean;
};

/** Sizes of one product. */
export type Sizes = { m: number; n: number; k: number };

/**
 * Terms of a chunk. On a GPU a product's sum is its chunks, each summed in order of k, added in order
 * to what the sum begins with: its bits depend neither on the tile nor on how many workgroups share
 * the chunks. The kernels for CPU adapters sum in order of k, in chunks only where few results are to
 * feed all cores, which the sizes decide. Bits do depend on the kind of adapter, whose fma may round
 * once or twice, and on its binding limit where an operand is beyond that.
 */
export const CHUNK = 512;

/** Chunks of a sum of k terms. */
export function chunksOf(k: number): number {
  return Math.ceil(k / CHUNK);
}

/**
 * Several products in one dispatch, strides in vec4f. Products of a batch have operands of their
 * own; layers of a split sum take `k` terms each of the same long sum, whole chunks, and store these
 * one behind the other, `c` apart.
 */
type Batch = { count: number; k: number; a: number; b: number; c: number; split: boolean };

/**
 * A product as the kernels want it. `skip` counts values at the start of the rows: pieces of wider
 * tensors, by 64.
 */
export type ProductCall = Sizes & {
  form: ProductForm;
  a: Tensor;
  b: Tensor;
  c: Tensor;
  epilogue: Epilogue;
  skip: { a: number; b: number; c: number };
  batch: Batch;
};

/** One product, not part of a batch and not split. */
export function oneProduct(k: number): Batch {
  return { count: 1, k, a: 0, b: 0, c: 0, split: false };
}

/**
 * Terms that one dispatch adds up, whole chunks: the loops of no product kernel then turn too often for llvmpipe
 * (see MOST_ITERATIONS).
 */
export const MOST_TERMS = 2 ** 17;

/** The product itself, or pieces of a longer sum, which later ones add to what the first stored. */
export function sumPieces(call: ProductCall): ProductCall[] {
  const { form, k, a, b, skip } = call;
  if (k <= MOST_TERMS) return [call];
  const count = Math.ceil(k / MOST_TERMS);
  return Array.from({ length: count }, (_, i) => {
    const start = i * MOST_TERMS, here = Math.min(MOST_TERMS, k - start);
    return {
      ...call,
      k: here,
      epilogue: termsOf(call.epilogue, i, count),
      skip: {
        ...skip,
        a: skip.a + start * (form === "TN" ? a.pitch : 1),
        b: skip.b + start * (form === "NT" ? 1 : b.pitch),
      },
      batch: { ...call.batch, k: here },
    };
  });
}

/** The range of a tensor that begins `skip` values in. */
export function rangeFrom(tensor: Tensor, skip: number): BufferRange {
  return tensor.part(skip, tensor.size - skip);
}

/** The constants of epilogue.wgsl. */
export function epilogueConstants(epilogue: Epilogue): Record<string, number> {
  return {
    BIAS: epilogue.bias ? 1 : 0,
    ACT: epilogue.geluPre ? 1 : epilogue.geluGradOf ? 2 : epilogue.jumprelu ? 3 : 0,
    ADD: (epilogue.accumulate ? 2 : 0) + (epilogue.addend ? 1 : 0),
    SCALED: epilogue.addendScales ? 1 : 0,
  };
}

/** The result and what else the epilogue reads and writes. */
export function epilogueBindings({ c, epilogue, skip }: ProductCall): Record<string, BufferRange> {
  const { bias, addend, addendScales, geluPre, geluGradOf, jumprelu } = epilogue;
  const pre = geluPre ?? geluGradOf ?? jumprelu?.pre;
  return {
    C: rangeFrom(c, skip.c),
    ...(bias && { bias: rangeFrom(bias, skip.c) }),
    ...(addend && { addend: rangeFrom(addend, skip.c) }),
    ...(pre && { pre: rangeFrom(pre, skip.c) }),
    ...(jumprelu && { log_threshold: rangeFrom(jumprelu.log_threshold, skip.c) }),
    ...(addendScales && { scales: addendScales.part(0, addendScales.columns) }),
  };
}

/** Whether a sum has to be whole before it is stored, for what is done with it is no sum. */
export function hasActivation({ geluPre, geluGradOf, jumprelu }: Epilogue): boolean {
  return Boolean(geluPre ?? geluGradOf ?? jumprelu);
}

/** The constant FORM of the kernels that read operands from buffers. */
export const FORMS: Record<ProductForm, number> = { NN: 0, NT: 1, TN: 2 };

/** Bindings and `Params` of the kernels that read operands from buffers. */
export function bufferOperands(
  call: ProductCall,
): { tensors: Record<string, BufferRange>; params: Record<string, number> } {
  const { m, n, k, a, b, c, batch, skip } = call;
  return {
    tensors: { A: rangeFrom(a, skip.a), B: rangeFrom(b, skip.b), ...epilogueBindings(call) },
    params: {
      m,
      n,
      k: batch.k,
      k_total: k,
      split: batch.split ? 1 : 0,
      lda: a.pitch / 4,
      ldb: b.pitch / 4,
      ldc: c.pitch / 4,
      batch_a: batch.a,
      batch_b: batch.b,
      batch_c: batch.c,
    },
  };
}

/**
 * The part of the epilogue that piece i of a sum performs: the last one adds bias and addend.
 */
export function termsOf(epilogue: Epilogue, i: number, pieces: number): Epilogue {
  if (pieces === 1) return epilogue;
  if (hasActivation(epilogue)) {
    const name = epilogue.jumprelu ? "JumpReLU" : "GELU";
    throw new RangeError(
      `Cannot multiply with a fused ${name}: expected the summed terms to fit into one piece but ` +
        `found ${pieces} pieces: apply the ${name} to the finished product`,
    );
  }
  return {
    accumulate: i > 0 || epilogue.accumulate,
    ...(i === pieces - 1 && {
      bias: epilogue.bias,
      addend: epilogue.addend,
      addendScales: epilogue.addendScales,
    }),
  };
}
