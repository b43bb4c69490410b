# As reviewed and applied: what the pull request touches.

terraform {
  required_providers {
    aws = { source = "hashicorp/aws", version = ">= 5.100.0, < 7.0.0" }
  }
}

# The pipeline in the tooling account deploys to production.
resource "aws_iam_role" "deploy" {
  name = "deploy"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "Pipeline"
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::444444444444:role/pipeline" }
      Action    = "sts:AssumeRole"
    }]
  })
}

# For the on-call laptop when Identity Center is down: users of the security account, with MFA.
resource "aws_iam_role" "incident_responder" {
  name = "incident-responder"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "OnCall"
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::333333333333:root" }
      Action    = "sts:AssumeRole"
      Condition = { Bool = { "aws:MultiFactorAuthPresent" = "true" } }
    }]
  })
}

# Product images: the web servers read them.
resource "aws_s3_bucket_policy" "images" {
  bucket = "securecart-product-images"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "WebServers"
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::888888888888:role/shop-web" }
      Action    = "s3:GetObject"
      Resource  = "arn:aws:s3:::securecart-product-images/*"
    }]
  })
}

# Support looks up orders.
resource "aws_iam_policy" "order_support" {
  name = "order-support"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["dynamodb:GetItem"]
      Resource = "arn:aws:dynamodb:eu-west-1:888888888888:table/orders"
    }]
  })
}

# Nobody deletes logs.
resource "aws_organizations_policy_attachment" "keep_logs" {
  policy_id = "p-a1b2c3d4"
  target_id = "ou-a1b2-workload"
}

resource "aws_cloudtrail" "organization" {
  name                       = "organization"
  s3_bucket_name             = "securecart-trail"
  is_organization_trail      = true
  is_multi_region_trail      = true
  enable_log_file_validation = true
}

resource "aws_iam_role" "build" {
  name                 = "build"
  permissions_boundary = "arn:aws:iam::888888888888:policy/workload-boundary"
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
