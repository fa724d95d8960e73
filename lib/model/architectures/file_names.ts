/**
 * Names of a file's tensors that are not the parameters' own: wrappers around them, and one matrix
 * under two names.
 * @module
 */
import { type HostArray, placeOf } from "../../io/host_array.ts";
import { showName } from "../../io/show.ts";

/**
 * Throws where names are those that a model's file has, with something before them. `expected` are
 * those names, `example` one of them.
 */
export function refuseWrapper(
  action: string,
  names: Iterable<string>,
  { expected, example }: { expected: readonly string[]; example: string },
): void {
  const all = [...names];
  const prefixes = all.map((name) => {
    const whole = expected.find((own) => name.endsWith(`.${own}`) || name === own);
    return whole === undefined ? "" : name.slice(0, name.length - whole.length);
  });
  const prefix = prefixes.find((found) => found !== "");
  if (prefix === undefined) return;
  const count = prefixes.filter((found) => found === prefix).length;
  throw new Error(
    `Cannot ${action}: expected names such as ${example} but found ${count} of ${all.length} ` +
      `names with the prefix ${showName(prefix)}: save the model without its wrapper, or the ` +
      "tensors without the prefix",
  );
}

/**
 * Leaves a tied model with one matrix, the embedding; either name serves, as in transformers.
 * Throws where a file has both and they differ, although its configuration ties them.
 */
export function tieMatrices(
  action: string,
  tensors: Map<string, HostArray>,
  { head: headName, embedding: embeddingName }: Record<"head" | "embedding", string>,
): void {
  const head = tensors.get(headName), embedding = tensors.get(embeddingName);
  if (head === undefined) return;
  const fault = embedding === undefined ? undefined : difference(head, embedding);
  if (fault !== undefined) {
    throw new Error(
      `Cannot ${action}: expected ${headName} to equal ${embeddingName}, as ` +
        `tie_word_embeddings is true or absent, but found ${fault}: set it to false in config.json ` +
        `where the model has an unembedding of its own, else delete ${headName}`,
    );
  }
  if (embedding === undefined) tensors.set(embeddingName, head);
  tensors.delete(headName);
}

/** Where two matrices differ in their bits. */
function difference(a: HostArray, b: HostArray): string | undefined {
  if (`${a.shape}` !== `${b.shape}`) return `shapes [${a.shape}] and [${b.shape}]`;
  const [x, y] = [a, b].map(({ data }) =>
    new Uint32Array(data.buffer, data.byteOffset, data.length)
  );
  const bad = x.findIndex((bits, i) => bits !== y[i]);
  return bad === -1 ? undefined : `${a.data[bad]} and ${b.data[bad]} at [${placeOf(bad, a.shape)}]`;
}
