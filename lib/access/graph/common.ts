/** What all parts of the graph are made of. */
/** A policy document as plain JSON, in AWS's own words. */
export interface PolicyDocument {
  Version: "2012-10-17";
  Statement: readonly Record<string, unknown>[];
}

export type Tags = Readonly<Record<string, string>>;

/** Whatever has a key of its own in the manifest. */
export interface Keyed {
  key: string;
  /** The key it had before: its Terraform resources are moved. */
  renamedFrom: string | null;
}
