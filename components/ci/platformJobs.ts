/** What the jobs of the platform's own CI do, the same on GitHub and GitLab. */
import type { CiPlatform } from "./ciPlatform";

/** Minutes that each job may take. A first `up` makes a database, which takes a quarter of an hour. */
export const PLATFORM_MINUTES = { preview: 30, comment: 5, deploy: 90 } as const;

/** In a pull request: what would change, and that nobody forgot to render. */
export function previewCommand({ stack }: CiPlatform): readonly [string, string] {
  return [
    `npm run --silent preview -- --stack ${stack} --output preview.md`,
    "npm run --silent render -- --check",
  ];
}

/** `$IF_NEEDED` is empty, or the flag that ends it when all is deployed. */
export function deployCommand({ stack }: CiPlatform): string {
  return `npm run --silent deploy -- --stack ${stack} \${IF_NEEDED:+"$IF_NEEDED"}`;
}
