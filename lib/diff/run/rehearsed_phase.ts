/** What a rehearsal tells of a phase, and of those that are like it. @module */

/**
 * A phase as rehearsed, `done` units of `whole`: the seconds that it took, those that the whole would
 * take, and the same of device memory in bytes. `as`: the phase that it is taken to be like, where it
 * was not rehearsed itself.
 */
export type RehearsedPhase = {
  name: string;
  as?: string;
  unit: "steps" | "sequences" | "latents" | "prompts" | "times";
  done: number;
  whole: number;
  took: number;
  cpu: number;
  seconds: number;
  peak: number;
  memory: number;
};

/** A phase of the same work as one that was rehearsed. */
export function alike(phase: RehearsedPhase, name: string, as: string): RehearsedPhase {
  return name === phase.name ? phase : { ...phase, name, as, done: 0, took: 0, cpu: 0 };
}
