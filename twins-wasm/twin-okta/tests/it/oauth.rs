//! Tokens: from a client's secret to a call with what it got.

use serde_json::{Value, json};
use twin_sdk::Response;

use crate::org::{FIXTURE, ORIGIN, Org, header, json};

const CLIENT: &str = "0oa0web0fern00000sdk";

fn post(org: &mut Org, path: &str, fields: &str) -> Response {
    let headers = [("content-type", "application/x-www-form-urlencoded")];
    let body = format!("client_id={CLIENT}&client_secret=demo-secret-of-the-shop&{fields}");
    org.send("POST", path, &headers, &body)
}

#[test]
fn a_client_gets_a_token_that_introspection_and_userinfo_know() {
    let mut org = Org::new(FIXTURE);
    let fields = "grant_type=password&username=ana@fern.example&password=Greenhouse1&scope=openid+profile+offline_access";
    let granted = json(&post(&mut org, "/oauth2/v1/token", fields));
    assert_eq!((&granted["token_type"], &granted["expires_in"]), (&json!("Bearer"), &json!(3_600)));
    let (access, refresh) =
        (granted["access_token"].as_str().unwrap(), granted["refresh_token"].as_str().unwrap());
    assert_eq!(granted["id_token"].as_str().unwrap().split('.').count(), 3);

    let known = json(&post(&mut org, "/oauth2/v1/introspect", &format!("token={access}")));
    assert_eq!((&known["active"], &known["username"]), (&json!(true), &json!("ana@fern.example")));
    let bearer = format!("Bearer {access}");
    let about = json(&org.send("GET", "/oauth2/v1/userinfo", &[("authorization", &bearer)], ""));
    assert_eq!((&about["sub"], &about["name"]), (&json!("00u0ana0fern00000sdk"), &json!("Ana Silva")));
    // A token without the family's scope does not open the management API.
    let refused = org.send("GET", "/api/v1/users", &[("authorization", &bearer)], "");
    assert_eq!((refused.status, json(&refused)["errorCode"].as_str()), (403, Some("E0000006")));

    let again = json(&post(
        &mut org,
        "/oauth2/v1/token",
        &format!("grant_type=refresh_token&refresh_token={refresh}"),
    ));
    assert_eq!(again["refresh_token"], refresh);
    assert_eq!(post(&mut org, "/oauth2/v1/revoke", &format!("token={access}")).status, 200);
    let gone = json(&post(&mut org, "/oauth2/v1/introspect", &format!("token={access}")));
    assert_eq!(gone, json!({"active": false}));
}

#[test]
fn a_code_works_once_and_with_its_verifier() {
    let mut org = Org::new(FIXTURE);
    let login = json!({"username": "ana@fern.example", "password": "Greenhouse1"});
    let session =
        json(&org.call("POST", "/api/v1/authn", &login))["sessionToken"].as_str().unwrap().to_owned();
    // The verifier and challenge of RFC 7636, appendix B.
    let target = format!(
        "/oauth2/default/v1/authorize?client_id={CLIENT}&response_type=code&scope=openid&state=s1&nonce=n1\
         &redirect_uri=https%3A%2F%2Fshop.fern.example%2Fcallback&sessionToken={session}\
         &code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256"
    );
    let redirect = org.send("GET", &target, &[], "");
    let location = header(&redirect, "location").unwrap();
    assert!(location.starts_with("https://shop.fern.example/callback?code="), "{location}");
    assert!(location.ends_with("&state=s1"));
    let code = location.split(['=', '&']).nth(1).unwrap().to_owned();
    let fields = format!(
        "grant_type=authorization_code&code={code}&redirect_uri=https%3A%2F%2Fshop.fern.example%2Fcallback\
         &code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    );
    let granted = post(&mut org, "/oauth2/default/v1/token", &fields);
    assert_eq!(granted.status, 200, "{}", json(&granted));
    let again = post(&mut org, "/oauth2/default/v1/token", &fields);
    assert_eq!((again.status, json(&again)["error"].as_str()), (400, Some("invalid_grant")));
}

#[test]
fn keys_and_metadata_are_at_the_door_of_the_request() {
    let mut org = Org::new(FIXTURE);
    let found = json(&org.send("GET", "/oauth2/default/.well-known/openid-configuration", &[], ""));
    assert_eq!(found["issuer"], format!("{ORIGIN}/oauth2/default"));
    let keys = json(&org.send("GET", found["jwks_uri"].as_str().unwrap(), &[], ""));
    assert_eq!((&keys["keys"][0]["kty"], &keys["keys"][0]["alg"]), (&json!("RSA"), &json!("RS256")));
    assert_eq!(keys["keys"][0]["n"].as_str().map(str::len), Some(342));
}

#[test]
fn refusals_are_the_standards() {
    let mut org = Org::new(FIXTURE);
    let cases = [
        ("grant_type=client_credentials&scope=nothing", 400, "invalid_scope"),
        ("grant_type=magic", 400, "unsupported_grant_type"),
        ("grant_type=password&username=ana@fern.example&password=wrong&scope=openid", 400, "invalid_grant"),
        ("grant_type=authorization_code&code=nothing", 400, "invalid_grant"),
    ];
    for (fields, status, error) in cases {
        let response = post(&mut org, "/oauth2/v1/token", fields);
        assert_eq!((response.status, json(&response)["error"].as_str()), (status, Some(error)), "{fields}");
    }
    let headers = [("content-type", "application/x-www-form-urlencoded")];
    let body = format!("client_id={CLIENT}&client_secret=wrong&grant_type=client_credentials");
    let response = org.send("POST", "/oauth2/v1/token", &headers, &body);
    assert_eq!((response.status, &json(&response)["error"]), (401, &Value::from("invalid_client")));
}
