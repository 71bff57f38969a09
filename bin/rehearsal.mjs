#!/usr/bin/env node
// The program is TypeScript and runs as it stands: tsx is registered first, then the command line is loaded.
import { register } from "tsx/esm/api";

register();
await import("../rehearsal/cli.ts");
