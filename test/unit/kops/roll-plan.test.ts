import { describe, expect, test } from "@jest/globals";
import { repeatedRoll, revertRoll, upgradeRoll, type RollAction } from "../../../kops/roll-plan.ts";

const told = (actions: readonly RollAction[]): string[] =>
  actions.map((action) => {
    if (action.do === "skew-probe") return action.do;
    const flags = [
      action.do === "update" && action.prune ? " --prune" : "",
      action.do === "update" && action.ignoreKubeletVersionSkew ? " --ignore-kubelet-version-skew" : "",
      action.do === "roll" && action.force ? " --force" : "",
    ];
    return `${action.do} ${action.roles?.join(",") ?? "all"}${flags.join("")}`;
  });

describe("what kops is told", () => {
  test("staged: the control plane first, so that no kubelet is newer than its API server", () => {
    expect(told(upgradeRoll("staged"))).toEqual([
      "update control-plane,apiserver",
      "roll control-plane,apiserver",
      "update all",
      "roll all",
      "update all --prune",
    ]);
  });

  test("the skew probe comes while only the control plane is upgraded", () => {
    const actions = told(upgradeRoll("staged", { skewProbe: true }));
    expect(actions.indexOf("skew-probe")).toBe(actions.indexOf("roll control-plane,apiserver") + 1);
    expect(actions.indexOf("skew-probe")).toBeLessThan(actions.indexOf("update all"));
  });

  test("legacy: one update, one rolling update; nodes get the new version although the control plane runs the old one", () => {
    expect(told(upgradeRoll("legacy"))).toEqual(["update all --ignore-kubelet-version-skew", "roll all"]);
  });

  test("again: every instance, forced, at the version that is there", () => {
    expect(told(repeatedRoll())).toEqual(["roll control-plane,apiserver --force", "roll node,bastion --force"]);
  });

  test("the way back: nodes first, for the same reason", () => {
    expect(told(revertRoll())).toEqual([
      "update node,bastion",
      "roll node,bastion",
      "update all",
      "roll all",
      "update all --prune",
    ]);
  });
});
