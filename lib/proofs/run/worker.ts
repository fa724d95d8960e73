/** A thread that measures models; see pool.ts. @module */
import { type LargerMeasureTask, measureLargerModel } from "./larger_models.ts";
import { measureModel, type MeasureTask } from "./measure_model.ts";
import { measureTaskModel, type TaskMeasureTask } from "./task_models.ts";

const scope = globalThis as unknown as {
  onmessage:
    | ((event: MessageEvent<MeasureTask | TaskMeasureTask | LargerMeasureTask>) => void)
    | null;
  postMessage(message: unknown): void;
};

// Only a worker has no document and no importer: importing this module elsewhere does nothing.
if ("WorkerGlobalScope" in globalThis) {
  scope.onmessage = ({ data }) => {
    try {
      const measured = "larger" in data
        ? measureLargerModel(data)
        : "task" in data
        ? measureTaskModel(data)
        : measureModel(data);
      scope.postMessage({ measured });
    } catch (error) {
      scope.postMessage({ error: error instanceof Error ? error.message : `${error}` });
    }
  };
}
