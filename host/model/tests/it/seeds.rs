//! A scenario's seeds, with what it leaves open taken from its suite's.

use glasshouse_model::{Scenario, Seed, Seeds, Suite};

fn scenario(own: &str) -> Scenario {
    let text =
        format!("schema = \"scenario/1\"\nid = \"a\"\ntitle = \"A\"\ngoal = {{ story = \"s\" }}\n{own}");
    Scenario::parse("scenario.toml", &text).unwrap()
}

#[test]
fn each_missing_key_is_the_suites() {
    let suite = Seeds { n: 40, base: 7, list: None };
    for (own, n, base) in
        [("", 40, 7), ("[seeds]", 40, 7), ("[seeds]\nn = 3", 3, 7), ("[seeds]\nbase = 0", 40, 0)]
    {
        let scenario = scenario(own);
        assert_eq!(scenario.seeds.resolve(&suite), Seeds { n, base, list: None }, "{own}");
    }
}

#[test]
fn seeds_that_are_named_are_the_trials() {
    let own =
        scenario("[seeds]\nlist = [\"05aa61a1e53dfef1\", 0, 9223372036854775807, \"ffffffffffffffff\"]");
    let seeds = own.seeds.resolve(&Seeds::default());
    let of = |seeds: &Seeds| (0..seeds.n).map(|index| seeds.of_trial("s", "a", index)).collect::<Vec<_>>();
    let wanted = [0x05aa_61a1_e53d_fef1, 0, i64::MAX.cast_unsigned(), u64::MAX].map(Seed);
    assert_eq!(of(&seeds), wanted);

    // A suite's list is each scenario's that says nothing of its own.
    let text =
        "schema = \"suite/1\"\nid = \"s\"\ntitle = \"S\"\nsubject = \"x\"\ngate = { threshold = 0.5 }\n";
    let suite = Suite::parse("suite.toml", &format!("{text}[seeds]\nlist = [3, 4]")).unwrap().seeds;
    assert_eq!(of(&scenario("").seeds.resolve(&suite)), [3, 4].map(Seed));
    assert_eq!(of(&own.seeds.resolve(&suite)), wanted);
    for (own, n, base) in [("[seeds]\nn = 3", 3, 0), ("[seeds]\nbase = 7", 25, 7)] {
        assert_eq!(scenario(own).seeds.resolve(&suite), Seeds { n, base, list: None }, "{own}");
    }
}
