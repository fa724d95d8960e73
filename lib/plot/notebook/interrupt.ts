/**
 * The kernel's interrupt as a signal. Without a listener an interrupt ends Deno's kernel (2.9.6) and
 * all that it holds; with this one it stops what listens, and the kernel goes on.
 *
 * @module
 */

/** What an interrupt stops now. */
const running = new Set<AbortController>();
let listens = false;

/** A signal that the next interrupt of the kernel aborts, until `release` is called. */
export function interruptSignal(): { signal: AbortSignal; release(): void } {
  const controller = new AbortController();
  running.add(controller);
  if (!listens) Deno.addSignalListener("SIGINT", interrupt);
  listens = true;
  return { signal: controller.signal, release: () => void running.delete(controller) };
}

function interrupt(): void {
  for (const controller of running) {
    controller.abort(new DOMException("Interrupted: what was finished is kept", "AbortError"));
  }
  running.clear();
}
