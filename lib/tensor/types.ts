/** Types that signatures of this room name, for whoever writes them down. @module */
export type { HeadOptions } from "./ops/heads.ts";
export type { ProductForm } from "./ops/matmul/call.ts";
export type { SumOptions } from "./ops/sum.ts";
export type { OnLog } from "./run_training.ts";
export type { Schedule, ScheduleOptions } from "./schedule.ts";
export type { LossKind } from "./tape.ts";
export type { Trained } from "./training_state.ts";
