/** A Slurm cluster of one machine: a real controller and a real daemon for each of its nodes. @module */
import { join } from "node:path";

const PROGRAMS = ["munged", "slurmctld", "slurmd", "sbatch", "squeue"];

/** Why there can be no cluster here, or nothing. */
export async function missingForSlurm(): Promise<string | undefined> {
  if (Deno.uid() !== 0) return "daemons of Slurm start jobs as root alone";
  for (const name of PROGRAMS) {
    const { success } = await sh(`command -v ${name}`);
    if (!success) return `${name} is not installed (apt-get install slurm-wlm munge)`;
  }
}

export type Cluster = {
  environment: Record<string, string>;
  kill(node: string): void;
  stop(): Promise<void>;
};

/** Starts nodes n1, n2, ... with one slot each; everything lies in `folder`. */
export async function startCluster(folder: string, nodes: number): Promise<Cluster> {
  const host = Deno.hostname(), ports = freePorts(nodes + 1);
  const names = Array.from({ length: nodes }, (_, i) => `n${i + 1}`);
  const socket = join(folder, "munge.socket"), conf = join(folder, "slurm.conf");
  await Deno.writeFile(join(folder, "munge.key"), crypto.getRandomValues(new Uint8Array(128)), {
    mode: 0o600,
  });
  await Deno.writeTextFile(
    join(folder, "cgroup.conf"),
    "CgroupPlugin=autodetect\nIgnoreSystemd=yes\n",
  );
  await Deno.writeTextFile(
    conf,
    `ClusterName=test
SlurmctldHost=${host}(127.0.0.1)
SlurmctldPort=${ports[0]}
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=${socket},cred_expire=5
CredType=cred/munge
StateSaveLocation=${join(folder, "state")}
SlurmdSpoolDir=${join(folder, "spool-%n")}
SlurmctldPidFile=${join(folder, "slurmctld.pid")}
SlurmdPidFile=${join(folder, "slurmd-%n.pid")}
SlurmctldLogFile=${join(folder, "slurmctld.log")}
SlurmdLogFile=${join(folder, "slurmd-%n.log")}
SlurmdParameters=config_overrides
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=sched_min_interval=100000,batch_sched_delay=1,bf_interval=1
ReturnToService=2
SlurmdTimeout=4
KillWait=1
${
      names.map((name, i) =>
        `NodeName=${name} NodeHostname=${host} NodeAddr=127.0.0.1 Port=${
          ports[i + 1]
        } CPUs=1 State=UNKNOWN`
      ).join("\n")
    }
PartitionName=main Nodes=ALL Default=YES State=UP
`,
  );
  for (const name of ["state", ...names.map((name) => `spool-${name}`)]) {
    await Deno.mkdir(join(folder, name));
  }
  const munge = [
    ...["--foreground", "--force", `--socket=${socket}`, `--key-file=${join(folder, "munge.key")}`],
    ...["pid", "log", "seed"].map((kind) => `--${kind}-file=${join(folder, `munge.${kind}`)}`),
    "--num-threads=2",
  ];
  const environment = { SLURM_CONF: conf };
  const start = (program: string, args: string[]) =>
    new Deno.Command(program, {
      ...{ args, env: environment, stdin: "null", stdout: "null", stderr: "null" },
    }).spawn();
  const daemons = new Map([["munge", start("munged", munge)]]);
  await until("munged", async () => await Deno.stat(socket).then(() => true, () => false));
  daemons.set("controller", start("slurmctld", ["-D", "-c"]));
  for (const name of names) daemons.set(name, start("slurmd", ["-D", "-N", name]));
  const stop = async () => {
    await sh("scancel --user=root", environment);
    for (const child of [...daemons.values()].reverse()) end(child, "SIGTERM");
    for (const child of daemons.values()) {
      const late = setTimeout(() => end(child, "SIGKILL"), PATIENCE); // a slurmd may wait for a lost controller
      await child.status;
      clearTimeout(late);
    }
  };
  try {
    await until("nodes", async () => {
      const { stdout } = await sh("sinfo --noheader --Node --format=%T", environment);
      return stdout.trim().split("\n").filter((state) => state === "idle").length === nodes;
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    environment,
    kill(node) {
      daemons.get(node)!.kill("SIGKILL");
    },
    stop,
  };
}

/** Milliseconds that a daemon has to end in. */
const PATIENCE = 5000;

function end(child: Deno.ChildProcess, signal: Deno.Signal): void {
  try {
    child.kill(signal);
  } catch {
    // It ended before.
  }
}

/** Ports that nobody listens on now. */
function freePorts(n: number): number[] {
  const listeners = Array.from(
    { length: n },
    () => Deno.listen({ hostname: "127.0.0.1", port: 0 }),
  );
  const ports = listeners.map(({ addr }) => (addr as Deno.NetAddr).port);
  for (const listener of listeners) listener.close();
  return ports;
}

/** Waits up to a minute. */
export async function until(what: string, is: () => Promise<boolean>): Promise<void> {
  for (let n = 0; n < 300; n++) {
    if (await is()) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`waited a minute for ${what}`);
}

export async function sh(script: string, env: Record<string, string> = {}) {
  const { success, stdout } = await new Deno.Command("sh", { args: ["-c", script], env }).output();
  return { success, stdout: new TextDecoder().decode(stdout) };
}
