/** Stage-wise diffing in tasks: `replicate stagewise --engine`. @module */
import { planStagewise } from "../../lib/diff/run/plan.ts";
import { runStagewiseTask, stagewiseTasks } from "../../lib/diff/run/tasks.ts";
import { tune } from "../../lib/tensor/tune.ts";
import { taskSeconds } from "../plan_timing.ts";
import type { SystemTasks } from "../system.ts";
import { openSources } from "./inputs.ts";
import { plannedSettings } from "./plan.ts";

export const tasks: SystemTasks = {
  async list(options) {
    const settings = await plannedSettings(options);
    return stagewiseTasks(settings).map(({ name, needs }) => ({ name, needs }));
  },
  async prepare(name, options) {
    const made = await openSources(options), { cacheDir, progress: { onDamaged } } = options;
    return async (gpu) => {
      await tune(gpu, { cacheDir, onDamaged });
      await runStagewiseTask(gpu, name, made);
    };
  },
  async seconds(_, { timing, ...options }) {
    const settings = await plannedSettings(options);
    const works = Map.groupBy(planStagewise(settings, { apart: true }), ({ name }) => name);
    const planned = stagewiseTasks(settings).map(({ name, works: names }) => {
      return [name, names.flatMap((work) => works.get(work) ?? [])] as const;
    });
    return taskSeconds(planned, timing);
  },
};
