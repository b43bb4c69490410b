# What roles may do; the roles themselves are in another stack, but for one.

# Mistake: everything.
resource "aws_iam_role_policy" "hotfix" {
  name = "hotfix"
  role = "hotfix"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }]
  })
}

# Mistake: a whole service.
resource "aws_iam_role_policy" "queues" {
  name = "queues"
  role = "order-worker"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sqs:*", Resource = "*" }]
  })
}

# Mistake: everything but three services.
resource "aws_iam_role_policy" "builders" {
  name = "builders"
  role = "builder"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", NotAction = ["iam:*", "organizations:*", "sso:*"], Resource = "*" }]
  })
}

# Mistake: objects of every bucket.
resource "aws_iam_role_policy" "clean_up" {
  name = "clean-up"
  role = "clean-up"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["s3:GetObject", "s3:DeleteObject"], Resource = "*" }]
  })
}

# Mistake: any role to any service.
resource "aws_iam_role_policy" "launcher" {
  name = "launcher"
  role = "launcher"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "iam:PassRole", Resource = "*" }]
  })
}

# Mistake: any role of any account that lets it.
resource "aws_iam_role_policy" "orchestrator" {
  name = "orchestrator"
  role = "orchestrator"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Resource = "*" }]
  })
}

# Mistake: harmless one by one. Together they run any code as an administrator.
resource "aws_iam_role" "function_publisher" {
  name = "function-publisher"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "ec2.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy" "publish" {
  name = "publish"
  role = aws_iam_role.function_publisher.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["lambda:CreateFunction", "lambda:InvokeFunction"]
      Resource = "arn:aws:lambda:eu-west-1:888888888888:function:shop-*"
    }]
  })
}

resource "aws_iam_role_policy" "pass" {
  name = "pass"
  role = aws_iam_role.function_publisher.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = "iam:PassRole"
      Resource = "arn:aws:iam::888888888888:role/admin-*"
    }]
  })
}

# Support looks up orders. Mistake: and now deletes them.
resource "aws_iam_policy" "order_support" {
  name = "order-support"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["dynamodb:GetItem", "dynamodb:DeleteItem"]
      Resource = "arn:aws:dynamodb:eu-west-1:888888888888:table/orders"
    }]
  })
}

# Mistake: the Deny does not see long-term access keys, which carry no MFA key at all.
resource "aws_iam_policy" "require_mfa" {
  name = "require-mfa"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = "s3:GetObject"
        Resource = "arn:aws:s3:::securecart-invoices/*"
      },
      {
        Effect    = "Deny"
        Action    = "s3:*"
        Resource  = "*"
        Condition = { Bool = { "aws:MultiFactorAuthPresent" = "false" } }
      },
    ]
  })
}

# Mistake: Effect is case-sensitive.
resource "aws_iam_policy" "freeze" {
  name = "freeze"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "deny", Action = "ec2:RunInstances", Resource = "*" }]
  })
}

# Mistake: no service sends this key, so the Deny never holds.
resource "aws_iam_policy" "region_guard" {
  name = "region-guard"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Deny"
      Action    = "ec2:*"
      Resource  = "*"
      Condition = { StringEquals = { "aws:RequestRegion" = "us-west-1" } }
    }]
  })
}

# Mistake: no service has this action, so the Deny is about nothing.
resource "aws_iam_policy" "keep_objects" {
  name = "keep-objects"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Deny", Action = "s3:DeleteObjects", Resource = "*" }]
  })
}
