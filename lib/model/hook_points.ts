/**
 * The hook points of one forward pass: what is lent to edits, what goes into the cache, and who
 * frees what.
 *
 * The pass holds its own reference to each tensor that it works with, and gives that one up, never
 * another's. A forward pass names its points here and nowhere else: `listPoints` sends it over a
 * device that computes nothing, and writes down where it comes by.
 * @module
 */
import type { Gpu } from "../gpu/gpu.ts";
import { reshape } from "../tensor/ops/reshape.ts";
import { isTaping, wants } from "../tensor/tape.ts";
import { collect } from "../tensor/scope.ts";
import { Tensor } from "../tensor/tensor.ts";

/**
 * Replaces the tensor at a point by another of the same shape and dtype, or leaves it: then it
 * returns the tensor that it was given, or nothing. It is called while the pass runs, so it cannot
 * wait for values.
 *
 * Who owns what: the tensor that an edit is given is lent to it for the call, not to be written or
 * released. A tensor that was there before stays its maker's, whether the edit returns it or not,
 * once or for every layer. What the edit makes goes with the run: it is released together with the
 * run's logits. `keep(tensor)` keeps a tensor of either kind beyond that. Whoever uses a tensor
 * after its time gets an error, never other numbers.
 */
export type Edit = (tensor: Tensor, name: string) => Tensor | undefined | void;

/** What a forward pass should keep and change; several edits of one point follow one another. */
export type Hooks = {
  cache: Map<string, Tensor>;
  wanted: Set<string>;
  edits: Map<string, Edit[]>;
};

/** A point of a forward pass. */
export type HookPoint = {
  name: string;
  /** What its last axis is: a width, one number a token, or the tokens that are attended to. */
  axis: "width" | "scale" | "keys";
  /** Numbers a token, heads side by side, where the axis is a width. */
  width: number;
  /**
   * Only computed for the cache: nothing downstream reads it, so an edit would be silently lost.
   */
  readOnly: boolean;
  /** It lies behind the residual stream, on the way to the unembedding. */
  final?: boolean;
  /** The kind of layer that reads what stands there, where one does. */
  readBy?: Reader;
};

/** What reads the residual stream within a block, before its nonlinearity. */
export type Reader = "attention" | "mlp";

/**
 * Passes tensors through edits into the cache; with `list`, notes every point and does nothing
 * else.
 */
export class HookPoints {
  /** Points of one forward pass, with the hooks that are set at some; `list` collects all that it meets. */
  constructor(readonly gpu: Gpu, readonly hooks?: Hooks, readonly list?: HookPoint[]) {}

  /** Whether anything happens at a point. */
  wants(name: string): boolean {
    if (this.list) return true;
    return this.hooks !== undefined && (this.hooks.wanted.has(name) || this.edits(name));
  }

  /** Whether a point is edited. */
  edits(name: string): boolean {
    return this.hooks?.edits.has(name) ?? false;
  }

  /**
   * Takes a tensor of the pass through a point: edits in their order, then the cache → a tensor of
   * the pass.
   */
  at(name: string, tensor: Tensor): Tensor {
    this.list?.push({ name, axis: "width", width: widthOf(tensor), readOnly: false });
    let current = tensor;
    for (const edit of this.hooks?.edits.get(name) ?? []) current = this.#edit(name, current, edit);
    if (this.hooks?.wanted.has(name)) this.hooks.cache.set(name, again(current));
    return current;
  }

  /**
   * Hands a tensor that the pass itself does not need over to the cache, or gives it up where that
   * wants it not. `axis`: what its last axis is.
   */
  look(name: string, tensor: Tensor, axis: HookPoint["axis"] = "width"): void {
    this.list?.push({ name, axis, width: widthOf(tensor), readOnly: true });
    if (this.hooks?.wanted.has(name)) this.hooks.cache.set(name, tensor);
    else this.drop(tensor);
  }

  /** Says that a layer reads what stands at a point that was passed. */
  reads(name: string, readBy: Reader): void {
    const point = this.list?.findLast((point) => point.name === name);
    if (point) point.readBy = readBy;
  }

  /** Gives up tensors of the pass. A tape still needs them, and frees them itself. */
  drop(...tensors: Tensor[]): void {
    if (!isTaping(this.gpu)) { for (const tensor of tensors) tensor.release(); }
  }

  #edit(name: string, tensor: Tensor, edit: Edit): Tensor {
    const found: unknown = tensor.lend(`an edit of ${name}`, () => edit(tensor, name));
    if (found === undefined || found === tensor) return tensor;
    checkEdited(name, tensor, found);
    const own = again(found);
    this.drop(tensor);
    return own;
  }
}

/** Numbers a token, heads side by side as SAELens has them. */
function widthOf({ shape: [, , ...rest] }: Tensor): number {
  return rest.reduce((product, n) => product * n, 1);
}

/** The same values held once more; a tape passes the gradient on. */
function again(tensor: Tensor): Tensor {
  return reshape(tensor, tensor.shape);
}

function checkEdited(name: string, tensor: Tensor, found: unknown): asserts found is Tensor {
  const { gpu, dtype, shape } = tensor;
  const fail = (words: string, todo: string) => {
    throw new RangeError(
      `Cannot edit ${name}: expected ${dtype} [${shape}] but found ${words}: ${todo}`,
    );
  };
  if (!(found instanceof Tensor)) {
    const promise = typeof (found as { then?: unknown } | null)?.then === "function";
    if (promise) (found as Promise<unknown>).then(undefined, () => {});
    fail(
      promise ? "a promise" : found === null ? "null" : `a ${typeof found}`,
      promise ? "read values before the run, an edit cannot wait" : "return a tensor, or nothing",
    );
    return;
  }
  const words = `${found.dtype} [${found.shape}]`;
  if (found.gpu !== gpu) fail(`${words} on another GPU`, "make it on the GPU of the model");
  if (!found.held) fail(`${words} that was released`, "release it after the run, or keep() it");
  if (found.dtype !== dtype || found.shape.join() !== shape.join()) {
    fail(words, "return a tensor of that shape, or nothing to leave it");
  }
}

/**
 * Runs a pass whose result is the caller's. What edits made in it goes with the result; where the
 * pass fails, everything that was made in it is freed.
 */
export function runPass(
  gpu: Gpu,
  hooks: Hooks | undefined,
  body: (points: HookPoints) => Tensor,
): Tensor {
  const { result, made } = collect(gpu, () => body(new HookPoints(gpu, hooks)));
  for (const tensor of [result, ...hooks?.cache.values() ?? []]) {
    if (made.delete(tensor)) gpu.memory.made?.add(tensor);
  }
  // A tape works its way back to the first tensor that it noted, and needs the others until then.
  const first = [...made].find(wants);
  const rest = [...made].filter((tensor) => !wants(tensor));
  (first ?? result).attach(rest, "that was made in a run and went with its logits");
  return result;
}
