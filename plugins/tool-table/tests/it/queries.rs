//! What queries answer, and what they refuse.

use serde_json::{Value, json};
use tool_table::Query;

use crate::{call, refusal, rows};

const PEOPLE: &str = "name,team,age,left\nAna,red,30,\nBen,blue,41,true\nCy,red,,\nDee,,25,false\n";

fn people(sql: &str) -> Value {
    rows(sql, PEOPLE)
}

#[test]
fn expressions_and_aliases() {
    let got = call::<Query>(json!({
        "sql": "SELECT Name, age * 2 + 1 AS more, upper(team) || '!' FROM t WHERE t.age > 26",
        "source": {"text": PEOPLE},
    }));
    let expected = json!({
        "columns": ["Name", "more", "upper(team) || '!'"],
        "rows": [["Ana", 61, "RED!"], ["Ben", 83, "BLUE!"]],
        "total": 2,
    });
    assert_eq!(got.unwrap(), expected);
}

#[test]
fn conditions_follow_the_logic_of_unknown() {
    for (condition, names) in [
        ("age > 30", "Ben"),
        ("NOT age > 30", "Ana Dee"),
        ("age IS NULL", "Cy"),
        ("age IS NOT NULL AND team = 'red'", "Ana"),
        ("team IN ('red', 'green')", "Ana Cy"),
        ("team NOT IN ('red', NULL)", ""),
        ("age BETWEEN 25 AND 30", "Ana Dee"),
        ("age NOT BETWEEN 25 AND 30", "Ben"),
        ("name LIKE '_e%'", "Ben Dee"),
        ("name ILIKE '%A'", "Ana"),
        ("\"left\" OR age = 25", "Ben Dee"),
        ("\"left\" IS NULL OR \"left\"", "Ana Ben Cy"),
        ("CASE team WHEN 'red' THEN 1 WHEN 'blue' THEN 2 ELSE 3 END >= 2", "Ben Dee"),
        ("coalesce(age, 0) = 0", "Cy"),
        ("CAST(age AS TEXT) LIKE '4%'", "Ben"),
        ("length(name) = 2", "Cy"),
    ] {
        let got = people(&format!("SELECT name FROM t WHERE {condition}"));
        let got: Vec<&str> = got.as_array().unwrap().iter().map(|row| row[0].as_str().unwrap()).collect();
        assert_eq!(got.join(" "), names, "{condition}");
    }
}

#[test]
fn arithmetic_is_exact_where_it_can_be() {
    for (expression, value) in [
        ("7 / 2", json!(3.5)),
        ("8 / 2", json!(4)),
        ("7 % 4", json!(3)),
        ("-(1 + 2) * 3", json!(-9)),
        ("0.5 + 1", json!(1.5)),
        ("round(2.567, 2)", json!(2.57)),
        ("round(2.5)", json!(3)),
        ("abs(-3)", json!(3)),
        ("CAST('1.9' AS INTEGER)", json!(1)),
        ("TRY_CAST('x' AS REAL)", json!(null)),
        ("nullif(1, 1)", json!(null)),
        ("1 = 1.0", json!(true)),
        ("NULL = NULL", json!(null)),
        ("trim('  x ')", json!("x")),
    ] {
        assert_eq!(rows(&format!("SELECT {expression} FROM t"), "a\n1\n"), json!([[value]]), "{expression}");
    }
}

#[test]
fn groups_are_counted_and_added_up() {
    let sql = "SELECT team, count(*) AS n, count(age), sum(age), avg(age), min(name), max(age) FROM t \
               GROUP BY team ORDER BY n DESC, team";
    let expected = json!([
        ["red", 2, 1, 30, 30.0, "Ana", 30],
        ["blue", 1, 1, 41, 41.0, "Ben", 41],
        [null, 1, 1, 25, 25.0, "Dee", 25],
    ]);
    assert_eq!(people(sql), expected);
    let sql = "SELECT lower(team) AS l, count(DISTINCT name) + 1 FROM t GROUP BY l HAVING count(*) > 1";
    assert_eq!(people(sql), json!([["red", 3]]));
    assert_eq!(people("SELECT upper(team) FROM t GROUP BY 1 ORDER BY 1"), json!([["BLUE"], ["RED"], [null]]));
}

#[test]
fn aggregates_without_groups_have_one_row() {
    assert_eq!(people("SELECT count(*), sum(age) FROM t WHERE age > 100"), json!([[0, null]]));
    assert_eq!(people("SELECT max(age) - min(age) FROM t"), json!([[16]]));
    assert_eq!(rows("SELECT sum(a) FROM t", "a\n0.5\n1\n"), json!([[1.5]]));
    assert_eq!(people("SELECT team FROM t GROUP BY team HAVING false"), json!([]));
}

#[test]
fn rows_are_ordered_and_bounded() {
    assert_eq!(people("SELECT name FROM t ORDER BY age"), json!([["Dee"], ["Ana"], ["Ben"], ["Cy"]]));
    assert_eq!(people("SELECT name FROM t ORDER BY age DESC NULLS FIRST LIMIT 2"), json!([["Cy"], ["Ben"]]));
    assert_eq!(people("SELECT name AS age FROM t ORDER BY age DESC LIMIT 1 OFFSET 1"), json!([["Cy"]]));
    assert_eq!(people("SELECT name FROM t ORDER BY -length(team), 1 LIMIT 1"), json!([["Ben"]]));
    assert_eq!(people("SELECT DISTINCT team FROM t"), json!([["red"], ["blue"], [null]]));
}

