import type { Step } from "./step.ts";

/** Records that this stack owns the mirror cluster, before anything of it exists. Quick, so that it cannot half fail. */
export const own: Step = {
  phase: "create",
  title: "take ownership of the mirror cluster",
  async run({ config, runs }) {
    const { generation } = await runs.own(config);
    return { result: { clusterName: config.clusterName, stateStore: config.stateStore, generation } };
  },
};
