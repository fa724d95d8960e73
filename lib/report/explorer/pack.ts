/**
 * ExplorerData -> JSON that is small: lists of numbers as base64 of their bytes, tokens once, by number,
 * and of activations only those above 0.
 *
 * @module
 */
import { visible } from "../../io/visible.ts";
import { checkData } from "./check_data.ts";
import type { ExplorerData, Ranked } from "./data.ts";
import { floats, whole } from "./numbers.ts";
import { packContexts } from "./pack_contexts.ts";
import type { PackedExplorer, PackedRanked } from "./packed.ts";

/** Longer tokens are cut: nobody reads them whole, and a page must stay small. */
const LONGEST_TOKEN = 80;

/**
 * Throws, naming the list, where one is not as long as latents, stages, sites or places ask, or has a
 * number that it cannot have.
 */
export function packExplorer(data: ExplorerData): PackedExplorer {
  checkData(data);
  const { title, about, missing, size, axes, stages, stage, path, groups, profile, density } = data;
  const { numberOf, texts } = tokenTable(data.contexts.tokenText);
  const contexts = packContexts(data.contexts, { size, numberOf });
  const lens = data.lens && packRanked({
    ...data.lens,
    ids: data.lens.ids.map((ids) => ids.map(numberOf)),
  });
  return {
    title,
    about,
    missing,
    size,
    axes,
    stages,
    stage,
    path,
    columns: data.columns.map(({ values, p, ...column }) => ({
      ...column,
      values: floats(values),
      ...(p && { p: floats(p) }),
    })),
    flags: data.flags.map(({ values, ...flag }) => ({ ...flag, values: whole(values, flag.id) })),
    ...(groups && { groups: { ...groups, values: whole(groups.values, "groups") } }),
    contexts,
    profile: { ...profile, norms: profile.norms.map(floats) },
    density: { ...density, fired: density.fired.map((values) => whole(values, "fired")) },
    ...(lens && { lens }),
    ...(data.nearest && { nearest: packRanked(data.nearest) }),
    tokens: texts,
  };
}

/** Texts of tokens, each once, in the order in which they are asked for. */
function tokenTable(textOf: (id: number) => string) {
  const numbers = new Map<number, number>();
  const texts: string[] = [];
  return {
    texts,
    numberOf(id: number): number {
      const known = numbers.get(id);
      if (known !== undefined) return known;
      numbers.set(id, texts.length);
      return texts.push(shownToken(textOf(id))) - 1;
    },
  };
}

function shownToken(text: string): string {
  const characters = [...visible(text)];
  if (characters.length <= LONGEST_TOKEN) return characters.join("");
  return `${characters.slice(0, LONGEST_TOKEN).join("")}… (${characters.length} characters)`;
}

function packRanked({ about, k, ids, values }: Ranked): PackedRanked {
  return { about, k, ids: ids.map((list) => whole(list, "ids")), values: values.map(floats) };
}
