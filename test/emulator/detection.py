"""What moto has not of the services that look by themselves: Access Analyzer; the organization's settings and the features
of GuardDuty; standards, administrators and the finding aggregator of Security Hub. What is set is kept and given back.

https://docs.aws.amazon.com/access-analyzer/latest/APIReference/
https://docs.aws.amazon.com/guardduty/latest/APIReference/
https://docs.aws.amazon.com/securityhub/1.0/APIReference/
"""

import io
import json
import re
from typing import Any, Callable, Iterable
from urllib.parse import unquote

from moto.guardduty.models import Detector

Start = Callable[[str, list[tuple[str, str]]], Any]
SCOPE = re.compile(r"Credential=([^/]+)/\d+/([\w-]+)/(access-analyzer|guardduty|securityhub)/")
NOW = "2026-01-01T00:00:00Z"

Kept = dict[str, Any]
Handler = Callable[[Kept, str, dict[str, Any], str], Any]


def put_analyzer(kept: Kept, _: str, body: dict[str, Any], where: str) -> Any:
    arn = f"{where}analyzer/{body['analyzerName']}"
    analyzer = {key: body[key] for key in ("type", "configuration", "tags") if key in body}
    kept[body["analyzerName"]] = {"arn": arn, "name": body["analyzerName"], "createdAt": NOW, "status": "ACTIVE", **analyzer}
    return {"arn": arn}


def get_analyzer(kept: Kept, name: str, _: dict[str, Any], __: str) -> Any:
    return {"analyzer": kept[name]} if name in kept else None


def forget(kept: Kept, name: str, _: dict[str, Any], __: str) -> Any:
    kept.pop(name, None)
    return {}


def tags_of(kept: Kept, arn: str, _: dict[str, Any], __: str) -> Any:
    return {"tags": kept.get(arn.split("/")[-1], {}).get("tags", {})}


def set_organization(kept: Kept, detector: str, body: dict[str, Any], _: str) -> Any:
    known = kept.get(detector, {})
    features = {one["name"]: one for one in [*known.get("features", []), *body.get("features", [])]}
    kept[detector] = {**known, **body, "features": list(features.values())}
    return {}


def get_organization(kept: Kept, detector: str, _: dict[str, Any], __: str) -> Any:
    off = {"autoEnable": False}
    sources = {
        "s3Logs": off,
        "kubernetes": {"auditLogs": off},
        "malwareProtection": {"scanEc2InstanceWithFindings": {"ebsVolumes": off}},
    }
    settings = kept.get(detector, {"autoEnableOrganizationMembers": "NONE", "features": []})
    # the older way to say it follows from the newer
    enabled = settings["autoEnableOrganizationMembers"] != "NONE"
    return {**settings, "autoEnable": enabled, "memberAccountLimitReached": False, "dataSources": sources}


def subscription(standard: str, where: str) -> dict[str, Any]:
    name = standard.split(":")[-1].removeprefix("standards/")
    arn = f"{where}subscription/{name}"
    return {"StandardsSubscriptionArn": arn, "StandardsArn": standard, "StandardsInput": {}, "StandardsStatus": "READY"}


def enable_standards(kept: Kept, _: str, body: dict[str, Any], where: str) -> Any:
    made = [subscription(one["StandardsArn"], where) for one in body["StandardsSubscriptionRequests"]]
    kept.update({one["StandardsSubscriptionArn"]: one for one in made})
    return {"StandardsSubscriptions": made}


def get_standards(kept: Kept, _: str, body: dict[str, Any], __: str) -> Any:
    asked = body.get("StandardsSubscriptionArns") or [arn for arn in kept if ":subscription/" in arn]
    return {"StandardsSubscriptions": [kept[arn] for arn in asked if arn in kept]}


def disable_standards(kept: Kept, _: str, body: dict[str, Any], __: str) -> Any:
    return {"StandardsSubscriptions": [kept.pop(arn) for arn in body["StandardsSubscriptionArns"] if arn in kept]}


