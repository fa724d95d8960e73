/** What settings, stored measurements and results.json have to be, down to each number. @module */
import {
  everyField,
  exactly,
  expectForm,
  list,
  maybe,
  number,
  oneOf,
  orNull,
  text,
  where,
  whole,
} from "../../io/form.ts";
import { show } from "../../io/show.ts";
import { checkMaxOfKSizes } from "../max_of_k.ts";
import { METHODS } from "../checker/statement.ts";
import { MOST_STEPS, ratio } from "../prove.ts";
import { strategyNames } from "../strategies.ts";
import { taskFor, TASKS } from "../tasks/mod.ts";
import { MOST_ASKED, type ProofsSettings } from "./presets.ts";
import type { SampledRow } from "./sampled.ts";

const share = number({ least: 0, most: 1 });
const notNegative = number({ least: 0 });
const positive = number({ above: 0 });
const size = whole(2, 1024);
const width = whole(1, 1024);
/** As many as the samplers take. */
const MOST_DRAWS = 2 ** 31;

/** A count as a decimal string: v^K may exceed 2^53. */
const count = where<string>(
  "a whole number in decimal digits",
  (x) => typeof x === "string" && /^(0|[1-9]\d{0,399})$/.test(x),
);

/** The name of a model and of its folder, and no path to another. */
export const MODEL_ID = where<string>(
  "a name of letters, digits, - and _",
  (x) => typeof x === "string" && /^[\w-]{1,80}$/.test(x),
);

const training = exactly({
  steps: whole(1),
  batch: whole(1),
  lr: positive,
  weightDecay: notNegative,
});

const family = { K: size, v: size, seeds: whole(1, 1000) };

/** ProofsSettings. */
const SETTINGS = exactly({
  families: list(exactly(family), { least: 1 }),
  tasks: maybe(list(exactly({ ...family, task: oneOf(TASKS.map(({ name }) => name)) }))),
  larger: maybe(list(exactly({ ...family, d_model: width }))),
  d_model: width,
  d_head: width,
  training,
  draws: exactly({ "sampled": whole(1, MOST_DRAWS), "sampled/N5": whole(1, MOST_DRAWS) }),
  ablations: whole(1),
  margins: whole(0),
});

/** `settings` where a run can be made with them; throws before anything is trained. */
export function checkSettings(settings: ProofsSettings): void {
  const refuse = (expected: string, found: string): never => {
    throw new RangeError(
      `Cannot run proofs: expected ${expected} but found ${found}: correct the settings`,
    );
  };
  expectForm("run proofs", settings, SETTINGS, "correct the settings");
  const { families, tasks = [], larger = [], d_model, d_head } = settings;
  const names = families.map(({ K, v }) => `K = ${K}, v = ${v}`);
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined) refuse("each family once", `${twice} twice`);
  for (const { K, v } of families) {
    checkMaxOfKSizes({ d_vocab: v, d_model, d_head, n_ctx: K });
  }
  const wide = larger.map(({ K, v, d_model }) => `K = ${K}, v = ${v}, d_model ${d_model}`);
  const repeated = wide.find((name, i) => wide.indexOf(name) < i);
  if (repeated !== undefined) refuse("each larger family once", `${repeated} twice`);
  for (const { K, v, d_model } of larger) {
    checkMaxOfKSizes({ d_vocab: v, d_model, d_head, n_ctx: K });
  }
  const asked = tasks.map(({ task, K, v }) => `${task}, K = ${K}, v = ${v}`);
  const again = asked.find((name, i) => asked.indexOf(name) < i);
  if (again !== undefined) refuse("each family of a task once", `${again} twice`);
  for (const { task, K, v } of tasks) {
    const sizes = { d_vocab: v, d_model, d_head, n_ctx: K };
    checkMaxOfKSizes(sizes);
    taskFor(task, sizes);
    if (v ** K > MOST_ASKED) refuse(`at most ${MOST_ASKED} sequences of a task`, `${v}^${K}`);
  }
}

const accuracy = exactly({
  value: share,
  standardError: notNegative,
  right: maybe(whole(0)),
  undecided: maybe(whole(0)),
});

const audit = exactly({
  cases: whole(0),
  understated: whole(0),
  worst: notNegative,
  unjustified: whole(0),
  unjustifiedSequences: count,
});

const STRATEGIES: ReadonlySet<unknown> = new Set(strategyNames());

const rowFields = {
  strategy: where<string>("the name of a strategy", (x) => STRATEGIES.has(x)),
  G: maybe(whole(1, MOST_STEPS)),
  gMax: maybe(whole(1, MOST_STEPS)),
  certified: maybe(count),
  bound: share,
  atMost: maybe(share),
  flops: positive,
  unexplained: positive,
  everyFloat32: maybe(everyField(count)),
  audit: maybe(audit),
};

const row = exactly(rowFields);

