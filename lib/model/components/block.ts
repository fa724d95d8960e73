/** The two ways in which attention and MLP of a block follow one another. @module */
import type { Tensor } from "../../tensor/tensor.ts";
import type { Pass } from "./pass.ts";

/** What a layer reads, and the stream that it adds its output to. */
export type Streams = { x: Tensor; stream: Tensor };

/** The layers of a block: each gives the stream with its output added. */
export type BlockLayers = Record<"attention" | "mlp", (streams: Streams) => Tensor>;

/**
 * resid_mid = resid_pre + attention(resid_pre), resid_post = resid_mid + mlp(resid_mid), with their
 * points: resid_pre [batch, pos, d_model], which is given up → resid_post.
 */
export function sequentialBlock(
  { points }: Pass,
  resid_pre: Tensor,
  { name, attention, mlp }: BlockLayers & { name: string },
): Tensor {
  const pre = points.at(`${name}.hook_resid_pre`, resid_pre);
  const mid = points.at(`${name}.hook_resid_mid`, attention({ x: pre, stream: pre }));
  points.drop(pre);
  const post = mlp({ x: mid, stream: mid });
  points.drop(mid);
  return points.at(`${name}.hook_resid_post`, post);
}

/** resid_post = resid_pre + attention(resid_pre) + mlp(resid_pre); there is no resid_mid. */
export function parallelBlock(
  { points }: Pass,
  resid_pre: Tensor,
  { name, attention, mlp }: BlockLayers & { name: string },
): Tensor {
  const pre = points.at(`${name}.hook_resid_pre`, resid_pre);
  const attended = attention({ x: pre, stream: pre });
  const post = mlp({ x: pre, stream: attended });
  points.drop(attended, pre);
  return points.at(`${name}.hook_resid_post`, post);
}