#[test]
fn a_long_answer_says_how_to_go_on() {
    let text: String = std::iter::once("n\n".to_owned()).chain((0..300).map(|n| format!("{n}\n"))).collect();
    let got = call::<Query>(json!({"sql": "SELECT n FROM t", "source": {"text": text}})).unwrap();
    assert_eq!((got["rows"].as_array().unwrap().len(), &got["total"]), (200, &json!(300)));
    assert_eq!(got["more"], "100 more rows: ask again with ORDER BY and OFFSET 200 in the query");
    let text = format!("n\n{}\n", "x".repeat(5_000));
    let got = call::<Query>(json!({"sql": "SELECT n FROM t", "source": {"text": text}})).unwrap();
    assert_eq!(got["more"], "1 values are longer than 4000 characters and cut");
}

#[test]
fn what_is_not_built_is_named() {
    for (sql, construct) in [
        ("SELECT a FROM t JOIN u ON t.a = u.a", "`JOIN u ON t.a = u.a` is not built"),
        ("SELECT a FROM t, u", "one table"),
        ("SELECT 1", "one table"),
        ("SELECT a FROM t UNION SELECT a FROM t", "no plain SELECT"),
        ("WITH x AS (SELECT 1) SELECT a FROM t", "WITH is not built"),
        ("SELECT a FROM (SELECT a FROM t) AS x", "no plain table"),
        ("SELECT a FROM t WHERE a IN (SELECT a FROM t)", "the subquery `a IN (SELECT a FROM t)`"),
        ("SELECT row_number() OVER (ORDER BY a) FROM t", "the window function `row_number OVER`"),
        ("SELECT median(a) FROM t", "the function `median`"),
        ("SELECT sum(a) FILTER (WHERE a > 1) FROM t", "a clause within or behind the call of `sum`"),
        ("SELECT a & 1 FROM t", "the operator `&`"),
        ("SELECT a FROM t WHERE a LIKE 'x' ESCAPE '!'", "this form of LIKE"),
        ("SELECT CAST(a AS DATE) FROM t", "CAST to `DATE`"),
        ("SELECT DISTINCT ON (a) a FROM t", "DISTINCT ON is not built"),
        ("SELECT a FROM t FETCH FIRST 1 ROWS ONLY", "FETCH is not built"),
        ("SELECT a FROM t FOR UPDATE", "FOR UPDATE is not built"),
        ("SELECT a FROM t GROUP BY ROLLUP (a)", "is not built"),
        ("SELECT a FROM t TABLESAMPLE BERNOULLI (10)", "is not built"),
        ("SELECT t.* FROM t", "is not built"),
        ("DELETE FROM t", "a statement other than SELECT"),
        ("SELECT a FROM t; SELECT a FROM t", "one SELECT"),
        ("SELECT FROM", "cannot be read"),
        ("SELECT 'open FROM t", "cannot be read"),
    ] {
        let text = refusal(sql, "a\n1\n");
        assert!(text.contains(construct), "{sql}: {text}");
    }
}

#[test]
fn mistakes_name_what_they_are_about() {
    for (sql, expected) in [
        ("SELECT nam FROM t", "there is no column `nam`; there is `name`, `team`, `age`, `left`"),
        ("SELECT x.name FROM t", "`x.name` is no column"),
        ("SELECT name, count(*) FROM t", "`name` is neither in GROUP BY nor in an aggregate"),
        ("SELECT * FROM t GROUP BY team", "`*` cannot stand beside GROUP BY"),
        ("SELECT name FROM t WHERE count(*) > 1", "the aggregate `count` cannot stand in WHERE"),
        ("SELECT sum(sum(age)) FROM t", "the aggregate `sum` cannot stand in"),
        ("SELECT sum(name) FROM t", "row 1: sum and avg take numbers, not text `Ana`"),
        (
            "SELECT name FROM t WHERE age = '30'",
            "row 1: number `30` is compared with text `30`: CAST one of them",
        ),
        ("SELECT name FROM t WHERE age", "row 1: a condition is true or false, not number `30`"),
        ("SELECT age / (age - 41) FROM t", "row 2: division by zero; nullif(x, 0) makes the result null"),
        (
            "SELECT 9223372036854775807 + 1 FROM t",
            "row 1: the result of Add on `9223372036854775807` and `1`",
        ),
        ("SELECT name + 1 FROM t", "row 1: Add takes numbers, not text `Ana` and number `1`"),
        ("SELECT CAST(name AS REAL) FROM t", "row 1: `Ana` is no number; TRY_CAST makes it null"),
        ("SELECT name FROM t LIMIT -1", "LIMIT and OFFSET take a number from 0"),
        ("SELECT name FROM t ORDER BY 2", "ORDER BY 2 names no column of the answer"),
        ("SELECT lower() FROM t", "`lower` does not take these arguments"),
    ] {
        let text = refusal(sql, PEOPLE);
        assert!(text.starts_with(expected), "{sql}: {text}");
    }
}
