// A supervisor for the tests to kill: starts children of every unpleasant kind and says their ids.
import { ProcessSupervisor } from "../../../lab/process-supervisor.ts";

const processes = new ProcessSupervisor(process.argv[2] ?? "");
const scripts = {
  plain: "sleep 300",
  stubborn: 'trap "" TERM HUP INT; while :; do sleep 1; done',
  // Leaves its process group and session, as a daemon does.
  daemon: "setsid sleep 300 & sleep 300",
};
const pids = Object.entries(scripts).map(([name, script]) => {
  return processes.start({ name, command: "/bin/sh", args: ["-c", script] }).pid;
});
if (process.argv[3] === "kill-guardian") {
  const first = processes.guardianPid ?? -1;
  process.kill(first, "SIGKILL");
  while (processes.guardianPid === first) await new Promise((resolve) => setTimeout(resolve, 20));
}
console.log(JSON.stringify({ pids, guardian: processes.guardianPid, owner: processes.owner }));
setInterval(() => undefined, 1000);
