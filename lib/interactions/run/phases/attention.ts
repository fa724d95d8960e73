/**
 * Phase `attention`: what moves the attention of ft1, and whether scores of its edges predict what
 * removing their features does to the output.
 * @module
 */
import { blockForm } from "../../attention/block_form.ts";
import type { BlockReport } from "../../attention/block_report.ts";
import { measureAttention } from "../../attention/blocks.ts";
import { having, list } from "../../../io/form.ts";
import type { Phase } from "../phase.ts";

/** What the phase leaves: one report a block. */
export type AttentionResults = { blocks: BlockReport[] };

/** On held-out stories, with the dictionary of every site. */
export const attention: Phase<AttentionResults> = {
  name: "attention",
  title: "attention",
  format: 2,
  needs: [],
  models: ["ft1"],
  coders: ["all"],
  settings: ({ attention }) => attention,
  form: having({ blocks: list(blockForm, { least: 1 }) }),
  async make({ sources, settings, step }) {
    const { sequences, ...sizes } = settings.attention;
    const model = await sources.model("ft1"), coder = await sources.coder("all");
    const text = sources.text("heldOut", sequences);
    return {
      blocks: await measureAttention(model, coder, text, { ...sizes, seed: sources.seed, step }),
    };
  },
};