def create_aggregator(kept: Kept, _: str, body: dict[str, Any], where: str) -> Any:
    arn = f"{where}finding-aggregator/this"
    kept[arn] = {**body, "FindingAggregatorArn": arn, "FindingAggregationRegion": where.split(":")[3]}
    return kept[arn]


def get_aggregator(kept: Kept, arn: str, _: dict[str, Any], __: str) -> Any:
    return kept.get(arn)


# service, method, path with what it names -> what is done; everything else is moto's
OPERATIONS: list[tuple[str, str, re.Pattern[str], Handler]] = [
    ("access-analyzer", "PUT", re.compile(r"/analyzer()$"), put_analyzer),
    ("access-analyzer", "GET", re.compile(r"/analyzer/([^/]+)$"), get_analyzer),
    ("access-analyzer", "DELETE", re.compile(r"/analyzer/([^/]+)$"), forget),
    ("access-analyzer", "GET", re.compile(r"/tags/(.+)$"), tags_of),
    ("guardduty", "POST", re.compile(r"/detector/([^/]+)/admin$"), set_organization),
    ("guardduty", "GET", re.compile(r"/detector/([^/]+)/admin$"), get_organization),
    ("securityhub", "POST", re.compile(r"/standards/register()$"), enable_standards),
    ("securityhub", "POST", re.compile(r"/standards/get()$"), get_standards),
    ("securityhub", "POST", re.compile(r"/standards/deregister()$"), disable_standards),
    ("securityhub", "POST", re.compile(r"/findingAggregator/create()$"), create_aggregator),
    ("securityhub", "GET", re.compile(r"/findingAggregator/get/(.+)$"), get_aggregator),
    ("securityhub", "DELETE", re.compile(r"/findingAggregator/delete/(.+)$"), forget),
]


class Detection:
    """WSGI middleware: takes the requests that moto does not know, and passes on all others."""

    def __init__(self, app: Callable[..., Any], account_of: Callable[[str], str]) -> None:
        self.app = app
        self.account_of = account_of
        self.kept: dict[str, Kept] = {}
        features_add_up()

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        scope = SCOPE.search(environ.get("HTTP_AUTHORIZATION", ""))
        if scope is None:
            return self.app(environ, start)
        access_key, region, service = scope.groups()
        method, path = environ["REQUEST_METHOD"], unquote(environ["PATH_INFO"])
        text = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(text)
        account = self.account_of(access_key)
        if (service, method, path) == ("securityhub", "POST", "/organization/admin/enable"):
            self.administrators(region).append(json.loads(text)["AdminAccountId"])
        if (service, method, path) == ("securityhub", "GET", "/organization/admin"):
            admins = [{"AccountId": one, "Status": "ENABLED"} for one in self.administrators(region)]
            return answered(start, {"AdminAccounts": admins})
        where = f"arn:aws:{service}:{region}:{account}:"
        for name, verb, pattern, handler in OPERATIONS:
            found = pattern.match(path)
            if (name, verb) == (service, method) and found is not None:
                return answered(start, handler(self.kept.setdefault(where, {}), found.group(1), json.loads(text or b"{}"), where))
        return self.app(environ, start)

    def administrators(self, region: str) -> list[str]:
        return self.kept.setdefault(f"administrators {region}", {"all": []})["all"]


def answered(start: Start, answer: Any) -> Iterable[bytes]:
    start("200 OK" if answer is not None else "404 Not Found", [("Content-Type", "application/json")])
    return [json.dumps(answer if answer is not None else {"message": "not found"}).encode()]


def features_add_up() -> None:
    """moto takes the features that are set last for all there are."""
    update = Detector.update

    def updated(self: Any, enable: Any, frequency: Any, sources: Any, features: Any) -> None:
        known = {one["name"]: one for one in [*self.features, *(features or [])]}
        update(self, enable, frequency, sources, list(known.values()))

    Detector.update = updated
