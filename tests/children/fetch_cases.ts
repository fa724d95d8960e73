// Child process: runs the fetch command with each list of arguments in turn and prints how each ended, as JSON.
// Argument: the lists, as JSON. The hub's variables are those of this process.
import { fetchCommand } from "../../scripts/fetch.ts";

const said: string[] = [];
for (const args of JSON.parse(Deno.args[0]) as string[][]) {
  said.push(
    await fetchCommand(args).then((code) => `ended with ${code}`, (error) => `${error.message}`),
  );
}
console.log(JSON.stringify(said));
