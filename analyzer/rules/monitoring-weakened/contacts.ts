/** Whom AWS tells that an account is abused, or that its keys are found in public. */
import { type Attribute, attributeOf, type Row, ways } from "../../rule.ts";

const domainOf = (address: unknown) => String(address).split("@").at(-1)?.toLowerCase();

const told = {
  path: ["email_address"],
  says: (was: unknown, is: unknown) => `tells ${is} instead of ${was}`,
} as const satisfies Partial<Attribute>;

export const contacts: Readonly<Record<string, Row>> = {
  aws_account_alternate_contact: {
    what: "the contact for security",
    deleted: "medium",
    key: ["account_id", "alternate_contact_type"],
    idle: (contact) => attributeOf(contact, "alternate_contact_type") !== "SECURITY",
    attributes: [
      { path: ["alternate_contact_type"], weaker: ways.from("SECURITY"), says: "is one for something else" },
      { ...told, weaker: (was, is) => domainOf(was) !== domainOf(is) },
      {
        ...told,
        weaker: (was, is) => was !== is && domainOf(was) === domainOf(is),
        severity: "low",
      },
    ],
  },
};
