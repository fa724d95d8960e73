/** Types that signatures of this room name, for whoever writes them down. @module */
export type { ABLATED } from "./analysis/ablations.ts";
export type { Repairs } from "./analysis/repairs.ts";
export type { DyadicMatrix } from "./arithmetic/dyadic.ts";
export type { ExpContext } from "./arithmetic/exp.ts";
export type { Enclosure } from "./arithmetic/interval.ts";
export type { Claim } from "./checker/certificate.ts";
export type { Evaluator } from "./evaluation/evaluate.ts";
export type { EvaluationWidths } from "./evaluation/widths.ts";
export type { RECIPE } from "./gpu/train.ts";
export type { ProverOptions } from "./prove.ts";
export type { Audit } from "./published/audit.ts";
export type { PRESETS } from "./run/open_models.ts";
export type { Trainer } from "./run/pipeline.ts";
export type { Directions } from "./tables/directions.ts";
export type { TableName } from "./tables/folded.ts";
export type { Verification } from "./tables/verification.ts";
export type { Entries, Entry, Grid, StrategyOf } from "./theorem.ts";
export type { BruteForce } from "./theorems/brute_force.ts";
