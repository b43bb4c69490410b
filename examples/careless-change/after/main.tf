# The pull request "unblock partners and on-call": three small edits, three open doors.

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
      Principal = { AWS = "*" }
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
      Principal = "*"
      Action    = "s3:GetObject"
      Resource  = "arn:aws:s3:::securecart-product-images/*"
    }]
  })
}
