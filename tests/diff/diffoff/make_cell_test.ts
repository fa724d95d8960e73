// Cells of a tiny model that answers as it was meant, and of one that does not.
import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import type { Crosscoder } from "../../../lib/crosscoder/coder.ts";
import { openQuestion } from "../../../lib/diff/causal/question/asked.ts";
import { judgeCell } from "../../../lib/diff/diffoff/judge_cell.ts";
import { CELL_FILE, makeCell } from "../../../lib/diff/diffoff/make_cell.ts";
import type { MeasuredCell } from "../../../lib/diff/diffoff/measured.ts";
import type { OpenPair } from "../../../lib/diff/diffoff/open_pair.ts";
import { diffOffSettings } from "../../../lib/diff/diffoff/presets.ts";
import type { Keyed } from "../../../lib/diff/diffoff/task.ts";
import type { Method } from "../../../lib/diff/methods/method.ts";
import { openGpu } from "../../../lib/gpu/open.ts";
import { readJson } from "../../../lib/io/files.ts";
import { inFolder } from "../../util.ts";
import { tinyQuestion } from "../causal/tiny_question.ts";

const cost = { flops: 7, bytes: 1 };

/** A method that lists these latents. */
function listing(name: string, coder: Crosscoder, latents: number[]): Method {
  return {
    ...{ name, title: name, source: "test", needs: [], trains: [], lists: "latents" },
    find: () =>
      Promise.resolve({
        ...{ coder: structuredClone(coder), cost },
        directions: latents.map((latent) => ({ kind: "latent", latent })),
        scores: latents.map((_, place) => -place),
      }),
  };
}

Deno.test("lists of one dictionary share its effects, and each backdoor is asked what heads for the other leave", () =>
  inFolder(async (folder) => {
    using gpu = await openGpu();
    const { model, coder, backdoor } = await tinyQuestion(gpu);
    const found = await openQuestion(model, backdoor), { length } = backdoor.payload;
    const answers = (matched: number) => ({
      ...found,
      before: {
        ...found.before,
        triggered: found.before.triggered.map((own) => ({ ...own, matched })),
      },
    });
    const cacheDir = join(folder, "cache");
    const methods = [
      listing("few", coder, [3, 8, 10]),
      listing("all", coder, Array.from({ length: 14 }, (_, i) => 13 - i)),
    ];
    const settings = diffOffSettings("smoke", { grammar: true });
    const task = { preset: "smoke", settings, seeds: [0], methods, cacheDir } as const;
    const keyed: Keyed = { gpu, task, hash: "none" };
    const cellOf = async (method: string, asked: OpenPair["asked"]) => {
      const open = { pair: { base: model, other: model, text: { base: [], other: [] } } };
      const at = await Deno.makeTempDir({ dir: folder });
      await makeCell({ pair: "two-backdoors", method, seed: 0 }, {
        keyed,
        open: { ...open, asked, dictionaries: new Map(), [Symbol.dispose]: () => {} },
        folder: at,
      });
      return await readJson(join(at, CELL_FILE)) as MeasuredCell;
    };
    const both = { A: answers(length), B: answers(length) };
    const few = await cellOf("few", both), all = await cellOf("all", both);
    const names = [...Deno.readDirSync(cacheDir)].map(({ name }) => name);
    assertEquals(names.filter((name) => name.startsWith("diffoff-truth")).length, 2); // A and B
    assertEquals(few.truths.A!.effects, all.truths.A!.effects);
    const heads = all.truths.A!.heads;
    assert(heads.length > 5);
    for (const { kept, effect } of heads) assertEquals(kept, effect.payload); // B asks the same here
    assert(few.filtering.flops > 0 && few.filtering.flops < all.filtering.flops);
    const [one, other] = [few, all].map((cell) => judgeCell(cell).truths.A!);
    assertEquals([one.positives, one.universe], [other.positives, 14]);
    const { truths, untold } = await cellOf("few", { A: answers(length), B: answers(0) });
    assertEquals(Object.keys(truths), ["A"]);
    assertEquals(untold, { B: "0 of 6 triggered prompts are answered with the payload" });
    assertEquals(truths.A!.heads.map(({ kept }) => kept), truths.A!.heads.map(() => null));
  }));