const sampled = exactly({
  method: oneOf(METHODS),
  G: maybe(whole(1, MOST_STEPS)),
  gMax: maybe(whole(1, MOST_STEPS)),
  draws: whole(1, MOST_DRAWS),
  counted: whole(0, MOST_DRAWS),
  certain: count,
  atLeast: exactly({ "0.99": count, "0.999999": count }),
  estimate: share,
  standardError: notNegative,
  setFlops: positive,
  drawFlops: notNegative,
});

const measured = {
  rows: list(row, { least: 1 }),
  repairs: list(exactly({
    attention: text,
    published: share,
    cameraReady: share,
    searchRepaired: share,
    countRepaired: share,
    bothRepaired: share,
    sound: share,
    sharper: share,
  })),
  singular: list(notNegative),
  sampled: list(sampled, { length: METHODS.length }),
  ablations: exactly({ draws: whole(1), right: list(whole(0), { length: 32 }) }),
  margins: orNull(exactly({
    smallest: notNegative,
    thresholds: list(positive),
    counts: list(whole(0)),
    apriori: list(exactly({ arithmetic: text, bound: notNegative, undecided: whole(0) })),
  })),
};

/** measured.json of a finished stage: Measured, and the accuracy that the GPU enumerated. */
export const MEASURED = exactly({
  ...measured,
  exact: orNull(accuracy),
  bruteForceFlops: positive,
});

/** measured.json of a model of another task: TaskMeasured. */
export const TASK_MEASURED = exactly({ right: whole(0), rows: measured.rows });

/** measured.json of a larger model: LargerMeasured. */
const largerFields = {
  accuracy,
  rows: list(exactly({ ...rowFields, bytes: whole(1) }), { least: 1 }),
};
/** The same as a form. */
export const LARGER_MEASURED = exactly(largerFields);

/** losses.json of a finished training, by seed. */
export const LOSSES = everyField(notNegative);

/** ProofsResults. */
export const RESULTS = exactly({
  preset: text,
  seed: whole(0),
  adapter: text,
  settings: SETTINGS,
  models: list(
    exactly({
      id: MODEL_ID,
      K: size,
      v: size,
      seed: whole(0),
      loss: notNegative,
      accuracy,
      ...measured,
    }),
    { least: 1 },
  ),
  tasks: maybe(list(exactly({
    id: MODEL_ID,
    task: text,
    K: size,
    v: size,
    seed: whole(0),
    loss: notNegative,
    right: whole(0),
    rows: measured.rows,
  }))),
  larger: maybe(list(exactly({
    id: MODEL_ID,
    K: size,
    v: size,
    d_model: width,
    seed: whole(0),
    loss: notNegative,
    ...largerFields,
  }))),
});

/** Throws what is wrong with a file: what was expected, and what was found. */
export type Refuse = (expected: string, found: string) => never;

/** Shares are rounded once each: equal ones may differ in their last bit. */
const ROUNDING = 1e-12;

type Counted = {
  id: string;
  K: number;
  v: number;
  accuracy: { value: number; right?: number };
  rows: readonly {
    strategy: string;
    certified?: string;
    bound: number;
    atMost?: number;
    everyFloat32?: Record<string, string>;
  }[];
  sampled: readonly SampledRow[];
  ablations: { draws: number; right: readonly number[] };
  margins: { thresholds: readonly number[]; counts: readonly number[] } | null;
};

/** Throws unless the counts of one model fit its v^K sequences and its bounds. */
export function checkCounts(model: Counted, refuse: Refuse): void {
  const { id, v, K, accuracy, rows, sampled, ablations, margins } = model;
  const sequences = BigInt(v) ** BigInt(K);
  const { right, value } = accuracy;
  if (right !== undefined && right / v ** K !== value) {
    refuse(`the accuracy of ${id} to be right / ${sequences}`, `${value} for ${right} right`);
  }
  checkBounds(model, refuse);
  for (const { strategy, everyFloat32 = {} } of rows) {
    const here = `${strategy} of ${id}`;
    for (const [name, n] of Object.entries(everyFloat32)) {
      if (BigInt(n) > sequences) refuse(`at most ${sequences} in ${name} of ${here}`, n);
    }
  }
  for (const { method, draws, counted, certain, atLeast } of sampled) {
    const here = `${method} of ${id}`;
    if (counted > draws) refuse(`at most ${draws} draws that count in ${here}`, `${counted}`);
    const rising = [certain, atLeast["0.999999"], atLeast["0.99"], `${sequences}`].map(BigInt);
    if (rising.some((n, i) => i > 0 && n < rising[i - 1])) {
      refuse(`bounds that rise to v^K as the confidence falls in ${here}`, rising.join(", "));
    }
  }
  const most = ablations.right.findIndex((n) => n > ablations.draws);
  if (most >= 0) {
    refuse(
      `at most ${ablations.draws} right in the ablations of ${id}`,
      `${ablations.right[most]}`,
    );
  }
  if (margins && margins.counts.length !== margins.thresholds.length) {
    refuse(`a count for each margin of ${id}`, `${margins.counts.length} counts`);
  }
}

