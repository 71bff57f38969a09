import { serve } from "../provider/main.ts";
import { AwsProvider } from "./provider.ts";

// The SDK would tell every user of the lab which version of Node.js it wants next year.
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";

await serve(new AwsProvider(process.env));
