//! Relative links of Markdown files lead somewhere.

use super::Breach;

/// Links to files that do not exist. `exists` takes a path relative to the root.
pub(super) fn breaches(path: &str, text: &str, exists: impl Fn(&str) -> bool) -> Vec<Breach> {
    let mut found = Vec::new();
    for (line, target) in links(text) {
        if !resolve(path, target).is_some_and(|target| exists(&target)) {
            let text = format!("the link to {target} leads nowhere");
            found.push(Breach { path: path.to_owned(), line, text });
        }
    }
    found
}

/// Targets inside the repository with their lines; code is no prose and has no links.
fn links(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut in_fence = false;
    for (index, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            in_fence = !in_fence;
        } else if !in_fence {
            // Every second part of a line cut at its backticks is code.
            let prose = line.split('`').step_by(2);
            let targets = prose.flat_map(|part| part.split("](").skip(1)).filter_map(target);
            let definition = definition(line).into_iter();
            found.extend(targets.chain(definition).filter(|t| is_local(t)).map(|t| (index + 1, t)));
        }
    }
    found
}

/// The target at the start of what follows `](`, without its anchor and title.
fn target(rest: &str) -> Option<&str> {
    let inside = rest.split(')').next()?.trim();
    inside.split([' ', '#']).next()
}

/// The target of a line such as `[name]: path`.
fn definition(line: &str) -> Option<&str> {
    let (name, rest) = line.strip_prefix('[')?.split_once("]: ")?;
    if name.starts_with('^') { None } else { rest.trim().split([' ', '#']).next() }
}

fn is_local(target: &str) -> bool {
    !target.is_empty() && !target.contains("://") && !target.starts_with("mailto:")
}

/// The path from the root; None when it leads out of the repository.
fn resolve(from: &str, target: &str) -> Option<String> {
    if target.starts_with('/') {
        return None;
    }
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            _ => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dead(path: &str, text: &str) -> Vec<String> {
        let exists = |path: &str| ["README.md", "specs/security.md", "specs"].contains(&path);
        breaches(path, text, exists).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_link_is_resolved_from_the_folder_of_its_file() {
        assert_eq!(dead("specs/a.md", "[s](security.md#limits) [r](../README.md) [f](./)"), [""; 0]);
        assert_eq!(
            dead("specs/a.md", "text\n[r](README.md)"),
            ["specs/a.md:2: the link to README.md leads nowhere"]
        );
    }

    #[test]
    fn a_link_out_of_the_repository_is_dead_even_where_the_file_exists() {
        assert_eq!(dead("a.md", "[x](../README.md)"), ["a.md:1: the link to ../README.md leads nowhere"]);
        assert_eq!(dead("a.md", "[x](/README.md)"), ["a.md:1: the link to /README.md leads nowhere"]);
    }

    #[test]
    fn a_definition_is_a_link_and_code_and_other_sites_are_not() {
        assert_eq!(dead("a.md", "[x]: gone.md"), ["a.md:1: the link to gone.md leads nowhere"]);
        assert_eq!(
            dead("a.md", "`[x](gone.md)` [y](https://e.org/a) [z](#top)\n```\n[x](gone.md)\n```\n"),
            [""; 0]
        );
    }
}
