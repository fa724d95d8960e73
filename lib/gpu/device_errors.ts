/** What a device finds wrong, attributed to what was going on, told once. @module */

/**
 * Listens to a device. After its first error nothing that it computes can be trusted, and every use
 * is refused.
 */
export class DeviceErrors {
  #failure: { doing: string; error: Error } | undefined;
  #told = false;
  #closed = false;
  #doing = "opening the device";
  #answered: Promise<void> = Promise.resolve();

  constructor(readonly device: GPUDevice) {
    device.addEventListener("uncapturederror", (event) => {
      this.fail(this.#doing, (event as GPUUncapturedErrorEvent).error.message);
    });
    device.lost.then(({ reason, message }) => {
      if (this.#closed) return;
      this.fail(
        this.#doing,
        `expected a working device but it was lost (${reason}: ${message}): run again, finished results are kept`,
      );
    });
  }

  /**
   * Runs `body` in an error scope, so that an error names it, whatever is going on by the time it
   * is reported.
   */
  attribute<T>(doing: string, body: () => T, kind: GPUErrorFilter = "validation"): T {
    this.#doing = doing;
    this.device.pushErrorScope(kind);
    try {
      return body();
    } finally {
      this.#answered = this.device.popErrorScope().then(
        (error) => {
          if (error) this.fail(doing, error.message);
        },
        () => {}, // a lost device has no scopes; `lost` tells
      );
    }
  }

  /** Ends when the device has said whether what was attributed so far was right. */
  answered(): Promise<void> {
    return this.#answered;
  }

  check(): void {
    if (this.#closed) {
      throw new Error(
        "Cannot use this GPU: expected an open one but found one that was closed: open another with openGpu()",
      );
    }
    if (!this.#failure) return;
    const { doing, error } = this.#failure;
    if (this.#told) {
      throw new Error(
        `Cannot use this GPU any more: expected a working device but found one that failed before (${doing}): ` +
          "mend what failed, then open another with openGpu()",
        { cause: error },
      );
    }
    this.#told = true;
    throw error;
  }

  /** From now on a lost device is no failure, and every use is refused. */
  close(): void {
    this.#closed = true;
  }

  /**
   * Remembers what went wrong, unless something did before: what follows an error is its
   * consequence.
   */
  fail(doing: string, message: string): void {
    const memory = /memory|alloc/i.test(message)
      ? ": the adapter is out of memory: take a smaller preset or batch, or close other programs"
      : "";
    this.#failure ??= {
      doing,
      error: new Error(`Cannot go on with ${doing}: ${message.trim()}${memory}`),
    };
  }
}
