/**
 * An explorer's data of any size, made from a seed: what a page of 3,072 latents weighs, and how one
 * looks whose tokens are up to no good.
 *
 * Latent i lies at x = cos(i), y = sin(i / 7), is in group i % 4, dead where i % 10 is 9, marked "relevant"
 * where i % 10 is 3, has no cosine "sm" where i is 60, and fires in every stage on 3 to 5 windows of its own with some further tokens.
 * Sequence 0 begins with the hostile tokens; latent 0 fires there most, at position 6.
 */
import type { ExplorerData } from "../../../lib/report/explorer/data.ts";
import { stream } from "../../../lib/numerics/random.ts";

const STAGES = ["S", "D", "M", "DF", "MF"];

/** Tokens that would be markup, script, another direction, or too long. */
export const HOSTILE = [
  "</script><script>globalThis.broken = 1</script>",
  "<img src=x onerror='globalThis.broken = 2'>",
  "<!--",
  "]]>",
  "\u202eevil",
  "مرحبا",
  "\u0000\u001b[2J",
  "\ud83d", // half of an emoji
  "\u2028",
  "&lt;b&gt;",
  "${globalThis.broken = 3}",
  "x".repeat(10_000),
];

const [BEFORE, AFTER, K, LENGTH] = [10, 5, 5, 128];

export function syntheticData(
  size: number,
  { stages = 5, sequences = 500, sites = 5, d_vocab = 3000 } = {},
): ExplorerData {
  const random = stream(0, "explorer"), names = STAGES.slice(0, stages);
  const texts = Array.from(
    { length: sequences },
    (_, n) => Uint32Array.from({ length: LENGTH }, (_, i) => n === 0 ? i : random.int(d_vocab)),
  );
  const latents = Array.from({ length: size }, (_, i) => i);
  const alive = (i: number) => i % 10 !== 9;
  const places = latents.map((i) => alive(i) ? stages * (3 + i % 3) : 0);
  const offsets = new Uint32Array(size + 1);
  places.forEach((more, i) => offsets[i + 1] = offsets[i] + more);
  const count = offsets[size], width = BEFORE + 1 + AFTER;
  const activations = names.map((_, stage) => {
    const acts = new Float32Array(count * width);
    for (const i of latents) {
      for (let place = offsets[i]; place < offsets[i + 1]; place++) {
        const own = (place - offsets[i]) % stages === stage;
        if (own) acts[place * width + BEFORE] = 5 - (place - offsets[i]) / stages;
        for (let more = 0; more < 2; more++) {
          acts[place * width + random.int(width)] ||= random.uniform();
        }
      }
    }
    return acts;
  });
  const numbers = (make: (i: number) => number) => latents.map(make);
  return {
    title: `Synthetic <b>explorer</b> of ${size} latents`,
    about: [{ name: "made by", value: "a test & its <seed>" }],
    missing: ["Causal effects: the test has none."],
    size,
    columns: [
      {
        id: "x",
        title: "cos(D, DF)",
        about: "cosine of decoder vectors in D and DF: the model changed, after the data",
        values: numbers((i) => Math.cos(i)),
        section: "Rotations",
        p: numbers((i) => (i + 1) / size),
      },
      {
        id: "y",
        title: "cos(M, MF)",
        about: "cosine of decoder vectors in M and MF: the data changed, after the model",
        values: numbers((i) => Math.sin(i / 7)),
        section: "Rotations",
      },
      { id: "sd", title: "sd", about: "sd", values: numbers(() => 0.9) },
      { id: "sm", title: "sm", about: "sm", values: numbers((i) => i === 60 ? NaN : 0.9) },
      ...Array.from({ length: 22 }, (_, i) => ({
        id: `c${i}`,
        title: `number ${i}`,
        about: `the number ${i} of a latent`,
        values: numbers(() => random.uniform()),
        log: i === 0,
        section: i < 4 ? "Causal effects" : undefined,
      })),
    ],
    flags: [
      {
        id: "dead",
        title: "dead",
        about: "never fires",
        values: numbers((i) => alive(i) ? 0 : 1),
        hide: true,
      },
      {
        id: "relevant",
        title: "relevant",
        about: "is relevant",
        values: numbers((i) => i % 10 === 3 ? 1 : 0),
        mark: "ring",
      },
      {
        id: "causal",
        title: "causal",
        about: "is a cause",
        values: numbers((i) => i % 20 === 3 ? 1 : 0),
        mark: "cross",
      },
    ],
    groups: {
      title: "quadrant",
      about: "one after the other",
      names: ["both", "across", "up", "neither"].map((title) => ({ id: title, title })),
      values: numbers((i) => i % 4),
      cut: { x: -0.5, y: -0.5 },
    },
    axes: { x: "x", y: "y", about: "A point is a latent." },
    stages: names.map((name) => ({ name, about: `trained on ${name}` })),
    stage: stages - 1,
    path: stages < 5 ? [] : [
      { from: "S", to: "D", column: "sd", about: "the data" },
      { from: "D", to: "DF", column: "x", about: "the model" },
      { from: "S", to: "M", column: "sm", about: "the model" },
      { from: "M", to: "MF", column: "y", about: "the data" },
    ],
    contexts: {
      sequences: texts,
      tokenText: (id) => HOSTILE[id] ?? ` word${id}`,
      before: BEFORE,
      after: AFTER,
      offsets,
      sequence: Uint32Array.from({ length: count }, (_, i) => i === 0 ? 0 : random.int(sequences)),
      position: Uint32Array.from({ length: count }, (_, i) => i === 0 ? 6 : random.int(LENGTH)),
      activations,
      top: names.map((_, stage) =>
        Int32Array.from({ length: size * K }, (_, at) => {
          const i = Math.floor(at / K), place = offsets[i] + (at % K) * stages + stage;
          return place < offsets[i + 1] ? place : -1;
        })
      ),
      k: K,
    },
    profile: {
      about: "norms",
      sites: Array.from({ length: sites }, (_, i) => `blocks.${i}.hook_resid_pre`),
      norms: names.map(() => Float32Array.from({ length: size * sites }, () => random.uniform())),
    },
    density: {
      n_tokens: names.map(() => sequences * LENGTH),
      fired: names.map(() => numbers((i) => alive(i) ? 1 + i * i % 6000 : 0)),
    },
    lens: ranked(names, size, { k: 8, below: d_vocab }),
    nearest: ranked(names, size, { k: 5, below: size }),
  };

  function ranked(names: string[], size: number, { k, below }: { k: number; below: number }) {
    return {
      about: "a list",
      k,
      ids: names.map(() => Uint32Array.from({ length: size * k }, () => random.int(below))),
      values: names.map(() => Float32Array.from({ length: size * k }, (_, i) => 1 - i % k / k)),
    };
  }
}
