/** Signals that ask this program to end, for work that has something to end first. @module */
import { say } from "../terminal.ts";

/** Their numbers. */
const SIGNALS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;

/** The reason of an abort by a signal. */
class Stopped {
  constructor(readonly name: keyof typeof SIGNALS) {}
}

/**
 * The exit code that work returns. The first signal that asks this program to end aborts what the work
 * is given; where the work throws that as its reason, it is said, and the code is what shells call a
 * program that ended so. A second signal ends the program at once.
 */
export async function untilStopped(
  work: (signal: AbortSignal) => Promise<number>,
): Promise<number> {
  using stop = stopSignal();
  try {
    return await work(stop.signal);
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
    const { name } = error;
    say(
      `error: Stopped by ${name}: what was finished is kept, the same command goes on from there`,
    );
    return 128 + SIGNALS[name];
  }
}

function stopSignal(): { signal: AbortSignal } & Disposable {
  const controller = new AbortController();
  const listeners = (Object.keys(SIGNALS) as (keyof typeof SIGNALS)[]).map((name) => {
    const listener = () => {
      dispose();
      controller.abort(new Stopped(name));
    };
    return [name, listener] as const;
  });
  const dispose = () => {
    for (const [name, listener] of listeners) Deno.removeSignalListener(name, listener);
  };
  for (const [name, listener] of listeners) Deno.addSignalListener(name, listener);
  return { signal: controller.signal, [Symbol.dispose]: dispose };
}
