"""An AWS emulator for end-to-end tests: moto's server, and the operations the AWS provider calls that moto lacks.

    python3 emulator.py 111111111111 '{"aws+shop@example.com": "222222222222"}' 222222222222/logs
        prints its address, for example http://127.0.0.1:41235; serves until standard input ends

The first argument is the account that plain credentials belong to; credentials from AssumeRole belong to the role's
account, so that one emulator is a whole organization. The second gives ids to accounts that are created, by e-mail
address. Whatever follows is there already: buckets as above, Lambda functions by ARN.

`POST /moto-api/reset` empties it. Written against moto 5.2 and provider 5.100; an operation that moto has learnt in the
meantime is replaced by the one here, so that a test means the same with either version.
"""

import base64
import io
import json
import sys
import threading
import zipfile
from typing import Any, Callable

from moto.awslambda.models import lambda_backends
from moto.budgets.responses import BudgetsResponse
from moto.cloudtrail.models import CloudTrailBackend
from moto.config.responses import ConfigResponse
from moto.core import DEFAULT_ACCOUNT_ID
from moto.iam import models as iam
from moto.iam.access_control import IAMPolicy, PermissionResult
from moto.iam.aws_managed_policies import aws_managed_policies_data
from moto.iam.responses import IamResponse
from moto.identitystore.exceptions import ResourceNotFoundException as IdentityNotFound
from moto.identitystore.responses import IdentityStoreResponse
from moto.organizations.models import FakeAccount, FakeDelegatedAdministrator, FakePolicy, FakeRoot
from moto.organizations import utils as organizations
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from moto.s3.models import FakeBucket, s3_backends
from moto.securityhub.responses import SecurityHubResponse
from moto.ssoadmin.exceptions import ResourceNotFoundException as SsoNotFound
from moto.ssoadmin.models import SSOAdminBackend
from moto.ssoadmin.responses import SSOAdminResponse
from detection import Detection
from roles_anywhere import RolesAnywhere
from werkzeug.serving import make_server


def extends(target: type) -> Callable[[type], type]:
    """Class decorator: gives the methods of a class to one of moto's; names with `_` are helpers and go along."""

    def copy(source: type) -> type:
        for name, member in vars(source).items():
            if not name.startswith("__"):
                setattr(target, name, member)
        return source

    return copy


def memory(backend: Any, name: str) -> dict[str, Any]:
    """A dictionary that lives and is reset with one of moto's backends."""
    return backend.__dict__.setdefault(f"gatehouse_{name}", {})


find_managed_policy = SSOAdminBackend._find_managed_policy


@extends(SSOAdminBackend)
class ManagedPolicies:
    """Identity Center: AWS managed policies below a path, such as `job-function/ViewOnlyAccess`."""

    def _find_managed_policy(self, managed_policy_arn: str) -> Any:
        # moto reads the path under a key that its data does not have, and takes every policy for one without a path.
        if self.aws_managed_policies is None:
            policies = json.loads(aws_managed_policies_data)
            self.aws_managed_policies = {name: {"path": policy["Path"], **policy} for name, policy in policies.items()}
        return find_managed_policy(self, managed_policy_arn)


create_user, create_saml_provider = IamResponse.create_user, IamResponse.create_saml_provider


