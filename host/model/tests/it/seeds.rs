//! A scenario's seeds, with what it leaves open taken from its suite's.

use glasshouse_model::{Scenario, Seeds};

#[test]
fn each_missing_key_is_the_suites() {
    let suite = Seeds { n: 40, base: 7 };
    for (own, n, base) in
        [("", 40, 7), ("[seeds]", 40, 7), ("[seeds]\nn = 3", 3, 7), ("[seeds]\nbase = 0", 40, 0)]
    {
        let text =
            format!("schema = \"scenario/1\"\nid = \"a\"\ntitle = \"A\"\ngoal = {{ story = \"s\" }}\n{own}");
        let scenario = Scenario::parse("scenario.toml", &text).unwrap();
        assert_eq!(scenario.seeds.resolve(suite), Seeds { n, base }, "{own}");
    }
}
