/**
 * A pickle machine that can make plain data and nothing else (Python's Lib/pickletools.py describes
 * the opcodes). Where a pickle names something of Python, calls it, or refers to something outside,
 * `World` decides; there is no other way out, and no code is looked up or run by any name.
 *
 * Everything is bounded: bytes (pickle_source.ts), objects, the stack and its marks. Values are
 * never walked through here, so that depth and cycles cost nothing.
 *
 * @module
 */
import { escaped } from "../show.ts";
import {
  digits,
  type PickleSource,
  take,
  takeCount,
  takeFloat64,
  takeInt32,
  takeInteger,
  takeLine,
  takeText,
} from "./pickle_source.ts";
import { type Dict, type Key, kindOf, type Value } from "./values.ts";

/** What names, calls and references mean; each throws on what it does not know. */
export type World = {
  global(module: string, name: string): Value;
  call(callee: Value, args: Value[]): Value;
  persistent(id: Value): Value;
};

/**
 * Lists, dictionaries, tuples, calls and remembered values of one pickle together. A tensor takes a
 * dozen, so that there is room for 20,000.
 */
const MOST_OBJECTS = 2 ** 18;
const MOST_STACK = 100_000;
const MOST_MARKS = 100;

type Machine = {
  source: PickleSource;
  world: World;
  stack: Value[];
  /** Heights of the stack at the open marks. */
  marks: number[];
  memo: Map<number, Value>;
  objects: number;
};

/** Reads one pickle, whose end `source.at` then is. Throws on what is no such data. */
export function unpickle(source: PickleSource, world: World): Value {
  const machine: Machine = { source, world, stack: [], marks: [], memo: new Map(), objects: 0 };
  while (true) {
    const at = source.at, [opcode] = take(source, 1);
    if (opcode === STOP) break;
    const step = STEPS[opcode];
    if (step === undefined) {
      const name = /[!-~]/.test(String.fromCharCode(opcode)) ? String.fromCharCode(opcode) : "";
      source.fail(
        "a pickle of the operations that torch.save writes",
        `${name} 0x${opcode.toString(16)} at byte ${at}`.trim(),
        "save the tensors as safetensors",
      );
    }
    step(machine);
    if (machine.stack.length > MOST_STACK || machine.marks.length > MOST_MARKS) {
      source.fail("a pickle that is not nested so deeply", "an endless one");
    }
  }
  if (machine.stack.length !== 1 || machine.marks.length > 0) {
    source.fail("a pickle of one value", `${machine.stack.length}`);
  }
  return machine.stack[0];
}

const STOP = code(".");

function code(character: string): number {
  return character.charCodeAt(0);
}

/** What each opcode does; the others are refused. */
const STEPS: Record<number, (m: Machine) => void> = {
  [0x80]: (m) => take(m.source, 1), // PROTO; what is written counts, not the number
  [0x95]: (m) => take(m.source, 8), // FRAME, which is only for readers ahead
  [code("N")]: (m) => push(m, null),
  [0x88]: (m) => push(m, true),
  [0x89]: (m) => push(m, false),
  [code("I")]: (m) => push(m, integerOrFlag(m.source)),
  [code("L")]: (m) => push(m, digits(m.source, takeLine(m.source))),
  [code("J")]: (m) => push(m, takeInt32(m.source)),
  [code("K")]: (m) => push(m, takeCount(m.source, 1)),
  [code("M")]: (m) => push(m, takeCount(m.source, 2)),
  [0x8a]: (m) => push(m, takeInteger(m.source, takeCount(m.source, 1))),
  [0x8b]: (m) => push(m, takeInteger(m.source, takeCount(m.source, 4))),
  [code("G")]: (m) => push(m, takeFloat64(m.source)),
  [code("T")]: (m) => push(m, takeText(m.source, takeCount(m.source, 4))),
  [code("U")]: (m) => push(m, takeText(m.source, takeCount(m.source, 1))),
  [code("X")]: (m) => push(m, takeText(m.source, takeCount(m.source, 4))),
  [0x8c]: (m) => push(m, takeText(m.source, takeCount(m.source, 1))),
  [0x8d]: (m) => push(m, takeText(m.source, takeCount(m.source, 8))),
  [code("B")]: (m) => pushBytes(m, takeCount(m.source, 4)),
  [code("C")]: (m) => pushBytes(m, takeCount(m.source, 1)),
  [0x8e]: (m) => pushBytes(m, takeCount(m.source, 8)),

  [code("(")]: (m) => m.marks.push(m.stack.length),
  [code("0")]: (m) => pop(m),
  [code("1")]: (m) => popMark(m),
  [code("2")]: (m) => push(m, top(m)),
  [code(")")]: (m) => make(m, { kind: "tuple", items: [] }),
  [code("t")]: (m) => make(m, { kind: "tuple", items: popMark(m) }),
  [0x85]: (m) => make(m, { kind: "tuple", items: popMany(m, 1) }),
  [0x86]: (m) => make(m, { kind: "tuple", items: popMany(m, 2) }),
  [0x87]: (m) => make(m, { kind: "tuple", items: popMany(m, 3) }),
  [code("]")]: (m) => make(m, { kind: "list", items: [] }),
  [code("l")]: (m) => make(m, { kind: "list", items: popMark(m) }),
  [code("a")]: (m) => append(m, popMany(m, 1)),
  [code("e")]: (m) => append(m, popMark(m)),
  [code("}")]: (m) => make(m, { kind: "dict", entries: new Map() }),
  [code("d")]: (m) => {
    const items = popMark(m);
    make(m, { kind: "dict", entries: new Map() });
    set(m, items);
  },
  [code("s")]: (m) => set(m, popMany(m, 2)),
  [code("u")]: (m) => set(m, popMark(m)),

  [code("g")]: (m) => recall(m, Number(digits(m.source, takeLine(m.source)))),
  [code("h")]: (m) => recall(m, takeCount(m.source, 1)),
  [code("j")]: (m) => recall(m, takeCount(m.source, 4)),
  [code("p")]: (m) => remember(m, Number(digits(m.source, takeLine(m.source)))),
  [code("q")]: (m) => remember(m, takeCount(m.source, 1)),
  [code("r")]: (m) => remember(m, takeCount(m.source, 4)),
  [0x94]: (m) => remember(m, m.memo.size),

  [code("c")]: (m) => push(m, m.world.global(takeLine(m.source), takeLine(m.source))),
  [0x93]: (m) => {
    const [module, name] = popMany(m, 2);
    if (typeof module !== "string" || typeof name !== "string") {
      m.source.fail("a name of Python as two texts", `${kindOf(module)} and ${kindOf(name)}`);
    } else push(m, m.world.global(module, name));
  },
  [code("i")]: (m) => {
    const callee = m.world.global(takeLine(m.source), takeLine(m.source));
    make(m, m.world.call(callee, popMark(m)));
  },
  [code("o")]: (m) => {
    const [callee = null, ...args] = popMark(m);
    make(m, m.world.call(callee, args));
  },
  [code("R")]: call,
  [0x81]: call, // NEWOBJ: the same as far as what is known here goes
  [0x92]: (m) => {
    const keywords = pop(m);
    if (typeof keywords !== "object" || keywords?.kind !== "dict" || keywords.entries.size > 0) {
      m.source.fail("calls without named arguments", "some");
    }
    call(m);
  },
  [code("b")]: build,
  [code("Q")]: (m) => push(m, m.world.persistent(pop(m))),
};

