/** An input error as data: collected, sorted, printed together. Throwing is for bugs. */

/** A place in an input file; `line` and `column` count from 1, `length` is the number of characters to underline. */
export interface Place {
  file: string;
  line: number;
  column: number;
  length: number;
}

export interface Problem {
  /** Stable, documented, kebab-case: `unknown-group`, `duplicate-key`. */
  code: string;
  severity: "error" | "warning";
  /** What is wrong and, in the same sentence, the nearest right thing: `unknown group "develpers"; did you mean "developers"?` */
  message: string;
  place: Place | null;
  /** The way out, when the message does not already hold it. */
  hint: string | null;
  /** The other places that matter: the first definition of a duplicate, the rule of a delegation. */
  related: readonly { place: Place; message: string }[];
}

/** A file that was read, by the name the user knows it by (relative to where the command runs, `/` as separator). */
export interface SourceFile {
  name: string;
  text: string;
}
