// An owner of a lab for the tests to kill: `owner.ts DIR`. Says the lab's status once it is up.
import { startLab } from "../../../lab/client.ts";
import { labTools } from "./lab-tools.ts";

const lab = await startLab({ dir: process.argv[2], owned: true, tools: await labTools() });
console.log(JSON.stringify(await lab.status()));
setInterval(() => undefined, 1000);