function push({ stack }: Machine, value: Value): void {
  stack.push(value);
}

/** Puts something new on the stack, and counts it. */
function make(m: Machine, value: Value): void {
  count(m);
  push(m, value);
}

function count(m: Machine): void {
  if (++m.objects > MOST_OBJECTS) {
    m.source.fail(`a pickle of at most ${MOST_OBJECTS} objects`, "more");
  }
}

function pushBytes(m: Machine, length: number): void {
  make(m, { kind: "bytes", bytes: take(m.source, length) });
}

/** Takes `n` values from the stack, not below the last mark. */
function popMany({ stack, marks, source }: Machine, n: number): Value[] {
  const found = stack.length - (marks.at(-1) ?? 0);
  if (found < n) source.fail(`${n} values on the stack of its pickle`, `${found}`);
  return stack.splice(stack.length - n);
}

function pop(m: Machine): Value {
  return popMany(m, 1)[0];
}

function popMark({ stack, marks, source }: Machine): Value[] {
  const mark = marks.pop();
  if (mark === undefined) return source.fail("a mark on the stack of its pickle", "none");
  return stack.splice(mark);
}

function top({ stack, marks, source }: Machine): Value {
  if (stack.length <= (marks.at(-1) ?? 0)) return source.fail("a value on the stack", "none");
  return stack.at(-1)!;
}

function append(m: Machine, items: Value[]): void {
  const list = top(m);
  if (typeof list !== "object" || list?.kind !== "list") {
    m.source.fail("a list to append to", kindOf(list));
  } else for (const item of items) list.items.push(item);
}

/** Sets keys, each of which may come once: a second one would hide the first. */
function set(m: Machine, items: Value[]): void {
  const dict = top(m);
  if (typeof dict !== "object" || dict?.kind !== "dict") {
    return m.source.fail("a dictionary to set a key of", kindOf(dict));
  }
  if (items.length % 2 !== 0) m.source.fail("keys with their values", "a key without one");
  for (let i = 0; i < items.length; i += 2) setKey(m, dict, [items[i], items[i + 1]]);
}

function setKey({ source: { fail } }: Machine, { entries }: Dict, [key, value]: Value[]): void {
  if (typeof key === "object" && key !== null) fail("texts and numbers as keys", kindOf(key));
  if (entries.has(key as Key)) fail("each key once", `${escaped(String(key))} twice`);
  entries.set(key as Key, value);
}

function recall(m: Machine, index: number): void {
  const value = m.memo.get(index);
  if (value === undefined) m.source.fail(`a value remembered as ${index}`, "none");
  else push(m, value);
}

function remember(m: Machine, index: number): void {
  count(m);
  m.memo.set(index, top(m));
}

function call(m: Machine): void {
  const [callee, args] = popMany(m, 2);
  if (typeof args !== "object" || args?.kind !== "tuple") {
    m.source.fail("arguments as a tuple", kindOf(args));
  } else make(m, m.world.call(callee, args.items));
}

/**
 * What is attached to a dictionary, such as the versions of modules in _metadata, says nothing of
 * its tensors.
 */
function build(m: Machine): void {
  const state = pop(m), target = top(m);
  const dicts = [target, state].every((x) => typeof x === "object" && x?.kind === "dict");
  if (!dicts) m.source.fail("attributes of a dictionary alone", `some of ${kindOf(target)}`);
}

/** 00 and 01 are False and True. */
function integerOrFlag(source: PickleSource): Value {
  const line = takeLine(source);
  return line === "00" ? false : line === "01" ? true : digits(source, line);
}
