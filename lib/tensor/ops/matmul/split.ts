/**
 * A product whose chunks are shared by many workgroups: each stores the sums of its chunks, a second
 * kernel adds them up in order, as one workgroup would have.
 * @module
 */
import type { Gpu } from "../../../gpu/gpu.ts";
import epilogueSource from "../../../../kernels/matmul/epilogue.wgsl" with { type: "text" };
import sumParts from "../../../../kernels/sum_parts.wgsl" with { type: "text" };
import sumChunks from "../../../../kernels/matmul/sum_chunks.wgsl" with { type: "text" };
import { launch } from "../../launch.ts";
import { padded } from "../../layout.ts";
import { roomForParts, sumLater } from "../../pending_sums.ts";
import { empty, type Tensor } from "../../tensor.ts";
import {
  CHUNK,
  chunksOf,
  type Epilogue,
  epilogueBindings,
  epilogueConstants,
  hasActivation,
  type ProductCall,
  type Sizes,
} from "./call.ts";

/** True where the sums of all chunks fit into one binding. */
export function chunksFit(gpu: Gpu, { m, n, k }: Sizes): boolean {
  return 4 * chunksOf(k) * m * padded(n) <= gpu.maxBinding;
}

/**
 * Deals the chunks of one product, whose result fills the rows of `c`, to `layers` of the grid that
 * `dispatch` runs.
 */
export function dispatchSplit(
  call: ProductCall,
  layers: number,
  dispatch: (call: ProductCall) => void,
): void {
  const { form, m, n, k, a, b, c } = call, { gpu } = c;
  const chunks = chunksOf(k), each = Math.ceil(chunks / layers);
  const terms = each * CHUNK, count4 = m * c.pitch / 4;
  const { accumulate } = call.epilogue, plain = isPlain(call.epilogue);
  const sums = plain ? roomForParts(c, chunks) : empty(gpu, [chunks, count4 * 4]);
  dispatch({
    ...call,
    c: sums.over([chunks, m, n]),
    epilogue: {},
    batch: {
      count: Math.ceil(chunks / each),
      k: terms,
      a: form === "TN" ? terms * a.pitch / 4 : terms / 4,
      b: form === "NT" ? terms / 4 : terms * b.pitch / 4,
      c: count4,
      split: true,
    },
  });
  if (plain && sumLater(c, sums, { accumulate })) return;
  sumChunksInto(call, sums);
  sums.release();
}

/** Whether nothing but a sum is stored. */
function isPlain(epilogue: Epilogue): boolean {
  return !epilogue.bias && !epilogue.addend && !hasActivation(epilogue);
}

/** The chunks added up in order to what the sum begins with, and what follows a product. */
function sumChunksInto(call: ProductCall, sums: Tensor): void {
  const { c, epilogue } = call, { gpu } = c;
  const [chunks] = sums.shape, count4 = sums.size / 4 / chunks;
  if (!isPlain(epilogue)) {
    const kernel = {
      name: "sum_chunks",
      source: epilogueSource + sumChunks,
      entry: "main",
      constants: epilogueConstants(epilogue),
    };
    launch(gpu, kernel, {
      tensors: { chunks: sums, ...epilogueBindings(call) },
      params: { count4, chunks, ldc: c.pitch / 4 },
      invocations: count4,
    });
  } else {
    const constants = { ADD: epilogue.accumulate ? 1 : 0 };
    launch(gpu, { name: "sum_parts", source: sumParts, entry: "main", constants }, {
      tensors: { parts: sums, out: c },
      params: { count4, parts: chunks },
      invocations: count4,
    });
  }
}
