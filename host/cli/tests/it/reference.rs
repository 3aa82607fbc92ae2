//! The command line's reference page is what `--help` says.

use crate::glasshouse::Place;

const PAGE: &str = include_str!("cli_reference.md");

#[test]
fn the_reference_page_is_what_help_says() {
    let place = Place::new();
    let mut page = "# The command line\n".to_owned();
    let verbs = [
        &["--help"][..],
        &["run", "--help"],
        &["merge", "--help"],
        &["replay", "--help"],
        &["report", "--help"],
        &["report", "diff", "--help"],
        &["calibrate", "--help"],
        &["serve", "--help"],
        &["inspect", "--help"],
        &["call", "--help"],
        &["prove", "--help"],
        &["new", "--help"],
        &["seal", "--help"],
        &["unseal", "--help"],
        &["doctor", "--help"],
        &["audit", "--help"],
        &["ledger", "--help"],
        &["ledger", "serve", "--help"],
        &["ledger", "list", "--help"],
        &["ledger", "show", "--help"],
        &["ledger", "fork", "--help"],
        &["ledger", "diff", "--help"],
        &["ledger", "verify", "--help"],
        &["ledger", "export", "--help"],
        &["ledger", "import", "--help"],
        &["ledger", "gc", "--help"],
        &["completions", "--help"],
        &["man", "--help"],
    ];
    for args in verbs {
        let said = place.run(args);
        assert_eq!((said.code, said.stderr.as_str()), (0, ""));
        let help = said.stdout.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
        page.push_str(&format!("\n## glasshouse {}\n\n```text\n{help}\n```\n", args.join(" ")));
    }
    if page != PAGE {
        let made = concat!(env!("CARGO_TARGET_TMPDIR"), "/cli_reference.md");
        std::fs::write(made, &page).unwrap();
        panic!("tests/it/cli_reference.md is old; copy {made} over it");
    }
}
