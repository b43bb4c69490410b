/**
 * What a document says that is filled in only after it is made, as by `replace(data.x.json, "_BUCKET_ARN_", ...)`: where
 * it holds no value that AWS would take, or one that looks like a blank, the value is not known yet.
 */
import { asArray, asObject, isObject, type JsonObject, member } from "./json.ts";
import { UNKNOWN } from "./partial.ts";

/** Blanks as people write them: `_ARN_`, `{{ arn }}`, `<arn>`, `%arn%`, `@arn@`. */
const blank = /(?<![A-Za-z0-9])_+[A-Za-z]\w*_+(?![A-Za-z0-9])|\{\{[^}]*\}\}|<[\w. -]+>|%\w+%|@\w+@/g;

/** A pattern of ARNs, or a value that is marked as unknown already. */
const isArn = (value: string): boolean => /^(arn:|\*|\?|\$\{)/.test(value);
const isPrincipal = (value: string): boolean => isArn(value) || /^(\d{12}|[A-Z0-9]{16,})$/.test(value);

/**
 * Gives the document with marks for unknown values in the place of blanks.
 * @param object what stands for a resource that is none: the ARN of the one object that the policy is about
 */
export function withBlanks(document: JsonObject, object: string): JsonObject {
  const resource = (value: string) => (isArn(value) ? value : value.replace(/^[^:/]*/, () => object));
  const principal = (value: string) => (isPrincipal(value) ? value : UNKNOWN);
  const inStatement = (statement: unknown): unknown => {
    if (!isObject(statement)) return statement;
    const { Principal, Resource, NotResource } = statement;
    const AWS = member(Principal, "AWS");
    return inTexts(
      {
        ...statement,
        ...(Resource !== undefined && { Resource: inTexts(Resource, resource) }),
        ...(NotResource !== undefined && { NotResource: inTexts(NotResource, resource) }),
        ...(AWS !== undefined && { Principal: { ...asObject(Principal), AWS: inTexts(AWS, principal) } }),
      },
      (text) => text.replace(blank, () => UNKNOWN),
    );
  };
  const written = member(document, "Statement");
  return { ...document, Statement: (Array.isArray(written) ? asArray(written) : [written]).map(inStatement) };
}

/** Deeper than any statement. */
const MAX_DEPTH = 6;

function inTexts(value: unknown, change: (text: string) => string, depth = 0): unknown {
  if (typeof value === "string") return change(value);
  if (depth > MAX_DEPTH) return value;
  if (Array.isArray(value)) return value.map((item) => inTexts(item, change, depth + 1));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, inTexts(item, change, depth + 1)]));
}
