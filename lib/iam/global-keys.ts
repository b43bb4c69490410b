/**
 * The condition keys that any service may send.
 *
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
import { readKeys } from "./service.ts";
import stored from "./services/index.ts";

export const globalKeys = readKeys(stored.globalKeys.split(" "));

const stsKeys = readKeys(stored.stsKeys.split(" "));

/** Whether no request carries the key: it looks like one of AWS's own, or of what trust policies ask for, and is none. */
export const isNeverSent = (key: string): boolean =>
  (/^aws:/i.test(key) && !globalKeys.has(key)) || (/^sts:/i.test(key) && !stsKeys.has(key));
