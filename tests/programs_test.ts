// tests/programs as a user writes them: each in an empty folder, imported from a server, at small sizes.
import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { gptNeoConfig } from "../lib/model/architectures/gpt_neo/config.ts";
import { initialWeights } from "../lib/model/architectures/gpt_neo/weights.ts";
import { createGptNeo } from "../lib/model/architectures/gpt_neo.ts";
import { encode } from "../lib/data/tokenizers/gpt2.ts";
import { countIds, makeVocabulary } from "../lib/data/vocabulary.ts";
import { openGpu } from "../lib/gpu/open.ts";
import { saveModel } from "../lib/model/files.ts";
import { stream } from "../lib/numerics/random.ts";
import { withServedCheckout } from "./served_checkout.ts";

const PROGRAMS = new URL("programs/", import.meta.url);

/** What is asked of each program; later ones open what earlier ones saved. */
const PRINTED: Record<string, RegExp> = {
  train_on_your_own_text: /^$/,
  train_a_sparse_autoencoder: /^L0 \d+\.\d, variance left \d+\.\d %$/,
  read_a_latent: /^#\d+ fires on \d+ tokens\n[^#]*\[[^#]+\]/,
  steer_with_a_latent: /^.+\n.+$/s,
  ablate_a_head: /^head 0\.0: -?\d\.\d{4} nats\nhead 0\.1: /,
  diff_two_models: /^singular values of what the change writes: \d+\.\d{4} \d+\.\d{4} \d+\.\d{4}$/,
  crosscoder_of_two_models: /^latents of the base alone \d+, of the fine-tune alone \d+$/,
  prove_a_bound: /^at least 0\.\d+, accepted by the checker; it is [01]/,
  write_a_kernel: /^0\.3133 0\.6931 1\.3133 30\.0000$/,
};

/** What the programs need beside the server: reading and writing files. */
const FILES = ["--allow-read", "--allow-write"];

/** Sizes of the programs, and those that they have here. */
const SMALLER: [RegExp, string][] = [
  [/steps: \d+(_\d+)?/g, "steps: 6"],
  [/n: \d+_?\d*,/g, "n: 100,"],
  [/d_sae: \d+/g, "d_sae: 64"],
  [/n_layers: 4/g, "n_layers: 1"],
  [/d_vocab: 64, d_model: 32, d_head: 32/g, "d_vocab: 8, d_model: 8, d_head: 8"],
];

Deno.test("the programs of a user run from an empty folder, imported by URL", async () => {
  const names = [...Deno.readDirSync(PROGRAMS)].map(({ name }) => name.replace(".ts", ""));
  assertEquals(names.sort(), Object.keys(PRINTED).sort());
  await withServedCheckout(async ({ folder, origin, run }) => {
    await writeModels(folder);
    for (const name of names) {
      const text = await Deno.readTextFile(new URL(`${name}.ts`, PROGRAMS));
      const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("//"));
      assert(lines.length <= 20, `${name} has ${lines.length} lines`);
      const small = SMALLER.reduce((text, [size, less]) => text.replace(size, less), text);
      await Deno.writeTextFile(
        join(folder, `${name}.ts`),
        small.replace("../../lib/mod.ts", `${origin}/lib/mod.ts`),
      );
    }
    const order = Object.keys(PRINTED);
    const all = order.map((name) => `console.log("<${name}>");\nawait import("./${name}.ts");`);
    await Deno.writeTextFile(join(folder, "main.ts"), all.join("\n"));
    const { stdout } = await run(FILES, ["base", "stories.txt", "tuned"]);
    for (const name of order) {
      const said = stdout.split(`<${name}>\n`)[1].split(/^<\w+>$/m)[0].trim();
      assertMatch(said, PRINTED[name], `${name} printed ${said}`);
    }
  });
});

/** Two models of a small vocabulary, and some stories. */
async function writeModels(folder: string): Promise<void> {
  const story = (n: number) =>
    `Tom had ${n} red balls. ` + "Once upon a time there was a happy dog. ".repeat(8);
  const stories = Array.from({ length: 120 }, (_, n) => story(n));
  await Deno.writeTextFile(join(folder, "stories.txt"), stories.join("\n<|endoftext|>\n"));
  const vocabulary = makeVocabulary(countIds(stories.map(encode)), { size: 200 });
  using gpu = await openGpu();
  const sizes = { d_vocab: vocabulary.size, d_model: 16, n_layers: 2, n_heads: 2, n_ctx: 64 };
  const config = gptNeoConfig(sizes);
  for (const name of ["base", "tuned"]) {
    const model = createGptNeo(gpu, config, initialWeights(config, stream(0, name), { std: 0.1 }));
    await saveModel(join(folder, name), model, vocabulary);
  }
}