/** Throws unless each bound is that of a certified number of the v^K sequences. */
export function checkBounds(
  { id, K, v, rows }: Pick<Counted, "id" | "K" | "v" | "rows">,
  refuse: Refuse,
): void {
  const sequences = BigInt(v) ** BigInt(K);
  for (const { strategy, certified, bound, atMost } of rows) {
    const here = `${strategy} of ${id}`;
    if (certified === undefined && strategy !== "brute-force") {
      refuse(`certified of ${here}`, "none");
    }
    if (certified !== undefined && ratio(BigInt(certified), sequences) !== bound) {
      refuse(`the bound of ${here} to be certified / ${sequences}`, `${bound} for ${certified}`);
    }
    if (atMost !== undefined && atMost < bound - ROUNDING) {
      refuse(`atMost of ${here} from ${bound}`, `${atMost}`);
    }
  }
}

/** Throws unless the larger models are those of the settings, each once, with bounds that fit. */
export function checkLarger(
  { settings, larger = [] }: {
    settings: { larger?: readonly { K: number; v: number; d_model: number; seeds: number }[] };
    larger?: readonly (Pick<Counted, "id" | "K" | "v" | "rows"> & { d_model: number })[];
  },
  refuse: Refuse,
): void {
  const families = settings.larger ?? [];
  const all = families.reduce((sum, { seeds }) => sum + seeds, 0);
  if (larger.length !== all || new Set(larger.map(({ id }) => id)).size !== all) {
    refuse(`${all} larger models`, `${larger.length}`);
  }
  for (const { K, v, d_model, seeds } of families) {
    const own = larger.filter((one) => one.K === K && one.v === v && one.d_model === d_model);
    if (own.length !== seeds) {
      refuse(`${seeds} models of K = ${K}, v = ${v}, d_model ${d_model}`, `${own.length}`);
    }
  }
  for (const model of larger) checkBounds(model, refuse);
}

type AskedCount = Pick<Counted, "id" | "K" | "v" | "rows"> & { task: string; right: number };

/** Throws unless a model's proofs fit the count of its right answers. */
export function checkTaskCounts({ id, K, v, right, rows }: AskedCount, refuse: Refuse): void {
  const sequences = v ** K;
  if (right > sequences) refuse(`at most ${sequences} right answers of ${id}`, `${right}`);
  for (const { strategy, certified, bound, atMost = 1, everyFloat32 = {} } of rows) {
    const here = `${strategy} of ${id}`;
    if (certified === undefined || Number(certified) / sequences !== bound) {
      refuse(`the bound of ${here} to be certified / ${sequences}`, `${bound} for ${certified}`);
    }
    for (const n of [certified!, ...Object.values(everyFloat32)]) {
      if (Number(n) > right) refuse(`at most ${right} certified by ${here}`, n);
    }
    if (atMost < right / sequences) {
      refuse(`atMost of ${here} from ${right / sequences}`, `${atMost}`);
    }
  }
}

/** Throws unless the models of other tasks are those of the settings, each once, with counts that fit. */
export function checkTasks(
  { settings, tasks = [] }: {
    settings: { tasks?: readonly { task: string; K: number; v: number; seeds: number }[] };
    tasks?: readonly AskedCount[];
  },
  refuse: Refuse,
): void {
  const families = settings.tasks ?? [];
  const all = families.reduce((sum, { seeds }) => sum + seeds, 0);
  if (tasks.length !== all || new Set(tasks.map(({ id }) => id)).size !== all) {
    refuse(`${all} models of other tasks`, `${tasks.length}`);
  }
  for (const { task, K, v, seeds } of families) {
    const found = tasks.filter((one) => one.task === task && one.K === K && one.v === v).length;
    if (found !== seeds) refuse(`${seeds} models of ${task}, K = ${K}, v = ${v}`, `${found}`);
  }
  for (const model of tasks) checkTaskCounts(model, refuse);
}

/** Throws unless models are those of the settings, each once. */
export function checkFamilies(
  { settings, models }: {
    settings: { families: readonly { K: number; v: number; seeds: number }[] };
    models: readonly { id: string; K: number; v: number }[];
  },
  refuse: Refuse,
): void {
  const ids = new Set(models.map(({ id }) => id));
  if (ids.size < models.length) refuse("a name of its own for each model", show([...ids]));
  for (const { K, v } of models) {
    if (settings.families.some((family) => family.K === K && family.v === v)) continue;
    refuse("models of the families in its settings", `one with K = ${K}, v = ${v}`);
  }
  for (const { K, v, seeds } of settings.families) {
    const found = models.filter((model) => model.K === K && model.v === v).length;
    if (found !== seeds) refuse(`${seeds} models with K = ${K}, v = ${v}`, `${found}`);
  }
}