@extends(IamResponse)
class IamDetails:
    """IAM: what users and SAML providers are made with and moto forgets."""

    def create_user(self) -> Any:
        made = create_user(self)
        boundary = self._get_param("PermissionsBoundary")
        if boundary:
            user = self.backend.get_user(self._get_param("UserName"))
            user.permissions_boundary = {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": boundary}
        return made

    def create_saml_provider(self) -> Any:
        made = create_saml_provider(self)
        self.backend.saml_providers[self._get_param("Name")].tags = self._get_param("Tags", [])
        return made


provision = SSOAdminResponse.provision_permission_set


@extends(SSOAdminResponse)
class PermissionSets:
    """Identity Center: tags, boundaries, provisioning and attributes for access control."""

    def provision_permission_set(self) -> str:
        # An organization has one instance: moto's own takes the ARN by which the manifest knows it.
        (instance,) = self.ssoadmin_backend.instances
        instance.instance_arn = self._get_param("InstanceArn")
        return provision(self)

    def list_tags_for_resource(self) -> str:
        return json.dumps({"Tags": self._tagged().tags or []})

    def tag_resource(self) -> str:
        permission_set = self._tagged()
        tags = {tag["Key"]: tag["Value"] for tag in permission_set.tags or []}
        tags |= {tag["Key"]: tag["Value"] for tag in self._get_param("Tags")}
        permission_set.tags = [{"Key": key, "Value": value} for key, value in tags.items()]
        return "{}"

    def untag_resource(self) -> str:
        permission_set = self._tagged()
        gone = set(self._get_param("TagKeys"))
        permission_set.tags = [tag for tag in permission_set.tags or [] if tag["Key"] not in gone]
        return "{}"

    def put_permissions_boundary_to_permission_set(self) -> str:
        self._boundaries()[self._permission_set_arn()] = self._get_param("PermissionsBoundary")
        return "{}"

    def get_permissions_boundary_for_permission_set(self) -> str:
        boundary = self._boundaries().get(self._permission_set_arn())
        if boundary is None:
            raise SsoNotFound(message="Could not find the permissions boundary")
        return json.dumps({"PermissionsBoundary": boundary})

    def delete_permissions_boundary_from_permission_set(self) -> str:
        self._boundaries().pop(self._permission_set_arn(), None)
        return "{}"

    def describe_permission_set_provisioning_status(self) -> str:
        request = self._get_param("ProvisionPermissionSetRequestId")
        return json.dumps({"PermissionSetProvisioningStatus": {"RequestId": request, "Status": "SUCCEEDED"}})

    def create_instance_access_control_attribute_configuration(self) -> str:
        configuration = self._get_param("InstanceAccessControlAttributeConfiguration")
        memory(self.ssoadmin_backend, "attributes")[self._get_param("InstanceArn")] = configuration
        return "{}"

    update_instance_access_control_attribute_configuration = create_instance_access_control_attribute_configuration

    def describe_instance_access_control_attribute_configuration(self) -> str:
        configuration = memory(self.ssoadmin_backend, "attributes").get(self._get_param("InstanceArn"))
        if configuration is None:
            raise SsoNotFound(message="Could not find the attribute configuration")
        return json.dumps({"Status": "ENABLED", "InstanceAccessControlAttributeConfiguration": configuration})

    def delete_instance_access_control_attribute_configuration(self) -> str:
        memory(self.ssoadmin_backend, "attributes").pop(self._get_param("InstanceArn"), None)
        return "{}"

    def _tagged(self) -> Any:
        arn = self._get_param("ResourceArn")
        for permission_set in self.ssoadmin_backend.permission_sets:
            if permission_set.permission_set_arn == arn:
                return permission_set
        raise SsoNotFound(message=f"Could not find {arn}")

    def _permission_set_arn(self) -> str:
        arn = self._get_param("PermissionSetArn")
        self.ssoadmin_backend._find_permission_set(self._get_param("InstanceArn"), arn)
        return arn

    def _boundaries(self) -> dict[str, Any]:
        return memory(self.ssoadmin_backend, "boundaries")


@extends(IdentityStoreResponse)
class GroupMemberships:
    """Identity store: one membership by its id."""

    def describe_group_membership(self) -> str:
        membership_id = self._get_param("MembershipId")
        store = self.identitystore_backend._IdentityStoreBackend__get_identity_store(self._get_param("IdentityStoreId"))
        membership = store.group_memberships.get(membership_id)
        if membership is None:
            raise IdentityNotFound(message="MEMBERSHIP not found.", resource_type="GROUP_MEMBERSHIP")
        return json.dumps(membership)


def by_name(operation: Callable[..., Any]) -> Callable[..., Any]:
    """The provider names a trail by its ARN where moto expects the name."""

    def named(self: Any, name: str, *rest: Any, **options: Any) -> Any:
        return operation(self, name.split("/")[-1] if name.startswith("arn:") else name, *rest, **options)

    return named


@extends(CloudTrailBackend)
class Trails:
    """CloudTrail: start and stop logging of a trail named by its ARN."""

    start_logging = by_name(CloudTrailBackend.start_logging)
    stop_logging = by_name(CloudTrailBackend.stop_logging)


@extends(ConfigResponse)
class ConformancePacks:
    """AWS Config: conformance packs of one account."""

    def put_conformance_pack(self) -> str:
        name = self._get_param("ConformancePackName")
        identity = f"conformance-pack-{len(self._packs()) + 1:09d}"
        arn = f"arn:aws:config:{self.region}:{self.current_account}:conformance-pack/{name}/{identity}"
        pack = {
            "ConformancePackName": name,
            "ConformancePackArn": arn,
            "ConformancePackId": identity,
            "ConformancePackInputParameters": self._get_param("ConformancePackInputParameters") or [],
        }
        known = self._packs().get(name, {})
        self._packs()[name] = {**pack, **{key: known[key] for key in ("ConformancePackArn", "ConformancePackId") if known}}
        return json.dumps({"ConformancePackArn": self._packs()[name]["ConformancePackArn"]})

    def describe_conformance_packs(self) -> str:
        return json.dumps({"ConformancePackDetails": self._asked_for()})

    def describe_conformance_pack_status(self) -> str:
        status = [
            {
                "ConformancePackName": pack["ConformancePackName"],
                "ConformancePackArn": pack["ConformancePackArn"],
                "ConformancePackId": pack["ConformancePackId"],
                "ConformancePackState": "CREATE_COMPLETE",
                "StackArn": f"arn:aws:cloudformation:{self.region}:{self.current_account}:stack/pack",
                "LastUpdateRequestedTime": 1,
            }
            for pack in self._asked_for()
        ]
        return json.dumps({"ConformancePackStatusDetails": status})

    def delete_conformance_pack(self) -> str:
        self._packs().pop(self._get_param("ConformancePackName"), None)
        return "{}"

    def _packs(self) -> dict[str, Any]:
        return memory(self.config_backend, "conformance_packs")

    def _asked_for(self) -> list[Any]:
        packs = self._packs()
        return [packs[name] for name in self._get_param("ConformancePackNames") or list(packs) if name in packs]


@extends(SecurityHubResponse)
class SecurityHubSettings:
    """Security Hub: settings are taken and not kept."""

    def update_security_hub_configuration(self) -> str:
        return "{}"


create_budget = BudgetsResponse.create_budget


@extends(BudgetsResponse)
class BudgetSubscribers:
    """Budgets: who is told by a notification, tags, and changes of a budget."""

    def create_budget(self) -> str:
        answer = create_budget(self)
        self._tags()[self._get_param("Budget")["BudgetName"]] = self._get_param("ResourceTags") or []
        return answer

    def describe_subscribers_for_notification(self) -> str:
        asked = self._get_param("Notification")
        # what the caller leaves out, AWS fills in
        same = [one for one in self._budget().notifications if {**one.details, **asked} == one.details]
        return json.dumps({"Subscribers": same[0].subscribers if same else []})

    def update_budget(self) -> str:
        budget = self._get_param("NewBudget")
        self._budgets()[budget["BudgetName"]].budget.update(budget)
        return "{}"

    def list_tags_for_resource(self) -> str:
        name = self._get_param("ResourceARN").split("/")[-1]
        return json.dumps({"ResourceTags": self._tags().get(name, [])})

    def _tags(self) -> dict[str, Any]:
        return memory(self.backend, "budget_tags")

    def _budgets(self) -> Any:
        return self.backend.budgets[self._get_param("AccountId")]

    def _budget(self) -> Any:
        return self._budgets()[self._get_param("BudgetName")]


@extends(FakeBucket)
class UnconditionalBucketPolicy:
    """moto reads no conditions: it would refuse everything that a policy denies without TLS."""

    def get_permission(self, action: str, resource: str) -> Any:
        if self.policy is None:
            return PermissionResult.NEUTRAL
        document = json.loads(self.policy)
        document["Statement"] = [one for one in document["Statement"] if "Condition" not in one]
        return IAMPolicy(json.dumps(document)).is_action_permitted(action, resource)


def every_policy_type() -> None:
    """Organizations: backup and declarative policies, and delegated administrators of any service."""
    types = [*FakePolicy.SUPPORTED_POLICY_TYPES, "DECLARATIVE_POLICY_EC2"]
    FakePolicy.SUPPORTED_POLICY_TYPES = FakeRoot.SUPPORTED_POLICY_TYPES = types
    create = FakePolicy.__init__

    def created(self: Any, organization: Any, **options: Any) -> None:
        kind = options.get("Type", "")
        lacking = kind in ("BACKUP_POLICY", "DECLARATIVE_POLICY_EC2")
        create(self, organization, **{**options, "Type": "TAG_POLICY" if lacking else kind})
        self.type = kind
        if lacking:
            self._arn_format = organizations.TAG_POLICY_ARN_FORMAT.replace("tag_policy", kind.lower())

    FakePolicy.__init__ = created
    FakeDelegatedAdministrator.supported_service = staticmethod(lambda service: service.endswith(".amazonaws.com"))


def accounts_have_ids(ids: dict[str, str]) -> None:
    """An account that is created gets the id that the manifest says it has."""
    create = FakeAccount.__init__

    def created(self: Any, organization: Any, **options: Any) -> None:
        create(self, organization, **options)
        self.id = ids.get(self.email, self.id)

    FakeAccount.__init__ = created


def plain_credentials_belong_to(home: str) -> None:
    """MOTO_ACCOUNT_ID would move the callers of every account here; this moves only those that moto cannot place."""
    placed_by_moto = iam.get_account_id_from

    def placed(access_key: str) -> str:
        account = placed_by_moto(access_key)
        # moto says its default for keys that it does not know, and that account may be one of the organization's
        unknown = account == DEFAULT_ACCOUNT_ID and access_key not in iam.iam_backends[account]["aws"].access_keys
        return home if unknown else account

    iam.get_account_id_from = placed


def bucket_is_there(bucket: str) -> None:
    account, name = bucket.split("/")
    s3_backends[account]["aws"].create_bucket(name, "us-east-1")


def function_is_there(arn: str) -> None:
    """With a role of its own, which moto asks for."""
    region, account, name = (arn.split(":")[part] for part in (3, 4, 6))
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    role = iam.iam_backends[account]["aws"].create_role(f"runs-{name}", document, "/", None, "", [], 3600)
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("index.py", "")
    lambda_backends[account][region].create_function(
        {
            "FunctionName": name,
            "Runtime": "python3.12",
            "Role": role.arn,
            "Handler": "index.handler",
            "Code": {"ZipFile": base64.b64encode(code.getvalue()).decode()},
        }
    )


def main(home: str, ids: str = "{}", *there: str) -> None:
    plain_credentials_belong_to(home)
    accounts_have_ids(json.loads(ids))
    every_policy_type()
    for thing in there:
        (function_is_there if thing.startswith("arn:aws:lambda:") else bucket_is_there)(thing)
    app = DomainDispatcherApplication(create_backend_app)
    app = Detection(RolesAnywhere(app, iam.get_account_id_from), iam.get_account_id_from)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    # Standard input closes when the test that started the emulator ends, however it ends: no server is left behind.
    sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
