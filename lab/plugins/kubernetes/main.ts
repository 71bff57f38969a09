import { serve } from "../provider/main.ts";
import { KubernetesProvider } from "./provider.ts";

await serve(new KubernetesProvider(process.env));
