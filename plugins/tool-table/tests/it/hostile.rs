//! Queries and tables that are large, deep or broken on purpose.

use plugin_sdk::Error;
use serde_json::json;
use tool_table::{Describe, Query};

use crate::{call, call_with, rows};

fn query(sql: &str) -> Result<serde_json::Value, Error> {
    call::<Query>(json!({"sql": sql, "source": {"text": "a\n1\n"}}))
}

#[test]
fn a_query_that_nests_too_deep_is_refused() {
    let deep = [
        format!("SELECT {}1{} FROM t", "(".repeat(490), ")".repeat(490)),
        format!("SELECT {}1 FROM t", "- ".repeat(20_000)),
        format!("SELECT {}1 FROM t", "- NOT ".repeat(200)),
        format!("SELECT a FROM t LIMIT 1{}", " + 1".repeat(140)),
        format!("SELECT a FROM t JOIN u ON 1{}", " + 1".repeat(135)),
        format!("SELECT 1{} SIMILAR TO 'x' FROM t", " + 1".repeat(135)),
        format!("SELECT 1{} FROM t", " + 1".repeat(490)),
        format!("SELECT a FROM t WHERE {}a = 1", "NOT ".repeat(980)),
        format!("SELECT a FROM t WHERE a = 1{}", " OR a = 1".repeat(240)),
        format!("SELECT {}1{} FROM t", "CASE WHEN true THEN ".repeat(190), " END".repeat(190)),
    ];
    for sql in deep {
        let got = query(&sql);
        assert!(matches!(got, Err(Error::InvalidArgument(_))), "{}: {got:?}", &sql[..40]);
    }
    let list = format!("SELECT a FROM t WHERE a IN (2{}, 1)", ", 2".repeat(5_000));
    assert_eq!(rows(&list, "a\n1\n"), json!([[1]]));
    let long = format!("SELECT a FROM t WHERE a IN (1{})", ", 1".repeat(100_000));
    assert!(matches!(query(&long), Err(Error::QuotaExceeded(_))));
}

#[test]
fn a_chain_of_conditions_as_people_write_them_is_answered() {
    let sql = format!("SELECT a FROM t WHERE a = 0{}", " OR a = 1".repeat(70));
    assert_eq!(rows(&sql, "a\n1\n"), json!([[1]]));
}

#[test]
fn broken_tables_are_refused() {
    for text in
        ["[", "[1, 2]", "{\"a\": }", "[{\"a\": 1}] x", &format!("[{}", "[".repeat(1_000_000)), "\"x\"\"\n\"y"]
    {
        let got = call::<Describe>(json!({"source": {"text": text, "format": "json"}}));
        assert!(matches!(got, Err(Error::InvalidArgument(_))), "{got:?}");
    }
}

#[test]
fn a_wide_table_is_refused_before_it_fills_the_memory() {
    let header = (0..3_000).map(|n| format!("c{n}")).collect::<Vec<_>>().join(",");
    let got = call::<Describe>(json!({"source": {"text": header}}));
    assert!(matches!(got, Err(Error::QuotaExceeded(_))), "{got:?}");
    let rows: Vec<String> = (0..5_000).map(|n| format!("{{\"k{n}\": 1}}")).collect();
    let got = call::<Describe>(json!({"source": {"text": format!("[{}]", rows.join(","))}}));
    assert!(matches!(got, Err(Error::QuotaExceeded(_))), "{got:?}");
}

#[test]
fn a_file_that_is_too_large_or_no_text_is_refused() {
    let large = vec![b'1'; (16 << 20) + 1];
    let files: [(&str, &[u8]); 2] = [("large.csv", &large), ("bytes.csv", b"a\n\xff\n")];
    let got = call_with::<Describe>(&files, &json!({"source": {"path": "large.csv"}}));
    assert!(matches!(got, Err(Error::QuotaExceeded(_))), "{got:?}");
    let got = call_with::<Describe>(&files, &json!({"source": {"path": "bytes.csv"}}));
    let expected = "`bytes.csv` is not UTF-8 text: byte 2";
    assert!(matches!(&got, Err(Error::InvalidArgument(text)) if text == expected), "{got:?}");
}

#[test]
fn patterns_take_no_exponential_time() {
    let text = format!("a\n{}\n", "x".repeat(2_000));
    let sql = format!("SELECT a LIKE '{}y' FROM t", "%x".repeat(200));
    assert_eq!(rows(&sql, &text), json!([[false]]));
}
