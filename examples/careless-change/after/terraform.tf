# The pull request "unblock partners and on-call": each resource is one mistake that people make.

terraform {
  required_providers {
    aws = { source = "hashicorp/aws", version = ">= 5.100.0, < 7.0.0" }
  }
}
