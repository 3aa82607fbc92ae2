//! The page around the data: policy, style, script.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

const TEMPLATE: &str = include_str!("page.html");

const STYLES: [&str; 4] = [
    include_str!("colours.css"),
    include_str!("page.css"),
    include_str!("suite.css"),
    include_str!("trial.css"),
];

/// One module script, in this order; its parts share their names.
const SCRIPTS: [&str; 13] = [
    include_str!("text.js"),
    include_str!("data.js"),
    include_str!("steps.js"),
    include_str!("diff.js"),
    include_str!("chart.js"),
    include_str!("table.js"),
    include_str!("scenario.js"),
    include_str!("listbox.js"),
    include_str!("timeline.js"),
    include_str!("detail.js"),
    include_str!("state.js"),
    include_str!("viewer.js"),
    include_str!("compare.js"),
];

/// Last: it begins.
const MAIN: &str = include_str!("main.js");

/// Everything before the data. Nothing of a run is in it.
pub(super) fn head() -> String {
    let style = STYLES.concat();
    TEMPLATE.replace("{{policy}}", &policy(&style, &script())).replace("{{style}}", &style)
}

/// Everything after the data.
pub(super) fn tail() -> String {
    format!("<script type=\"module\">{}</script>\n</body>\n</html>\n", script())
}

fn script() -> String {
    [SCRIPTS.concat().as_str(), MAIN].concat()
}

/// Nothing is loaded from anywhere, and no text becomes markup: even the script has no way to do it.
fn policy(style: &str, script: &str) -> String {
    format!(
        "default-src 'none'; script-src '{}'; style-src '{}'; base-uri 'none'; form-action 'none'; \
         require-trusted-types-for 'script'; trusted-types 'none'",
        source(script),
        source(style),
    )
}

fn source(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(text.as_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_allows_its_own_script_and_style_and_loads_nothing() {
        let page = [head(), tail()].concat();
        let between = |from: &str, to: &str| {
            let rest = page.split_once(from).unwrap().1;
            rest.split_once(to).unwrap().0.to_owned()
        };
        let policy = between("http-equiv=\"Content-Security-Policy\" content=\"", "\">");
        assert!(policy.starts_with("default-src 'none'; "), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
        let style = between("<style>", "</style>");
        let script = between("<script type=\"module\">", "</script>");
        for text in [&style, &script] {
            assert!(policy.contains(&source(text)), "{policy}");
        }
        // None of these may come back by an edit: a string that ends the element early, an address, a sink of markup.
        for never in ["<!--", "<script", "innerHTML", "outerHTML", "insertAdjacentHTML", "eval(", "import("] {
            assert!(!script.contains(never), "{never}");
        }
        for never in ["url(", "@import"] {
            assert!(!style.contains(never), "{never}");
        }
        assert_eq!(page.matches("http").count(), page.matches("http://www.w3.org/2000/svg").count() + 1);
    }
}
