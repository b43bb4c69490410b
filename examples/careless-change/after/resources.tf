# Who may use which resource.

# Product images: the web servers read them. Mistake: everyone may.
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

# Mistake: an account that nobody knows sends orders.
resource "aws_sqs_queue_policy" "orders" {
  queue_url = "https://sqs.eu-west-1.amazonaws.com/888888888888/orders"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::121212121212:role/partner" }
      Action    = "sqs:SendMessage"
      Resource  = "arn:aws:sqs:eu-west-1:888888888888:orders"
    }]
  })
}

# Mistake: any bucket of any account may publish.
resource "aws_sns_topic_policy" "uploads" {
  arn = "arn:aws:sns:eu-west-1:888888888888:uploads"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "s3.amazonaws.com" }
      Action    = "sns:Publish"
      Resource  = "arn:aws:sns:eu-west-1:888888888888:uploads"
    }]
  })
}

# Mistake: whoever is not an intern, from the whole organization.
resource "aws_secretsmanager_secret_policy" "payment" {
  secret_arn = "arn:aws:secretsmanager:eu-west-1:888888888888:secret:payment-AbCdEf"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect       = "Allow"
      NotPrincipal = { AWS = "arn:aws:iam::888888888888:role/intern" }
      Action       = "secretsmanager:GetSecretValue"
      Resource     = "*"
      Condition    = { StringEquals = { "aws:PrincipalOrgID" = "o-a1b2c3d4e5" } }
    }]
  })
}
