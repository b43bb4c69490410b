/** How Terraform runs. */
import type { Place } from "../../problem.ts";
import type { Tags } from "./common.ts";

export interface TerraformSettings {
  backend: Backend;
  /** Role that the provider assumes in member accounts. */
  executionRole: string;
  /** Role that it assumes there to plan; `null`: the same. */
  planRole: string | null;
  /** What the stack `bootstrap` makes for the pipeline; `null`: nothing. */
  pipeline: Pipeline | null;
  /** Stacks that account assignments are cut into; `null`: as few as will do. */
  shards: number | null;
  defaultTags: Tags;
  /** Sorted by stack, then by address. */
  imports: readonly Import[];
}

/** All of it in the management account. */
export interface Pipeline {
  forge: "github" | "gitlab";
  /** What is applied. */
  branch: string;
  /** What applies, where the forge vouches for it; `null`: the branch alone. */
  environment: string | null;
  /** Keys of the roles that it comes in as. */
  roles: readonly string[];
  /** Who vouches for it, without `https://`. */
  issuer: string;
  /** Where states are kept; `null` when that is elsewhere. */
  bucket: { name: string; region: string } | null;
}

/** Something that exists already, and which resource of which stack it becomes. */
export interface Import {
  stack: string;
  address: string;
  /** As the AWS provider wants it for the type. */
  id: string;
  place: Place;
}

export type Backend =
  | { kind: "local" }
  | { kind: "s3"; settings: Readonly<Record<string, string | boolean>> }
  | { kind: "cloud"; settings: Readonly<Record<string, unknown>> };
