/**
 * Checks that a model gives what its folder says that it must give, on this adapter.
 *
 *   deno task check-model out/cache/model-...            prints the largest error; exit code 1 beyond the tolerance
 *   deno task check-model hf:OWNER/NAME[@revision]       the same of a repository whose owner wrote one
 *   deno task check-model FOLDER --write                 write down what it gives now
 */
import { openGpu } from "../lib/gpu/open.ts";
import { parseHub } from "../lib/io/hub/source.ts";
import { checkModel, writeSelfTest } from "../lib/model/check_model.ts";
import { command, runCommand } from "./command_line.ts";
import { namedOnDisk } from "./hub_option.ts";
import { print } from "./terminal.ts";

const HELP = `Checks that a model gives what its folder says that it must give.

  deno task check-model MODEL [--write]

  MODEL      a folder with config.json and weights; or hf:OWNER/NAME[@revision]
  --write    write self_test.json: prompts with some of the logits that the model gives now
  --help     this text

self_test.json holds prompts as ids, some as texts, and at the last positions the largest logits, others
at random, and log sum exp of all. saveModel writes it beside every model. Exit code 1 where the largest
error, relative to the largest number stated at its position, is beyond the tolerance that the file states.
`;

/** The command; returns the exit code: 0 as stated, 1 otherwise. */
export const check = command(
  { help: HELP, booleans: ["write"], bare: 1 },
  async ({ _: [name], write }) => {
    if (name === undefined) {
      throw new RangeError("Cannot check: expected a model but found none: see --help");
    }
    if (write && parseHub(name, "model") !== undefined) {
      throw new RangeError(
        `Cannot write: expected a folder of your own but found ${name}: copy the model first`,
      );
    }
    const { path: folder } = await namedOnDisk(name, "model");
    using gpu = await openGpu();
    if (write) {
      print(`wrote what ${await writeSelfTest(gpu, folder)} prompts give`);
      return 0;
    }
    const { holds, prompts, numbers, absolute, relative, tolerance, place } = await checkModel(
      gpu,
      folder,
    );
    const most = `at most ${tolerance.toExponential(0)}`;
    print(`${holds ? "as stated" : "not as stated"}: ${numbers} numbers of ${prompts} prompts`);
    print(
      `largest error ${absolute.toExponential(1)}, relative ${relative.toExponential(1)} (${most})`,
    );
    print(`largest at ${place}`);
    return holds ? 0 : 1;
  },
);

if (import.meta.main) await runCommand(check);
