# As reviewed and applied: production of SecureCart, three resources of it.

terraform {
  required_providers {
    aws = { source = "hashicorp/aws", version = ">= 5.100.0, < 7.0.0" }
  }
}

# The pipeline in the tooling account deploys to production.
resource "aws_iam_role" "deploy" {
  name = "shop-deploy"
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

# On-call engineers with an IAM user in the security account read the logs, with MFA.
resource "aws_iam_role" "log_reader" {
  name = "log-reader"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "OnCall"
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::222222222222:root" }
      Action    = "sts:AssumeRole"
      Condition = { Bool = { "aws:MultiFactorAuthPresent" = "true" } }
    }]
  })
}

# Product images: the shop's servers read them.
resource "aws_s3_bucket_policy" "images" {
  bucket = "securecart-product-images"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "Shop"
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::333333333333:role/shop-server" }
      Action    = "s3:GetObject"
      Resource  = "arn:aws:s3:::securecart-product-images/*"
    }]
  })
}
