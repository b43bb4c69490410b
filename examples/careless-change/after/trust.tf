# Who may assume which role.

# The pipeline in the tooling account deploys to production. Mistake: everyone may.
resource "aws_iam_role" "deploy" {
  name = "deploy"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "Pipeline"
      Effect    = "Allow"
      Principal = { AWS = "*" }
      Action    = "sts:AssumeRole"
    }]
  })
}

# For the on-call laptop when Identity Center is down: users of the security account. Mistake: MFA is gone.
resource "aws_iam_role" "incident_responder" {
  name = "incident-responder"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "OnCall"
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::333333333333:root" }
      Action    = "sts:AssumeRole"
    }]
  })
}

# Mistake: nobody put this account on record as a vendor.
resource "aws_iam_role" "cost_reports" {
  name = "cost-reports"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::121212121212:role/cost-analyzer" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "sts:ExternalId" = "securecart-55c0" } }
    }]
  })
}

# Mistake: the vendor is on record, and its external id is not asked for.
resource "aws_iam_role" "uptime" {
  name = "uptime"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::098765432109:role/prober" }
      Action    = "sts:AssumeRole"
    }]
  })
}

# Mistake: whoever is not an intern, from the whole organization.
resource "aws_iam_role" "all_but_interns" {
  name = "all-but-interns"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect       = "Allow"
      NotPrincipal = { AWS = "arn:aws:iam::888888888888:role/intern" }
      Action       = "sts:AssumeRole"
      Condition = {
        StringEquals = { "aws:PrincipalOrgID" = "o-a1b2c3d4e5" }
        Bool         = { "aws:MultiFactorAuthPresent" = "true" }
      }
    }]
  })
}

# Mistake: every action, where one is meant.
resource "aws_iam_role" "scripts" {
  name = "scripts"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::444444444444:role/scripts" }
      Action    = "sts:*"
    }]
  })
}

# Mistake: without a slash after its name, every organization that begins so.
resource "aws_iam_role" "github_release" {
  name = "github-release"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Federated = "arn:aws:iam::888888888888:oidc-provider/token.actions.githubusercontent.com" }
      Action    = "sts:AssumeRoleWithWebIdentity"
      Condition = {
        StringEquals = { "token.actions.githubusercontent.com:aud" = "sts.amazonaws.com" }
        StringLike   = { "token.actions.githubusercontent.com:sub" = "repo:securecart*" }
      }
    }]
  })
}

# Mistake: a token that was made for somebody else is taken, too.
resource "aws_iam_role" "github_docs" {
  name = "github-docs"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Federated = "arn:aws:iam::888888888888:oidc-provider/token.actions.githubusercontent.com" }
      Action    = "sts:AssumeRoleWithWebIdentity"
      Condition = {
        StringEquals = { "token.actions.githubusercontent.com:sub" = "repo:securecart/docs:ref:refs/heads/main" }
      }
    }]
  })
}

# Mistake: an assertion that was made for another application is taken, too.
resource "aws_iam_role" "console" {
  name = "console"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Federated = "arn:aws:iam::888888888888:saml-provider/corporate" }
      Action    = "sts:AssumeRoleWithSAML"
    }]
  })
}

# Mistake: the service may come on behalf of any customer of AWS.
resource "aws_iam_role" "delivery" {
  name = "delivery"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "firehose.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

# Mistake: any certificate of any trust anchor.
resource "aws_iam_role" "warehouse" {
  name = "warehouse"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "rolesanywhere.amazonaws.com" }
      Action    = ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]
    }]
  })
}

# Mistake: the id of a user that was deleted.
resource "aws_iam_role" "archive" {
  name = "archive"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "AIDACKCEVSQ6C2EXAMPLE" }
      Action    = "sts:AssumeRole"
      Condition = { Bool = { "aws:MultiFactorAuthPresent" = "true" } }
    }]
  })
}
