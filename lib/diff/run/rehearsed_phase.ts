/** What a rehearsal tells of a phase. @module */

/**
 * A phase as rehearsed, `done` units of `whole`: the seconds that it took, those that the whole would
 * take, and the same of device memory in bytes.
 */
export type RehearsedPhase = {
  name: string;
  unit: "steps" | "sequences" | "times";
  done: number;
  whole: number;
  took: number;
  cpu: number;
  seconds: number;
  peak: number;
  memory: number;
};
