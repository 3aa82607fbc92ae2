//! Certificates of keys: signed by the service, or by others on request.

use data_encoding::BASE64;
use serde_json::{Value, json};

use crate::org::{FIXTURE, Org, json};

/// A key's certificate carries the modulus of the key, so it answers the request for that key and no other.
#[test]
fn a_request_is_answered_by_a_certificate_of_its_key() {
    let mut org = Org::new(FIXTURE);
    let app = json!({"name": "bookmark", "label": "a", "signOnMode": "BOOKMARK", "settings": {"app": {"url": "https://a.example/"}}});
    let app = json(&org.call("POST", "/api/v1/apps", &app))["id"].as_str().unwrap().to_owned();
    let at = format!("/api/v1/apps/{app}/credentials");
    let subject = json!({"subject": {"commonName": "SP Issuer"}});
    let csr = json(&org.call("POST", &format!("{at}/csrs"), &subject));
    let publish = format!("{at}/csrs/{}/lifecycle/publish", csr["id"].as_str().unwrap());
    let token = [("authorization", "SSWS 00sdk-admin-token"), ("content-type", "application/x-pem-file")];

    let other = json(&org.call("POST", &format!("{at}/keys/generate?validityYears=2"), &Value::Null));
    let foreign = other["x5c"][0].as_str().unwrap();
    let refused = org.send("POST", &publish, &token, foreign);
    assert_eq!((refused.status, json(&refused)["errorCode"].as_str()), (400, Some("E0000001")));

    // The twin reads the key alone, and the request carries it as its certificate would.
    let certificate = csr["csr"].as_str().unwrap();
    let pem = format!("-----BEGIN CERTIFICATE-----\n{certificate}\n-----END CERTIFICATE-----\n");
    let published = org.send("POST", &publish, &token, &pem);
    let key = json(&published);
    assert_eq!((published.status, &key["kid"], key["x5c"][0].as_str()), (201, &csr["id"], Some(certificate)));
    let keys = json(&org.call("GET", &format!("{at}/keys"), &Value::Null));
    let kids: Vec<_> = keys.as_array().unwrap().iter().map(|key| &key["kid"]).collect();
    assert!(kids.contains(&&key["kid"]) && kids.contains(&&other["kid"]), "{kids:?}");
    assert_eq!(json(&org.call("GET", &format!("{at}/csrs"), &Value::Null)), json!([]));
    assert!(BASE64.decode(foreign.as_bytes()).unwrap().len() > 900);
}
