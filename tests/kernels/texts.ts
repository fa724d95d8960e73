/** The texts of kernels that lib makes for an adapter, be it here or not. @module */
import type { DeviceFacts } from "../../lib/gpu/device.ts";
import { standInGpu } from "../../lib/gpu/stand_in.ts";
import { DRIVES } from "./drives/mod.ts";

/** What kernels take an adapter for; its description tells a program from a card. */
export type Kind =
  & Pick<DeviceFacts, "isCpu" | "subgroupSize">
  & Partial<Pick<DeviceFacts, "description">>;

/** A text with the name of the first kernel that has it, who asked for that, and its entry points in use. */
export type SeenText = { text: string; label: string; drive: string; entries: Set<string> };

/** What all drives compile on an adapter of a kind, by text. */
export async function textsOf(facts: Kind): Promise<Map<string, SeenText>> {
  const texts = new Map<string, SeenText>();
  let drive = "";
  using gpu = standInGpu({
    facts,
    zeros: true,
    onKernel: ({ text, label, entry }) => {
      const seen = texts.get(text) ?? { text, label, drive, entries: new Set() };
      seen.entries.add(entry);
      texts.set(text, seen);
    },
  });
  for (const { name, run } of DRIVES) {
    drive = name;
    await run(gpu);
  }
  return texts;
}
