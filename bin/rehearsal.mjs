#!/usr/bin/env node
// The program is TypeScript and runs as it stands: tsx is registered first, then the command line is loaded.
import { register } from "tsx/esm/api";

// The AWS SDK is pinned: what its later versions will need is no news to who runs this one.
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";

register();
await import("../rehearsal/cli.ts");
