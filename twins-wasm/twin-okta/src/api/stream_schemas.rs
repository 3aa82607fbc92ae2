//! `/api/v1/meta/schemas/logStream`: what the settings of log streams look like.

use serde_json::{Value, json};
use twin_sdk::Reply;

use super::route::{Operation, own, shape};
use crate::call::{Call, one};
use crate::errors::Error;

const GROUP: &str = "/api/v1/directories/{appId}/groups/{groupId}/query";

pub(super) const OPERATIONS: &[Operation] = &[
    own("listLogStreamSchemas", "GET", "/api/v1/meta/schemas/logStream", list),
    own("getLogStreamSchema", "GET", "/api/v1/meta/schemas/logStream/{type}", read),
    shape("updateGroupMembership", "POST", "/api/v1/directories/{appId}/groups/modify", no_directory),
    shape("submitGroupAttributeQuery", "POST", GROUP, no_directory),
    shape(
        "getGroupAttributeQueryResult",
        "GET",
        "/api/v1/directories/{appId}/groups/{groupId}/query/{resultId}",
        no_directory,
    ),
];

const KINDS: &[&str] = &["aws_eventbridge", "splunk_cloud_logstreaming"];

fn schema(call: &Call<'_, '_>, kind: &str) -> Value {
    let at = call.href(&format!("/api/v1/meta/schemas/logStream/{kind}"));
    let once = |title: &str, words: &str, pattern: &str| json!({"title": title, "description": words, "type": "string", "writeOnce": true, "pattern": pattern});
    let (title, properties, required) = if kind == "aws_eventbridge" {
        (
            "AWS EventBridge",
            json!({
                "accountId": once("AWS Account ID", "Your Amazon AWS Account ID.", "^\\d{12}$"),
                "eventSourceName": once("AWS Event Source Name", "An alphanumeric name (no spaces) to identify this \
                    event source in AWS EventBridge.", "^[\\.\\-_A-Za-z0-9]{1,75}$"),
                "region": {"title": "AWS Region", "description": "The destination AWS region for your system log \
                    events.", "type": "string", "writeOnce": true, "oneOf": [
                        {"title": "US East (N. Virginia)", "const": "us-east-1"},
                        {"title": "Europe (Frankfurt)", "const": "eu-central-1"},
                    ]},
            }),
            json!(["eventSourceName", "accountId", "region"]),
        )
    } else {
        (
            "Splunk Cloud",
            json!({
                "host": {"title": "Host", "description": "The domain for your Splunk Cloud instance without http or \
                    https. For example: acme.splunkcloud.com", "type": "string", "writeOnce": false,
                    "pattern": "^([a-z0-9]+(-[a-z0-9]+)*){1,100}\\.splunkcloud(gc|fed)?\\.(com|mil|eu)$"},
                "edition": {"title": "Splunk edition", "description": "Edition of the Splunk Cloud instance",
                    "type": "string", "writeOnce": false, "enum": ["aws", "gcp", "aws_govcloud"]},
                "token": {"title": "HEC token", "description": "The token from your Splunk Cloud HTTP Event \
                    Collector (HEC).", "type": "string", "writeOnce": false, "pattern": "(?i)^[0-9a-f-]{36}$"},
            }),
            json!(["host", "token", "edition"]),
        )
    };
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema", "$id": at, "title": title, "type": "object",
        "properties": {
            "settings": {"description": "Configuration properties", "type": "object", "properties": properties,
                "required": required, "errorMessage": {"properties": {}}},
            "name": {"title": "Name", "description": "A name for this integration in Okta", "type": "string",
                "writeOnce": false, "pattern": "^.{1,100}$"},
        },
        "required": ["name", "settings"], "errorMessage": {"properties": {"name": "Name can't exceed 100 characters."}},
        "_links": {"self": {"href": at, "method": "GET"}},
    })
}

fn list(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let views: Vec<_> = KINDS.iter().map(|kind| schema(call, kind)).collect();
    Ok(Reply::json(200, &views)?)
}

fn read(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let kind = call.param(0);
    if !KINDS.contains(&&*kind) {
        return Err(Error::not_found(&kind, "LogStreamSchema"));
    }
    one(200, &schema(call, &kind))
}

/// No directory of another kind is connected to the twin.
fn no_directory(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    Err(Error::not_found(&call.param(0), "AppInstance"))
}
