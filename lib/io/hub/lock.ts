/**
 * One download of a file at a time, by the locks that Python's huggingface_hub takes too.
 * @module
 */
import { dirname } from "node:path";

/**
 * Runs something while no other process that asks for this lock does; `onWait` is called where one
 * has to be waited for. A disk without locks is no obstacle: whoever runs must do no harm together.
 */
export async function withLock<T>(
  path: string,
  run: () => Promise<T>,
  onWait: () => void,
): Promise<T> {
  await Deno.mkdir(dirname(path), { recursive: true });
  using file = await Deno.open(path, { create: true, write: true });
  const free = await file.tryLock(true).catch(() => true);
  if (!free) {
    onWait();
    await file.lock(true).catch(() => {});
  }
  return await run();
}
