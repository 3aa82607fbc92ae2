//! Whole scripts against a service of a few literal answers.

use plugin_sdk::testing::Stage;
use plugin_sdk::{Header, Request};
use serde_json::json;

use super::*;

type Service = Box<dyn FnMut(&Request) -> Result<Response, Error>>;

fn answer(status: u16, body: &Value) -> Result<Response, Error> {
    Ok(Response { status, headers: Vec::new(), body: body.to_string().into_bytes() })
}

fn run(steps: &Value, service: Service) -> (Result<Answer, Error>, Stage<Service>) {
    let mut stage = Stage::new(service);
    let task = Task { instruction: String::new(), input: steps.to_string() };
    (Script::run(&mut stage, &task), stage)
}

fn get(url: &str) -> Value {
    json!({ "method": "GET", "url": url })
}

#[test]
fn no_steps_do_nothing_and_answer() {
    for nothing in [json!([]), json!({}), json!({ "steps": [] }), Value::Null] {
        let (ran, stage) = run(&nothing, Box::new(|_| panic!("nothing is sent")));
        assert_eq!(ran.unwrap().text, "Done.");
        assert!(stage.slept.is_empty());
    }
}

#[test]
fn what_is_captured_goes_into_later_steps_with_its_kind() {
    let steps = json!([
        { "request": get("https://a.example/people"), "capture": {
            "first": "/0/id",
            "ben": { "in": "", "where": { "name": "Ben" }, "take": "/id" },
            "page": { "header": "Link" },
        } },
        { "request": { "method": "POST", "url": "https://a.example/${ben}", "json": { "n": "${first}", "to": "<@${ben}>" } } },
        { "request": { "method": "POST", "url": "https://a.example/form", "form": { "a b": "${page}&", "n": "${first}" } } },
        { "answer": "Told ${ben}." },
    ]);
    let (ran, stage) = run(
        &steps,
        Box::new(|_| {
            let body =
                json!([{ "id": 1, "name": "Ana" }, { "id": "U2", "name": "Ben" }]).to_string().into_bytes();
            let headers = vec![Header { name: "link".to_owned(), value: "next".to_owned() }];
            Ok(Response { status: 200, headers, body })
        }),
    );
    assert_eq!(ran.unwrap().text, "Told U2.");
    let sent: Vec<_> =
        stage.requests.iter().map(|r| (r.url.as_str(), String::from_utf8_lossy(&r.body))).collect();
    assert_eq!(sent[1], ("https://a.example/U2", r#"{"n":1,"to":"<@U2>"}"#.into()));
    assert_eq!(sent[2].1, "a+b=next%26&n=1");
    assert_eq!(stage.requests[2].headers[0].value, "application/x-www-form-urlencoded");
}

#[test]
fn a_wait_polls_until_the_answer_is_as_asked() {
    let mut asked = 0;
    let service: Service = Box::new(move |_| {
        asked += 1;
        answer(200, &json!({ "messages": if asked < 4 { vec![] } else { vec!["yes"] } }))
    });
    let steps = json!([
        { "wait": get("https://a.example/"), "until": { "messages.0": "yes" }, "every": "1m",
          "capture": { "said": "/messages/0" } },
        { "answer": "${said}" },
    ]);
    let (ran, stage) = run(&steps, service);
    assert_eq!(ran.unwrap().text, "yes");
    assert_eq!(stage.slept, vec![60_000_000_000; 3]);
}

#[test]
fn a_wait_ends() {
    let steps = json!([{ "wait": get("https://a.example/"), "until": { "done": true }, "every": "20s", "at_most": "1m" }]);
    let (ran, stage) = run(&steps, Box::new(|_| answer(200, &json!({}))));
    let Err(Error::TimedOut(text)) = ran else { panic!("{ran:?}") };
    assert_eq!(text, "step 0: nothing came of waiting 1m; the last answer: {}");
    assert_eq!((stage.requests.len(), stage.now), (4, 60_000_000_000));
}

#[test]
fn what_a_service_puts_off_is_sent_again() {
    let mut asked = 0;
    let service: Service = Box::new(move |_| {
        asked += 1;
        match asked {
            1 => Ok(Response {
                status: 429,
                headers: vec![Header { name: "retry-after".to_owned(), value: "30".to_owned() }],
                body: Vec::new(),
            }),
            2 => Err(Error::Unavailable("cut".to_owned())),
            3 => answer(503, &json!({})),
            _ => answer(200, &json!({})),
        }
    });
    let (ran, stage) = run(&json!([{ "request": get("https://a.example/") }]), service);
    ran.unwrap();
    assert_eq!(stage.slept, [30_000_000_000, 2_000_000_000, 4_000_000_000]);
    let once = json!([{ "request": { "method": "POST", "url": "https://a.example/", "retry": false } }]);
    let (ran, stage) = run(&once, Box::new(|_| answer(503, &json!("busy"))));
    assert_eq!(
        ran,
        Err(Error::Other("step 0: POST https://a.example/ was answered 503: \"busy\"".to_owned()))
    );
    assert_eq!(stage.requests.len(), 1);
}

#[test]
fn an_answer_that_is_not_as_expected_ends_the_run() {
    let steps = json!([
        { "sleep": "2h 30m" },
        { "request": get("https://a.example/"), "expect": { "ok": true } },
        { "answer": "never" },
    ]);
    let (ran, stage) = run(&steps, Box::new(|_| answer(200, &json!({ "ok": false, "error": "not_authed" }))));
    let Err(Error::Other(text)) = ran else { panic!("{ran:?}") };
    assert!(
        text.starts_with("step 1: GET https://a.example/ was answered 200: {") && text.contains("not_authed")
    );
    assert_eq!(stage.slept, [9_000_000_000_000]);
}

#[test]
fn mistakes_are_found_before_anything_is_sent() {
    let first = json!({ "request": get("https://a.example/") });
    for (steps, place) in [
        (json!("x"), "the input "),
        (json!({ "step": [] }), "the input.step "),
        (json!({ "steps": [first, { "nap": "1s" }] }), "step 1 must have exactly one"),
        (json!([first, { "nap": "1s" }]), "step 1 must have exactly one"),
        (json!([first, { "sleep": "1s", "answer": "x" }]), "step 1 must have exactly one"),
        (json!([first, { "sleep": "soon" }]), "step 1.sleep "),
        (json!([first, { "request": { "method": "GET" } }]), "step 1.request.url "),
        (
            json!([first, { "request": { "method": "GET", "url": "u", "json": 1, "form": {} } }]),
            "step 1.request.body ",
        ),
        (json!([first, { "wait": get("u") }]), "step 1.until "),
        (json!([first, { "request": get("u"), "capture": { "x": "id" } }]), "step 1.capture.x "),
        (
            json!([first, { "request": get("u"), "capture": { "x": { "in": "/l" } } }]),
            "step 1.capture.x.where ",
        ),
        (json!([first, { "request": get("u"), "expects": {} }]), "step 1.expects "),
    ] {
        let (ran, stage) = run(&steps, Box::new(|_| answer(200, &json!({}))));
        let Err(Error::InvalidArgument(text)) = ran else { panic!("{steps}: {ran:?}") };
        assert!(text.starts_with(place), "{text}");
        assert!(stage.requests.is_empty(), "{steps}");
    }
}

#[test]
fn a_name_that_was_never_captured_is_a_mistake() {
    let (ran, _) = run(&json!([{ "answer": "${x}" }]), Box::new(|_| answer(200, &json!({}))));
    assert!(
        matches!(ran, Err(Error::InvalidArgument(text)) if text.contains("`${x}` is captured by no step"))
    );
}
