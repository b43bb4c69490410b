/** What many rows ask of an attribute. */
import {
  type Attribute,
  attributeOf,
  type Call,
  inBlocks,
  isStopped,
  lost,
  type Row,
  type Surroundings,
  ways,
} from "../../rule.ts";

type Path = Attribute["path"];

interface Parts {
  /** What of the value counts, each as it is named to the reader; default: the members of a list. */
  of?: (value: unknown) => readonly unknown[];
  severity?: Attribute["severity"];
}

/** The members of a list; none of what is no list. */
export const listed = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Something is switched off; not set counts as `unset`. */
export const off = (path: string | Path, says: string, unset = false): Attribute => ({
  path: typeof path === "string" ? [path] : path,
  weaker: ways.off(unset),
  says,
});

/** It looks as if it watched. */
export const madeOff: Row["madeIdle"] = { severity: "medium", says: "is made as off" };

/** What was set is not set any more. */
export const gone = (attribute: string, says: string): Attribute => ({ path: [attribute], weaker: ways.gone, says });

/** It goes somewhere else: whoever looks where it went does not find it any more. */
export const moved = (attribute: string): Attribute => ({
  path: [attribute],
  weaker: (was, is) => was !== null && was !== is,
  says: (was, is) => `delivers to ${is} instead of ${was}`,
  severity: "medium",
});

/** Parts are lost; `says` tells of them. */
export const fewer = (path: Path, says: (parts: string) => string, parts: Parts = {}): Attribute =>
  comparing(path, says, parts, (was, is) => lost(was, is));

/** Parts came that were not there, of what is left out. */
export const more = (path: Path, says: (parts: string) => string, parts: Parts = {}): Attribute =>
  comparing(path, says, parts, (was, is) => lost(is, was));

function comparing(
  path: Path,
  says: (parts: string) => string,
  { of = listed, severity }: Parts,
  between: (was: readonly unknown[], is: readonly unknown[]) => readonly unknown[],
): Attribute {
  return {
    path,
    weaker: (was, is) => between(of(was), of(is)).length > 0,
    says: (was, is) => says(between(of(was), of(is)).join(", ")),
    ...(severity && { severity }),
  };
}

/**
 * A policy does not let services do any more what it let them do.
 * @param servicesIn those that a policy names, as far as they matter
 * @param callsOf what a service has to be able to call, by the values of what has the policy
 */
export function refusing(
  what: string,
  servicesIn: (policy: unknown) => readonly string[],
  callsOf: (values: unknown, service: string, around: Surroundings) => readonly Call[],
): Attribute {
  const refused = (was: unknown, is: unknown, around: Surroundings) => {
    const [old, now] = [was, is].map((values) => inBlocks([values], "policy")[0]);
    if (typeof old !== "string" || typeof now !== "string" || old === now) return [];
    return servicesIn(old)
      .map((service) => ({ service, answer: isStopped(old, now, service, callsOf(was, service, around)) }))
      .filter(({ answer }) => answer !== false);
  };
  return {
    path: [],
    weaker: (was, is, around) => {
      const answers = refused(was, is, around).map(({ answer }) => answer);
      return answers.includes(true) || (answers.length > 0 && null);
    },
    says: (was, is, around) => {
      const services = refused(was, is, around).map(({ service }) => service);
      return `does not let ${services.join(", ")} ${what} any more`;
    },
  };
}

/** The account goes on as the administrator of a service by what AWS Organizations is told. */
export const delegated = (account: string, service: string): NonNullable<Row["servedBy"]> => ({
  aws_organizations_delegated_administrator: (other, gone) =>
    attributeOf(other, "account_id") === attributeOf(gone, account) &&
    attributeOf(other, "service_principal") === `${service}.amazonaws.com`,
});
