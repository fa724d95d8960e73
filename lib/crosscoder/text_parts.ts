/**
 * A text read once by a model and a crosscoder, in parts of some sequences: activations at all
 * sites stay on the device, the active latents come to the CPU.
 * @module
 */
import { checkCoder } from "./check_coder.ts";
import type { Crosscoder } from "./coder.ts";
import { encode, uploadCoder } from "./encode.ts";
import { hookedActivations } from "./harvest/harvester.ts";
import { ONE_MODEL } from "./sites.ts";
import { prepareCoder } from "./prepare.ts";
import { exactly, expectForm, maybe, whole } from "../io/form.ts";
import type { LanguageModel } from "../model/language_model.ts";
import { tokenTensor } from "../model/run_with_cache.ts";
import { view } from "../tensor/ops/reshape.ts";
import { stackColumns } from "../tensor/ops/rows.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type ActiveLatents, activeLatents } from "./active_latents.ts";

/**
 * Some sequences of `pos` tokens: `first` is the number of their first token in the whole text; x,
 * by site of the crosscoder, are raw activations [tokens, d_in].
 */
export type TextPart = { first: number; pos: number; active: ActiveLatents; x: Tensor[] };

/** Sequences of a part: some 2,000 tokens at the length of the small models. */
const SEQUENCES = 16;

const OPTIONS = exactly({ sequences: maybe(whole(1)) });

/**
 * The parts of a text, sequences of one length, in order; `sequences` in each, 16 by default. The
 * tensors of a part are there until the next one is asked for. Throws on a crosscoder that is not
 * folded or not of this model, and on sequences that the model does not take.
 */
export async function* textParts(
  model: LanguageModel,
  coder: Crosscoder,
  text: readonly ArrayLike<number>[],
  options: { sequences?: number } = {},
): AsyncGenerator<TextPart> {
  const action = "read a text";
  const { sequences = SEQUENCES } = expectForm(action, options, OPTIONS);
  checkCoder(action, coder, { folded: true });
  const { pos } = prepareCoder({ [ONE_MODEL]: model }, coder, { action, sequences: text });
  using onDevice = uploadCoder(model.gpu, coder);
  const hooks = coder.config.sites.map(({ hook }) => hook);
  for (let first = 0; first < text.length; first += sequences) {
    const part = text.slice(first, first + sequences);
    using owned = new DisposableStack();
    using ids = tokenTensor(model, part);
    const found = hookedActivations(model, ids, hooks);
    for (const tensor of found.values()) owned.use(tensor);
    const shape = [part.length * pos, coder.config.d_in];
    const x = hooks.map((hook) => view(found.get(hook)!, shape));
    using rows = stackColumns(x);
    using acts = encode(onDevice, rows);
    const active = activeLatents(await acts.read(), coder.config.d_sae);
    yield { first: first * pos, pos, active, x };
  }
}
