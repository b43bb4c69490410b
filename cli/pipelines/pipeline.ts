/** What `init --pipeline` writes. */

/** Where the script of the pipeline is in the user's repository. */
export const scriptFile = ".gatehouse/pipeline.sh";

export interface Pipeline {
  /** Text by path from the root of the repository; `@name@` stands for a setting. */
  files: Readonly<Record<string, string>>;
  /** Whose pipeline it is, as `terraform.pipeline` says it; `null` for one that comes in as nobody of the manifest's. */
  manifest: string | null;
}

/** What the files are told of the manifest. */
export interface PipelineSettings {
  /** Twelve digits of the management account. */
  account: string;
  region: string;
  /** The branch that is applied. */
  branch: string;
  /** The protected environment that applies. */
  environment: string;
  /** Address of the GitLab. */
  gitlab: string;
  executionRole: string;
  planRole: string;
}

/** The files with the settings in them. */
export function filled(files: Pipeline["files"], settings: PipelineSettings): Record<string, string> {
  const values: Readonly<Record<string, string>> = { ...settings };
  return Object.fromEntries(
    Object.entries(files).map(([path, text]) => [
      path,
      text.replace(/@(\w+)@/g, (placeholder, name: string) => values[name] ?? placeholder),
    ]),
  );
}
