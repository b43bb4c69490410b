# People, past Identity Center and through it.

resource "aws_iam_user" "reporting" {
  name = "reporting"
}

# Mistake: a key that never ends.
resource "aws_iam_access_key" "reporting" {
  user = aws_iam_user.reporting.name
}

# Mistake: a policy of its own, where a group would be seen and reviewed.
resource "aws_iam_user_policy_attachment" "reporting" {
  user       = aws_iam_user.reporting.name
  policy_arn = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
}

# Mistake: eight characters, and the old ones again.
resource "aws_iam_account_password_policy" "this" {
  minimum_password_length        = 8
  require_lowercase_characters   = true
  require_uppercase_characters   = true
  require_numbers                = true
  require_symbols                = true
  allow_users_to_change_password = true
}

# Mistake: a working day.
resource "aws_ssoadmin_permission_set" "operator" {
  name             = "SecureCart-Operator"
  instance_arn     = "arn:aws:sso:::instance/ssoins-1234567890abcdef"
  session_duration = "PT12H"
}

# Mistake: one person, whom no group and no joiner or leaver process knows.
resource "aws_ssoadmin_account_assignment" "contractor" {
  instance_arn       = "arn:aws:sso:::instance/ssoins-1234567890abcdef"
  permission_set_arn = "arn:aws:sso:::permissionSet/ssoins-1234567890abcdef/ps-1111111111111111"
  principal_type     = "USER"
  principal_id       = "94482488-3041-7005-8a3b-111111111111"
  target_type        = "AWS_ACCOUNT"
  target_id          = "888888888888"
}

# Mistake: the account that no guardrail binds.
resource "aws_ssoadmin_account_assignment" "operators" {
  instance_arn       = "arn:aws:sso:::instance/ssoins-1234567890abcdef"
  permission_set_arn = "arn:aws:sso:::permissionSet/ssoins-1234567890abcdef/ps-2222222222222222"
  principal_type     = "GROUP"
  principal_id       = "94482488-3041-7005-8a3b-222222222222"
  target_type        = "AWS_ACCOUNT"
  target_id          = "111111111111"
}
