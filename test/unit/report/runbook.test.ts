import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { ReportData } from "../../../report/data.ts";
import { renderRunbook } from "../../../report/runbook/runbook.ts";
import { badData, reportData, withEverything } from "./example.ts";

const bad = badData();
const good = reportData();
const known = { clusterName: "prod.k8s.example.com", stateStore: "s3://prod-state" };
const text = renderRunbook({ ...good, production: known });

/** The blocks of shell, each as its commands, one a line. */
const blocks = (markdown: string): string[][] =>
  [...markdown.matchAll(/```sh\n([\s\S]*?)\n```/g)].map(([, body]) => body!.replaceAll(/ \\\n */g, " ").split("\n"));
const commands = (markdown: string): string[] => blocks(markdown).flat();

describe("runbook.md", () => {
  test("has the staged order with this rehearsal's intervals", () => {
    const inOrder = [
      "kops edit cluster --set=spec.kubernetesVersion=1.35.0 --name=prod.k8s.example.com --state=s3://prod-state",
      "### 2. Update the control plane",
      "--instance-group-roles=control-plane,apiserver",
      "### 3. Roll the control plane",
      "--control-plane-interval=8s",
      "### 4. Update the nodes",
      "### 5. Roll the nodes",
      "kops delete instance",
      "kops rolling-update cluster",
      "### 6. Prune",
      "--prune",
      "### 7. Check",
    ];
    let from = 0;
    const flat = text.replaceAll(/ \\\n */g, " ");
    for (const part of inOrder) {
      const place = flat.indexOf(part, from);
      expect({ part, found: place >= 0 }).toEqual({ part, found: true });
      from = place;
    }
  });

  test("legacy: one update and one roll of all; no single node of the new version while the control plane is old", () => {
    const page = renderRunbook({ ...good, production: known, config: { ...good.config, order: "legacy" } });
    const [, steps = ""] = page.split("## Upgrade\n");
    expect(steps).toContain("### 2. Update control plane and nodes");
    expect(steps).toContain("### 3. Roll control plane and nodes");
    const [upgrade = ""] = steps.split("\n## ");
    const told = commands(upgrade).filter((line) => /^kops (update|rolling-update|delete) /.test(line));
    expect(told.filter((line) => line.includes("--yes")).map((line) => line.replace(/ --name=.*/, ""))).toEqual([
      "kops update cluster",
      "kops rolling-update cluster",
    ]);
    expect(told.slice(0, 2).every((line) => line.includes(" --ignore-kubelet-version-skew "))).toBe(true);
    expect(told.filter((line) => line.startsWith("kops delete"))).toEqual([]);
    expect(commands(text).filter((line) => line.includes("--ignore-kubelet-version-skew"))).toEqual([]);
  });

  test("exports the feature flags that production's manifests need, and only where there are some", () => {
    const apiServers = { kind: "InstanceGroup", spec: { role: "APIServer" } };
    const page = renderRunbook({ ...good, production: known, config: { ...good.config, manifests: [apiServers] } });
    const all = commands(page);
    expect(all[0]).toBe("export KOPS_FEATURE_FLAGS=+APIServerNodes");
    expect(all.slice(1)).toEqual(commands(text));
  });

  test("names the mirror as what was rehearsed on, and in no command", () => {
    expect(commands(text).filter((line) => line.includes("mirror"))).toEqual([]);
    expect(text).toContain("Rehearsed on `mirror.k8s.example.com`");
    expect(text).not.toContain("PRODUCTION_");
  });

  test.each([
    ["staged", text],
    ["legacy", renderRunbook({ ...good, production: known, config: { ...good.config, order: "legacy" } })],
    ["with all that a rehearsal can find", renderRunbook({ ...bad, verdict: withEverything(bad.verdict) })],
  ])("%s: every --yes stands alone, after its dry run", (_, markdown) => {
    const all = blocks(markdown);
    const earnest = all.filter((lines) => lines.some((line) => / --yes\b/.test(line)));
    expect(earnest.length).toBeGreaterThan(5);
    for (const lines of earnest) {
      expect(lines).toHaveLength(1);
      // The same without --yes, and without how much it says, came before it: but for going on with what was begun.
      const quiet = (line: string): string => line.replace(" --yes", "").replace(/ --v=\d+$/, "");
      const before = all.slice(0, all.indexOf(lines)).flat().map(quiet);
      expect(before).toContain(quiet(lines[0]!));
    }
  });

  test("every command meets production alone: kops by name and state store, kubectl by context", () => {
    for (const line of commands(text)) {
      if (line.startsWith("kops ") && !line.startsWith("kops version"))
        expect(line).toMatch(/ --name=prod\.k8s\.example\.com .*--state=s3:\/\/prod-state/);
      if (line.startsWith("kubectl ")) expect(line).toMatch(/^kubectl --context=prod\.k8s\.example\.com /);
    }
  });

  test("explains its placeholders when production is not known, and a forgotten one stays an error", () => {
    const unknown = renderRunbook(good);
    expect(unknown).toContain("Replace in every command: `<PRODUCTION_CLUSTER>`: production's cluster name");
    for (const line of commands(unknown)) expect(line.replaceAll(/'[^']*'/g, "")).not.toMatch(/<[A-Z]/);
  });

  test("takes limits from the rehearsal's own noise and budgets", () => {
    const page = renderRunbook(bad);
    expect(page).toMatch(
      /\| Share of failed requests \| 0 % before, 1\.77 % during the upgrade \| 0\.03 % \| 0\.1 % \|/,
    );
    expect(page).toMatch(/\| Interruption of a service \| longest 1\.84 s \| any \| 1 s \|/);
    expect(page).toMatch(
      /\| p99, for longer than a minute \| 1\d\.\d ms in the usual second, moving by \d\.\d ms on its own \|/,
    );
    expect(page).toMatch(/\| Turn of a node \| 25 s to 26 s \| 26 s \| 52 s, twice the slowest \|/);
    expect(page).toMatch(/\| New instance, from launch to Ready \| 9 s \| 9 s \| 18 s, twice the slowest \|/);
    expect(page).toContain("Settle these before you go on");
  });

  test("fills in what stood in the way, by the names that the rehearsal met", () => {
    const at = { time: bad.events.at(-1)!.time, phase: "nodes" } as const;
    const events: ReportData["events"] = [
      ...bad.events,
      {
        ...at,
        kind: "eviction-refused",
        node: "i-0a2b",
        pod: "shop/cart-75bd9dfc64-rjrpg",
        message:
          "PodDisruptionBudget shop/cart (1 healthy, 1 wanted, 0 disruptions allowed) refuses to evict pod shop/cart-75bd9dfc64-rjrpg from node i-0a2b",
      },
      {
        ...at,
        kind: "validation-failed",
        message: 'Pod kube-system/metrics-5557cc886c-6tlkj: system-cluster-critical pod "metrics" is not ready',
      },
    ];
    const actions = ["deleted pod shop/cart-75bd9dfc64-rjrpg"];
    const page = renderRunbook({ ...bad, actions, events: events.filter(({ pod }) => pod !== "default/web-2") });
    expect(page).toContain("Budgets to look at first: `shop/cart`.");
    expect(page).toContain("NAMESPACE='shop'\nDEPLOYMENT='cart'");
    expect(page).toContain("POD='<POD>' # in the rehearsal cart-75bd9dfc64-rjrpg");
    expect(page).toContain("it was `metrics-5557cc886c-6tlkj` of Deployment `metrics`");
    expect(page).toContain("- The rehearsal deleted pod shop/cart-75bd9dfc64-rjrpg");
    expect(page).toContain("meet you in production: the rehearsal only went on because of it.");
    const halted = { ...bad.verdict, roll: { ...bad.verdict.roll, ok: false } };
    expect(renderRunbook({ ...bad, verdict: halted, actions })).toContain("tried this and halted all the same.");
    expect(renderRunbook(good)).toContain("The rehearsal saw none of this.");
  });

  test("has a counterpart for each trouble of the article, in today's flags", () => {
    const flat = commands(text).join("\n");
    expect(flat).toMatch(/kops validate cluster/);
    expect(flat).toMatch(/delete pod --namespace=kube-system/);
    expect(flat).toMatch(/kubectl \S+ drain --ignore-daemonsets --delete-emptydir-data --force/);
    expect(flat).toMatch(/aws ec2 terminate-instances/);
    expect(flat).toMatch(/rolling-update cluster .*--yes .*--v=10/);
    expect(flat).toMatch(/--set=spec\.kubernetesVersion=1\.34\.3/);
    expect(text).toContain("others found an interval of 10m reliable, which makes 500 min at least");
  });

  test("uses the pacing that a search chose, and what it needs", () => {
    const page = renderRunbook({ ...good, verdict: withEverything(good.verdict) });
    expect(page).toContain('kops edit instancegroup "$GROUP" --set=spec.rollingUpdate.maxSurge=2');
    expect(page).toMatch(/Rehearsed: 1\.35\.0 to 1\.34\.3, mid-upgrade: it worked/);
    expect(page).toContain("- [ ] InstanceGroup gpu spec.machineType: the new image has another driver");
  });

  test("text from outside ends neither a block of shell nor a cell", () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom("```", "`", "|", "\n# x", "'; rm -rf / #"), (before, evil) => {
        const message = `${before}${evil}`;
        const page = renderRunbook({
          ...bad,
          events: bad.events.map((event) => ({ ...event, message, ...(event.pod ? { pod: `ns/${message}` } : {}) })),
          verdict: { ...bad.verdict, reasons: [message] },
          production: { clusterName: message, stateStore: `s3://${message}` },
        });
        expect(blocks(page)).toHaveLength(blocks(renderRunbook(bad)).length);
      }),
      { numRuns: 50 },
    );
  });
});
