/**
 * The GPU that everything runs on: a device, and where operations append their dispatches and take
 * their buffers from now. `openGpu` makes one.
 * @module
 */
import { Device, type DeviceFacts } from "./device.ts";
import { Memory } from "./memory.ts";
import { Recorder } from "./recorder.ts";

/** Outside a recording, this many dispatches are handed to the device at once. */
const PENDING = 256;

/** An open device with a place for the work that is done on it. */
export class Gpu extends Device {
  /** Collects dispatches outside a recording and hands them over when a value is read. */
  readonly immediate: Recorder;
  /**
   * Where operations append their dispatches now: `immediate`, or the program that is being
   * recorded.
   */
  recorder: Recorder;
  /** The device's own memory, which no program takes with it. */
  readonly lasting: Memory;
  /**
   * Where operations take their buffers from now: `lasting`, or the memory of the program that is
   * being recorded.
   */
  memory: Memory;

  /** Takes a device over; `openGpu` makes one. */
  constructor(device: GPUDevice, facts: DeviceFacts) {
    super(device, facts);
    this.immediate = new Recorder(this, "immediate work", { flushAt: PENDING });
    this.recorder = this.immediate;
    this.lasting = new Memory(this, this.immediate);
    this.memory = this.lasting;
  }

  /** Submits what operations have collected outside a recording. */
  flush(): void {
    this.immediate.flush();
  }

  /** Destroys the device and all memory that was taken from it. */
  override [Symbol.dispose](): void {
    super[Symbol.dispose]();
    this.lasting[Symbol.dispose]();
  }
}
