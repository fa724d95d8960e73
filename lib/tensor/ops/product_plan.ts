/**
 * How a product is carried out on this adapter: which kernel, which tile, whether an operand is transposed first and
 * whether a long sum is split. Every plan sums in the same order except splitting, which depends on sizes alone.
 * @module
 */
import type { Gpu } from "../../gpu/device.ts";
import { loadKernel } from "../../gpu/kernel.ts";
import matmulSubgroup from "../../../kernels/matmul_subgroup.wgsl" with { type: "text" };
import sumParts from "../../../kernels/sum_parts.wgsl" with { type: "text" };
import transposeSource from "../../../kernels/transpose.wgsl" with { type: "text" };
import { empty, type Tensor } from "../tensor.ts";
import { gridFor } from "./grid.ts";
import { type Epilogue, type Form, type ProductCall, rangeFrom } from "./product.ts";

/** Values to skip at the start of rows: where a piece of c, or of a, begins. Multiples of 64. */
type Skips = { column?: number; term?: number; aColumn?: number };

const FORMS: Record<Form, number> = { NN: 0, NT: 1, TN: 2 };

/** Parts into which a sum of k terms is split so that few tiles still feed all cores; by size alone. */
export function splitOf(form: Form, { m, n, k }: { m: number; n: number; k: number }): number {
  if (form !== "TN" || k < 512) return 1;
  const tiles = Math.ceil(m / 64) * Math.ceil(n / 32);
  return tiles >= 32 ? 1 : Math.min(4, Math.floor(k / 256));
}

/** Runs one product whose operands fit into bindings. */
export function dispatchProduct(call: ProductCall, skips: Skips = {}): void {
  const { gpu } = call.a;
  const parts = splitOf(call.form, call);
  if (parts > 1) dispatchSplit(gpu, call, { parts, skips });
  else dispatchTiles(gpu, call, { skips });
}

function dispatchSplit(
  gpu: Gpu,
  call: ProductCall,
  { parts, skips }: { parts: number; skips: Skips },
): void {
  const { m, n, k, c, epilogue } = call;
  const sums = empty(gpu, [parts, m, n]);
  const chunk = Math.ceil(k / parts / 4) * 4;
  dispatchTiles(gpu, { ...call, c: sums, epilogue: {} }, { skips, chunk, parts });
  const count4 = m * c.pitch / 4;
  const { workgroups, stride } = gridFor(count4, 64);
  const kernel = loadKernel(gpu, {
    name: "sum_parts",
    source: sumParts,
    entry: "main",
    constants: { ADD: epilogue.accumulate ? 1 : 0 },
  });
  gpu.recorder.dispatch(kernel, {
    bindings: { parts: sums.range, out: c.range },
    params: { count4, stride, parts },
    workgroups,
  });
  sums.release();
}

function dispatchTiles(
  gpu: Gpu,
  { form, m, n, k, a, b, c, epilogue }: ProductCall,
  { skips, chunk = k, parts = 1 }: { skips: Skips; chunk?: number; parts?: number },
): void {
  const TM = 64, SG = gpu.subgroupSize;
  const kernel = loadKernel(gpu, {
    name: "matmul_subgroup",
    source: matmulSubgroup,
    entry: "main",
    constants: { FORM: FORMS[form], TM, SG, ...epilogueConstants(epilogue) },
  });
  const { column = 0, term = 0, aColumn = 0 } = skips;
  const lda = a.pitch / 4, ldb = b.pitch / 4, ldc = c.pitch / 4;
  gpu.recorder.dispatch(kernel, {
    bindings: {
      A: rangeFrom(a, term + aColumn),
      B: b.range,
      C: rangeFrom(c, column),
      ...(epilogue.bias && { bias: rangeFrom(epilogue.bias, column) }),
      ...(epilogue.addend && { addend: rangeFrom(epilogue.addend, column) }),
      ...(epilogue.geluPre && { pre: rangeFrom(epilogue.geluPre, column) }),
      ...(epilogue.geluGradOf && { pre: rangeFrom(epilogue.geluGradOf, column) }),
    },
    params: {
      m,
      n,
      k: chunk,
      k_total: k,
      lda,
      ldb,
      ldc,
      batch_a: form === "TN" ? chunk * lda : Math.ceil(chunk / 4),
      batch_b: form === "NT" ? Math.ceil(chunk / 4) : chunk * ldb,
      batch_c: m * ldc,
    },
    workgroups: [Math.ceil(m / TM), Math.ceil(n / (4 * SG)), parts],
  });
}

function epilogueConstants(epilogue: Epilogue): Record<string, number> {
  return {
    BIAS: epilogue.bias ? 1 : 0,
    ACT: epilogue.geluPre ? 1 : epilogue.geluGradOf ? 2 : 0,
    ADD: epilogue.accumulate ? 2 : epilogue.addend ? 1 : 0,
  };
}

/** out = aᵀ, seen as [rows, columns]. */
export function transposeInto(out: Tensor, a: Tensor): void {
  const { gpu } = a;
  const kernel = loadKernel(gpu, { name: "transpose", source: transposeSource, entry: "main" });
  gpu.recorder.dispatch(kernel, {
    bindings: { a: a.range, out: out.range },
    params: { rows: a.rows, columns: a.columns, ld_in: a.pitch / 4, ld_out: out.pitch / 4 },
    workgroups: [Math.ceil(a.pitch / 4 / 64), out.pitch / 4, 1],
  });
}
