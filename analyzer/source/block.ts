/** A part of Terraform code that knows where it stands. */

export interface Block {
  /** `["resource", "aws_iam_role", "deploy"]`. */
  head: readonly string[];
  file: string;
  line: number;
  /** The last line. */
  end: number;
  attributes: ReadonlyMap<string, Attribute>;
  blocks: readonly Block[];
  /** Those above it and behind it, and those in it that no inner block has. */
  comments: readonly Comment[];
}

export interface Attribute {
  file: string;
  line: number;
  /** As written. */
  expression: string;
  /** In Terraform's JSON syntax a string is a template, and what else is JSON stands for itself. */
  syntax: "hcl" | "json";
}

export interface Comment {
  file: string;
  line: number;
  /** Without its marks. */
  text: string;
}

export interface Body {
  blocks: readonly Block[];
  attributes: ReadonlyMap<string, Attribute>;
  /** Those that stand at no block. */
  comments: readonly Comment[];
  /** The line where the file seems to be broken; `null` when nothing does. */
  doubt: number | null;
}
