import { afterEach, expect, test } from "@jest/globals";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { AddressBlock } from "../../../lab/pods/address-block.ts";
import { findImage } from "../../../lab/pods/images.ts";
import { eventually } from "../lab/eventually.ts";

const image = findImage("agnhost:2.53");
const script = image?.kind === "process" ? image.script : "";
const started: ChildProcess[] = [];
afterEach(() => started.splice(0).forEach((child) => child.kill("SIGKILL")));

function run(address: string, ...args: string[]): ChildProcess {
  const env = { ...process.env, LAB_POD_ADDRESS: address, LAB_POD_HOSTNAME: "web-1" };
  const child = spawn(process.execPath, [script, ...args], { env, stdio: ["ignore", "ignore", "pipe"] });
  started.push(child);
  return child;
}

test("netexec listens on its pod's address and says who it is", async () => {
  const block = await AddressBlock.reserve(98);
  const address = block.take();
  // Long enough for a request that follows the signal, also on a machine that stands still for a moment.
  const child = run(address, "netexec", "--http-port=8181", "--udp-port=-1", "--delay-shutdown=5");
  const fetched = async (path: string) => {
    const response = await fetch(`http://${address}:8181${path}`);
    return { status: response.status, body: await response.text(), pod: response.headers.get("x-pod-name") };
  };
  await eventually(async () =>
    expect(await fetched("/hostname")).toEqual({ status: 200, body: "web-1", pod: "web-1" }),
  );
  expect((await fetched("/healthz")).status).toBe(200);
  expect((await fetched("/echo?msg=hi%20there")).body).toBe("hi there");
  expect((await fetched("/nothing")).status).toBe(404);
  child.kill("SIGTERM");
  expect((await fetched("/hostname")).body).toBe("web-1");
  expect(await once(child, "exit")).toEqual([0, null]);
  await block.release();
});

test("a command that is not there is an error that names those that are", async () => {
  const child = run("127.0.0.1", "porter");
  let complaint = "";
  child.stderr?.on("data", (chunk: Buffer) => (complaint += chunk.toString()));
  const [code] = (await once(child, "exit")) as [number];
  expect(code).toBe(1);
  await eventually(() => expect(complaint).toMatch(/does not have the command "porter", only netexec/));
});
