import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import path from "node:path";
import {
  goProblem,
  labPlatformProblem,
  nodeProblem,
  PrerequisiteError,
  pythonProblem,
  requireGo,
  requirePython,
} from "../../../tools/prerequisites.ts";
import { script, temporaryFolder } from "./support.ts";
import type { Cleanup } from "./support.ts";

describe("versions", () => {
  test("Node.js from 20", () => {
    expect(nodeProblem("20.0.0")).toBeUndefined();
    expect(nodeProblem("18.20.4")).toContain("Node.js 18.20.4 is too old: version 20");
  });

  test("Go from 1.26, or a Go that may fetch it", () => {
    expect(goProblem("go1.26", "local")).toBeUndefined();
    expect(goProblem("go1.27.1", "local")).toBeUndefined();
    expect(goProblem("go1.22.4", "auto")).toBeUndefined();
    expect(goProblem("go1.22.4", "go1.22.4+auto")).toBeUndefined();
    expect(goProblem("go1.22.4", "local")).toContain("GOTOOLCHAIN=auto (now local)");
    expect(goProblem("go1.20.1", "auto")).not.toContain("GOTOOLCHAIN");
    expect(goProblem("go1.20.1", "auto")).toContain("go1.20.1 is too old");
    expect(goProblem(undefined, "local")).toContain("Go is needed to build tools, and was not found");
  });

  test("Python from 3.11", () => {
    expect(pythonProblem("3.11.0")).toBeUndefined();
    expect(pythonProblem("3.14.1")).toBeUndefined();
    expect(pythonProblem("3.9.2")).toContain("Python 3.9.2 is too old");
    expect(pythonProblem(undefined)).toContain("was not found");
  });

  test("the lab's system", () => {
    expect(labPlatformProblem("linux")).toBeUndefined();
    expect(labPlatformProblem("darwin")).toContain("not on macOS: its pods listen on addresses all over 127.0.0.0/8");
  });
});

describe("programs", () => {
  let folder: string;
  let cleanup: Cleanup;
  beforeEach(async () => {
    ({ folder, cleanup } = await temporaryFolder());
  });
  afterEach(() => cleanup());

  test("a fitting Go is returned with its path", async () => {
    const go = await script(path.join(folder, "go"), "echo go1.26.3", "echo local");
    expect(await requireGo({ PATH: folder })).toBe(go);
  });

  test("an old Go is refused", async () => {
    await script(path.join(folder, "go"), "echo go1.19.8");
    await expect(requireGo({ PATH: folder })).rejects.toThrow(
      "go1.19.8 is too old to build the tools. Install Go 1.26",
    );
  });

  test("no Python on PATH", async () => {
    const none = requirePython({ PATH: folder });
    await expect(none).rejects.toThrow(PrerequisiteError);
    await expect(none).rejects.toThrow("Install Python 3.11 or newer");
  });

  test("a newer Python is found behind an old python3", async () => {
    await script(path.join(folder, "python3"), "echo 3.9.2");
    const newer = await script(path.join(folder, "python3.12"), "echo 3.12.4");
    expect(await requirePython({ PATH: folder })).toBe(newer);
  });

  test("only an old one: its version is in the message", async () => {
    await script(path.join(folder, "python3"), "echo 3.9.2");
    await expect(requirePython({ PATH: folder })).rejects.toThrow("Python 3.9.2 is too old");
  });

  test("a Python without venv, as Debian has it", async () => {
    await script(path.join(folder, "python3"), "echo 3.11.2; exit 1");
    await expect(requirePython({ PATH: folder })).rejects.toThrow("apt install python3-venv");
  });
});
