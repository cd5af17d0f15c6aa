import { writeFileSync } from "node:fs";

import { Command } from "commander";

import { previewText } from "../stacks/deploy/previewText";
import { PulumiCli } from "../stacks/deploy/pulumiCli";
import { readStackConfig } from "../stacks/stackConfig";
import { processTerminal, runProgram } from "./commandLine";
import { previewMarkdown } from "./previewMarkdown";

interface PreviewOptions {
  readonly stack: string;
  readonly output?: string;
}

const program = new Command("npm run preview --")
  .description(
    "What CI does in the platform's pull requests: `pulumi preview`, and a text for a comment.",
  )
  .requiredOption("--stack <name>", "stack on a cluster, as Pulumi.<name>.yaml says")
  .option("--output <file>", "gets the text, Markdown (default: nothing is written)")
  .action(async ({ stack, output }: PreviewOptions) => {
    // Its mistakes are the user's, and said in one line.
    readStackConfig(stack);
    const { code, said } = await new PulumiCli(stack, processTerminal.out).operation([
      "preview",
      "--diff",
    ]);
    if (output !== undefined)
      writeFileSync(output, previewMarkdown({ stack, preview: previewText(said), code }));
    process.exitCode = code;
  });

void runProgram(program);
