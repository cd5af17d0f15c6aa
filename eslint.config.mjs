import eslint from "@eslint/js";
import prettier from "eslint-config-prettier";
import tseslint from "typescript-eslint";

/** What `components/` may not touch: it declares resources and documents, `stacks/` reads the world. */
const AMBIENT = ["fs", "node:fs", "node:fs/promises", "child_process", "node:child_process"];

export default tseslint.config(
  { ignores: ["node_modules/", ".sandbox/", "coverage/", "examples/", ".charts/"] },
  eslint.configs.recommended,
  ...tseslint.configs.strictTypeChecked.map((config) => ({ ...config, files: ["**/*.ts"] })),
  {
    files: ["**/*.ts"],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      "max-lines": ["error", { max: 200, skipBlankLines: true, skipComments: true }],
      "max-lines-per-function": ["error", { max: 40, skipBlankLines: true, skipComments: true }],
      "no-console": "error",
      eqeqeq: "error",
      // Numbers in messages are what people read; objects are still refused.
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
    },
  },
  {
    files: ["components/**/*.ts"],
    rules: {
      "no-restricted-imports": ["error", { paths: AMBIENT }],
      "no-restricted-globals": ["error", { name: "process", message: "stacks/ reads the world" }],
      "no-restricted-properties": [
        "error",
        { object: "Date", property: "now", message: "a builder is deterministic" },
        { object: "pulumi", property: "getStack", message: "stacks/config.ts is the only reader" },
      ],
    },
  },
  {
    // A describe block is a list of cases, not a function that someone has to follow.
    files: ["test/**/*.ts"],
    rules: { "max-lines-per-function": "off" },
  },
  {
    files: ["**/*.cjs"],
    languageOptions: {
      globals: {
        module: "writable",
        require: "readonly",
        __dirname: "readonly",
        process: "readonly",
        console: "readonly",
      },
    },
  },
  prettier,
);
