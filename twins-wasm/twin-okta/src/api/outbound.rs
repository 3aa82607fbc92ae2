//! What leaves the org: copies of the System Log, push notifications, and the texts of messages.

use serde_json::json;
use twin_sdk::Table;

use super::catalog::one_of;
use super::resource::{Action, Lifecycle, PLAIN, Resource, Stamps, require_object, require_text};
use super::route::{Operation, of};
use crate::documents::{Document, change, default, document, set, text};
use crate::errors::Error;
use crate::wire;

pub(super) const OPERATIONS: &[Operation] = &[
    of("listLogStreams", "GET", "/api/v1/logStreams", &STREAMS, Action::List),
    of("createLogStream", "POST", "/api/v1/logStreams", &STREAMS, Action::Create),
    of("getLogStream", "GET", "/api/v1/logStreams/{id}", &STREAMS, Action::Read),
    of("replaceLogStream", "PUT", "/api/v1/logStreams/{id}", &STREAMS, Action::Replace),
    of("deleteLogStream", "DELETE", "/api/v1/logStreams/{id}", &STREAMS, Action::Delete),
    of("activateLogStream", "POST", "/api/v1/logStreams/{id}/lifecycle/activate", &STREAMS, Action::Activate),
    of(
        "deactivateLogStream",
        "POST",
        "/api/v1/logStreams/{id}/lifecycle/deactivate",
        &STREAMS,
        Action::Deactivate,
    ),
    of("listPushProviders", "GET", "/api/v1/push-providers", &PUSH, Action::List),
    of("createPushProvider", "POST", "/api/v1/push-providers", &PUSH, Action::Create),
    of("getPushProvider", "GET", "/api/v1/push-providers/{id}", &PUSH, Action::Read),
    of("replacePushProvider", "PUT", "/api/v1/push-providers/{id}", &PUSH, Action::Replace),
    of("deletePushProvider", "DELETE", "/api/v1/push-providers/{id}", &PUSH, Action::Delete),
    of("listSmsTemplates", "GET", "/api/v1/templates/sms", &SMS, Action::List),
    of("createSmsTemplate", "POST", "/api/v1/templates/sms", &SMS, Action::Create),
    of("getSmsTemplate", "GET", "/api/v1/templates/sms/{id}", &SMS, Action::Read),
    of("updateSmsTemplate", "POST", "/api/v1/templates/sms/{id}", &SMS, Action::Update),
    of("replaceSmsTemplate", "PUT", "/api/v1/templates/sms/{id}", &SMS, Action::Replace),
    of("deleteSmsTemplate", "DELETE", "/api/v1/templates/sms/{id}", &SMS, Action::Delete),
];

/// Where the System Log is copied to.
pub(crate) static STREAMS: Resource = Resource {
    // The service keeps them as applications.
    noun: "AppInstance",
    path: "/api/v1/logStreams/{}",
    table: Table::new("log_streams"),
    prefix: "0oa",
    lifecycle: Lifecycle::Nothing(200),
    make: |_, stream, _| {
        require_text(stream, "name")?;
        one_of(stream, "type", &["aws_eventbridge", "splunk_cloud_logstreaming"])?;
        require_object(stream, "settings")?;
        let mut secret = None;
        change(stream, "settings", |settings| secret = settings.remove("token"));
        if let Some(secret) = secret {
            set(stream, "_token", secret);
        }
        Ok(())
    },
    links: |place, stream| {
        let verb = if text(stream, "status") == "ACTIVE" { "deactivate" } else { "activate" };
        let lifecycle = wire::with_method(&format!("{}/lifecycle/{verb}", place.at), "POST");
        document(json!({"self": wire::with_method(place.at, "GET"), verb: lifecycle}))
    },
    ..PLAIN
};

/// Services that carry push notifications.
pub(crate) static PUSH: Resource = Resource {
    noun: "PushProviderConfigEntity",
    path: "/api/v1/push-providers/{}",
    table: Table::new("push_providers"),
    prefix: "ppc",
    stamps: Stamps::Updated,
    make: |_, provider, old| {
        require_text(provider, "name")?;
        one_of(provider, "providerType", &["APNS", "FCM"])?;
        require_object(provider, "configuration")?;
        let mut secret = None;
        change(provider, "configuration", |found| {
            secret = found.remove("tokenSigningKey").or_else(|| found.remove("serviceAccountJson"));
            if let Some(project) = secret.as_ref().and_then(|secret| secret.get("project_id")) {
                set(found, "projectId", project.clone());
            }
        });
        match secret {
            Some(secret) => set(provider, "_secret", secret),
            None if old.is_none() => {
                return Err(Error::field("configuration.tokenSigningKey", "The field cannot be left blank"));
            }
            None => {}
        }
        Ok(())
    },
    keep: |query, provider| Ok(query.get("type").is_none_or(|kind| text(provider, "providerType") == kind)),
    ..PLAIN
};

/// Texts of messages.
pub(crate) static SMS: Resource = Resource {
    noun: "SmsTemplate",
    path: "/api/v1/templates/sms/{}",
    table: Table::new("sms_templates"),
    prefix: "cst",
    make: |_, template, _| {
        require_text(template, "name")?;
        require_text(template, "template")?;
        one_of(template, "type", &["SMS_VERIFY_CODE"])?;
        default(template, "translations", json!({}));
        Ok(())
    },
    links: |_, _| Document::new(),
    ..PLAIN
};
