/** Whether an explorer's lists belong together: a page that is drawn of others shows nonsense. @module */
import { showName } from "../../io/show.ts";
import type { Contexts, ExplorerData, Ranked } from "./data.ts";

/** A list, how long it is, and how long it has to be. */
type Length = [name: string, found: number, wanted: number];

/** Numbers that have to be whole, from `least` and below `below`. */
type Range = { name: string; values: ArrayLike<number>; least?: number; below: number };

/** Throws, naming the list, where one is too long or too short, or has a number that it cannot have. */
export function checkData(data: ExplorerData): void {
  for (const [name, found, wanted] of lengthsOf(data)) {
    if (found !== wanted) refuse(name, `${wanted} numbers`, `${found}`);
  }
  for (const range of rangesOf(data)) checkRange(range);
  checkOffsets(data);
  for (const [name, id] of columnsNamed(data)) {
    if (!data.columns.some((column) => column.id === id)) {
      refuse(name, `one of ${data.columns.map(({ id }) => id).join(", ")}`, id);
    }
  }
}

function lengthsOf(data: ExplorerData): Length[] {
  const { size, contexts, groups, profile, density, lens, nearest } = data;
  const { offsets, sequence, position, activations, top, before, after, k } = contexts;
  const places = offsets[size], width = before + 1 + after;
  const each = (name: string, lists: readonly ArrayLike<unknown>[], wanted: number): Length[] => [
    [`stages of ${name}`, lists.length, data.stages.length],
    ...lists.map(({ length }, i): Length => [`${name} in ${nameOf(data, i)}`, length, wanted]),
  ];
  const ranked = (name: string, ranks: Ranked | undefined): Length[] =>
    ranks === undefined ? [] : [
      ...each(`ids of ${name}`, ranks.ids, size * ranks.k),
      ...each(`values of ${name}`, ranks.values, size * ranks.k),
    ];
  return [
    ...[...data.columns, ...data.flags].map(({ id, values }): Length => [id, values.length, size]),
    ...data.columns.flatMap(({ id, p }): Length[] => p ? [[`p of ${id}`, p.length, size]] : []),
    ...(groups ? [["groups", groups.values.length, size] satisfies Length] : []),
    ["offsets of contexts", offsets.length, size + 1],
    ["sequences of places", sequence.length, places],
    ["positions of places", position.length, places],
    ...each("activations", activations, places * width),
    ...each("top", top, size * k),
    ...each("norms", profile.norms, size * profile.sites.length),
    ["n_tokens", density.n_tokens.length, data.stages.length],
    ...each("fired", density.fired, size),
    ...ranked("the lens", lens),
    ...ranked("the nearest latents", nearest),
  ];
}

function rangesOf(data: ExplorerData): Range[] {
  const { size, flags, groups, stage, stages, contexts, density, nearest } = data;
  const { sequences, sequence } = contexts;
  return [
    { name: "the first stage", values: [stage], below: stages.length },
    ...flags.map(({ id, values }) => ({ name: id, values, below: 2 })),
    ...(groups ? [{ name: "groups", values: groups.values, below: groups.names.length }] : []),
    { name: "sequences of places", values: sequence, below: sequences.length },
    { name: "n_tokens", values: density.n_tokens, least: 1, below: 2 ** 53 },
    ...density.fired.map((values, i) => ({
      name: `fired in ${nameOf(data, i)}`,
      values,
      below: density.n_tokens[i] + 1,
    })),
    ...(nearest?.ids ?? []).map((values, i) => ({
      name: `ids of the nearest latents in ${nameOf(data, i)}`,
      values,
      below: size,
    })),
  ];
}

function checkRange({ name, values, least = 0, below }: Range): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (Number.isInteger(value) && value >= least && value < below) continue;
    refuse(name, `whole numbers from ${least} to ${below - 1}`, `${value} at ${i}`);
  }
}

/** A latent's places follow the one's before, lie inside their sequences, and are its own. */
function checkOffsets({ size, contexts, stages }: ExplorerData): void {
  const { offsets, position, sequence, sequences, k } = contexts;
  for (let latent = 0; latent < size; latent++) {
    if (latent === 0 && offsets[0] !== 0) refuse("offsets", "0 at first", `${offsets[0]}`);
    if (!(offsets[latent] <= offsets[latent + 1])) {
      refuse("offsets", "numbers that rise", `${offsets[latent]} before ${offsets[latent + 1]}`);
    }
  }
  for (let place = 0; place < position.length; place++) {
    const { length } = sequences[sequence[place]];
    checkRange({
      name: `the position of place ${place}`,
      values: [position[place]],
      below: length,
    });
  }
  contexts.top.forEach((top, stage) => {
    for (let i = 0; i < top.length; i++) {
      const latent = Math.floor(i / k), [from, to] = [offsets[latent], offsets[latent + 1]];
      if (top[i] === -1 || (Number.isInteger(top[i]) && top[i] >= from && top[i] < to)) continue;
      refuse(
        `top in ${showName(stages[stage].name)}`,
        `-1 or a place of latent ${latent}, ${from} to ${to - 1},`,
        `${top[i]}`,
      );
    }
  });
  checkActivations(contexts);
}

function checkActivations({ activations }: Contexts): void {
  for (const acts of activations) {
    const at = acts.findIndex((act) => !Number.isFinite(act));
    if (at >= 0) refuse("activations", "finite numbers", `${acts[at]} at ${at}`);
  }
}

/** Columns that something else names: axes, and steps of the path. */
function columnsNamed({ axes, path }: ExplorerData): [string, string][] {
  return [
    ["the axis x", axes.x],
    ["the axis y", axes.y],
    ...path.map(({ from, to, column }): [string, string] => [`the step ${from}-${to}`, column]),
  ];
}

function nameOf({ stages }: ExplorerData, i: number): string {
  return stages[i] ? showName(stages[i].name) : `stage ${i}`;
}

function refuse(name: string, expected: string, found: string): never {
  throw new RangeError(
    `Cannot show ${showName(name)}: expected ${expected} but found ${showName(found)}: take all ` +
      "lists from the same latents, stages and places",
  );
}
