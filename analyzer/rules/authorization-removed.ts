import { flatMap } from "../../lib/flat-map.ts";
import { attributeOf, inBlocks, type Row, rule, ways, weakened } from "../rule.ts";

type Weaker = (was: unknown, is: unknown) => boolean;

/** It asked for one of these, and asks for none; not set counts as `unset`. A value that is not known yet may be none. */
const none =
  (values: readonly unknown[], unset: string | null = null): Weaker =>
  (was, is) =>
    values.includes(was ?? unset) && !values.includes(is ?? unset);

/** It was off, or not set, and is on. */
const on: Weaker = (was, is) => was !== true && is === true;

const asked = (was: unknown) => `asks for no authorization any more (${was} before), and anyone can call it`;

const scopes = {
  path: ["authorization_scopes"],
  weaker: ways.gone,
  says: "does not ask for a scope any more: any token of the same issuer will do",
  severity: "medium",
} as const;

/** A browser asks without credentials whether it may ask: those requests are answered to everyone. */
const isPreflight = (name: unknown) => /^OPTIONS( |$)/.test(String(name));

const API_KEY = "API_KEY";
/** The usual one first. */
const modesOf = (api: unknown): readonly unknown[] => [
  ...inBlocks([api], "authentication_type"),
  ...flatMap(inBlocks([api], "additional_authentication_provider"), (more) => inBlocks(more, "authentication_type")),
];

const signsIn = (actions: unknown) => inBlocks(actions, "type").some((type) => /^authenticate-/.test(String(type)));
/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html */
const letsThrough = (actions: unknown) =>
  ["authenticate_cognito", "authenticate_oidc"].some((way) =>
    inBlocks(inBlocks(actions, way).flat(), "on_unauthenticated_request").includes("allow"),
  );
const signIn = (what: string, key: Row["key"], path: string): Row => ({
  what,
  deleted: null,
  key,
  attributes: [
    {
      path: [path],
      weaker: (was, is) => signsIn(was) && !signsIn(is),
      says: "lets people through without signing them in",
    },
    {
      path: [path],
      weaker: (was, is) => signsIn(was) && !letsThrough(was) && letsThrough(is),
      says: "lets through whom it did not sign in",
    },
  ],
});
const listener = signIn("the listener", ["load_balancer_arn", "port"], "default_action");
const listenerRule = signIn("the listener's rule", ["listener_arn", "priority"], "action");

const lattice = (what: string): Row => ({
  what,
  deleted: null,
  key: ["name"],
  attributes: [
    {
      path: ["auth_type"],
      weaker: none(["AWS_IAM"]),
      says: "does not ask for AWS_IAM any more, and its auth policy does not count",
      severity: "medium",
    },
  ],
});

const CLIENTS = ["client_authentication", 0, "unauthenticated"] as const;
const unauthenticated = { says: "takes clients that do not say who they are", severity: "medium" } as const;

/** What asks who calls. Where it is deleted, nothing is left to call. */
const doors: Readonly<Record<string, Row>> = {
  aws_alb_listener: listener,
  aws_alb_listener_rule: listenerRule,
  aws_api_gateway_method: {
    what: "the method",
    deleted: null,
    key: ["rest_api_id", "resource_id", "http_method"],
    idle: (method) => isPreflight(attributeOf(method, "http_method")),
    attributes: [
      { path: ["authorization"], weaker: none(["AWS_IAM", "COGNITO_USER_POOLS", "CUSTOM"]), says: asked },
      scopes,
    ],
  },
  aws_apigatewayv2_route: {
    what: "the route",
    deleted: null,
    key: ["api_id", "route_key"],
    idle: (route) => isPreflight(attributeOf(route, "route_key")),
    attributes: [{ path: ["authorization_type"], weaker: none(["AWS_IAM", "CUSTOM", "JWT"]), says: asked }, scopes],
  },
  aws_appsync_graphql_api: {
    what: "the API",
    deleted: null,
    key: ["name"],
    attributes: [
      {
        path: ["authentication_type"],
        weaker: (was, is) => was !== API_KEY && is === API_KEY,
        says: "takes an API key, which everyone has who has the client",
      },
      {
        path: [],
        weaker: (was, is) => !modesOf(was).includes(API_KEY) && modesOf(is).slice(1).includes(API_KEY),
        says: "takes an API key as well, for what the schema marks with it",
        severity: "medium",
      },
    ],
  },
  aws_cognito_identity_pool: {
    what: "the identity pool",
    deleted: null,
    key: ["identity_pool_name"],
    attributes: [
      {
        path: ["allow_unauthenticated_identities"],
        weaker: on,
        says: "gives credentials to those who did not sign in",
      },
    ],
  },
  aws_cognito_user_pool: {
    what: "the user pool",
    deleted: null,
    key: ["name"],
    attributes: [
      {
        path: ["admin_create_user_config", 0, "allow_admin_create_user_only"],
        weaker: ways.off(),
        says: "lets anyone sign up, and no longer only those whom an administrator adds",
        severity: "medium",
      },
    ],
  },
  aws_lb_listener: listener,
  aws_lb_listener_rule: listenerRule,
  aws_msk_cluster: {
    what: "the cluster",
    deleted: null,
    key: ["cluster_name"],
    madeIdle: { ...unauthenticated, when: (cluster) => attributeOf(cluster, ...CLIENTS) === true },
    attributes: [{ ...unauthenticated, path: CLIENTS, weaker: on }],
  },
  aws_vpclattice_service: lattice("the service"),
  aws_vpclattice_service_network: lattice("the service network"),
};

export default rule({
  id: "authorization-removed",
  severity: "high",
  summary: "An API, a pool or a listener does not ask any more who calls",
  why: "It answered only those whom it knew, and the code behind it relies on that. After one changed word everyone on the internet is answered, and nothing breaks: whoever was let in before still is.",
  levels:
    "High where anyone is let in. Medium where a network still stands before it (VPC Lattice, MSK), where an API key opens only what the schema marks with it, where anyone may sign up, and where a scope is not asked for any more. Low confidence when the new value is not known yet. Only the change is reported, but for a cluster of MSK: an API that is open from the start is most often meant to be, and a preflight request (OPTIONS) has to be. A function URL without authorization is resource-public.",
  bad: `resource "aws_apigatewayv2_route" "orders" {
  api_id             = aws_apigatewayv2_api.shop.id
  route_key          = "POST /orders"
  authorization_type = "NONE" # was JWT
}`,
  good: `resource "aws_apigatewayv2_route" "orders" {
  api_id             = aws_apigatewayv2_api.shop.id
  route_key          = "POST /orders"
  authorization_type = "JWT"
  authorizer_id      = aws_apigatewayv2_authorizer.customers.id
}`,
  fix: "Keep asking. What is for everyone gets a route, a method or a pool of its own.",
  references: [
    "https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-control-access-to-api.html",
    "https://docs.aws.amazon.com/appsync/latest/devguide/security-authz.html",
    "https://docs.aws.amazon.com/cognito/latest/developerguide/identity-pools.html",
  ],
  on: "change",
  types: Object.keys(doors).sort(),
  check(change, around) {
    const row = doors[change.type];
    const found = row && weakened(change, row, around);
    if (!found) return [];
    const { message, severity, unsure } = found;
    return [{ statement: null, message, severity, ...(unsure && { confidence: "low" }) }];
  },
});
