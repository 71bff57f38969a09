import { serve } from "../provider/main.ts";
import { commandProvider } from "./provider.ts";

await serve(commandProvider);
