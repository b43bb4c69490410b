import { attributeOf, inBlocks, type Resource, rule } from "../rule.ts";

/**
 * Kubernetes' cluster-admin, and an administrator of namespaces, who is one where all of them are his: secrets, pods and
 * role bindings. Source: https://docs.aws.amazon.com/eks/latest/userguide/access-policy-permissions.html
 */
const ADMIN = /:cluster-access-policy\/AmazonEKS(Cluster)?AdminPolicy$/;

const isOfWholeCluster = (association: Resource): boolean =>
  inBlocks(attributeOf(association, "access_scope"), "type").includes("cluster");

/** What an attribute names; `null` where that is known only after apply. */
function nameIn(association: Resource, attribute: string): string | null {
  const name = attributeOf(association, attribute);
  return typeof name === "string" ? name : null;
}

export default rule({
  id: "eks-cluster-admin",
  severity: "low",
  summary: "A role or user administers a whole Kubernetes cluster",
  why: "Whoever is cluster-admin reads every secret in the cluster and starts pods under any service account: with the IAM roles of all workloads, that is, whatever his own role may do in IAM. No IAM policy says so, and no service control policy stops what happens inside of the cluster.",
  levels:
    "Low: every cluster has an administrator, and who becomes one should be seen. Medium for an IAM user, whose access keys last. AmazonEKSAdminPolicy counts where its scope is the cluster; a namespace's administrator is not reported; a principal of an account outside the organization is resource-outside-organization as well.",
  bad: `resource "aws_eks_access_policy_association" "developers" {
  cluster_name  = "shop"
  principal_arn = aws_iam_role.developers.arn
  policy_arn    = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"
  access_scope {
    type = "cluster"
  }
}`,
  good: `resource "aws_eks_access_policy_association" "developers" {
  cluster_name  = "shop"
  principal_arn = aws_iam_role.developers.arn
  policy_arn    = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSEditPolicy"
  access_scope {
    type       = "namespace"
    namespaces = ["checkout"]
  }
}`,
  fix: "Give AmazonEKSEditPolicy or AmazonEKSAdminPolicy in the namespaces that are theirs, and cluster-admin to a role that few may assume, for a while.",
  references: [
    "https://docs.aws.amazon.com/eks/latest/userguide/access-policy-permissions.html",
    "https://docs.aws.amazon.com/eks/latest/best-practices/identity-and-access-management.html",
  ],
  on: "resource",
  types: ["aws_eks_access_policy_association"],
  check(association) {
    if (!ADMIN.test(nameIn(association, "policy_arn") ?? "") || !isOfWholeCluster(association)) return [];
    const who = nameIn(association, "principal_arn") ?? "a principal that is not known yet";
    const cluster = nameIn(association, "cluster_name");
    const isUser = /^arn:[^:]*:iam::[^:]*:user\//.test(who);
    return [
      {
        statement: null,
        message: `${who} administers ${cluster === null ? "a cluster that is not known yet" : `the cluster ${cluster}`}`,
        ...(isUser && { severity: "medium" as const }),
      },
    ];
  },
});
