import * as realFs from "node:fs";
import * as realPromises from "node:fs/promises";
import { dirname, join } from "node:path";
import { Killed, type Life } from "./life.ts";

type Entry = { kind: "file"; text: string } | { kind: "folder" } | { kind: "link"; target: string };

/** A small disk in memory, for text: thousands of processes a second live and die on it. */
export class Disk {
  #entries = new Map<string, Entry>();
  /** Paths that are or were links: few, and looked through for each path that leads over one. */
  readonly #links = new Set<string>();
  #open = new Map<number, string>();
  #next = 100;

  constructor(private readonly life: Life) {}

  /** Empty, with one folder. */
  reset(folder: string): void {
    this.#entries.clear();
    this.#links.clear();
    this.#open.clear();
    for (let path = folder; path !== "/"; path = dirname(path)) this.#entries.set(path, { kind: "folder" });
  }

  /** The text of a file; undefined when it is not there. */
  text(path: string): string | undefined {
    const entry = this.#at(path);
    return entry?.kind === "file" ? entry.text : undefined;
  }

  /** As another program writes it. */
  put(path: string, text: string): void {
    this.#entries.set(path, { kind: "file", text });
  }

  exists(path: string): boolean {
    return this.#at(path) !== undefined;
  }

  /** Names in a folder, sorted. */
  list(path: string): string[] {
    if (this.#at(path)?.kind !== "folder") throw failure("ENOENT", path);
    const under = `${path}/`;
    const names = [...this.#entries.keys()].filter(
      (one) => one.startsWith(under) && !one.slice(under.length).includes("/"),
    );
    return names.map((one) => one.slice(under.length)).sort();
  }

  real(path: string): string {
    const entry = this.#entries.get(path);
    const target = entry?.kind === "link" ? join(dirname(path), entry.target) : path;
    if (!this.#entries.has(target)) throw failure("ENOENT", path);
    return target;
  }

  /**
   * `node:fs` and `node:fs/promises`, as far as the step machine uses them, for a process that may die between any two
   * changes of the disk.
   */
  modules(): { fs: object; promises: object } {
    const { life } = this;
    const change =
      <A extends unknown[], R>(call: (...args: A) => R) =>
      (...args: A): R => {
        life.effect();
        return call(...args);
      };
    const look =
      <A extends unknown[], R>(call: (...args: A) => R) =>
      (...args: A): R => {
        life.alive();
        return call(...args);
      };
    const later =
      <A extends unknown[], R>(call: (...args: A) => R) =>
      (...args: A): Promise<R> =>
        new Promise((resolve) => resolve(call(...args)));
    const read = (path: string, encoding?: string): string | Buffer => {
      const text = this.text(path);
      if (text === undefined) throw failure("ENOENT", path);
      return encoding === undefined ? Buffer.from(text) : text;
    };
    const fs = {
      openSync: change((path: string, flags: string) => this.#openFile(path, flags)),
      writeSync: (fd: number, text: string) => this.#write(fd, text),
      ftruncateSync: change((fd: number, length: number) => this.#set(fd, this.#text(fd).slice(0, length))),
      // What a killed process has written is with the kernel, whether it was synced or not.
      fsyncSync: () => life.alive(),
      closeSync: (fd: number) => void this.#open.delete(fd),
      fstatSync: look((fd: number) => ({ size: this.#text(fd).length })),
      readSync: look((fd: number, into: Buffer, offset: number, length: number, at: number) =>
        into.write(this.#text(fd).slice(at, at + length), offset),
      ),
      readFileSync: look(read),
      existsSync: look((path: string) => this.exists(path)),
    };
    const promises = {
      mkdir: later((path: string, options?: { recursive?: boolean }) => {
        // Whoever makes sure of a folder that is there changes nothing.
        if (options?.recursive === true && this.exists(path)) return life.alive();
        life.effect();
        this.#makeFolder(path, options?.recursive);
      }),
      rename: later(change((from: string, to: string) => this.#rename(from, to))),
      symlink: later(change((target: string, path: string) => this.#link(path, target))),
      unlink: later(change((path: string) => this.#remove(path, false))),
      rm: later(change((path: string, options?: { force?: boolean }) => this.#remove(path, options?.force === true))),
      chmod: later(change(() => undefined)),
      readFile: later(look(read)),
      readdir: later(look((path: string) => this.list(path))),
      realpath: later(look((path: string) => this.real(path))),
      open: later((path: string, flags: string) => {
        const fd = fs.openSync(path, flags);
        return {
          writeFile: later((text: string) => this.#write(fd, text)),
          sync: later(fs.fsyncSync),
          close: later(() => fs.closeSync(fd)),
        };
      }),
    };
    // What the machine does not use is there for those who import it by name.
    const whole = { fs: { ...realFs, ...fs }, promises: { ...realPromises, ...promises } };
    return { fs: { ...whole.fs, default: whole.fs }, promises: { ...whole.promises, default: whole.promises } };
  }

  /** What a path leads to, over links. */
  #at(path: string): Entry | undefined {
    const direct = this.#entries.get(path);
    if (direct !== undefined && direct.kind !== "link") return direct;
    for (const link of this.#links) {
      const entry = this.#entries.get(link);
      if (entry?.kind === "link" && (path === link || path.startsWith(`${link}/`)))
        return this.#at(join(dirname(link), entry.target, path.slice(link.length)));
    }
    return undefined;
  }

  #openFile(path: string, flags: string): number {
    if (this.#at(dirname(path))?.kind !== "folder") throw failure("ENOENT", path);
    if (flags === "w" || !this.exists(path)) this.#entries.set(path, { kind: "file", text: "" });
    this.#open.set(this.#next, path);
    return this.#next++;
  }

  #write(fd: number, text: string): void {
    if (this.life.spend()) return this.#set(fd, this.#text(fd) + text);
    this.#set(fd, this.#text(fd) + this.life.rest(text));
    throw new Killed();
  }

  #text(fd: number): string {
    return this.text(this.#open.get(fd) ?? "") ?? "";
  }

  #set(fd: number, text: string): void {
    this.#entries.set(this.#open.get(fd) ?? "", { kind: "file", text });
  }

  #makeFolder(path: string, recursive = false): void {
    if (this.exists(path)) {
      if (recursive) return;
      throw failure("EEXIST", path);
    }
    if (!this.exists(dirname(path))) {
      if (!recursive) throw failure("ENOENT", path);
      this.#makeFolder(dirname(path), true);
    }
    this.#entries.set(path, { kind: "folder" });
  }

  #link(path: string, target: string): void {
    this.#links.add(path);
    this.#entries.set(path, { kind: "link", target });
  }

  #rename(from: string, to: string): void {
    const entry = this.#entries.get(from);
    if (entry === undefined || entry.kind === "folder") throw failure("ENOENT", from);
    this.#entries.delete(from);
    if (entry.kind === "link") this.#links.add(to);
    this.#entries.set(to, entry);
  }

  #remove(path: string, force: boolean): void {
    if (!this.#entries.has(path) && !force) throw failure("ENOENT", path);
    for (const one of this.#entries.keys()) if (one === path || one.startsWith(`${path}/`)) this.#entries.delete(one);
  }
}

function failure(code: string, path: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: ${path}`), { code });
}
