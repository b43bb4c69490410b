# What holds everyone else back. Mistake: the guardrail that stood here, aws_organizations_policy_attachment.keep_logs,
# is gone.

# Mistake: the trail is switched off.
resource "aws_cloudtrail" "organization" {
  name                       = "organization"
  s3_bucket_name             = "securecart-trail"
  is_organization_trail      = true
  is_multi_region_trail      = true
  enable_log_file_validation = true
  enable_logging             = false
}

# Mistake: the boundary is gone.
resource "aws_iam_role" "build" {
  name = "build"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "codebuild.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "aws:SourceAccount" = "888888888888" } }
    }]
  })
}

# Mistake: an account with power over all others.
resource "aws_organizations_delegated_administrator" "tooling" {
  account_id        = "444444444444"
  service_principal = "sso.amazonaws.com"
}
