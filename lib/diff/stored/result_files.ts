/**
 * The crosscoders and the contexts of a run, phase by phase, read and checked to belong together.
 * @module
 */
import { join } from "node:path";
import { type Crosscoder, loadCrosscoder } from "../../crosscoder/coder.ts";
import { siteName } from "../../crosscoder/sites.ts";
import { readJson } from "../../io/files.ts";
import { expectForm } from "../../io/form.ts";
import { escaped, show } from "../../io/show.ts";
import { contextsForm } from "./result_forms.ts";

/** One place where a latent fires: a position in one of the run's examples. */
export type Activation = { activation: number; example: number; position: number };

/**
 * fired [d_sae]: on how many of the n_tokens a latent fires. top [d_sae][<= 5]: where most,
 * descending.
 */
export type StageContexts = { n_tokens: number; fired: number[]; top: Activation[][] };

/** A phase's crosscoder, folded, of the shape and at the sites of `like`. */
export async function readCoder(
  folder: string,
  name: string,
  like?: Crosscoder,
): Promise<Crosscoder> {
  const path = join(folder, "models", name);
  const coder = await loadCrosscoder(path, { folded: true });
  const [found, wanted] = [coder, like ?? coder].map(({ config: { sites }, arrays }) =>
    `W_dec [${arrays.W_dec.shape}] at ${sites.map(siteName).join(", ")}`
  );
  if (found !== wanted) refuse(path, `${wanted} as in S`, found);
  return coder;
}

/** contexts-<name>.json: of a phase's `d_sae` latents, on the examples. */
export async function readContexts(
  folder: string,
  stage: string,
  { d_sae, examples }: { d_sae: number; examples: number[][] },
): Promise<StageContexts> {
  const path = resultFile(folder, `contexts-${stage}`), json = await readJson(path);
  if (json?.stage !== undefined && json.stage !== stage) {
    refuse(path, `contexts of stage ${stage}`, `those of ${show(json.stage)}`);
  }
  const tokens = examples.length * examples[0].length;
  const { n_tokens, fired, top } = expectForm(reading(path), json, contextsForm(tokens), AGAIN);
  if (fired.length !== d_sae || top.length !== d_sae) {
    refuse(path, `fired and top of ${d_sae} latents`, `${fired.length} and ${top.length}`);
  }
  for (const { example, position } of top.flat()) {
    if (examples[example]?.[position] === undefined) {
      refuse(path, "places in examples.json", `example ${example}, position ${position}`);
    }
  }
  for (const [latent, places] of top.entries()) {
    const falling = places.every(({ activation }, i) =>
      i === 0 || activation <= places[i - 1].activation
    );
    if (places.length > fired[latent] || (fired[latent] > 0 && places.length === 0) || !falling) {
      const found = `${show(places.map(({ activation }) => activation))} of ${fired[latent]}`;
      refuse(path, `the largest activations of latent ${latent}, falling`, found);
    }
  }
  return { n_tokens, fired, top };
}

/** A run's file of results. */
export function resultFile(folder: string, name: string): string {
  return join(folder, "stagewise", `${name}.json`);
}

/** What to do about files that do not fit. */
export const AGAIN = "run replicate again";

/** An error's first words. */
export function reading(path: string): string {
  return `read ${escaped(path)}`;
}

/** Throws: the file does not hold what the others ask for. */
export function refuse(path: string, expected: string, found: unknown): never {
  throw new Error(`Cannot ${reading(path)}: expected ${expected} but found ${found}: ${AGAIN}`);
}
