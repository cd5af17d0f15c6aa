import type { Advice } from "./advice";
import { type Mistake, type Path, showPath, showValue, sortMistakes } from "./mistake";

/** Collects the mistakes of one file, so that all of them come in one report. */
export class MistakeList {
  private readonly found: Mistake[] = [];
  private readonly ignored: string[] = [];
  private lineOf: (path: Path) => number = () => 1;

  /** @param file - as the user named it */
  public constructor(private readonly file: string) {}

  /** From now on, lines are looked up with this function. */
  public locate(lineOf: (path: Path) => number): void {
    this.lineOf = lineOf;
  }

  /** Adds a mistake at a path; its line is looked up. */
  public add(path: Path, advice: Advice, got: unknown): void {
    this.addAt(this.lineOf(path), path, advice, got);
  }

  /** Adds a mistake at a line, from 1; the path is one in the data, or `file` or `yaml`. */
  public addAt(line: number, path: Path | "file" | "yaml", advice: Advice, got: unknown): void {
    const at = typeof path === "string" ? path : showPath(path);
    if (
      this.ignored.some(
        (top) => at === top || (at.startsWith(top) && /^[.[]/.test(at.slice(top.length))),
      )
    )
      return;
    this.found.push({ file: this.file, line, path: at, ...advice, got: showValue(got) });
  }

  /** Takes no more mistakes at this path and below: its value is not known. */
  public ignoreBelow(path: Path): void {
    this.ignored.push(showPath(path));
  }

  /** The mistakes in the order of their lines, none twice. */
  public sorted(): Mistake[] {
    return sortMistakes(this.found);
  }
}
